"""Who may what with processes: by role as data, and by being the owner, which is a column of the process.

A process without an owner of its own is answered for by the nearest owner above. Whoever stands in for an
absent owner acts as the owner.
"""

from typing import Any

from django.db import models

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience, Role
from kvalitet.organisation.grants import Grant, Reach
from kvalitet.organisation.models.user import SYSTEM_EMAIL
from kvalitet.organisation.permissions import Permission as OrganisationPermission


class Permission(models.TextChoices):
    READ_DRAFTS = "processes.read_drafts", "Läsa utkast till processer"
    CREATE = "processes.create", "Lägga upp processer"
    CHANGE = "processes.change", "Ändra processer"
    REVIEW = "processes.review", "Granska processer"
    PUBLISH = "processes.publish", "Publicera processer"
    COMMENT = "processes.comment", "Kommentera utkast till processer"


EVERY_PROCESS = {Role.FACILITATOR: Reach.EVERYWHERE, Role.COORDINATOR: Reach.EVERYWHERE}
ON_UNITS = {Role.MANAGER: Reach.SUBTREE, Role.REPRESENTATIVE: Reach.SUBTREE}

GRANTS = {
    Permission.READ_DRAFTS: Grant({**EVERY_PROCESS, **ON_UNITS}),
    Permission.CREATE: Grant(EVERY_PROCESS),
    Permission.CHANGE: Grant(EVERY_PROCESS),
    Permission.REVIEW: Grant({**EVERY_PROCESS, **ON_UNITS}),
    Permission.PUBLISH: Grant(EVERY_PROCESS),
    Permission.COMMENT: Grant({**EVERY_PROCESS, **ON_UNITS}),
}


def _everywhere(user: Any, permission: Permission) -> bool:
    """By role; and the system's own account, which imports and timers act as and nobody can log in to."""
    return getattr(user, "email", "") == SYSTEM_EMAIL or grants.scope(user, permission).everywhere


def may_create(user: Any) -> bool:
    return _everywhere(user, Permission.CREATE)


def stands_for(user: Any) -> frozenset[int]:
    """Ids of the persons ``user`` acts as today: oneself, and those one is ersättare for.

    Empty for who is not employed: an owner who has left answers for nothing, though the column still says so.
    Empty as well where a role that asks for two steps came in with one (``grants.limit``).
    """
    if grants.audience(user) < Audience.INTERNAL or getattr(user, "is_limited", False):
        return frozenset()
    return frozenset({user.pk} | {one.substitutes_for for one in grants.held(user) if one.substitutes_for})


def owner_id(process: Any) -> int | None:
    """The owner of the process, else of the nearest process above that has one."""
    while process is not None:
        if process.owner_id:
            return int(process.owner_id)
        process = process.parent
    return None


def is_owner(user: Any, process: Any) -> bool:
    return owner_id(process) in stands_for(user)


def acts_for_owner(user: Any, process: Any) -> int | None:
    """Id of the absent owner that ``user`` decides for; None when it is their own process."""
    owner = owner_id(process)
    return owner if owner != user.pk and owner in stands_for(user) else None


def _on_unit_of(user: Any, permission: Permission, process: Any) -> bool:
    scope = grants.scope(user, permission)
    if scope.everywhere or not scope.unit_ids:
        return scope.everywhere
    return bool(process.current_unit_ids() & scope.unit_ids)


def may_read_drafts(user: Any, process: Any) -> bool:
    return is_owner(user, process) or _on_unit_of(user, Permission.READ_DRAFTS, process)


def may_change(user: Any, process: Any) -> bool:
    return is_owner(user, process) or _everywhere(user, Permission.CHANGE)


def may_move(user: Any) -> bool:
    """May change where a process lies, its order and its address: who answers for it may change with that."""
    return _everywhere(user, Permission.CHANGE)


def may_review(user: Any, process: Any) -> bool:
    return is_owner(user, process) or _on_unit_of(user, Permission.REVIEW, process)


def may_hand_over(user: Any, revision: Any) -> bool:
    """Who was asked to review, whoever stands in for them, and those who could have asked another."""
    return revision.reviewer_id in stands_for(user) or may_change(user, revision.process)


def acts_for_reviewer(user: Any, revision: Any) -> int | None:
    """Id of the absent reviewer that ``user`` stands in for; None when it is their own to do."""
    reviewer: int | None = revision.reviewer_id
    return reviewer if reviewer != user.pk and reviewer in stands_for(user) else None


def may_approve(user: Any, process: Any) -> bool:
    return is_owner(user, process)


def may_publish(user: Any, process: Any) -> bool:
    return _everywhere(user, Permission.PUBLISH)


def may_withdraw(user: Any, process: Any) -> bool:
    return may_approve(user, process) or may_publish(user, process)


def may_send_back(user: Any, revision: Any) -> bool:
    """What the owner has fastställt is only taken up again by who could have, or who was to publish it."""
    if revision.approved_at is not None:
        return may_withdraw(user, revision.process)
    return may_review(user, revision.process)


def may_place(user: Any, unit: Any) -> bool:
    """May say that a unit works in a process. The owner may not: it lets one appoint ombud in the unit."""
    leads = grants.may(user, OrganisationPermission.LEAD_UNIT, unit_id=unit.pk)
    return leads or _everywhere(user, Permission.CHANGE)


def may_comment(user: Any, process: Any) -> bool:
    return is_owner(user, process) or _on_unit_of(user, Permission.COMMENT, process)
