"""Uploaded files: stored under random names nobody chose, and sent back so that nothing in them can run."""

import errno
import hashlib
import os
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

# Generic for the type checker only.
if TYPE_CHECKING:
    Bytes = File[bytes]
else:
    Bytes = File

NAME = r"[0-9a-f]{32}(-[0-9]{1,9}-[a-z]{1,20})?"
KEY = re.compile(rf"[0-9a-f]{{2}}/[0-9a-f]{{2}}/{NAME}")
BLOCK = 1024 * 1024
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
FULL = (
    "Filen kunde inte sparas: lagringen är full eller skrivskyddad. Inget annat har ändrats. "
    "Försök igen senare och säg till den som sköter systemet."
)
AGAIN = "Försök igen om en stund, och säg till den som sköter systemet om det händer igen."
NOT_SAVED = f"Filen kunde inte sparas: lagringen svarar inte som den ska. Inget annat har ändrats. {AGAIN}"
NOT_REACHED = f"Filen går inte att nå: lagringen svarar inte som den ska. Inget är förlorat. {AGAIN}"
# Types a browser shows or saves without running anything in them; all others are sent as bytes.
SENT_AS_GIVEN = re.compile(
    r"application/pdf|application/vnd\.(openxmlformats-officedocument|oasis\.opendocument)\.[a-z.\-]+"
    r"|text/(plain|markdown|csv|calendar)|image/(png|jpeg)"
)
SHOWN_INLINE = {"application/pdf"}
DOWNLOAD_POLICY = "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
# Not every browser's PDF viewer starts under `sandbox`, and they style their toolbar inline.
PDF_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class StorageFault(Exception):
    """The file was not stored, read or deleted. The message is Swedish, for the user."""


class StorageFull(StorageFault):
    """There is no room for the file, or none can be written; nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__(FULL)


class StorageDown(StorageFault):
    """The storage does not answer, or not as it should; the log has what it said."""

    def __init__(self, told: str = NOT_REACHED) -> None:
        super().__init__(told)


@dataclass(frozen=True)
class Stored:
    """`key` is for `open_stored`; `sha256` is lower-case hex; `size` is in bytes."""

    key: str
    sha256: str
    size: int


class PrivateFolder(FileSystemStorage):
    """A folder only the application's own user can read: folders 0700, files 0600.

    A file is whole or absent: it is written beside its place, flushed to disk and then renamed. The other
    storage there is, kvalitet/s3.py, has the same methods and keeps the same promises.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700} | options)

    def _save(self, name: str, content: Bytes) -> str:
        place = Path(self.path(name))
        with room_is_needed():
            make_private_folders(place.parent, Path(self.location))
            write_whole(content, place)
        return name

    def keys(self) -> Iterator[str]:
        """The key of every file, in order; what is half written has none."""
        top = Path(self.location)
        for folder in (second for first in _folders(top) for second in _folders(first)):
            names = sorted(path.relative_to(top).as_posix() for path in folder.iterdir())
            yield from (name for name in names if KEY.fullmatch(name))

    def ask(self) -> None:
        """StorageDown when files can neither be read nor written."""
        folder = Path(self.location)
        while not folder.exists():  # it is made with the first file
            folder = folder.parent
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise StorageDown


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.exists() else []


@contextmanager
def room_is_needed() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull from error
        raise


def make_private_folders(folder: Path, top: Path) -> None:
    top.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in reversed([folder, *folder.parents]):
        if part.is_relative_to(top) and part != top:
            part.mkdir(mode=0o700, exist_ok=True)


def write_whole(content: Bytes, place: Path) -> None:
    """Write, flush to disk, rename, flush the folder; a fault in between leaves nothing behind."""
    unfinished = place.with_suffix(f".{uuid.uuid4().hex}.part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            for block in content.chunks(BLOCK):
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        os.link(unfinished, place)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Measured(Bytes):
    """Passes the file on and measures what passed since it was last at its start."""

    def __init__(self, file: Any) -> None:
        super().__init__(file, name="")
        self.source: BinaryIO = file
        self.digest = hashlib.sha256()
        self.passed = 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        place = self.source.seek(offset, whence)
        if place == 0:
            self.digest, self.passed = hashlib.sha256(), 0
        return place

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        self.seek(0)
        while block := self.read(chunk_size or BLOCK):
            yield block

    def read(self, size: int = -1) -> bytes:
        block = self.source.read(size)
        self.digest.update(block)
        self.passed += len(block)
        return block


def in_use() -> Any:
    """The storage of STORAGE_URL: a ``PrivateFolder``, or the ``PrivateBucket`` of kvalitet/s3.py."""
    return storages["default"]


def put(file: BinaryIO | Bytes, *, name: str = "") -> Stored:
    """Store the bytes from the start of an open file under a new random key, or under ``name_of_job``.

    Measured while it is written: size and hash are of what lies there. StorageFull when there is no room,
    StorageDown when the storage does not answer.
    The row that holds the key is written after; on a rolled-back transaction the caller deletes the key.
    """
    measured = Measured(file)
    key: str = in_use().save(key_of(name or uuid.uuid4().hex), measured)
    return Stored(key, measured.digest.hexdigest(), measured.passed)


def key_of(name: str) -> str:
    return f"{name[:2]}/{name[2:4]}/{name}"


def name_of_job(job_id: uuid.UUID, fence: int, part: str) -> str:
    """The name of the ``part`` that a worker of the job makes: what a dead one left is found by it."""
    return f"{job_id.hex}-{fence}-{part}"


def open_stored(key: str) -> Bytes:
    """The file for reading, from its start or from anywhere in it.

    FileNotFoundError when it is gone, SuspiciousFileOperation for a key not ours, StorageDown before the
    first byte and never after it.
    """
    opened: Bytes = in_use().open(checked(key), "rb")
    return opened


def delete(key: str) -> None:
    """Remove the file; no error when it is already gone, so a deletion can be tried again."""
    in_use().delete(checked(key))


def delete_once_committed(keys: Iterable[str]) -> None:
    """Remove the files when the transaction is committed. StorageDown, now, when that cannot be done: else
    they would lie there for ever, with nothing that points at them.
    """
    wanted = list(keys)
    if wanted:
        ask()
    for key in wanted:
        transaction.on_commit(partial(delete, key), robust=True)


def ask() -> None:
    """StorageDown when files can neither be read nor written."""
    in_use().ask()


def sha256_of(file: BinaryIO | Bytes) -> str:
    """Lower-case hex of what is left to read in an open file."""
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise SuspiciousFileOperation("Not a key of the storage")
    return key


def download_response(
    request: HttpRequest,
    key: str,
    *,
    name: str,
    content_type: str,
    sha256: str,
    inline: bool = False,
    is_public: bool = False,
) -> HttpResponseBase:
    """Send a stored file as `name`, streamed; 304 when the browser already has these bytes.

    `inline` counts for PDF only: it opens in its own tab. All else is saved, and a type that a browser might
    run is sent as plain bytes. Only what `is_public` stays on the disk of who is logged in. Whether the user
    may read it is the caller's to ask, and is asked each time.
    """
    response = _sent(
        request,
        lambda: open_stored(key),
        name=name,
        content_type=content_type,
        sha256=sha256,
        inline=inline,
    )
    if is_public:
        response["Cache-Control"] = "private, no-cache"
    return response


def made_response(
    request: HttpRequest, file: BinaryIO, *, name: str, content_type: str, inline: bool = False
) -> HttpResponseBase:
    """Send an open file that was made for this request and is kept nowhere, as ``download_response`` does."""
    file.seek(0)
    sha256 = sha256_of(file)
    file.seek(0)
    response = _sent(
        request, lambda: file, name=name, content_type=content_type, sha256=sha256, inline=inline
    )
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        file.close()
    return response


def _sent(
    request: HttpRequest,
    opened: Callable[[], Any],
    *,
    name: str,
    content_type: str,
    sha256: str,
    inline: bool,
) -> HttpResponseBase:
    etag = f'"{sha256}"'
    sent_type = content_type if SENT_AS_GIVEN.fullmatch(content_type) else "application/octet-stream"
    is_shown = inline and sent_type in SHOWN_INLINE
    response = get_conditional_response(request, etag=etag) or FileResponse(
        opened(),
        as_attachment=not is_shown,
        filename=re.sub(r"[\x00-\x1f\x7f/\\]", "_", name),
        content_type=sent_type,
    )
    response["ETag"] = etag
    is_anonymous = settings.SESSION_COOKIE_NAME not in request.COOKIES
    response["Cache-Control"] = "private, no-cache" if is_anonymous else "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = PDF_POLICY if is_shown else DOWNLOAD_POLICY
    return response
