"""What waits for a person in cases and åtgärder, a manager's week, and the answers to one's reports.

The first page asks for all three, so everything is read in one query, once a user object. A case in which
somebody is jävig is weighed by the rule of one case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, DateField, F, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from improvement import permissions
from improvement.enums import OPEN_STATUSES, DeviationStatus, MeasureStatus, Suspicion
from improvement.learning import waiting
from improvement.models import Deviation, Measure, circles
from improvement.permissions import Permission
from kvalitet.organisation import grants, line
from kvalitet.registries import Task

KIND = "improvement"
CASE, ANSWER, TO_DO, TO_JUDGE = "case", "answer", "to_do", "to_judge"
MOST = 60
SHOWN_NEWS = 6
AHEAD = timedelta(days=30)
NEWS_WITHIN = timedelta(days=90)
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
    case_id: int
    title: str
    status: str
    unit: str | None
    day: date
    is_answered: bool
    is_suspected: bool
    place: int | None
    barred: list[int]


def rows(user: Any) -> list[_Row]:
    if not permissions.may_report(user):
        return []
    if not hasattr(user, "_improvement_work"):
        others = waiting.rows(user)
        found = _cases(user).union(_answers(user), _to_do(user), _to_judge(user), *others, all=True)
        user._improvement_work = _weighed(user, [_Row(*row) for row in found])
    found_before: list[_Row] = user._improvement_work
    return found_before


def _columns(rows: Any, what: str, case: str, *, title: Any, day: str, is_answered: Any) -> Any:
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
        Cast(F(day), DateField()),
        is_answered,
        Q(**{f"{path}suspicion": Suspicion.SUSPECTED}),
        f"{path}unit_id",
        ArraySubquery(barred),
    )


def _open_cases(user: Any) -> Q:
    """Open cases that may be ``user``'s to handle or judge: those with jäv in them are yet to be weighed."""
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
    return where & Q(status__in=OPEN_STATUSES)


def _cases(user: Any) -> Any:
    answered = Q(answered_at__isnull=False)
    rows = Deviation.objects.filter(_open_cases(user)).not_denied(user)
    return _columns(rows, CASE, "pk", title=Value(""), day="answer_by", is_answered=answered)


def _answers(user: Any) -> Any:
    since = timezone.now() - NEWS_WITHIN
    rows = Deviation.objects.reported_by(user).filter(answered_at__gte=since).exclude(answered_by=user.pk)
    return _columns(rows, ANSWER, "pk", title=Value(""), day="answered_at", is_answered=Q(pk__isnull=False))


def _to_do(user: Any) -> Any:
    soon = timezone.localdate() + AHEAD
    still = [MeasureStatus.PLANNED, MeasureStatus.ONGOING]
    rows = Measure.objects.assigned_to(user).filter(status__in=still, due__lte=soon)
    return _of_measures(rows, TO_DO, "due")


def _to_judge(user: Any) -> Any:
    """Of the cases above: which of those are the user's is known when they have been weighed."""
    cases = Deviation.objects.filter(_open_cases(user)).not_denied(user).values("pk")
    return _of_measures(Measure.objects.to_judge().filter(deviation__in=cases), TO_JUDGE, "effect_on")


def _of_measures(rows: Any, what: str, day: str) -> Any:
    no = Q(pk__isnull=True)
    return _columns(rows, what, "deviation__pk", title=F("title"), day=day, is_answered=no)


def _weighed(user: Any, rows: list[_Row]) -> list[_Row]:
    """Without the cases whose jäv makes them another's; no query when there are none."""
    doubtful = {one.case_id: one for one in rows if one.barred and one.what in (CASE, TO_JUDGE)}
    if not doubtful:
        return rows
    chains = line.chains({one.place for one in doubtful.values() if one.place})
    others = {
        pk
        for pk, one in doubtful.items()
        if pk not in permissions.handed_over(user)
        and not permissions.receives_along(user, chains.get(one.place or 0, []), frozenset(one.barred))
    }
    if others and grants.scope(user, Permission.READ_SUSPECTED):
        judged = Deviation.objects.filter(pk__in=others).filter(circles.judged(user))
        others -= set(judged.values_list("pk", flat=True))
    return [one for one in rows if one.case_id not in others or one.what in (ANSWER, TO_DO)]


def tasks(user: Any) -> Iterator[Task]:
    """Everything of cases and åtgärder in *Mitt arbete*: to receive, to judge, to do, to follow up."""
    shown = sorted(rows(user), key=lambda one: (one.day, one.pk))
    makers = {CASE: _case_task, TO_DO: _to_do_task, TO_JUDGE: _to_judge_task}
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
    return Task(f"{verb} avvikelse {row.pk}", url, button, due=due, kind=KIND, unit=unit)


def _to_do_task(user: Any, row: _Row) -> Task:
    return _measure_task(row, f"Genomför: {row.title}", "Öppna")


def _to_judge_task(user: Any, row: _Row) -> Task:
    return _measure_task(row, f"Bedöm effekten: {row.title}", "Bedöm")


def _measure_task(row: _Row, sentence: str, button: str) -> Task:
    url = reverse("improvement:measure", args=[row.pk])
    return Task(sentence, url, button, due=row.day, kind=KIND, unit=row.unit or "")


def week(user: Any) -> Iterator[Task]:
    """For a manager: how many to receive, and which answers are late."""
    if not any(one.role in line.RECEIVING for one in grants.held(user)):
        return
    today, url = timezone.localdate(), reverse("improvement:deviations")
    cases = [one for one in rows(user) if one.what == CASE]
    waiting = [row for row in cases if row.status == DeviationStatus.REPORTED]
    late = [row for row in cases if row.day < today and not row.is_answered]
    for found, one, many, query in (
        (waiting, "avvikelse att ta emot", "avvikelser att ta emot", "urval=mitt&status=reported"),
        (late, "försenat svar", "försenade svar", "urval=sena"),
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
