"""Makes reports by the same verbs as the pages, and brings them where a test begins."""

from typing import Any

from django.utils import timezone

from kvalitet import jobs
from kvalitet.models import Job
from reports import actions, compiling
from reports.enums import ReportStatus
from reports.models import QualityReport
from tests.cast import Cast
from tests.factories import days

YEAR = timezone.localdate().year
S = ReportStatus


def begin(cast: Cast, *, unit: Any = None, year: int = YEAR, text: str = "Året gick bra.") -> QualityReport:
    """A draft with text in every chapter."""
    report = actions.begin(unit=unit or cast.units.board, year=year, user=cast.samordnare, dnr="2026/1")
    if text:
        for chapter in report.chapters.all():
            actions.write(chapter, user=cast.samordnare, text=text)
    return fresh(report)


def fresh(report: QualityReport) -> QualityReport:
    return QualityReport.objects.select_related("unit", "snapshot").get(pk=report.pk)


def compiled(report: QualityReport, cast: Cast) -> QualityReport:
    """With figures and PDF, by the job's own steps."""
    run(actions.compile_report(report, user=cast.samordnare))
    return fresh(report)


def run(job: Job) -> Job:
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def step(report: QualityReport, cast: Cast, name: str, who: str, **asked: Any) -> QualityReport:
    actions.change_status(fresh(report), name, user=cast[who], comment="Därför.", **asked)
    return fresh(report)


def bring_to(report: QualityReport, cast: Cast, status: str) -> QualityReport:
    """The report in ``status``, compiled and by those whose turn it is; after a decision its PDF is made."""
    order = list(S)
    ways = [
        ("send", "samordnare", {}),
        ("prepare", "styrgrupp", {}),
        ("decide", "registrator", {"decision": "§ 34", "decided_on": days(0)}),
        ("publish", "samordnare", {}),
    ]
    report = compiled(report, cast)
    for name, who, asked in ways[: order.index(S(status))]:
        report = step(report, cast, name, who, **asked)
        if name == "decide":
            job = compiling.latest_job(report)
            assert job is not None
            run(job)
            report = fresh(report)
    return report
