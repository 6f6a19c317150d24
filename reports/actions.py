"""What is done with kvalitetsberättelser: begun, written, compiled, and taken to the decision."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from kvalitet.models import Job
from kvalitet.organisation.models import Unit
from kvalitet.workflow import Blocked
from reports import compiling, permissions
from reports.models import Chapter, QualityReport, ReportTemplate
from reports.workflow import REPORT

BACK: dict[str, Any] = {"sent_at": None, "sent_by": None, "prepared_at": None, "prepared_by": None}
SENT = "Rapporten är skickad och kan inte ändras. Inget är förlorat: kopiera det du skrev."


def require(allowed: bool, what: str) -> None:
    """PermissionDenied, in Swedish for the page, unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(f"Du får inte {what}.")


def lock(report: QualityReport) -> QualityReport:
    """The row as it is now, locked."""
    rows = QualityReport.objects.select_for_update(of=("self",)).select_related("unit", "snapshot")
    return rows.get(pk=report.pk)


@transaction.atomic
def begin(
    *,
    unit: Unit,
    year: int,
    user: Any,
    dnr: str = "",
    at: datetime | None = None,
    written: Mapping[str, str] | None = None,
) -> QualityReport:
    """A draft with the chapters of the template; ValidationError when the unit has one for the year.

    ``written`` gives texts by the chapters' keys.
    """
    require(permissions.may_coordinate(user), "påbörja kvalitetsberättelser")
    template = ReportTemplate.objects.get(is_default=True)
    report: QualityReport = QualityReport(
        unit=unit, year=year, template=template, dnr=dnr, created_by=user, created_at=at or timezone.now()
    )
    report.full_clean()
    report.save()
    Chapter.objects.bulk_create(
        Chapter(
            report=report,
            position=number,
            key=one["key"],
            title=one["title"],
            guidance=one["guidance"],
            figures=one["figures"],
            text=(written or {}).get(one["key"], ""),
        )
        for number, one in enumerate(template.chapters, start=1)
    )
    return report


@transaction.atomic
def write(chapter: Chapter, *, user: Any, text: str) -> Chapter:
    """Write a chapter's text; Blocked once the report has been sent."""
    report = lock(chapter.report)
    require(permissions.may_write(user, report), "skriva i rapporten")
    if not report.is_draft:
        raise Blocked([SENT])
    chapter.text = text.replace("\x00", "").strip()
    chapter.save(update_fields=["text"])
    return chapter


@transaction.atomic
def compile_report(report: QualityReport, *, user: Any) -> Job:
    """Ask for figures and PDF; when the report has been sent, for the PDF alone, of the frozen figures."""
    fresh = lock(report)
    require(permissions.may_write(user, fresh), "sammanställa rapporten")
    return compiling.enqueue(fresh, user=user)


@transaction.atomic
def change_status(
    report: QualityReport, name: str, *, user: Any, comment: str = "", seen: str = "", **asked: Any
) -> QualityReport:
    """Make transition ``name`` with what it brings; ``asked`` are ``decision``, ``decided_on`` and ``dnr``.

    Raises Blocked and PermissionDenied like ``Workflow.change_status``.
    """
    fresh = lock(report)
    require(REPORT.transitions[name].allowed(user, fresh), REPORT.transitions[name].label.lower())
    values: Mapping[str, Any] = {}
    if name in ("send_back", "remit"):
        values = BACK
    elif name == "decide":
        values = _decision(fresh, **asked)
    changed: QualityReport = REPORT.change_status(
        fresh, name, user=user, comment=comment, seen=seen, values=values
    )
    if name == "decide":
        # The title page shows the decision.
        compiling.enqueue(changed, user=user)
    return changed


def _decision(
    report: QualityReport, decision: str = "", decided_on: date | None = None, dnr: str = ""
) -> dict[str, Any]:
    if not decision.strip() or decided_on is None:
        raise Blocked(["Skriv paragrafen och datumet för nämndens beslut."])
    if decided_on > timezone.localdate():
        raise Blocked(["Nämndens beslut kan inte ligga framåt i tiden."])
    if decided_on.year < report.year:
        raise Blocked(["Nämndens beslut kan inte ligga före rapportens år."])
    return {
        "decision": decision.strip()[:60],
        "decided_on": decided_on,
        "dnr": (dnr.strip() or report.dnr)[:60],
    }
