"""The job that keeps what was decided: a PDF of the version, or its own file where no PDF can be made.

One step: what a killed worker left in the storage is found by job and fence and deleted by the next, and the
row is written in the transaction that counts the step as done. So there is never more than one copy.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.conf import settings

from documents import notices
from documents.enums import FrozenKind, Source
from documents.extraction import GONE
from documents.files import office
from documents.files.kinds import FileKind
from documents.files.sandbox import Failed, OutOfTime
from documents.frozen import typeset
from documents.models import FrozenCopy, Revision
from kvalitet import jobs, storage
from kvalitet.models import Job
from kvalitet.models.job import JobStatus
from kvalitet.organisation.models import User

KIND = "documents.freeze"
PART = "frozen"
A_NIGHT = 200
ORIGINAL = "Original: {label}. {why}"
NO_PROGRAM = "Den finns här som den lades in, för inget program på servern gör den till PDF."
NOT_MADE = "Den finns här som den lades in, för den gick inte att göra till PDF."
IS_TEXT = "Den finns här som den lades in."
TOO_SLOW = (
    "Det tog för lång tid att göra dokumentet till PDF. Versionen är fastställd och filen finns kvar som den "
    "lades in. Försök igen om en stund."
)


@dataclass(frozen=True)
class Made:
    """What is to be kept. ``is_new`` tells that the file was stored by this job, not by who uploaded it."""

    kind: FrozenKind
    key: str
    sha256: str
    size: int
    pages: int | None
    note: str = ""
    is_new: bool = False


def enqueue(revision: Revision, *, user: Any) -> Job | None:
    """Ask for the copy of a version that is fastställd; None for a link, or when there is one."""
    if revision.is_link or FrozenCopy.objects.filter(revision=revision).exists():
        return None
    arguments = {"revision": revision.pk}
    return jobs.enqueue(KIND, key=str(revision.pk), user=user, arguments=arguments)


def again(revision: Revision, *, user: Any) -> None:
    """Go on with the job that stopped, whoever began it, or ask for one where there is none."""
    job = latest(revision)
    if job is not None and job.status in (JobStatus.FAILED, JobStatus.CANCELLED):
        jobs.retry(job)
    elif job is None or not job.is_open:
        enqueue(revision, user=user)


def latest(revision: Revision) -> Job | None:
    return Job.objects.filter(kind=KIND, key=str(revision.pk)).first()


def enqueue_missing() -> None:
    """Ask for copies of versions that were decided before there were any: each night some."""
    asked = Job.objects.filter(kind=KIND).values("key")
    rows = Revision.objects.issued().filter(frozen=None).exclude(source=Source.LINK)
    known = {one["key"] for one in asked.iterator()}
    waiting = (one for one in rows.order_by("-approved_at").iterator() if str(one.pk) not in known)
    for _, revision in zip(range(A_NIGHT), waiting, strict=False):
        enqueue(revision, user=User.objects.system())


def _make(job: Job) -> Made | None:
    revision: Revision = Revision.objects.select_related("document__owner_unit", "approved_by").get(
        pk=job.arguments["revision"]
    )
    if FrozenCopy.objects.filter(revision=revision).exists():
        return None
    for key in _keys_before(job):
        storage.delete(key)
    if revision.is_authored:
        return _store(job, io.BytesIO(typeset.pdf_of(revision)))
    kind = FileKind(revision.file_kind)
    if kind is FileKind.PDF:
        return _as_it_came(revision, FrozenKind.PDF)
    if kind not in office.FILTERS:
        return _as_it_came(revision, FrozenKind.ORIGINAL, IS_TEXT)
    if not settings.LIBREOFFICE:
        return _as_it_came(revision, FrozenKind.ORIGINAL, NO_PROGRAM)
    return _converted(job, revision, kind)


def _converted(job: Job, revision: Revision, kind: FileKind) -> Made:
    try:
        with _opened(revision) as file, office.as_pdf(file, kind, settings.LIBREOFFICE) as pdf:
            return _store(job, pdf)
    except OutOfTime:
        raise jobs.JobFailed(TOO_SLOW) from None
    except Failed:
        return _as_it_came(revision, FrozenKind.ORIGINAL, NOT_MADE)


@contextmanager
def _opened(revision: Revision) -> Iterator[BinaryIO]:
    try:
        file = storage.open_stored(revision.storage_key)
    except FileNotFoundError:
        raise jobs.JobFailed(GONE) from None
    with file:
        yield cast(BinaryIO, file)


def _as_it_came(revision: Revision, kind: FrozenKind, why: str = "") -> Made:
    label = FileKind(revision.file_kind).label
    note = ORIGINAL.format(label=label, why=why) if why else ""
    return Made(kind, revision.storage_key, revision.sha256, revision.size, revision.pages, note)


def _store(job: Job, pdf: BinaryIO) -> Made:
    try:
        stored = storage.put(pdf, name=storage.name_of_job(job.pk, job.fence, PART))
    except storage.StorageFull as full:
        raise jobs.JobFailed(str(full)) from full
    pages = typeset.pages_in(pdf)
    return Made(FrozenKind.PDF, stored.key, stored.sha256, stored.size, pages, is_new=True)


def _keys_before(job: Job) -> Iterator[str]:
    for fence in range(1, job.fence):
        yield storage.key_of(storage.name_of_job(job.pk, fence, PART))


def _keep(job: Job, made: Made | None) -> None:
    if made is None:
        return
    copy = FrozenCopy(
        revision_id=job.arguments["revision"],
        kind=made.kind,
        storage_key=made.key,
        sha256=made.sha256,
        size=made.size,
        pages=made.pages,
        note=made.note,
    )
    FrozenCopy.objects.bulk_create([copy], ignore_conflicts=True)
    is_kept = FrozenCopy.objects.filter(revision=copy.revision_id, storage_key=made.key).exists()
    if made.is_new and not is_kept:
        storage.delete_once_committed([made.key])
    revision: Revision = Revision.objects.select_related("document__owner_unit").get(pk=copy.revision_id)
    job.result_url = revision.get_absolute_url()
    if made.is_new and is_kept:
        notices.tell_kept(revision, user=job.created_by)


jobs_kind = jobs.Kind(
    name=KIND,
    label="Gör den fastställda PDF:en",
    steps=[jobs.Step("Gör en PDF av det som är fastställt", _make, _keep)],
)
