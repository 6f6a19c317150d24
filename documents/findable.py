"""Documents in the search: the version in force for its readers, and apart the draft for fewer."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from documents.enums import Visibility
from documents.models import Document, DocumentUserPermission, Revision
from documents.permissions import Permission
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.grants import Reach
from kvalitet.organisation.models import Absence, RoleAssignment, Unit
from kvalitet.search import Audience, Edition, EntryData, Kind
from processes.permissions import owner_id

AUDIENCES = {
    Visibility.PUBLIC: Audience.PUBLIC,
    Visibility.PROVIDER: Audience.STAFF,
    Visibility.INTERNAL: Audience.STAFF,
    Visibility.UNIT: Audience.UNIT,
}


def entries(object_ids: Sequence[int]) -> Iterable[EntryData]:
    """What there is to find of the documents: one entry for what holds, one for what is under work."""
    rows = Document.objects.filter(pk__in=object_ids).select_related("owner_unit", "responsible")
    documents = {one.pk: one for one in rows.prefetch_related("links__process__parent__parent")}
    readers = _Readers(list(documents.values()))
    # The text is left out of every other reading of versions.
    versions = Revision.objects.filter(document__in=documents).defer(None)
    for revision in versions.in_force():
        yield _in_force(documents[revision.document_id], revision, readers)
    for revision in versions.open():
        yield _draft(documents[revision.document_id], revision, readers)


def _told(document: Document, revision: Revision) -> dict[str, Any]:
    return {
        "object_id": document.pk,
        "title": document.title,
        "body": revision.text or revision.url,
        "keywords": f"{document.keywords} {document.dnr}".strip(),
        "meta": f"{document.get_type_display()} · {document.owner_unit.name}",
        "status": f"{revision.standing().label}, version {revision.label}",
        "home_id": document.owner_unit_id,
    }


def _in_force(document: Document, revision: Revision, readers: "_Readers") -> EntryData:
    audience = AUDIENCES[Visibility(document.visibility)]
    return EntryData(
        **_told(document, revision),
        url=document.get_absolute_url(),
        audience=audience,
        unit_id=document.owner_unit_id if audience == Audience.UNIT else None,
        day=revision.valid_from,
        allow=sorted(readers.of_document(document)),
    )


def _draft(document: Document, revision: Revision, readers: "_Readers") -> EntryData:
    return EntryData(
        **_told(document, revision),
        url=revision.get_absolute_url(),
        audience=Audience.CIRCLE,
        edition=Edition.DRAFT,
        allow=sorted(readers.of_draft(document, revision)),
    )


class _Readers:
    """Who may read single documents and drafts today, in a few queries for the whole batch."""

    def __init__(self, documents: list[Document]) -> None:
        today = timezone.localdate()
        self.invited: dict[int, dict[str, set[int]]] = {}
        rows = DocumentUserPermission.objects.filter(content_object__in=documents)
        for pk, user_id, codename in rows.values_list("content_object", "user", "permission__codename"):
            self.invited.setdefault(pk, {}).setdefault(codename, set()).add(user_id)
        held = RoleAssignment.objects.on(today).filter(user__is_active=True)
        self.held = list(held.values_list("user", "role", "unit__tree_id", "unit__lft", "unit__rght", "unit"))
        self.away = dict(Absence.objects.on(today).values_list("user", "substitute"))

    def of_document(self, document: Document) -> set[int]:
        """Those who may read the version in force though they are outside its audience."""
        single = self.invited.get(document.pk, {})
        found = single.get("guest", set()) | single.get("coauthor", set())
        # Who has left answers for nothing, though the column still says so.
        found |= {document.responsible_id} & {user for user, *_ in self.held}
        if document.visibility == Visibility.PROVIDER:
            found = found | {user for user, role, *_ in self.held if role == Role.PROVIDER_CONTACT}
        return self._with_substitutes(found)

    def of_draft(self, document: Document, revision: Revision) -> set[int]:
        """Everyone who may read what is under work: by role, as one who writes it, or asked about it."""
        single = self.invited.get(document.pk, {})
        found = {document.responsible_id, revision.author_id} | single.get("coauthor", set())
        owner = owner_id(document.home_process())
        found |= {owner} if owner else set()
        reaches = grants.registered()[Permission.READ_DRAFTS].roles
        for user, role, *place in self.held:
            if self._covers(reaches.get(Role(role)), document.owner_unit, place):
                found.add(user)
        # Those who stand in for who is asked have the right by name already.
        return self._with_substitutes(found) | single.get("reviewer", set())

    @staticmethod
    def _covers(reach: Reach | None, unit: Unit, place: list[int]) -> bool:
        tree_id, left, right, unit_id = place
        if reach is Reach.SUBTREE:
            return tree_id == unit.tree_id and left <= unit.lft and unit.rght <= right
        return reach is Reach.EVERYWHERE or (reach is Reach.UNIT and unit_id == unit.pk)

    def _with_substitutes(self, people: set[int]) -> set[int]:
        return people | {self.away[one] for one in people if one in self.away}


def confirm(user: Any, object_ids: Sequence[int]) -> set[int]:
    """Those of the drafts that ``user`` may read now, by the same rule as their pages."""
    rows = Revision.objects.open().visible_to(user).filter(document__in=object_ids)
    return set(rows.values_list("document", flat=True))


def all_ids() -> Iterable[int]:
    return Document.objects.values_list("pk", flat=True)


def changed_by_the_day() -> Any:
    """Ids of documents that a new day changes without any row being written.

    A version begins or ends; or a role or an absence does, and then those whose readers are named one by one.
    Roles and absences that ended the last week count, for those that were ended a day after.
    """
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    turning = Q(revisions__valid_from=today) | Q(revisions__valid_to=yesterday)
    named = Q(visibility=Visibility.PROVIDER) | Q(pk__in=Revision.objects.open().values("document"))
    lately = (today - timedelta(days=7), today)
    left = RoleAssignment.objects.filter(valid_to__range=lately).values("user")
    away = Absence.objects.filter(Q(last_day__range=lately) | Q(first_day=today)).values("user")
    named |= Q(responsible__in=left) | Q(responsible__in=away)
    return Document.objects.filter(turning | named).values_list("pk", flat=True).distinct()


search_kind = Kind(
    name="document",
    label="Dokument",
    model_label="documents.document",
    entries=entries,
    all_ids=all_ids,
    confirm=confirm,
    order=10,
)
