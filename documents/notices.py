"""Who is told what about a version. A notice says type, version and unit, never a title or a text."""

from collections.abc import Iterable
from typing import Any

from documents.enums import Approver
from documents.models import Document, Revision
from kvalitet import notifications
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, Unit, User
from processes.permissions import owner_id

KIND = "documents.version"
BY_ROLE = {Approver.STEERING_GROUP: Role.STEERING_GROUP, Approver.BOARD: Role.REGISTRAR}


def approvers(document: Document) -> list[User]:
    """Those whose turn it is to decide: by type, the nearest manager where the unit has none."""
    if document.approver == Approver.PROCESS_OWNER:
        owner = owner_id(document.home_process())
        return list(User.objects.filter(pk=owner, is_active=True)) if owner else []
    if document.approver in BY_ROLE:
        return _holders(BY_ROLE[document.approver], Unit.objects.values_list("pk", flat=True))
    above = document.owner_unit.get_ancestors(ascending=True, include_self=True)
    for unit in above:
        found = _holders(Role.MANAGER, [unit.pk])
        if found:
            return found
    return []


def signers(document: Document) -> list[User]:
    """Those who may mark it as granskad when the one who decides has written it."""
    found = _holders(Role.REPRESENTATIVE, [document.owner_unit_id])
    return found or _holders(Role.FACILITATOR, Unit.objects.values_list("pk", flat=True))


def _holders(role: Role, unit_ids: Iterable[int]) -> list[User]:
    rows: Iterable[RoleAssignment] = grants.holders(role, unit_ids)
    return list({row.user_id: row.user for row in rows}.values())


def tell_next(revision: Revision, *, user: Any) -> None:
    """The version waits for a decision: tell who decides, else who signs first."""
    document = revision.document
    deciding = [one for one in approvers(document) if one.pk not in (revision.author_id, user.pk)]
    if deciding:
        _tell(deciding, revision, "väntar på att fastställas")
        return
    signing = [one for one in signers(document) if one.pk not in (revision.author_id, user.pk)]
    if not revision.reviewed_by_id:
        _tell(signing, revision, "väntar på att granskas")


def tell_author(revision: Revision, what: str, *, user: Any) -> None:
    """Something was decided: tell who wrote the version and who answers for the document."""
    people = {one.pk: one for one in (revision.author, revision.document.responsible)}
    people.pop(user.pk, None)
    _tell(people.values(), revision, what)


def tell_kept(revision: Revision, *, user: Any) -> None:
    """The PDF of what was decided is made: tell who asked for it."""
    _tell([user], revision, "finns nu som fastställd PDF")


def _tell(people: Iterable[User], revision: Revision, what: str) -> None:
    document = revision.document
    notifications.notify(
        people,
        kind=KIND,
        sentence=f"{document.get_type_display()}, version {revision.label}, {what}",
        url=revision.get_absolute_url(),
        unit=document.owner_unit.name,
    )
