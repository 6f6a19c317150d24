"""What waits for whom: a report to begin, to mend, to prepare, to enter a decision on, to publish."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from kvalitet.organisation.enums import UnitKind
from kvalitet.organisation.models import Unit
from kvalitet.registries import Task
from reports import permissions
from reports.enums import ReportStatus
from reports.models import QualityReport

KIND = "reports.report"
# The report of a year is decided in time for the next budget.
DUE_MONTH, DUE_DAY = 3, 1


def tasks(user: Any) -> Iterator[Task]:
    """Everything of reports in *Mitt arbete*; two queries at most, none for most people."""
    verbs = dict(_verbs(user))
    if not verbs:
        return
    for report in QualityReport.objects.filter(status__in=verbs).select_related("unit"):
        if report.status != ReportStatus.DRAFT or report.transitions.exists():
            yield _task(report, *verbs[ReportStatus(report.status)])
    if permissions.may_coordinate(user):
        yield from _to_begin()


def _verbs(user: Any) -> Iterator[tuple[ReportStatus, tuple[str, str]]]:
    """What the user does with a report in each status: in a sentence, and on the button."""
    if permissions.may_coordinate(user):
        yield ReportStatus.DRAFT, ("Komplettera", "Komplettera")
        yield ReportStatus.DECIDED, ("Publicera", "Publicera")
    if permissions.may_prepare(user, None):
        yield ReportStatus.PREPARING, ("Bered", "Bered")
    if permissions.may_enter_decision(user, None):
        yield ReportStatus.PREPARED, ("För in nämndens beslut om", "För in beslut")


def _task(report: QualityReport, verb: str, button: str) -> Task:
    return Task(
        sentence=f"{verb} kvalitetsberättelsen för {report.year}",
        url=report.get_absolute_url(),
        button=button,
        kind=KIND,
        unit=report.unit.name,
    )


def _to_begin() -> Iterator[Task]:
    """From January: the nämnd's report of the year that is over, when nobody has begun it."""
    today = timezone.localdate()
    year = today.year - 1
    begun = QualityReport.objects.filter(year=year).values("unit")
    for unit in Unit.objects.on(today).filter(kind=UnitKind.BOARD).exclude(pk__in=begun):
        yield Task(
            sentence=f"Påbörja kvalitetsberättelsen för {year}",
            url=f"{reverse('reports:create')}?enhet={unit.slug}&ar={year}",
            button="Påbörja",
            due=date(year + 1, DUE_MONTH, DUE_DAY),
            kind=KIND,
            unit=unit.name,
        )
