"""The job that compiles a report: figures, charts, PDF, and last the rows that link them.

A file's name holds the job and the fencing number of the worker that made it. What a killed worker left is
found by those names and deleted; only the last step links anything, in the commit that ends the job. When the
report has been sent its figures are frozen, and the job only sets the PDF anew.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kvalitet import jobs, notifications, storage
from kvalitet.jobs import JobFailed, Kind, Step
from kvalitet.models import Job
from kvalitet.models.job import JobStatus
from reports import presentation, printing, statistics
from reports.models import QualityReport, ReportFile, Snapshot
from reports.models.report import COMPILE
from reports.models.snapshot import checksum

PARTS = ("uncut", "public")
CHANGED = "Rapporten ändrades medan den sammanställdes. Inget är förlorat. Sammanställ den igen."
GONE = "PDF-filen finns inte kvar. Siffror och texter är kvar. Sammanställ rapporten igen."


def enqueue(report: QualityReport, *, user: Any) -> Job:
    """One job a report at a time: while one is open, that is given."""
    return jobs.enqueue(COMPILE, key=report.job_key, user=user, arguments={"report": report.pk})


def latest_job(report: QualityReport) -> Job | None:
    return Job.objects.filter(kind=COMPILE, key=report.job_key).order_by("-created_at").first()


def _report(job: Job) -> QualityReport:
    rows = QualityReport.objects.select_related("unit", "snapshot")
    return rows.get(pk=job.arguments["report"])


def _gather(job: Job) -> dict[str, Any]:
    """Count, or, of a report that is no draft, take what was frozen."""
    report = _report(job)
    state: dict[str, Any] = {"status": report.status}
    if report.is_draft:
        figures = statistics.gather(report.unit, report.year).as_json()
        state |= {"figures": figures, "gathered_at": timezone.now().isoformat()}
    return state


def _keep(job: Job, state: dict[str, Any]) -> None:
    job.state = state


def _snapshot(job: Job, report: QualityReport) -> Snapshot:
    """The one that is linked, or a new one, not yet saved."""
    if "figures" not in job.state:
        if report.snapshot is None:
            raise JobFailed(CHANGED)
        return report.snapshot
    figures = job.state["figures"]
    return Snapshot(
        report=report,
        figures=figures,
        sha256=checksum(figures),
        gathered_at=datetime.fromisoformat(job.state["gathered_at"]),
        gathered_by_id=job.created_by_id,
        job=job.pk,
    )


def _draw(job: Job) -> None:
    """Draw every chart once; the PDF and the page take them from what is kept."""
    figures = statistics.from_json(_snapshot(job, _report(job)).figures)
    for shown in (figures, statistics.for_outsiders(figures)):
        presentation.draw_all(shown)


def _typeset(job: Job) -> dict[str, Any]:
    """Both PDFs, stored under this worker's names; those of workers before it are deleted."""
    delete_files(keys_of(job, before=job.fence))
    report = _report(job)
    snapshot = _snapshot(job, report)
    report.snapshot = snapshot
    made: dict[str, Any] = {"content_sha256": report.content_sha256()}
    for part in PARTS:
        content = printing.pdf_of(report, snapshot, is_uncut=part == "uncut")
        try:
            stored = storage.put(io.BytesIO(content), name=storage.name_of_job(job.pk, job.fence, part))
        except storage.StorageFull as full:
            raise JobFailed(str(full)) from full
        made |= {f"{part}_key": stored.key, f"{part}_sha256": stored.sha256, f"{part}_size": stored.size}
    return made


def _keep_files(job: Job, made: dict[str, Any]) -> None:
    job.state = {**job.state, "file": made}


def _check(job: Job) -> None:
    for part in PARTS:
        try:
            storage.open_stored(job.state["file"][f"{part}_key"]).close()
        except FileNotFoundError:
            raise JobFailed(GONE) from None


def _link(job: Job, nothing: None) -> None:
    """In the commit that ends the job: the snapshot, its PDF, and the report's pointer at it."""
    rows = QualityReport.objects.select_for_update(of=("self",)).select_related("unit", "snapshot")
    report = rows.get(pk=job.arguments["report"])
    if report.status != job.state["status"]:
        raise JobFailed(CHANGED)
    snapshot = _snapshot(job, report)
    if snapshot.pk is None:
        snapshot.save()
        report.snapshot = snapshot
        report.save(update_fields=["snapshot"])
    ReportFile.objects.create(
        report=report, snapshot=snapshot, job=job.pk, created_by_id=job.created_by_id, **job.state["file"]
    )
    job.state = {"snapshot": snapshot.pk, "sha256": snapshot.sha256}
    job.result_url = report.get_absolute_url()
    _tell(report, job)
    transaction.on_commit(lambda: sweep(report), robust=True)


def _tell(report: QualityReport, job: Job) -> None:
    notifications.notify(
        [job.created_by],
        kind="reports.report",
        sentence=f"Kvalitetsberättelsen för {report.year} är sammanställd",
        url=report.get_absolute_url(),
        unit=report.unit.name,
    )


def keys_of(job: Job, *, before: int | None = None) -> Iterator[str]:
    """Every key that a worker of the job may have written, or only those of workers before a number."""
    for fence in range(1, job.fence + 1 if before is None else before):
        for part in PARTS:
            yield storage.key_of(storage.name_of_job(job.pk, fence, part))


def delete_files(keys: Iterable[str]) -> None:
    """Delete those that no row links."""
    wanted = set(keys)
    linked = ReportFile.objects.filter(uncut_key__in=wanted) | ReportFile.objects.filter(
        public_key__in=wanted
    )
    kept = {key for pair in linked.values_list("uncut_key", "public_key") for key in pair}
    for key in wanted - kept:
        storage.delete(key)


def sweep(report: QualityReport) -> None:
    """Delete what the report's ended jobs left: dead workers' files, and those of jobs that were given up."""
    ended = [JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED]
    for job in Job.objects.filter(kind=COMPILE, key=report.job_key, status__in=ended):
        delete_files(keys_of(job))


jobs_kind = Kind(
    COMPILE,
    "Sammanställning av kvalitetsberättelse",
    [
        Step("Hämtar siffror", _gather, _keep),
        Step("Ritar diagram", _draw),
        Step("Sätter PDF", _typeset, _keep_files),
        Step("Sparar", _check, _link),
    ],
)
