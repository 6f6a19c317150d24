"""Bulk import: many BPMN files at once, read by a job one at a time, each told what became of it.

What was sent waits in the storage as one archive of our own. One step of the job is one file: it is read
outside any transaction and put in its place in the commit that also counts the step, so that a job whose
worker dies goes on with the next and makes nothing twice.
"""

import logging
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from kvalitet import jobs, notifications, storage, trees
from kvalitet.jobs import JobFailed, Kind, Step
from kvalitet.models import Job
from kvalitet.workflow import Blocked
from processes import actions, imports, permissions, recognition
from processes.bpmn.model import BpmnError, Model
from processes.bpmn.parse import parse
from processes.enums import Outcome
from processes.models import ImportedFile, MapImport, Process, ProcessRevision
from processes.recognition import Match
from processes.unpacking import Found

logger = logging.getLogger(__name__)

IMPORT = "processes.import"
IN_MEMORY = 5_000_000
KEPT_FOR = timedelta(days=7)
GONE = "Filerna finns inte kvar. Det som redan är inläst är kvar. Lägg in resten av filerna igen."
ODD = "Filen gick inte att läsa in på grund av ett fel hos oss. Hör av dig och ange {reference}."


@dataclass(frozen=True)
class Result:
    """What became of one file."""

    outcome: str
    reason: str = ""
    remarks: tuple[str, ...] = ()
    revision: ProcessRevision | None = None


def start(found: Sequence[Found], *, user: Any, where: Mapping[str, Any]) -> MapImport:
    """Put the files away and begin the job. ``where`` has parent, kind, visibility and owner of what is new.

    StorageFull when there is no room; then nothing is kept.
    """
    if not permissions.may_create(user):
        raise PermissionDenied("Du får inte lägga upp processer.")
    key = _put_away(found)
    try:
        with transaction.atomic():
            kind = "" if where["parent"] else where["kind"]
            batch = MapImport.objects.create(created_by=user, package_key=key, **{**where, "kind": kind})
            ImportedFile.objects.bulk_create(_row(batch, *one) for one in enumerate(found, start=1))
            jobs.enqueue(IMPORT, key=str(batch.pk), user=user, arguments={"import": batch.pk})
    except BaseException:
        storage.delete(key)
        raise
    with suppress(storage.StorageFault):  # the job is begun whether or not what is old goes away now
        sweep()
    return batch


def _row(batch: MapImport, number: int, one: Found) -> ImportedFile:
    row = ImportedFile(batch=batch, number=number, name=one.name, in_package=not one.reason)
    if one.reason:
        row.outcome, row.reason, row.done_at = Outcome.REFUSED, one.reason, timezone.now()
    return row


def _put_away(found: Sequence[Found]) -> str:
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for number, one in enumerate(found, start=1):
                if not one.reason:
                    package.writestr(str(number), one.data)
        return storage.put(file).key  # type: ignore[arg-type]


def job_of(batch: MapImport) -> Job | None:
    return Job.objects.filter(kind=IMPORT, key=str(batch.pk)).order_by("-created_at").first()


def steps(job: Job) -> list[Step]:
    """One for each file that was taken in, and one that ends it."""
    files = ImportedFile.objects.filter(batch=job.arguments["import"], in_package=True).order_by("number")
    rows = list(files.values_list("pk", "name"))
    return [
        *(
            Step(f"Läser fil {place} av {len(rows)}: {name}", partial(_read, file_id=pk), _keep)
            for place, (pk, name) in enumerate(rows, start=1)
        ),
        Step("Avslutar", lambda job: None, _end),
    ]


@dataclass(frozen=True)
class _Read:
    file: ImportedFile
    data: bytes
    model: Model | None
    reason: str = ""


def _read(job: Job, *, file_id: int) -> _Read:
    file = ImportedFile.objects.select_related("batch__parent", "batch__owner").get(pk=file_id)
    recognition.complete()
    data = _bytes(file)
    try:
        return _Read(file, data, parse(data))
    except BpmnError as error:
        return _Read(file, b"", None, str(error))


def _bytes(file: ImportedFile) -> bytes:
    if not file.batch.package_key:
        raise JobFailed(GONE)
    try:
        with storage.open_stored(file.batch.package_key) as stored, zipfile.ZipFile(stored) as package:
            return package.read(str(file.number))
    except FileNotFoundError:
        raise JobFailed(GONE) from None


def _keep(job: Job, read: _Read) -> None:
    """In the commit that counts the step: what is made of the file, and the line that tells of it."""
    result = Result(Outcome.REFUSED, read.reason) if read.model is None else _tried(job, read)
    ImportedFile.objects.filter(pk=read.file.pk).update(
        outcome=result.outcome,
        reason=result.reason[:1000],
        remarks=list(result.remarks),
        revision=result.revision,
        done_at=timezone.now(),
    )


def _tried(job: Job, read: _Read) -> Result:
    """A file that is refused, or that we cannot put in, leaves nothing and stops none of the others."""
    try:
        with trees.locked(Process):
            return _place(job, read)
    except (Blocked, BpmnError, PermissionDenied) as refused:
        return Result(Outcome.REFUSED, str(refused))
    except DatabaseError:
        raise
    except Exception:
        logger.exception("file %s of job %s could not be put in", read.file.number, job.pk)
        return Result(Outcome.REFUSED, ODD.format(reference=f"{str(job.pk)[:8]}-{read.file.number}"))


def _place(job: Job, read: _Read) -> Result:
    """The file as a new version of the process it comes from, else as a process of its own."""
    assert read.model is not None  # noqa: S101 (told to the type checker)
    matches = recognition.recognise(read.data, read.model)
    known = recognition.the_one(matches)
    if known is not None:
        return _into_known(job, read, known)
    if matches and matches[0].is_certain:
        both = " och ".join(one.process.title for one in matches[:2])
        raise Blocked([f"Filen passar in på både {both}. Lägg in den för sig, så får du välja."])
    return _as_new(job, read, matches)


def _into_known(job: Job, read: _Read, known: Match) -> Result:
    if known.same is not None:
        return Result(Outcome.UNCHANGED, f"Samma karta som version {known.same.label}.", (), known.same)
    if known.open is not None:
        which = f"{known.process.title}, där version {known.open.label} redan är under arbete"
        raise Blocked([f"Filen är en ny version av {which}. Lägg in den för sig, så får du välja."])
    revision = imports.put_in(known.process, user=job.created_by, data=read.data, name=read.file.name[-200:])
    return Result(Outcome.VERSION, "", _remarks(read), revision)


def _as_new(job: Job, read: _Read, matches: Sequence[Match]) -> Result:
    batch, name = read.file.batch, read.file.name[-200:]
    title = imports.title_of(read.model, name) if read.model else name
    process = imports.same_step(batch.parent, title)
    if process is not None:
        revision = imports.put_in(process, user=job.created_by, data=read.data, name=name)
        return Result(Outcome.VERSION, "", _remarks(read), revision)
    process = actions.create_process(
        user=job.created_by,
        title=title,
        parent=batch.parent,
        kind=batch.kind,
        visibility=batch.visibility,
        owner=batch.owner,
    )
    revision = imports.put_in(process, user=job.created_by, data=read.data, name=name)
    likely = (_likely(one) for one in matches[:2])
    remarks = (*likely, *_remarks(read))
    return Result(Outcome.REMARKS if remarks else Outcome.IMPORTED, "", remarks, revision)


def _likely(match: Match) -> str:
    return (
        f"Kartan liknar {match.process.title} ({match.common} av {match.of} steg). Är det samma process: "
        "kasta utkastet och lägg in filen för sig, så får du välja."
    )


def _remarks(read: _Read) -> tuple[str, ...]:
    return tuple(read.model.remarks) if read.model else ()


def _end(job: Job, nothing: None) -> None:
    batch = MapImport.objects.get(pk=job.arguments["import"])
    job.result_url = batch.get_absolute_url()
    notifications.notify(
        [job.created_by], kind="processes", sentence="Importen av kartor är klar", url=job.result_url
    )
    transaction.on_commit(sweep, robust=True)


def sweep() -> None:
    """Delete what was sent in imports that are over, and in those that were given up a week ago."""
    waiting = MapImport.objects.exclude(package_key="")
    for batch in waiting:
        job = job_of(batch)
        given_up = batch.created_at < timezone.now() - KEPT_FOR and (job is None or not job.is_open)
        if given_up or (job is not None and job.status == "done"):
            storage.delete(batch.package_key)
            MapImport.objects.filter(pk=batch.pk).update(package_key="")


KIND = Kind(IMPORT, "Import av kartor", steps)
