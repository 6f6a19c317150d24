"""Who may what with documents: by role as data, by type for the decision, by owning the home process."""

from typing import Any

from django.db import models

from documents.enums import APPROVERS, Approver, DocumentType
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Law, Role
from kvalitet.organisation.grants import Grant, Reach
from processes.permissions import acts_for_owner, is_owner, may_change, stands_for


class Permission(models.TextChoices):
    READ_DRAFTS = "documents.read_drafts", "Läsa utkast till dokument"
    WRITE = "documents.write", "Lägga in och ändra dokument"
    SIGN = "documents.sign", "Granska dokument"
    APPROVE_AS_MANAGER = "documents.approve_as_manager", "Fastställa enhetens dokument"
    APPROVE_AS_STEERING_GROUP = "documents.approve_as_steering_group", "Fastställa övergripande dokument"
    APPROVE_HSL = "documents.approve_hsl", "Fastställa rutiner i hälso- och sjukvården"
    APPROVE_FOR_BOARD = "documents.approve_for_board", "Föra in nämndens beslut om riktlinjer"
    SET_DNR = "documents.set_dnr", "Föra in diarienummer"
    COAUTHOR = "documents.coauthor", "Skriva på ett enskilt dokument"
    GUEST = "documents.guest", "Läsa ett enskilt dokument"
    REVIEWER = "documents.reviewer", "Läsa och svara på ett utkast på remiss"


# What somebody is invited to one document for; REVIEWER comes and goes with a remiss.
INVITED = (Permission.COAUTHOR, Permission.GUEST)
EVERY_DOCUMENT = {Role.FACILITATOR: Reach.EVERYWHERE, Role.COORDINATOR: Reach.EVERYWHERE}
OWN_UNIT = {
    Role.MANAGER: Reach.SUBTREE,
    Role.REPRESENTATIVE: Reach.SUBTREE,
    Role.LEX_SARAH_OFFICER: Reach.UNIT,
    Role.MAS: Reach.SUBTREE,
    Role.MAR: Reach.SUBTREE,
}
HSL_ROUTINES = (DocumentType.PROCESS_ROUTINE, DocumentType.UNIT_ROUTINE)
APPROVE = {
    Approver.MANAGER: Permission.APPROVE_AS_MANAGER,
    Approver.STEERING_GROUP: Permission.APPROVE_AS_STEERING_GROUP,
    Approver.BOARD: Permission.APPROVE_FOR_BOARD,
}
# Whose role it is to decide; a process's owner is no role.
DECIDING_ROLES = {
    Approver.MANAGER: Role.MANAGER,
    Approver.STEERING_GROUP: Role.STEERING_GROUP,
    Approver.BOARD: Role.REGISTRAR,
}


def grants_table(exceptions: Any) -> dict[Permission, Grant]:
    """The table; ``exceptions`` is the direct-FK model that holds co-authors and guest readers."""
    return {
        Permission.READ_DRAFTS: Grant({**EVERY_DOCUMENT, **OWN_UNIT}),
        Permission.WRITE: Grant({**EVERY_DOCUMENT, **OWN_UNIT}),
        Permission.SIGN: Grant({**EVERY_DOCUMENT, **OWN_UNIT}),
        Permission.APPROVE_AS_MANAGER: Grant({Role.MANAGER: Reach.SUBTREE}),
        Permission.APPROVE_AS_STEERING_GROUP: Grant({Role.STEERING_GROUP: Reach.EVERYWHERE}),
        Permission.APPROVE_HSL: Grant({Role.MAS: Reach.SUBTREE, Role.MAR: Reach.SUBTREE}),
        Permission.APPROVE_FOR_BOARD: Grant({Role.REGISTRAR: Reach.EVERYWHERE}),
        Permission.SET_DNR: Grant({Role.REGISTRAR: Reach.EVERYWHERE, **EVERY_DOCUMENT}),
        Permission.COAUTHOR: Grant({}, exceptions),
        Permission.GUEST: Grant({}, exceptions),
        Permission.REVIEWER: Grant({}, exceptions),
    }


def _by_role(user: Any, permission: Permission, document: Any) -> bool:
    return grants.may(user, permission, unit_id=document.owner_unit_id)


def _owns_home(user: Any, document: Any) -> bool:
    """Whether the document belongs to a process of the user's. A process that only uses it gives no right."""
    home = document.home_process()
    return home is not None and is_owner(user, home)


def may_create(user: Any, *, unit_id: int, process: Any = None) -> bool:
    """In one's unit, or for a process that one owns in a unit that works in it."""
    if grants.may(user, Permission.WRITE, unit_id=unit_id):
        return True
    return unit_id in units_of_own(user, process)


def units_of_own(user: Any, process: Any) -> frozenset[int]:
    """Units that may own a document of the process, by the right of its owner: those that work in it.

    While no unit works in it yet, the units where the owner has a role.
    """
    if process is None or not is_owner(user, process):
        return frozenset()
    units: frozenset[int] = process.current_unit_ids()
    return units or grants.own_unit_ids(user)


def may_invite(user: Any, document: Any) -> bool:
    """May let a person in as co-author or guest; a co-author may not pass it on."""
    if grants.is_denied(user, document):
        return False
    if _by_role(user, Permission.WRITE, document) or document.responsible_id in stands_for(user):
        return True
    return _owns_home(user, document)


def may_write(user: Any, document: Any) -> bool:
    if may_invite(user, document):
        return True
    return grants.may_object(user, Permission.COAUTHOR, document, unit_id=None)


def may_write_version(user: Any, revision: Any) -> bool:
    """Who writes the document, and who has written just this version while it is open."""
    document = revision.document
    if may_write(user, document):
        return True
    is_own = revision.is_open and revision.author_id in stands_for(user)
    return is_own and not grants.is_denied(user, document)


def may_amend(user: Any, revision: Any) -> bool:
    """Publish mended words alone: who answers for what is written, not a co-author, and no whole version."""
    return bool(revision.minor) and may_invite(user, revision.document)


def may_answer(user: Any, document: Any) -> bool:
    """Has been asked, oneself or by one's role in a unit, and the remiss is open."""
    return grants.may_object(user, Permission.REVIEWER, document, unit_id=None)


def may_confirm(user: Any, document: Any) -> bool:
    """Say that it still holds: who is ansvarig, and who may fastställa."""
    is_responsible = document.responsible_id in stands_for(user) and not grants.is_denied(user, document)
    return is_responsible or may_approve(user, document)


def may_write_everywhere(user: Any) -> bool:
    return grants.scope(user, Permission.WRITE).everywhere


def may_set_dnr(user: Any, document: Any) -> bool:
    if grants.is_denied(user, document):
        return False
    return may_write(user, document) or _by_role(user, Permission.SET_DNR, document)


def may_sign(user: Any, document: Any) -> bool:
    if grants.is_denied(user, document):
        return False
    return _by_role(user, Permission.SIGN, document) or _owns_home(user, document)


def may_approve(user: Any, document: Any) -> bool:
    """By type: nämnden (registrator enters it), styrgruppen, processägaren or the owner unit's manager.

    MAS and MAR also fastställer the routines of units in hälso- och sjukvården.
    """
    if grants.is_denied(user, document):
        return False
    approver = APPROVERS[document.type]
    if _is_hsl_routine(document) and _by_role(user, Permission.APPROVE_HSL, document):
        return True
    if approver == Approver.PROCESS_OWNER:
        return _owns_home(user, document)
    return _by_role(user, APPROVE[approver], document)


def _is_hsl_routine(document: Any) -> bool:
    """A routine of a unit in hälso- och sjukvården, which MAS and MAR may fastställa as well."""
    return document.type in HSL_ROUTINES and document.owner_unit.law == Law.HSL


def may_send_back(user: Any, document: Any) -> bool:
    return may_sign(user, document) or may_approve(user, document)


def may_link(user: Any, document: Any, process: Any) -> bool:
    """From both sides: who writes the document, and who may change the process."""
    if grants.is_denied(user, document):
        return False
    return may_write(user, document) or may_change(user, process)


def may_unlink(user: Any, link: Any) -> bool:
    """The home process decides on the document, so only who answers for it may take it away."""
    if link.is_home:
        return may_invite(user, link.document)
    return may_link(user, link.document, link.process)


def acts_for(user: Any, document: Any) -> int | None:
    """Id of the person that ``user`` decides for as ersättare; None when it is their own right."""
    approver = APPROVERS[document.type]
    if _is_hsl_routine(document) and _by_role(user, Permission.APPROVE_HSL, document):
        return grants.substitutes_for(user, Permission.APPROVE_HSL, unit_id=document.owner_unit_id)
    if approver != Approver.PROCESS_OWNER:
        return grants.substitutes_for(user, APPROVE[approver], unit_id=document.owner_unit_id)
    home = document.home_process()
    return acts_for_owner(user, home) if home else None
