"""What waits for a person in cases and åtgärder, a manager's week, and the answers to one's reports.

The first page asks for all three, so everything is read in one query, once a user object. A case in which
somebody is jävig is weighed by the rule of one case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, DateField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Least
from django.urls import reverse
from django.utils import timezone

from improvement import clocks, permissions, waits
from improvement.enums import OPEN_STATUSES, Clock, DeviationStatus, MeasureStatus, Suspicion
from improvement.models import Deviation, EffectCheck, Measure, circles
from improvement.permissions import Permission
from kvalitet.organisation import grants, line
from kvalitet.registries import Task

KIND = "improvement"
CASE, ANSWER, TO_DO, TO_JUDGE = "case", "answer", "to_do", "to_judge"
TO_ANSWER = "to_answer"
# What is the user's only when the case behind it is.
BY_CASE = (CASE, TO_JUDGE, waits.EXCHANGE)
MOST = 60
SHOWN_NEWS = 6
AHEAD = timedelta(days=30)
NEWS_WITHIN = timedelta(days=90)
MINE = "urval=mitt&forsenad"
UNPLACED = "Inte fördelad"
BUTTONS = {
    DeviationStatus.REPORTED: ("Ta emot", "Ta emot"),
    DeviationStatus.RECEIVED: ("Bedöm", "Handlägg"),
    DeviationStatus.INVESTIGATING: ("Utred", "Utred"),
    DeviationStatus.ACTING: ("Åtgärda och svara på", "Öppna"),
}


@dataclass(frozen=True)
class _Row:
    """A case or an åtgärd. ``day`` is when it is due, or for an answer when it came."""

    what: str
    pk: int
    case_id: int | None
    title: str
    status: str
    unit: str | None
    day: date
    is_answered: bool
    is_suspected: bool
    place: int | None
    barred: list[int]
    late: str  # the clocks that are late, of a case


def rows(user: Any) -> list[_Row]:
    if not permissions.may_report(user):
        return []
    if not hasattr(user, "_improvement_work"):
        cases = Deviation.objects.filter(_open_cases(user)).not_denied(user).values("pk")
        measures = _to_do(user), _to_answer(user), _to_judge(user)
        others = (_answers(user), *measures, *waits.rows(user, cases))
        found = _cases(user).union(*others, all=True)
        user._improvement_work = _weighed(user, [_Row(*row) for row in found])
    found_before: list[_Row] = user._improvement_work
    return found_before


def _columns(
    rows: Any, what: str, case: str, *, title: Any, day: Any, is_answered: Any, late: Any = None
) -> Any:
    """The columns of ``_Row``; ``case`` is the path to the case."""
    barred = circles.denials().filter(object_id=OuterRef(case)).order_by().values("user_id")
    path = case.removesuffix("pk")
    return rows.order_by().values_list(
        Value(what, output_field=CharField()),
        "pk",
        case,
        Cast(title, CharField()),
        Cast("status", CharField()),
        "unit__name",
        Cast(day, DateField()),
        is_answered,
        Coalesce(Q(**{f"{path}suspicion": Suspicion.SUSPECTED}), Value(False)),
        f"{path}unit_id",
        ArraySubquery(barred),
        Cast(late or Value(""), CharField()),
    )


def _next_day() -> Any:
    """The day of the clock that a case runs against now: the nearest of those that its status may stop."""
    receive, investigate = (Least(F(name), F("answer_by")) for name in ("receive_by", "investigate_by"))
    in_hand = [DeviationStatus.RECEIVED, DeviationStatus.INVESTIGATING]
    return Case(
        When(status=DeviationStatus.REPORTED, then=receive),
        When(status__in=in_hand, then=investigate),
        default=F("answer_by"),
    )


def _late_clocks() -> Any:
    """The clocks of a case that are late, as words with spaces between."""
    today = timezone.localdate()
    late = (When(clocks.late(one, today), then=Value(f"{one.value} ")) for one in Clock)
    return Concat(*(Case(one, default=Value("")) for one in late), output_field=CharField())


def _cases_of(user: Any) -> Q:
    """Cases that may be ``user``'s to handle or judge: those with jäv in them are yet to be weighed."""
    where = circles.handed_over(user)
    for owner in {one.substitutes_for or user.pk for one in grants.held(user) if one.role in line.RECEIVING}:
        where |= Q(unit__in=line.first_hand_of(owner))
    scope = grants.scope(user, Permission.LIST_CASES).unit_ids
    has_denial = Q(pk__in=circles.denials().values("object_id"))
    if scope:
        where |= has_denial & Q(unit__in=list(scope))
    if permissions.distributes(user):
        where |= Q(unit=None) | has_denial | Q(unit__in=line.unanswered())
    if grants.scope(user, Permission.READ_SUSPECTED):
        where |= Q(suspicion=Suspicion.SUSPECTED) & circles.judged(user)
    return where


def _open_cases(user: Any) -> Q:
    return _cases_of(user) & Q(status__in=OPEN_STATUSES)


def _cases(user: Any) -> Any:
    answered = Q(answered_at__isnull=False)
    rows = Deviation.objects.filter(_open_cases(user)).not_denied(user)
    return _columns(
        rows, CASE, "pk", title=Value(""), day=_next_day(), is_answered=answered, late=_late_clocks()
    )


def _answers(user: Any) -> Any:
    since = timezone.now() - NEWS_WITHIN
    rows = Deviation.objects.reported_by(user).filter(answered_at__gte=since).exclude(answered_by=user.pk)
    return _columns(
        rows, ANSWER, "pk", title=Value(""), day=F("answered_at"), is_answered=Q(pk__isnull=False)
    )


def _to_do(user: Any) -> Any:
    soon = timezone.localdate() + AHEAD
    still = [MeasureStatus.PLANNED, MeasureStatus.ONGOING]
    mine = Measure.objects.assigned_to(user).filter(status__in=still, due__lte=soon)
    asked = Measure.objects.awaiting_answer().values("pk")
    return _of_measures(mine.exclude(pk__in=asked), TO_DO, "due")


def _to_answer(user: Any) -> Any:
    return _of_measures(Measure.objects.assigned_to(user).awaiting_answer(), TO_ANSWER, "due")


def _to_judge(user: Any) -> Any:
    """Of the cases above, and of those that are closed while a later round is left: which of those are the
    user's is known when they have been weighed. Of other sources those of the units one leads.
    """
    cases = Deviation.objects.filter(_cases_of(user)).not_denied(user).values("pk")
    rows = Measure.objects.to_judge().filter(Q(deviation__in=cases) | _led(user))
    return _of_measures(rows, TO_JUDGE, "judge_on", judge_on=judge_day())


def _led(user: Any) -> Q:
    """Åtgärder of other sources in units that ``user`` receives for."""
    owners = {one.substitutes_for or user.pk for one in grants.held(user) if one.role in line.RECEIVING}
    units: list[Any] = [line.first_hand_of(owner) for owner in owners]
    if permissions.distributes(user):
        units.append(line.unanswered())
    where = Q(pk__in=[])
    for one in units:
        where |= Q(analysis__unit__in=one) | Q(review__unit__in=one) | Q(proposal__unit__in=one)
    return where


def judge_day() -> Any:
    """The day to judge: of the first round on the åtgärd, of the later ones on the round itself."""
    later = EffectCheck.objects.open().filter(measure=OuterRef("pk")).values("due")[:1]
    return Case(When(status=MeasureStatus.JUDGED, then=Subquery(later)), default=F("effect_on"))


def _of_measures(rows: Any, what: str, day: str, **more: Any) -> Any:
    no = Q(pk__isnull=True)
    rows = rows.annotate(**more)
    return _columns(rows, what, "deviation__pk", title=F("title"), day=F(day), is_answered=no)


def _weighed(user: Any, rows: list[_Row]) -> list[_Row]:
    """Without the cases whose jäv makes them another's; no query when there are none."""
    doubtful = {one.case_id: one for one in rows if one.barred and one.what in BY_CASE}
    if not doubtful:
        return rows
    chains = line.chains({one.place for one in doubtful.values() if one.place})
    others: set[int | None] = {
        pk
        for pk, one in doubtful.items()
        if pk not in permissions.handed_over(user)
        and not permissions.receives_along(user, chains.get(one.place or 0, []), frozenset(one.barred))
    }
    if others and grants.scope(user, Permission.READ_SUSPECTED):
        judged = Deviation.objects.filter(pk__in=[one for one in others if one]).filter(circles.judged(user))
        others -= set(judged.values_list("pk", flat=True))
    return [one for one in rows if one.case_id not in others or one.what not in BY_CASE]


def tasks(user: Any) -> Iterator[Task]:
    """Everything of cases and åtgärder in *Mitt arbete*: to receive, to judge, to do, to follow up."""
    shown = sorted(rows(user), key=lambda one: (one.day, one.pk))
    makers = {CASE: _case_task, TO_ANSWER: _to_answer_task, TO_DO: _to_do_task, TO_JUDGE: _to_judge_task}
    for what, make in makers.items():
        made = (make(user, one) for one in shown if one.what == what)
        yield from [task for task in made if task][:MOST]


def _case_task(user: Any, row: _Row) -> Task | None:
    url, unit = reverse("improvement:deviation", args=[row.pk]), row.unit or UNPLACED
    if row.is_suspected and grants.scope(user, Permission.READ_SUSPECTED):
        sentence = f"Bedöm om avvikelse {row.pk} är ett missförhållande"
        return Task(sentence, url, "Bedöm", due=row.day, kind=KIND, unit=unit)
    if row.status not in BUTTONS:
        return None
    verb, button = BUTTONS[DeviationStatus(row.status)]
    due = None if row.is_answered else row.day
    values: dict[str, Any] = {"due": due, "kind": KIND, "unit": unit}
    if row.status == DeviationStatus.REPORTED and row.place:
        values |= {"at_once": "Tackar, mottaget", "at_once_url": reverse("improvement:thank", args=[row.pk])}
    return Task(f"{verb} avvikelse {row.pk}", url, button, **values)


def _to_do_task(user: Any, row: _Row) -> Task:
    return _measure_task(row, f"Genomför: {row.title}", "Öppna")


def _to_answer_task(user: Any, row: _Row) -> Task:
    return _measure_task(row, f"Svara om du tar åtgärden: {row.title}", "Svara")


def _to_judge_task(user: Any, row: _Row) -> Task:
    return _measure_task(row, f"Bedöm effekten: {row.title}", "Bedöm")


def _measure_task(row: _Row, sentence: str, button: str) -> Task:
    url = reverse("improvement:measure", args=[row.pk])
    return Task(sentence, url, button, due=row.day, kind=KIND, unit=row.unit or "")


def week(user: Any) -> Iterator[Task]:
    """For a manager: how many to receive, and which clocks are late."""
    if not any(one.role in line.RECEIVING for one in grants.held(user)):
        return
    url = reverse("improvement:deviations")
    cases = [one for one in rows(user) if one.what == CASE]
    waiting = [row for row in cases if row.status == DeviationStatus.REPORTED]
    late = {clock: [row for row in cases if clock.value in row.late.split()] for clock in Clock}
    for found, one, many, query in (
        (waiting, "avvikelse att ta emot", "avvikelser att ta emot", "urval=mitt&status=reported"),
        (late[Clock.RECEIVE], "inte mottagen i tid", "inte mottagna i tid", f"{MINE}=ta-emot"),
        (
            late[Clock.INVESTIGATE],
            "försenad utredning",
            "försenade utredningar",
            f"{MINE}=utreda",
        ),
        (late[Clock.ANSWER], "försenat svar", "försenade svar", "urval=sena"),
    ):
        if len(found) == 1:
            # By its own address it is not told once more in Att göra.
            own = reverse("improvement:deviation", args=[found[0].pk])
            yield Task(f"1 {one}", own, "Visa", kind=KIND, unit=found[0].unit or UNPLACED)
        elif found:
            yield Task(f"{len(found)} {many}", f"{url}?{query}", "Visa", kind=KIND)


def news(user: Any, since: datetime) -> Iterator[Task]:
    """Answers to what the person reported, the latest first."""
    day = timezone.localdate(since)
    answers = [one for one in rows(user) if one.what == ANSWER and one.day >= day]
    for row in sorted(answers, key=lambda one: one.day, reverse=True)[:SHOWN_NEWS]:
        url = reverse("improvement:deviation", args=[row.pk])
        yield Task(f"Du har fått svar på avvikelse {row.pk}", url, "Läs", kind=KIND, unit=row.unit or "")
