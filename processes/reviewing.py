"""Who may be asked to review a version, and by when; nothing is changed here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kvalitet.notifications import working_days_after
from kvalitet.organisation.grants import Reach
from kvalitet.organisation.models import RoleAssignment, Unit, User
from kvalitet.organisation.people import absences_today, day_in_words, employees
from kvalitet.sorting import Swedish
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from processes import permissions
from processes.models import Process, ProcessRevision
from processes.permissions import GRANTS, Permission

WORKING_DAYS = 10
LONGEST = timedelta(days=365)
NOBODY = "Välj vem som ska granska."
OWN = "Den som har skrivit versionen kan inte granska den. Välj någon annan."
NO_NOTE = "Skriv vad som är ändrat sedan den version som gäller."


def default_due(day: date | None = None) -> date:
    return working_days_after(day or timezone.localdate(), WORKING_DAYS)


@dataclass(frozen=True)
class Review:
    """A granskning that is going on: with whom, until when, and whether that day has been."""

    reviewer: Any
    due: date
    is_late: bool


def state(revision: ProcessRevision) -> Review | None:
    """How the granskning stands; None when none is going on, or when it is done."""
    is_going_on = revision.status == RevisionStatus.IN_REVIEW and revision.reviewed_by_id is None
    if not is_going_on or revision.review_due is None:
        return None
    return Review(revision.reviewer, revision.review_due, revision.review_due < timezone.localdate())


def reviewers(process: Process) -> Any:
    """Those who may review: the owner, and by role everywhere or where the process is used; by name."""
    reach = GRANTS[Permission.REVIEW].roles
    everywhere = [role for role, one in reach.items() if one is Reach.EVERYWHERE]
    on_units = [role for role in reach if role not in everywhere]
    units = Unit.objects.filter(pk__in=process.current_unit_ids())
    above = Unit.objects.get_queryset_ancestors(units, include_self=True).values("pk")
    held = RoleAssignment.objects.on(timezone.localdate()).filter(
        Q(role__in=everywhere) | Q(role__in=on_units, unit__in=above)
    )
    owner = permissions.owner_id(process) or 0
    return employees().filter(Q(pk=owner) | Q(pk__in=held.values("user"))).order_by(Swedish("name"), "pk")


def locked(revision: ProcessRevision) -> ProcessRevision:
    """The row as it is now, locked, with the processes above it."""
    rows = ProcessRevision.objects.select_for_update(of=("self",)).select_related("process__parent__parent")
    return rows.get(pk=revision.pk)


def note_of(revision: ProcessRevision, note: str | None) -> str:
    """What is changed since the version in force: ``note``, else what stands; Blocked when nothing does."""
    told = revision.change_note if note is None else note
    if not told.strip() and revision.process.revisions.published().exists():
        raise Blocked([NO_NOTE])
    return told


def question(
    revision: ProcessRevision,
    *,
    reviewer: Any,
    due: date | None,
    change_note: str | None,
    at: datetime | None,
) -> dict[str, Any]:
    """The columns of a question to review, put ``at`` (now); without a name it goes to the owner.

    Blocked when nobody, or somebody who may not, is asked, when the last day has been, or when the reviewer
    is not told what is changed.
    """
    day = timezone.localdate(at)
    note = note_of(revision, change_note)
    if reviewer is None:
        owner = permissions.owner_id(revision.process)
        reviewer = User.objects.filter(pk=owner, is_active=True).first() if owner else None
    due = _day(due or default_due(day), day)
    return {"reviewer": fit(revision, reviewer), "review_due": due, "change_note": note}


def next_reviewer(revision: ProcessRevision, reviewer: Any) -> dict[str, Any]:
    """The column of a granskning that is handed over; its last day stays."""
    if reviewer is not None and reviewer.pk == revision.reviewer_id:
        raise Blocked([f"{reviewer} har redan granskningen."])
    return {"reviewer": fit(revision, reviewer)}


def fit(revision: ProcessRevision, reviewer: Any) -> Any:
    """The one who is asked, when they may review the version; else Blocked."""
    if reviewer is None:
        raise Blocked([NOBODY])
    if reviewer.pk == revision.author_id:
        raise Blocked([OWN])
    if not permissions.may_review(reviewer, revision.process):
        raise Blocked([f"{reviewer} kan inte granska processen. Välj någon annan."])
    return reviewer


def _day(due: date, day: date) -> date:
    if due < day:
        raise Blocked(["Sista dagen för granskningen har redan varit. Välj en senare dag."])
    if due > day + LONGEST:
        raise Blocked(["Granskningen kan vänta högst ett år. Välj en tidigare dag."])
    return due


def away_today(people: Iterable[User]) -> dict[int, str]:
    """Those who are away, by id: "borta till 3 mars, Milla Ersättare är ersättare"."""
    away = absences_today(one.pk for one in people)
    return {
        one.user_id: f"borta till {day_in_words(one.last_day)}, {one.substitute} är ersättare" for one in away
    }
