"""The job that reads an uploaded file: its text, so that the search finds words in it, and a page of it."""

from typing import Any, BinaryIO, cast

from django.utils import timezone

from documents import near
from documents.files.extract import Extracted, extract_safely
from documents.files.kinds import FileKind
from documents.files.page import Page, has_page, page_safely
from documents.models import ReadablePage, Revision
from kvalitet import jobs, storage
from kvalitet.models import Job
from kvalitet.search.tasks import wake

KIND = "documents.extract"
GONE = (
    "Filen finns inte kvar i lagringen och kunde inte läsas. Versionen är kvar. "
    "Ladda upp filen igen, och säg till den som sköter systemet."
)


def enqueue(revision: Revision, *, user: Any) -> Job:
    """Ask for the text of the version's file; the same file is read once."""
    return jobs.enqueue(
        KIND,
        key=f"{revision.pk}:{revision.storage_key}",
        user=user,
        arguments={"revision": revision.pk, "key": revision.storage_key},
    )


def latest(revision: Revision) -> Job | None:
    """The job that reads, or last tried to read, the version's present file."""
    return Job.objects.filter(kind=KIND, key=f"{revision.pk}:{revision.storage_key}").first()


def text_of(revision: Revision) -> Extracted:
    """The text of the version's file, read in a process with limits. JobFailed when the file is gone."""
    try:
        with storage.open_stored(revision.storage_key) as file:
            return extract_safely(cast(BinaryIO, file), FileKind(revision.file_kind))
    except FileNotFoundError:
        raise jobs.JobFailed(GONE) from None


def keep(revision: Revision, extracted: Extracted) -> None:
    """Write what was read beside the version, unless its file was changed meanwhile."""
    written = Revision.objects.filter(pk=revision.pk, storage_key=revision.storage_key).update(
        text=extracted.text,
        text_note=extracted.note,
        pages=extracted.page_count,
        text_read_at=timezone.now(),
    )
    if written:
        near.keep(revision, extracted.text)


def _of(job: Job) -> Revision | None:
    rows = Revision.objects.select_related("document")
    found: Revision | None = rows.filter(
        pk=job.arguments["revision"], storage_key=job.arguments["key"]
    ).first()
    return found


def _work(job: Job) -> Extracted | None:
    revision = _of(job)
    return text_of(revision) if revision else None


def _commit(job: Job, extracted: Extracted | None) -> None:
    revision = _of(job)
    if revision is None or extracted is None:
        return
    keep(revision, extracted)
    wake()
    job.result_url = revision.document.get_absolute_url()


def page_of(revision: Revision) -> Page | None:
    """The version's Word file as a page, read in a process with limits; None when it is kept already."""
    is_kept = ReadablePage.objects.filter(sha256=revision.sha256).exists()
    if is_kept or not has_page(revision.file_kind):
        return None
    try:
        with storage.open_stored(revision.storage_key) as file:
            return page_safely(cast(BinaryIO, file))
    except FileNotFoundError:
        raise jobs.JobFailed(GONE) from None


def keep_page(revision: Revision, page: Page) -> None:
    """Two workers with the same file make the same page, so the first is kept."""
    made = ReadablePage(sha256=revision.sha256, html=page.html, note=page.note)
    ReadablePage.objects.bulk_create([made], ignore_conflicts=True)


def _work_page(job: Job) -> Page | None:
    revision = _of(job)
    return page_of(revision) if revision else None


def _commit_page(job: Job, page: Page | None) -> None:
    revision = _of(job)
    if revision is not None and page is not None:
        keep_page(revision, page)


jobs_kind = jobs.Kind(
    name=KIND,
    label="Läser texten i filen",
    steps=[
        jobs.Step("Läser texten så att sökningen hittar den", _work, _commit),
        jobs.Step("Gör en sida av filen så att den kan läsas här", _work_page, _commit_page),
    ],
)
