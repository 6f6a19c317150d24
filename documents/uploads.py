"""From an uploaded file to a stored one: refused with a reason, or checked, measured and put away."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings

from documents.files.check import identify
from documents.files.kinds import FileKind, RefusedFile
from documents.files.names import display_name
from kvalitet import antivirus, storage

BLOCK = 1024 * 1024


@dataclass(frozen=True)
class CheckedFile:
    """A file that was looked into and accepted. Only ``check`` makes one, so nothing unchecked is stored."""

    file: BinaryIO
    name: str
    kind: FileKind
    sha256: str


@dataclass(frozen=True)
class StoredFile:
    """A file that was checked and put away earlier, such as one of a bulk upload.

    Its version takes the key over as it is: whoever hands it on must let go of it in the same transaction.
    """

    columns: dict[str, Any]


def check(file: BinaryIO, name: str) -> CheckedFile:
    """Judge a file by its content; RefusedFile with a Swedish reason when it is not taken in."""
    kind = identify(file, name, max_bytes=settings.UPLOAD_MAX_BYTES)
    try:
        antivirus.scan(file)
    except antivirus.Stopped as stopped:
        raise RefusedFile(str(stopped)) from None
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    return CheckedFile(file, display_name(name, kind), kind, digest.hexdigest())


@contextmanager
def put_away(checked: CheckedFile) -> Iterator[dict[str, Any]]:
    """Store the file and give the columns of its version; take it away again if what follows fails.

    StorageFull when there is no room.
    """
    stored = storage.put(checked.file)
    try:
        yield {
            "storage_key": stored.key,
            "file_name": checked.name,
            "file_kind": checked.kind.value,
            "size": stored.size,
            "sha256": stored.sha256,
        }
    except BaseException:
        storage.delete(stored.key)
        raise
