"""The files of a report and of what is added to it: kept while the form comes back, tied once it is sent."""

import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from documents.files.cleaning import PICTURE, SECONDS, clean_copy
from documents.files.kinds import RefusedFile
from improvement.enums import AttachmentKind
from improvement.models import Attachment, Deviation, InvestigationEntry
from improvement.models.attachment import MOST
from kvalitet import storage
from kvalitet.workflow import Blocked

KEPT_FOR = timedelta(hours=24)
# With all that a request does, below the 30 seconds after which the web server gives up on it.
SECONDS_IN_ALL = 22
TOO_MANY = f"Det går att skicka högst {MOST} filer. Ta bort någon."
TAKES_TOO_LONG = "Det tog för lång tid att gå igenom filen. Skicka färre filer åt gången."


@dataclass(frozen=True)
class Ready:
    """A copy without metadata. Only ``make_ready`` makes one, so nothing else is stored; who asked closes."""

    file: BinaryIO | storage.Bytes
    kind: AttachmentKind


def own_key(submission: uuid.UUID, user: Any, deviation: Deviation | None = None) -> uuid.UUID:
    """The key is the person's own, of a report or of one case: no other form answers to it."""
    key = uuid.uuid5(submission, str(user.pk))
    return key if deviation is None else uuid.uuid5(key, f"avvikelse {deviation.pk}")


def make_ready(files: Iterable[Any]) -> tuple[list[Ready], list[str]]:
    """Clean copies of what was sent, and a Swedish reason for each file that is not taken in."""
    ready, reasons, ends = [], [], time.monotonic() + SECONDS_IN_ALL
    for place, file in enumerate(files, start=1):
        left = int(ends - time.monotonic())
        try:
            if left < 1:
                raise RefusedFile(TAKES_TOO_LONG)
            copy, kind = clean_copy(file, max_bytes=settings.UPLOAD_MAX_BYTES, seconds=min(left, SECONDS))
        except RefusedFile as refused:
            reasons.append(f"Fil {place}: {refused.reason}")
        else:
            ready.append(Ready(copy, AttachmentKind.PICTURE if kind == PICTURE else AttachmentKind.PDF))
    return ready, reasons


def waiting(user: Any, key: uuid.UUID) -> list[Attachment]:
    """What ``user`` has sent with a form that came back."""
    return list(Attachment.objects.waiting().filter(submission=key, added_by=user))


def keep(files: Sequence[Ready], *, user: Any, key: uuid.UUID) -> None:
    """Keep the files of a form that comes back; nothing when it was sent meanwhile."""
    with undone_on_error() as stored, transaction.atomic():
        _in_turn(key)
        if not any(one.objects.filter(submission=key).exists() for one in (Deviation, InvestigationEntry)):
            _add(files, stored, user=user, key=key)


def attach(files: Sequence[Ready], stored: list[str], *, deviation: Deviation) -> None:
    """Tie what was kept, and ``files``, to the new case; their places in the storage go into ``stored``."""
    user, key = deviation.reported_by, deviation.submission
    _tie(files, stored, user=user, key=key, deviation=deviation)


def attach_to_entry(files: Sequence[Ready], stored: list[str], *, entry: InvestigationEntry) -> None:
    """The same of what is added to a case."""
    key = entry.submission or uuid.uuid4()
    _tie(files, stored, user=entry.author, key=key, deviation=entry.deviation, entry=entry)


def copy_to_entry(entry: InvestigationEntry, to: InvestigationEntry, stored: list[str]) -> None:
    """Give the same words in the other part of the event files of their own: each circle has its copies."""
    for one in entry.attachments.all():
        with suppress(FileNotFoundError), storage.open_stored(one.storage_key) as file:
            ready = [Ready(file, AttachmentKind(one.kind))]
            key = uuid.uuid5(one.submission, str(to.pk))
            _add(ready, stored, user=to.author, key=key, deviation=to.deviation, entry=to)


def _tie(files: Sequence[Ready], stored: list[str], *, user: Any, key: uuid.UUID, **to: Any) -> None:
    _in_turn(key)
    Attachment.objects.waiting().filter(submission=key, added_by=user).update(**to)
    _add(files, stored, user=user, key=key, **to)


@transaction.atomic
def drop(number: int, *, user: Any, key: uuid.UUID) -> None:
    """Take away a file that was kept and not sent."""
    _throw(Attachment.objects.waiting().filter(submission=key, added_by=user, number=number))


@transaction.atomic
def throw_old() -> None:
    """Files of forms that were never sent, after a day."""
    _throw(Attachment.objects.waiting().filter(added_at__lt=timezone.now() - KEPT_FOR))


def _throw(rows: Any) -> None:
    found = list(rows.select_for_update(skip_locked=True))
    Attachment.objects.filter(pk__in=[one.pk for one in found]).delete()
    storage.delete_once_committed(one.storage_key for one in found)


def _add(files: Sequence[Ready], stored: list[str], *, user: Any, key: uuid.UUID, **to: Any) -> None:
    """One row a file, with the next number, tied ``to`` a case or waiting; nothing is stored twice."""
    there = set(Attachment.objects.filter(submission=key).values_list("number", flat=True))
    free = iter(number for number in range(1, MOST + 1) if number not in there)
    for one in files:
        put = storage.put(one.file)
        stored.append(put.key)
        if Attachment.objects.filter(submission=key, sha256=put.sha256).exists():
            stored.remove(put.key)
            storage.delete(put.key)
            continue
        number = next(free, None)
        if number is None:
            raise Blocked([TOO_MANY])
        Attachment.objects.create(
            submission=key,
            number=number,
            kind=one.kind,
            storage_key=put.key,
            sha256=put.sha256,
            size=put.size,
            added_by=user,
            **to,
        )


def _in_turn(key: uuid.UUID) -> None:
    """Two presses of one form's button wait for each other, so that each file gets a number of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])


@contextmanager
def undone_on_error() -> Iterator[list[str]]:
    """A list of places in the storage that are emptied again when what follows fails."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        for key in stored:
            storage.delete(key)
        raise
