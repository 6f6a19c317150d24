"""What waits for a person in cases and åtgärder, and a manager's week."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from improvement import permissions
from improvement.enums import DeviationStatus, MeasureStatus, Suspicion
from improvement.models import Deviation, Measure
from kvalitet.organisation import line
from kvalitet.registries import Task

KIND = "improvement"
MOST = 60
SHOWN_NEWS = 6
AHEAD = timedelta(days=30)
BUTTONS = {
    DeviationStatus.REPORTED: ("Ta emot", "Ta emot"),
    DeviationStatus.RECEIVED: ("Bedöm", "Handlägg"),
    DeviationStatus.INVESTIGATING: ("Utred", "Utred"),
    DeviationStatus.ACTING: ("Åtgärda och svara på", "Öppna"),
}


def tasks(user: Any) -> Iterator[Task]:
    """Everything of cases and åtgärder in *Mitt arbete*: to receive, to judge, to do, to follow up."""
    if not permissions.may_report(user):
        return
    yield from _cases(user)
    yield from _suspected(user)
    yield from _measures(user)


def _cases(user: Any) -> Iterator[Task]:
    if not _handles_somewhere(user):
        return
    rows = Deviation.objects.received_by(user).filter(status__in=list(BUTTONS)).select_related("unit")
    for case in rows.order_by("answer_by", "pk")[:MOST]:
        verb, button = BUTTONS[DeviationStatus(case.status)]
        yield _task(case, f"{verb} avvikelse {case.pk}", button)


def _handles_somewhere(user: Any) -> bool:
    from kvalitet.organisation import grants

    scope = grants.scope(user, permissions.Permission.HANDLE)
    return bool(scope or line.acting_at(user) or grants.scope(user, permissions.Permission.DISTRIBUTE))


def _task(case: Deviation, sentence: str, button: str) -> Task:
    return Task(
        sentence=sentence,
        url=case.get_absolute_url(),
        button=button,
        due=case.answer_by if case.answered_at is None else None,
        kind=KIND,
        unit=case.unit.name if case.unit else "Inte fördelad",
    )


def _suspected(user: Any) -> Iterator[Task]:
    from kvalitet.organisation import grants

    if not grants.scope(user, permissions.Permission.READ_SUSPECTED):
        return
    rows = Deviation.objects.readable_by(user).open().filter(suspicion=Suspicion.SUSPECTED)
    for case in rows.select_related("unit").order_by("reported_at")[:MOST]:
        yield Task(
            sentence=f"Bedöm om avvikelse {case.pk} är ett missförhållande",
            url=case.get_absolute_url(),
            button="Bedöm",
            due=case.reported_on,
            kind=KIND,
            unit=case.unit.name if case.unit else "Inte fördelad",
        )


def _measures(user: Any) -> Iterator[Task]:
    """To carry out, for who is responsible; to judge, for who handles the case."""
    today = timezone.localdate()
    mine = Measure.objects.assigned_to(user).filter(
        status__in=[MeasureStatus.PLANNED, MeasureStatus.ONGOING], due__lte=today + AHEAD
    )
    for measure in mine.select_related("unit").order_by("due", "pk")[:MOST]:
        yield _measure_task(measure, f"Genomför: {measure.title}", "Öppna", measure.due)
    if not _handles_somewhere(user):
        return
    cases = Deviation.objects.received_by(user).values("pk")
    due = Measure.objects.to_judge().filter(deviation__in=cases)
    for measure in due.select_related("unit").order_by("effect_on", "pk")[:MOST]:
        yield _measure_task(measure, f"Bedöm effekten: {measure.title}", "Bedöm", measure.effect_on)


def _measure_task(measure: Measure, sentence: str, button: str, day: Any) -> Task:
    return Task(
        sentence=sentence,
        url=measure.get_absolute_url(),
        button=button,
        due=day,
        kind=KIND,
        unit=measure.unit.name,
    )


def week(user: Any) -> Iterator[Task]:
    """For a manager: how many to receive, and which answers are late."""
    if not any(line.first_hand(user).values()):
        return
    rows = Deviation.objects.received_by(user)
    waiting = rows.filter(status=DeviationStatus.REPORTED)
    late = Q(answered_at=None, closed_at=None, answer_by__lt=timezone.localdate())
    counts = (
        (waiting.count(), "avvikelse att ta emot", "avvikelser att ta emot", "status=reported"),
        (rows.filter(late).count(), "försenat svar", "försenade svar", "urval=sena"),
    )
    for count, one, many, query in counts:
        if count:
            url = f"{reverse('improvement:deviations')}?urval=mitt&{query}"
            url = f"{reverse('improvement:deviations')}?{query}" if "urval" in query else url
            yield Task(f"{count} {one if count == 1 else many}", url, "Visa", kind=KIND)


def news(user: Any, since: datetime) -> Iterator[Task]:
    """Answers to what the person reported."""
    rows = Deviation.objects.reported_by(user).filter(answered_at__gte=since).exclude(answered_by=user.pk)
    for case in rows.select_related("unit").order_by("-answered_at")[:SHOWN_NEWS]:
        yield Task(
            sentence=f"Du har fått svar på avvikelse {case.pk}",
            url=case.get_absolute_url(),
            button="Läs",
            kind=KIND,
            unit=case.unit.name if case.unit else "",
        )
