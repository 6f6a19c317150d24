"""A remiss of a draft: who is asked, what they answer, what is decided on each answer, and its end."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from documents import notices, permissions
from documents.actions.documents import lock, require
from documents.enums import AnswerDecision
from documents.models import ReviewAnswer, ReviewInvitation, ReviewRound, Revision
from documents.models.access import reviewers_of
from documents.permissions import Permission
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, Unit, User
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked

ANSWER_FOR_UNIT = (Role.MANAGER, Role.REPRESENTATIVE)
CLOSED = "Remissen är stängd. Ditt svar är inte sparat. Kontakta den som skickade den om det är viktigt."
CLOSED_NOW = "Remissen är redan stängd. Inget är ändrat."


@transaction.atomic
def start_round(
    revision: Revision,
    *,
    user: Any,
    question: str,
    due: date,
    people: Iterable[User] = (),
    units: Iterable[Unit] = (),
) -> ReviewRound:
    """Send a draft on remiss to persons and units, who may read it until the remiss is closed."""
    lock(revision.document)
    fresh: Revision = Revision.objects.select_related("document__owner_unit").get(pk=revision.pk)
    require(permissions.may_write_version(user, fresh), "skicka versionen på remiss")
    people, units = list(people), list(units)
    _refuse_start(fresh, due, people, units)
    made = ReviewRound.objects.create(revision=fresh, question=question.strip(), due=due, started_by=user)
    _ask(made, people=people, units=units, user=user)
    return made


def _refuse_start(revision: Revision, due: date, people: list[User], units: list[Unit]) -> None:
    if revision.status != RevisionStatus.DRAFT:
        raise Blocked(
            [f"Versionen är {revision.get_status_display().lower()}. Bara ett utkast skickas på remiss."]
        )
    if revision.minor:
        raise Blocked(["En redaktionell ändring skickas inte på remiss. Gör den till en ny version."])
    if revision.rounds.filter(closed_at=None).exists():
        raise Blocked(["Versionen är redan ute på remiss. Öppna den och fråga fler där."])
    if not people and not units:
        raise Blocked(["Välj minst en person eller enhet som ska svara."])
    _refuse_day(due)


def _refuse_day(due: date) -> None:
    if due < timezone.localdate():
        raise Blocked(["Sista svarsdagen kan inte ligga bakåt i tiden."])


def _ask(remiss: ReviewRound, *, people: list[User], units: list[Unit], user: Any) -> None:
    for person in people:
        if grants.is_denied(person, remiss.revision.document):
            raise Blocked([f"{person} är jävig och kan inte tillfrågas."])
    rows = [ReviewInvitation(remiss=remiss, person=one, created_by=user) for one in people]
    rows += [ReviewInvitation(remiss=remiss, unit=one, created_by=user) for one in units]
    asked_before = answering(remiss)
    ReviewInvitation.objects.bulk_create(rows)
    sync_asked(remiss)
    new = [one for pk, one in answering(remiss).items() if pk not in asked_before and pk != user.pk]
    notices.tell_asked(new, remiss)


def answering(remiss: ReviewRound) -> dict[int, User]:
    """Those who may answer today, by id: those asked by name, and managers and ombud of the units."""
    asked = list(remiss.invitations.select_related("person"))
    found = {one.person.pk: one.person for one in asked if one.person}
    units = [one.unit_id for one in asked if one.unit_id]
    for role in ANSWER_FOR_UNIT if units else ():
        found |= {row.user_id: row.user for row in grants.holders(role, units)}
    return found


def sync_asked(remiss: ReviewRound) -> None:
    """Let exactly those read the draft who may answer today, and those who stand in for them.

    Roles and absences change while a remiss is open, so this is done anew each night.
    """
    document = remiss.revision.document
    wanted: set[int] = set()
    if remiss.is_open:
        people = set(answering(remiss))
        wanted = people | set(grants.substitutes_of(people).values())
    held = reviewers_of(document)
    for pk, person in held.items():
        if pk not in wanted:
            grants.withdraw(person, Permission.REVIEWER, document)
    for person in User.objects.filter(pk__in=wanted - set(held), is_active=True):
        grants.allow(person, Permission.REVIEWER, document)


def _lock_round(remiss: ReviewRound) -> ReviewRound:
    lock(remiss.revision.document)
    rows = ReviewRound.objects.select_for_update(of=("self",))
    return rows.select_related("revision__document__owner_unit", "started_by", "revision__author").get(
        pk=remiss.pk
    )


@transaction.atomic
def change_round(
    remiss: ReviewRound, *, user: Any, due: date, people: Iterable[User] = (), units: Iterable[Unit] = ()
) -> ReviewRound:
    """Give more time, or ask more; those who have not answered are told of a new last day."""
    fresh = _lock_round(remiss)
    require(permissions.may_write_version(user, fresh.revision), "ändra remissen")
    if not fresh.is_open:
        raise Blocked([CLOSED_NOW])
    if due != fresh.due:
        _refuse_day(due)
        fresh.due = due
        fresh.save(update_fields=["due"])
        notices.tell_asked(unanswered(fresh), fresh, words="Ny sista dag att svara på en remiss")
    asked = list(fresh.invitations.all())
    known, known_units = {one.person_id for one in asked}, {one.unit_id for one in asked}
    more = [one for one in people if one.pk not in known]
    more_units = [one for one in units if one.pk not in known_units]
    _ask(fresh, people=more, units=more_units, user=user)
    return fresh


def unanswered(remiss: ReviewRound) -> list[User]:
    """Those who may answer and have not, nor anybody for their unit."""
    answers = list(remiss.answers.all())
    said, units = {one.person_id for one in answers}, {one.unit_id for one in answers if one.unit_id}
    by_name = set(remiss.invitations.exclude(person=None).values_list("person", flat=True))
    waiting = set(remiss.invitations.exclude(unit=None).values_list("unit", flat=True)) - units
    of_units = RoleAssignment.objects.on(timezone.localdate()).filter(
        unit__in=waiting, role__in=ANSWER_FOR_UNIT
    )
    wanted = by_name | set(of_units.values_list("user", flat=True))
    return [one for pk, one in answering(remiss).items() if pk in wanted - said]


def units_of(user: Any, remiss: ReviewRound) -> list[Unit]:
    """The asked units that ``user`` may answer for by a role there, their own or as ersättare."""
    mine = {one.unit_id for one in grants.held(user) if one.role in ANSWER_FOR_UNIT}
    return list(Unit.objects.filter(pk__in=remiss.invitations.filter(unit__in=mine).values("unit")))


@transaction.atomic
def answer_round(remiss: ReviewRound, *, user: Any, text: str, unit: Unit | None = None) -> ReviewAnswer:
    """Answer, or write one's answer anew; an empty ``text`` is *utan synpunkter*."""
    fresh = _lock_round(remiss)
    if not fresh.is_open:
        raise Blocked([CLOSED])
    require(permissions.may_answer(user, fresh.revision.document), "svara på remissen")
    if unit is not None and unit not in units_of(user, fresh):
        raise ValidationError({"unit": "Du kan inte svara för den enheten."})
    made = fresh.answers.filter(person=user).first() or ReviewAnswer(remiss=fresh, person=user)
    if made.decision:
        raise Blocked(
            ["Ditt svar är redan behandlat. Kontakta den som skickade remissen om du vill lägga till något."]
        )
    is_new = made.pk is None
    made.text, made.unit, made.answered_at = text.strip(), unit, timezone.now()
    made.save()
    if is_new and not unanswered(fresh):
        notices.tell_writers(fresh, "Alla har svarat på remissen", user=user)
    return made


@transaction.atomic
def decide_answer(answer: ReviewAnswer, *, user: Any, decision: str, reason: str = "") -> ReviewAnswer:
    """Say what is done with a comment, and why."""
    remiss = _lock_round(answer.remiss)
    fresh: ReviewAnswer = ReviewAnswer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    require(permissions.may_write_version(user, remiss.revision), "besluta om synpunkten")
    if not fresh.text:
        raise Blocked(["Ett svar utan synpunkter behöver inget beslut."])
    if remiss.revision.status != RevisionStatus.DRAFT:
        raise Blocked(["Versionen är inte längre ett utkast. Besluten om synpunkterna ligger fast."])
    if decision == AnswerDecision.REJECTED and not reason.strip():
        raise ValidationError({"reason": "Skriv varför synpunkten inte införs."})
    fresh.decision, fresh.reason = decision, reason.strip()
    fresh.decided_at, fresh.decided_by = timezone.now(), user
    fresh.save()
    return fresh


@transaction.atomic
def close_round(remiss: ReviewRound, *, user: Any) -> ReviewRound:
    """No more answers; those who were asked no longer read the draft by being asked."""
    fresh = _lock_round(remiss)
    require(permissions.may_write_version(user, fresh.revision), "stänga remissen")
    if not fresh.is_open:
        raise Blocked([CLOSED_NOW])
    return _close(fresh, user=user)


def _close(remiss: ReviewRound, *, user: Any) -> ReviewRound:
    remiss.closed_at, remiss.closed_by = timezone.now(), user
    remiss.save(update_fields=["closed_at", "closed_by"])
    sync_asked(remiss)
    return remiss


def close_open(revision: Revision, *, user: Any) -> None:
    """Part of throwing a draft away."""
    for one in ReviewRound.objects.filter(revision=revision, closed_at=None).select_related(
        "revision__document"
    ):
        if permissions.may_write_version(user, one.revision):
            _close(one, user=user)
