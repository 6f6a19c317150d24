"""Who may what with documents: by role as data, by type for the decision, by owning a process for its routines."""

from typing import Any

from django.db import models

from documents.enums import APPROVERS, Approver
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.grants import Grant, Reach
from processes.permissions import is_owner, stands_for


class Permission(models.TextChoices):
    READ_DRAFTS = "documents.read_drafts", "Läsa utkast till dokument"
    WRITE = "documents.write", "Lägga in och ändra dokument"
    SIGN = "documents.sign", "Granska dokument"
    APPROVE_AS_MANAGER = "documents.approve_as_manager", "Fastställa enhetens dokument"
    APPROVE_AS_STEERING_GROUP = "documents.approve_as_steering_group", "Fastställa övergripande dokument"
    APPROVE_FOR_BOARD = "documents.approve_for_board", "Föra in nämndens beslut om riktlinjer"
    COAUTHOR = "documents.coauthor", "Skriva på ett enskilt dokument"
    GUEST = "documents.guest", "Läsa ett enskilt dokument"


EVERY_DOCUMENT = {Role.FACILITATOR: Reach.EVERYWHERE, Role.COORDINATOR: Reach.EVERYWHERE}
OWN_UNIT = {
    Role.MANAGER: Reach.SUBTREE,
    Role.REPRESENTATIVE: Reach.SUBTREE,
    Role.LEX_SARAH_OFFICER: Reach.UNIT,
    Role.MAS: Reach.SUBTREE,
    Role.MAR: Reach.SUBTREE,
}
APPROVE = {
    Approver.MANAGER: Permission.APPROVE_AS_MANAGER,
    Approver.STEERING_GROUP: Permission.APPROVE_AS_STEERING_GROUP,
    Approver.BOARD: Permission.APPROVE_FOR_BOARD,
}


def grants_table(exceptions: Any) -> dict[Permission, Grant]:
    """The table; ``exceptions`` is the direct-FK model that holds co-authors and guest readers."""
    return {
        Permission.READ_DRAFTS: Grant({**EVERY_DOCUMENT, **OWN_UNIT}),
        Permission.WRITE: Grant({**EVERY_DOCUMENT, **OWN_UNIT}),
        Permission.SIGN: Grant({**EVERY_DOCUMENT, **OWN_UNIT}),
        Permission.APPROVE_AS_MANAGER: Grant({Role.MANAGER: Reach.SUBTREE}),
        Permission.APPROVE_AS_STEERING_GROUP: Grant({Role.STEERING_GROUP: Reach.EVERYWHERE}),
        Permission.APPROVE_FOR_BOARD: Grant({Role.REGISTRAR: Reach.EVERYWHERE}),
        Permission.COAUTHOR: Grant({}, exceptions),
        Permission.GUEST: Grant({}, exceptions),
    }


def _owns_process_of(user: Any, document: Any) -> bool:
    return any(is_owner(user, link.process) for link in document.process_links())


def _by_role(user: Any, permission: Permission, document: Any) -> bool:
    return grants.may(user, permission, unit_id=document.owner_unit_id)


def may_write(user: Any, document: Any) -> bool:
    if _by_role(user, Permission.WRITE, document) or document.responsible_id in stands_for(user):
        return True
    return grants.may(user, Permission.COAUTHOR, object_id=document.pk) or _owns_process_of(user, document)


def may_sign(user: Any, document: Any) -> bool:
    return _by_role(user, Permission.SIGN, document) or _owns_process_of(user, document)


def may_approve(user: Any, document: Any) -> bool:
    """By type: nämnden (registrator enters it), styrgruppen, processägaren or the owner unit's manager."""
    approver = APPROVERS[document.type]
    if approver == Approver.PROCESS_OWNER:
        return _owns_process_of(user, document)
    return _by_role(user, APPROVE[approver], document)


def may_send_back(user: Any, document: Any) -> bool:
    return may_sign(user, document) or may_approve(user, document)


def acts_for(user: Any, document: Any) -> int | None:
    """Id of the person that ``user`` decides for as ersättare; None when it is their own right."""
    approver = APPROVERS[document.type]
    if approver != Approver.PROCESS_OWNER:
        return grants.substitutes_for(user, APPROVE[approver], unit_id=document.owner_unit_id)
    owners = {link.process.owner_id for link in document.process_links()}
    return None if user.pk in owners else next(iter(owners & (stands_for(user) - {user.pk})), None)
