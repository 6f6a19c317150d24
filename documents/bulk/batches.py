"""The jobs of a bulk upload: each file is read when it comes, and the drafts are made one file a step.

A step's commit both makes the draft and says so on the file's line, so that a job whose worker dies goes on
with the next file and makes nothing twice.
"""

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, cast

from django.db import DatabaseError, transaction

from documents import near, prints
from documents.actions import batches as actions
from documents.bulk import titles
from documents.enums import BatchStatus, ItemOutcome
from documents.files.extract import extract_safely
from documents.files.kinds import FileKind
from documents.models import UploadBatch, UploadItem
from documents.notices import KIND
from documents.prints import Print
from kvalitet import jobs, notifications, storage
from kvalitet.jobs import Kind, Step
from kvalitet.models import Job
from kvalitet.models.job import JobStatus

logger = logging.getLogger(__name__)

READ, MAKE = "documents.read_upload", "documents.make_uploads"
ODD = "Filen gick inte att lägga in på grund av ett fel hos oss. Hör av dig och ange {reference}."


@dataclass(frozen=True)
class Heard:
    """What the text of a file says of it: a likely title, and the print to look for the like of it by."""

    title: str = ""
    print: Print | None = None


def read_later(item: UploadItem, *, user: Any) -> Job | None:
    """Ask for the text of a file that was just taken in; none for one that was refused."""
    if item.is_done:
        return None
    arguments = {"item": item.pk, "batch": item.batch_id}
    return jobs.enqueue(READ, key=str(item.pk), user=user, arguments=arguments)


def unread(batch: UploadBatch) -> int:
    """How many of the files are still to be read."""
    waiting = [JobStatus.WAITING, JobStatus.RUNNING]
    return Job.objects.filter(kind=READ, status__in=waiting, arguments__batch=batch.pk).count()


def hear(item: UploadItem) -> Heard:
    """Read the text in a process with limits; a file that is gone or cannot be read says nothing."""
    try:
        with storage.open_stored(item.storage_key) as file:
            text = extract_safely(cast(BinaryIO, file), FileKind(item.file_kind)).text
    except (FileNotFoundError, ValueError):
        return Heard()
    return Heard(titles.from_text(text), prints.of(text))


def write_down(item: UploadItem, heard: Heard, *, user: Any) -> None:
    """Propose the title, unless somebody has said one, and tell of a document that says nearly the same."""
    found = near.of_print(user, heard.print) if heard.print and not item.is_same_file else []
    if found:
        item.near, item.near_percent = found[0].document, found[0].percent
    if heard.title and item.is_title_guessed and heard.title != item.title:
        item.title = heard.title
        if not item.is_same_file:
            actions.recognise(item, user=user)
    item.save()


def _item(job: Job, *, lock: bool = False) -> UploadItem | None:
    rows = UploadItem.objects.select_for_update() if lock else UploadItem.objects.all()
    return rows.filter(pk=job.arguments["item"], done_at=None, batch__status=BatchStatus.OPEN).first()


def _hear(job: Job) -> Heard:
    item = _item(job)
    return hear(item) if item else Heard()


def _write_down(job: Job, heard: Heard) -> None:
    item = _item(job, lock=True)
    if item is not None:
        write_down(item, heard, user=job.created_by)


def start(batch: UploadBatch, *, user: Any) -> Job:
    """Begin to make the drafts; Blocked while something is to be answered first."""
    actions.start(batch, user=user)
    return jobs.enqueue(MAKE, key=str(batch.pk), user=user, arguments={"batch": batch.pk})


def job_of(batch: UploadBatch) -> Job | None:
    return Job.objects.filter(kind=MAKE, key=str(batch.pk)).order_by("-created_at").first()


def steps(job: Job) -> list[Step]:
    """One for each file that was taken in, and one that ends it."""
    rows = list(
        UploadItem.objects.filter(batch=job.arguments["batch"], size__gt=0)
        .order_by("number")
        .values_list("pk", "name")
    )
    return [
        *(
            Step(f"Lägger in fil {place} av {len(rows)}: {name}", lambda job: None, partial(_make, item=pk))
            for place, (pk, name) in enumerate(rows, start=1)
        ),
        Step("Avslutar", lambda job: None, _end),
    ]


def _make(job: Job, nothing: None, *, item: int) -> None:
    make_one(UploadItem.objects.get(pk=item), user=job.created_by, reference=str(job.pk)[:8])


def make_one(item: UploadItem, *, user: Any, reference: str) -> UploadItem:
    """As ``actions.make``; what we did not foresee stops none of the others, and is told with a reference."""
    try:
        with transaction.atomic():
            return actions.make(item, user=user)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("file %s of batch %s could not be laid in", item.number, item.batch_id)
    return actions.give_up(item, ODD.format(reference=f"{reference}-{item.number}"))


def _end(job: Job, nothing: None) -> None:
    batch = UploadBatch.objects.get(pk=job.arguments["batch"])
    actions.end(batch)
    job.result_url = batch.get_absolute_url()
    refused = batch.items.filter(outcome=ItemOutcome.REFUSED).count()
    words = f", {refused} avvisade" if refused else ""
    notifications.notify(
        [job.created_by],
        kind=KIND,
        sentence=f"Uppladdningen är inlagd: {batch.items.count()} filer{words}",
        url=job.result_url,
    )


READ_KIND = Kind(READ, "Läser en uppladdad fil", [Step("Läser filen", _hear, _write_down)])
MAKE_KIND = Kind(MAKE, "Lägger in flera dokument", steps)
KINDS = (READ_KIND, MAKE_KIND)
