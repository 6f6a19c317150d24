"""Makes reports by the same verbs as the pages, and brings them where a test begins."""

import io
import uuid
from typing import Any

from django.utils import timezone

from kvalitet import jobs, storage
from kvalitet.models import Job
from kvalitet.models.job import JobStatus
from reports import actions, compiling, statistics
from reports.enums import ReportStatus
from reports.models import QualityReport, ReportFile, Snapshot
from reports.models.snapshot import checksum
from tests.cast import Cast
from tests.factories import dated, days

S = ReportStatus
WAYS: list[tuple[str, str, dict[str, Any]]] = [
    ("send", "samordnare", {}),
    ("prepare", "styrgrupp", {}),
    ("decide", "registrator", {"decision": "§ 34", "decided_on": 0}),
    ("publish", "samordnare", {}),
]


def begin(
    cast: Cast, *, unit: Any = None, year: int | None = None, text: str = "Året gick bra."
) -> QualityReport:
    """A draft with text in every chapter."""
    report = actions.begin(
        unit=unit or cast.units.board, year=year or days(0).year, user=cast.samordnare, dnr="2026/1"
    )
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
    report = compiled(report, cast)
    for name, who, asked in WAYS[: list(S).index(S(status))]:
        report = step(report, cast, name, who, **dated(asked))
        if name == "decide":
            job = compiling.latest_job(report)
            assert job is not None
            run(job)
            report = fresh(report)
    return report


def printed(cast: Cast, status: str, *, unit: Any, year: int | None = None) -> QualityReport:
    """A report in ``status`` with its figures, whose PDF is only a word: for tests of who may open it."""
    report = begin(cast, unit=unit, year=year)
    figures = statistics.gather(unit, report.year).as_json()
    report.snapshot = Snapshot.objects.create(
        report=report,
        figures=figures,
        sha256=checksum(figures),
        gathered_by=cast.samordnare,
        job=uuid.uuid4(),
    )
    report.save(update_fields=["snapshot"])
    _print(cast, report)
    for name, who, asked in WAYS[: list(S).index(S(status))]:
        report = step(report, cast, name, who, **dated(asked))
        if name == "decide":
            Job.objects.filter(key=report.job_key).update(status=JobStatus.DONE, finished_at=timezone.now())
            _print(cast, report)
    return fresh(report)


def _print(cast: Cast, report: QualityReport) -> None:
    made: dict[str, Any] = {}
    for part in compiling.PARTS:
        stored = storage.put(io.BytesIO(f"%PDF-1.7 {part}".encode()))
        made |= {f"{part}_key": stored.key, f"{part}_sha256": stored.sha256, f"{part}_size": stored.size}
    ReportFile.objects.create(
        report=report,
        snapshot=report.snapshot,
        content_sha256=report.content_sha256(),
        job=uuid.uuid4(),
        created_by=cast.samordnare,
        **made,
    )
