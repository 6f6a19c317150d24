"""What waits for a person: to decide, to sign, to complete, to look over; and what is new."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse
from django.utils import timezone

from documents import permissions
from documents.enums import Approver
from documents.models import Document, DocumentLink, Revision, RevisionTransition
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment
from kvalitet.organisation.permissions import Permission as OrganisationPermission
from kvalitet.registries import Task
from kvalitet.versions import RevisionStatus
from processes.permissions import owner_id, stands_for

AHEAD = timedelta(days=60)
MOST = 200
SHOWN_NEWS = 12
SHOWN_LATE = 8
ROLES = {
    Approver.MANAGER: Role.MANAGER,
    Approver.STEERING_GROUP: Role.STEERING_GROUP,
    Approver.BOARD: Role.REGISTRAR,
}
KIND = "documents"


def in_review(user: Any) -> list[Revision]:
    """Versions under granskning that ``user`` may read, the oldest first, ready for the rules."""
    links = DocumentLink.objects.select_related("process__parent__parent")
    rows = (
        Revision.objects.visible_to(user)
        .filter(status=RevisionStatus.IN_REVIEW)
        .select_related("document__owner_unit", "author")
        .prefetch_related(Prefetch("document__links", links))
    )
    return list(rows.order_by("created_at", "pk")[:MOST])


def waiting_for(user: Any, rows: Iterable[Revision]) -> list[tuple[Revision, str]]:
    """Those of ``rows`` whose next step is this person's: to "approve" or to "sign". One more query.

    A manager is asked about the own unit, and about units below that have no manager. A signature is asked
    for only where the one who decides has written the version.
    """
    rows = list(rows)
    deciders = _Deciders(rows)
    steps = ((one, _step(user, one, deciders)) for one in rows)
    return [(one, step) for one, step in steps if step]


def _step(user: Any, revision: Revision, deciders: "_Deciders") -> str:
    document = revision.document
    if permissions.may_approve(user, document) and deciders.asks(user, document):
        signed = revision.reviewed_by_id and revision.reviewed_by_id != revision.author_id
        if signed or revision.author_id != user.pk:
            return "approve"
    needs_signature = revision.reviewed_by_id is None and deciders.wrote(revision)
    if needs_signature and revision.author_id != user.pk and permissions.may_sign(user, document):
        return "sign"
    return ""


class _Deciders:
    """Who has the deciding roles today, read once for a whole list."""

    def __init__(self, rows: list[Revision]) -> None:
        self.held: set[tuple[int, str, int]] = set()
        self.managed: set[int] = set()
        if not rows:
            return
        roles = RoleAssignment.objects.on(timezone.localdate()).filter(role__in=ROLES.values())
        for user_id, role, unit_id in roles.values_list("user_id", "role", "unit_id"):
            self.held.add((user_id, role, unit_id))
            if role == Role.MANAGER:
                self.managed.add(unit_id)

    def asks(self, user: Any, document: Document) -> bool:
        if document.approver != Approver.MANAGER:
            return True
        own = document.owner_unit_id in grants.own_unit_ids(user)
        return own or document.owner_unit_id not in self.managed

    def wrote(self, revision: Revision) -> bool:
        """Whether the author is the one who decides."""
        document = revision.document
        if document.approver == Approver.PROCESS_OWNER:
            return owner_id(document.home_process()) == revision.author_id
        role = ROLES[document.approver]
        places = {unit for user, held, unit in self.held if user == revision.author_id and held == role}
        return document.owner_unit_id in places if document.approver == Approver.MANAGER else bool(places)


def tasks(user: Any) -> Iterator[Task]:
    """Everything of documents in *Mitt arbete*."""
    for revision, step in waiting_for(user, in_review(user)):
        yield _decision(revision, step)
    yield from _sent_back(user)
    mine = Document.objects.visible_to(user).filter(responsible__in=list(stands_for(user)))
    yield from _reviews(mine, until=AHEAD)


def _decision(revision: Revision, step: str) -> Task:
    document = revision.document
    verb = "Fastställ" if step == "approve" else "Granska"
    return Task(
        sentence=f"{verb} {document.title}, version {revision.label}",
        url=revision.get_absolute_url(),
        button=verb,
        kind=KIND,
        unit=document.owner_unit.name,
    )


def _sent_back(user: Any) -> Iterator[Task]:
    back = RevisionTransition.objects.filter(obj=OuterRef("pk"), name="send_back")
    rows = Revision.objects.visible_to(user).filter(
        Exists(back), status=RevisionStatus.DRAFT, author__in=list(stands_for(user))
    )
    for revision in rows.select_related("document__owner_unit")[:MOST]:
        yield Task(
            sentence=f"Komplettera {revision.document.title}, version {revision.label}",
            url=revision.get_absolute_url(),
            button="Komplettera",
            kind=KIND,
            unit=revision.document.owner_unit.name,
        )


def _reviews(documents: Any, *, until: timedelta = timedelta()) -> Iterator[Task]:
    """Documents in force whose date of review comes within ``until``, or has passed."""
    today = timezone.localdate()
    due = documents.in_force().filter(next_review__lte=today + until).select_related("owner_unit")
    for document in due.order_by("next_review", "pk")[:MOST]:
        yield Task(
            sentence=f"Se över {document.title}",
            url=document.get_absolute_url(),
            button="Se över",
            due=document.next_review,
            starts=document.next_review - AHEAD,
            kind=KIND,
            unit=document.owner_unit.name,
        )


def week(user: Any) -> Iterator[Task]:
    """For a manager: what waits to be fastställt, and the unit's documents whose review is late."""
    led = grants.scope(user, OrganisationPermission.LEAD_UNIT).unit_ids & grants.own_unit_ids(user)
    if not led:
        return
    for revision, step in waiting_for(user, in_review(user)):
        if step == "approve":
            yield _decision(revision, step)
    late = Document.objects.visible_to(user).filter(owner_unit__in=list(led)).overdue()
    yield from list(_reviews(late))[:SHOWN_LATE]


def news(user: Any, since: datetime) -> Iterator[Task]:
    """Versions fastställda since then that hold today and that ``user`` may read, the latest first."""
    rows = Revision.objects.visible_to(user).in_force().filter(approved_at__gte=since)
    for revision in rows.select_related("document__owner_unit").order_by("-approved_at")[:SHOWN_NEWS]:
        yield Task(
            sentence=f"{revision.document.title}, version {revision.label}",
            url=reverse("documents:document", args=[revision.document_id]),
            button="Läs",
            kind=KIND,
            unit=revision.document.owner_unit.name,
        )
