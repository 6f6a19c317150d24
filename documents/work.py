"""What waits for a person: to decide, to sign, to complete, to look over; and what is new."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone

from documents import permissions
from documents.enums import Approver
from documents.models import (
    Document,
    DocumentLink,
    ReviewAnswer,
    ReviewRound,
    Revision,
    RevisionTransition,
)
from documents.models.revision import asked_about
from documents.permissions import DECIDING_ROLES
from documents.waiting import AHEAD, MOST, Review, led_by, waiting
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment
from kvalitet.registries import Task
from kvalitet.versions import RevisionStatus
from processes.permissions import owner_id, stands_for

SHOWN_NEWS = 12
SHOWN_LATE = 8
KIND = "documents"


def in_review(user: Any) -> list[Revision]:
    """Versions under granskning that ``user`` may read, the oldest first, ready for the rules."""
    return _with_links(_under_work(user, Q(status=RevisionStatus.IN_REVIEW)))


def _with_links(rows: Iterable[Revision]) -> list[Revision]:
    found = list(rows)
    links = DocumentLink.objects.select_related("process__parent__parent")
    prefetch_related_objects(found, Prefetch("document__links", links))
    return found


def _under_work(user: Any, wanted: Q) -> Any:
    """The oldest of what ``user`` may read and is ``wanted``."""
    rows = Revision.objects.visible_to(user).filter(wanted)
    return _with_deciders(rows).order_by("created_at", "pk")[:MOST]


def _with_deciders(rows: Any) -> Any:
    """With who has the deciding roles today, those of the author and whether the unit has a manager; and
    since when each has waited.
    """
    today = (
        RoleAssignment.objects.on(timezone.localdate()).filter(role__in=DECIDING_ROLES.values()).order_by()
    )
    of_author = today.filter(user=OuterRef("author"))
    managers = today.filter(role=Role.MANAGER, unit=OuterRef("document__owner_unit"))
    moves = RevisionTransition.objects.filter(obj=OuterRef("pk"), name__in=("send", "send_back"))
    rounds = ReviewRound.objects.filter(revision=OuterRef("pk"), closed_at=None).order_by()
    answers = ReviewAnswer.objects.filter(remiss__revision=OuterRef("pk"), remiss__closed_at=None).order_by()
    return rows.annotate(
        author_roles=ArraySubquery(of_author.values(held=JSONObject(role="role", unit="unit_id"))),
        is_managed=Exists(managers),
        moved_at=Subquery(moves.order_by("-at").values("at")[:1]),
        was_sent_back=Exists(moves.filter(name="send_back")),
        remiss_due=Subquery(rounds.values("due")[:1]),
        answered=ArraySubquery(answers.values("person")),
    ).select_related("document__owner_unit", "author")


def _mine(user: Any) -> tuple[list[tuple[Revision, str]], list[Revision]]:
    """What waits for ``user`` with its step, and what was sent back to them; read once per user object.

    The first page tells of the latest versions too, so they are read in the same query.
    """
    if not hasattr(user, "_documents_waiting"):
        back = RevisionTransition.objects.filter(obj=OuterRef("pk"), name="send_back")
        late = ReviewRound.objects.filter(
            revision=OuterRef("pk"), closed_at=None, due__lt=timezone.localdate()
        )
        own = Q(status=RevisionStatus.DRAFT, author__in=list(stands_for(user)))
        wanted = Q(status=RevisionStatus.IN_REVIEW) | (own & (Q(Exists(back)) | Q(Exists(late))))
        asked = asked_about(user)
        if asked:
            wanted |= Q(status=RevisionStatus.DRAFT, document__in=asked)
        under_work = _under_work(user, wanted)
        rows = _with_links(under_work.union(_latest(user), all=True))
        reviewed = [one for one in rows if one.status == RevisionStatus.IN_REVIEW]
        drafts: list[Any] = [one for one in rows if one.status == RevisionStatus.DRAFT]
        user._documents_remiss = [one for one in drafts if one.remiss_due]
        sent_back = [one for one in drafts if one.was_sent_back and one.author_id in stands_for(user)]
        user._documents_new = [one for one in rows if one.approved_at]
        user._documents_waiting = waiting_for(user, reviewed), sent_back
    found: tuple[list[tuple[Revision, str]], list[Revision]] = user._documents_waiting
    return found


def waiting_for(user: Any, rows: Iterable[Revision]) -> list[tuple[Revision, str]]:
    """Those of ``rows``, as ``in_review`` has them, whose next step is this person's: "approve" or "sign".

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
    """Who has the deciding roles today, as it was read with the versions."""

    def __init__(self, rows: list[Any]) -> None:
        self.held = {(one.author_id, role["role"], role["unit"]) for one in rows for role in one.author_roles}
        self.managed = {one.document.owner_unit_id for one in rows if one.is_managed}

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
        role = DECIDING_ROLES[document.approver]
        places = {unit for user, held, unit in self.held if user == revision.author_id and held == role}
        return document.owner_unit_id in places if document.approver == Approver.MANAGER else bool(places)


def tasks(user: Any) -> Iterator[Task]:
    """Everything of documents in *Mitt arbete*."""
    to_decide, sent_back = _mine(user)
    for revision, step in to_decide:
        yield _decision(revision, step)
    for revision in sent_back:
        yield _completion(revision)
    yield from _remisses(user)
    mine = stands_for(user)
    own = [one for one in waiting(user).reviews if one.responsible_id in mine]
    for review in own[:MOST]:
        yield _review(review)


def _remisses(user: Any) -> Iterator[Task]:
    """To answer, and to close one's own when the time is out."""
    asked, today = set(asked_about(user)), timezone.localdate()
    for one in user._documents_remiss:
        if one.document_id in asked and user.pk not in one.answered:
            yield _remiss(one, "Svara på remissen av", "Svara")
        if one.author_id in stands_for(user) and one.remiss_due < today:
            yield _remiss(one, "Stäng eller förläng remissen av", "Öppna")


def _remiss(revision: Any, words: str, button: str) -> Task:
    return Task(
        sentence=f"{words} {revision.document.title}",
        url=reverse("documents:remiss", args=[revision.document_id, revision.label]),
        button=button,
        due=revision.remiss_due,
        kind=KIND,
        unit=revision.document.owner_unit.name,
    )


def _since(revision: Any) -> date:
    """The day it was sent, or sent back, as ``_under_work`` read it."""
    return timezone.localdate(revision.moved_at or revision.created_at)


def _decision(revision: Revision, step: str) -> Task:
    document = revision.document
    verb = "Fastställ" if step == "approve" else "Granska"
    return Task(
        sentence=f"{verb} {document.title}, version {revision.label}",
        url=revision.get_absolute_url(),
        button=verb,
        since=_since(revision),
        kind=KIND,
        unit=document.owner_unit.name,
    )


def _completion(revision: Revision) -> Task:
    return Task(
        sentence=f"Komplettera {revision.document.title}, version {revision.label}",
        url=revision.get_absolute_url(),
        button="Komplettera",
        since=_since(revision),
        kind=KIND,
        unit=revision.document.owner_unit.name,
    )


def _review(review: Review) -> Task:
    return Task(
        sentence=f"Se över {review.title}",
        url=reverse("documents:document", args=[review.document_id]),
        button="Se över",
        due=review.due,
        starts=review.due - AHEAD,
        kind=KIND,
        unit=review.unit,
    )


def week(user: Any) -> Iterator[Task]:
    """For a manager: what waits to be fastställt, and the unit's documents whose review is late."""
    led = led_by(user)
    if not led:
        return
    to_decide, _ = _mine(user)
    for revision, step in to_decide:
        if step == "approve":
            yield _decision(revision, step)
    late = [one for one in waiting(user).reviews if one.unit_id in led and one.is_late]
    for review in late[:SHOWN_LATE]:
        yield _review(review)


def _latest(user: Any) -> Any:
    """The versions fastställda last that hold today and that ``user`` may read."""
    rows = Revision.objects.visible_to(user).in_force()
    return _with_deciders(rows).order_by("-approved_at")[:SHOWN_NEWS]


def _new(user: Any) -> list[Revision]:
    if not user.is_authenticated:
        return list(_latest(user))
    _mine(user)
    found: list[Revision] = user._documents_new
    return found


def news(user: Any, since: datetime) -> Iterator[Task]:
    """Of the latest versions those that were fastställda since then, the latest first."""
    told = ((one.approved_at, one) for one in _new(user) if one.approved_at and one.approved_at >= since)
    for _, revision in sorted(told, key=lambda one: one[0], reverse=True):
        yield Task(
            sentence=f"{revision.document.title}, version {revision.label}",
            url=reverse("documents:document", args=[revision.document_id]),
            button="Läs",
            kind=KIND,
            unit=revision.document.owner_unit.name,
        )
