"""The job that prints: a file is kept under the fingerprint of what stands in it, for a day.

Whoever would get the same on paper gets the same file. It is given out only while the fingerprint is what the
reader would get printed now, so nobody reads what they may not, or what no longer holds, out of an older one.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kvalitet import jobs, navigation, notifications, storage
from kvalitet.jobs import JobFailed, Kind, Step
from kvalitet.models import Job
from kvalitet.models.job import JobStatus
from processes import printing
from processes.models import Process
from processes.printing import Book

KIND = "processes.print"
PART = "print"
SWEPT = {"is_swept": True}
KEPT = timedelta(days=1)
CHANGED = "Processen ändrades medan filen gjordes. Inget är förlorat. Begär en ny från processens sida."
GONE = "Processen finns inte längre, eller så får du inte läsa den."


def enqueue(book: Book) -> Job:
    """One job for the same content: an open one is given instead, whoever asked for it."""
    arguments = {"process": book.process.pk}
    return jobs.enqueue(KIND, key=book.fingerprint, user=book.reader, arguments=arguments)


def latest(books: Iterable[Book]) -> dict[str, Job]:
    """By fingerprint the newest job for exactly that content: open, ended, or done with its file."""
    keys = [book.fingerprint for book in books]
    found = Job.objects.filter(kind=KIND, key__in=keys).order_by("created_at")
    return {job.key: job for job in found}


def file_of(job: Job | None) -> dict[str, Any] | None:
    """Key, sha256 and size of what the job made, while it is kept."""
    return job.state.get("file") if job and job.status == JobStatus.DONE else None


def _book(job: Job) -> Book:
    """What the one who asked would get now, which has to be what they asked for."""
    seen = Process.objects.visible_to(job.created_by).select_related("parent__parent")
    process = seen.filter(pk=job.arguments["process"]).first()
    if process is None:
        raise JobFailed(GONE)
    for book in printing.books(job.created_by, process):
        if book.fingerprint == job.key:
            return book
    raise JobFailed(CHANGED)


def _typeset(job: Job) -> dict[str, Any]:
    """The PDF under this worker's name; those of workers before it are deleted."""
    for key in _keys(job, before=job.fence):
        storage.delete(key)
    content = printing.pdf_of(_book(job))
    try:
        stored = storage.put(io.BytesIO(content), name=storage.name_of_job(job.pk, job.fence, PART))
    except storage.StorageFull as full:
        raise JobFailed(str(full)) from full
    return {"key": stored.key, "sha256": stored.sha256, "size": stored.size}


def _keep(job: Job, made: dict[str, Any]) -> None:
    job.state = {"made": made}


def _link(job: Job, book: Book) -> None:
    job.state = {"file": job.state["made"]}
    job.result_url = address(book)
    notifications.notify(
        [job.created_by],
        kind="processes.print",
        sentence=f"Utskriften av {book.process.title} är klar",
        url=job.result_url,
    )


def address(book: Book) -> str:
    """The page where it is fetched."""
    return str(navigation.address("processes:print", book.process.slug))


def _keys(job: Job, *, before: int | None = None) -> Iterator[str]:
    """Every key that a worker of the job may have written, or only those of workers before a number."""
    for fence in range(1, job.fence + 1 if before is None else before):
        yield storage.key_of(storage.name_of_job(job.pk, fence, PART))


def sweep() -> None:
    """Delete the files of jobs that ended more than a day ago. Runs each night."""
    ended = Job.objects.filter(kind=KIND, finished_at__lt=timezone.now() - KEPT)
    for job in ended.exclude(state=SWEPT).iterator():
        for key in _keys(job):
            storage.delete(key)
        Job.objects.filter(pk=job.pk).update(state=SWEPT)


jobs_kind = Kind(
    KIND,
    "Utskrift av en process",
    [
        Step("Samlar innehållet", _book),
        Step("Ritar kartor och sätter sidor", _typeset, _keep),
        Step("Sparar", _book, _link),
    ],
)
