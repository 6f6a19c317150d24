"""What waits for whom: a report to begin, to mend, to prepare, to enter a decision on, to publish."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone

from kvalitet.organisation.enums import UnitKind
from kvalitet.organisation.models import Unit
from kvalitet.registries import Task
from reports import permissions
from reports.enums import ReportStatus
from reports.models import QualityReport, QualityReportTransition

KIND = "reports.report"
# The report of a year is decided in time for the next budget.
DUE_MONTH, DUE_DAY = 3, 1


def tasks(user: Any) -> Iterator[Task]:
    """Everything of reports in *Mitt arbete*; one query, none for most people."""
    verbs = dict(_verbs(user))
    if not verbs:
        return
    rows = _waiting(verbs)
    if permissions.may_coordinate(user):
        rows = rows.union(_to_begin(), all=True)
    for pk, year, status, unit, slug in rows:
        if pk is None:
            yield _begin(year, unit, slug)
        else:
            verb, button = verbs[ReportStatus(status)]
            yield Task(
                sentence=f"{verb} kvalitetsberättelsen för {year}",
                url=reverse("reports:report", args=[pk]),
                button=button,
                kind=KIND,
                unit=unit,
            )


def _verbs(user: Any) -> Iterator[tuple[ReportStatus, tuple[str, str]]]:
    """What the user does with a report in each status: in a sentence, and on the button."""
    if permissions.may_coordinate(user):
        yield ReportStatus.DRAFT, ("Komplettera", "Komplettera")
        yield ReportStatus.DECIDED, ("Publicera", "Publicera")
    if permissions.may_prepare(user, None):
        yield ReportStatus.PREPARING, ("Bered", "Bered")
    if permissions.may_enter_decision(user, None):
        yield ReportStatus.PREPARED, ("För in nämndens beslut om", "För in beslut")


def _waiting(verbs: Any) -> Any:
    """(report, year, status, unit, its slug); a draft waits when it was sent and came back."""
    sent = Exists(QualityReportTransition.objects.filter(obj=OuterRef("pk")))
    reports = QualityReport.objects.filter(~Q(status=ReportStatus.DRAFT) | sent, status__in=verbs)
    return reports.order_by().values_list("pk", "year", "status", "unit__name", "unit__slug")


def _to_begin() -> Any:
    """From January: the nämnd's report of the year that is over, not begun; as ``_waiting``."""
    today = timezone.localdate()
    year = today.year - 1
    begun = QualityReport.objects.filter(year=year).values("unit")
    boards = Unit.objects.on(today).filter(kind=UnitKind.BOARD).exclude(pk__in=begun).order_by()
    none, of_year = Value(None, IntegerField()), Value(year, IntegerField())
    return boards.values_list(none, of_year, Value(""), F("name"), F("slug"))


def _begin(year: int, unit: str, slug: str) -> Task:
    return Task(
        sentence=f"Påbörja kvalitetsberättelsen för {year}",
        url=f"{reverse('reports:create')}?enhet={slug}&ar={year}",
        button="Påbörja",
        due=date(year + 1, DUE_MONTH, DUE_DAY),
        kind=KIND,
        unit=unit,
    )
