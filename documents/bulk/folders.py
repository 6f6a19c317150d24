"""The files of a folder or a zip, for the command line: one at a time, in order of name, within limits."""

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from django.conf import settings

from kvalitet import archives

MAX_ENTRIES = 5_000
MAX_UNPACKED = 5 * 1024**3
MAX_RATIO, RATIO_COUNTS_FROM = 150, 100 * 1024**2
IN_MEMORY = 5_000_000
MISSING = "{path} finns inte."
TOO_MANY = "{name} har fler än {most} filer. Lägg in dem i flera omgångar; det som redan är inne känns igen."
BOMB = "{name} packas upp till orimligt mycket data och tas inte emot. Packa dokumenten på nytt."
NESTED = "Ett arkiv i arkivet läses inte. Packa upp det och lägg in dokumenten för sig."
OUTSIDE = "Filen är en länk till något annat och läses inte."
TOO_LARGE = "Filen är större än {most} MB."


class RefusedFolder(Exception):
    """Nothing of it is taken in; the text says why, in Swedish."""


@dataclass(frozen=True)
class Found:
    """One file: how to open it, or why it is not read."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]] | None = None
    reason: str = ""


def collect(path: Path) -> Iterator[Found]:
    """Every file of the folder or the zip, hidden ones left out. RefusedFolder before the first is given."""
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        raise RefusedFolder(MISSING.format(path=path))
    try:
        with zipfile.ZipFile(path) as package:
            entries = [one for one in package.infolist() if not one.is_dir()]
    except archives.UNREADABLE as error:
        raise RefusedFolder(f"{path.name}: {archives.DAMAGED}") from error
    _refuse_unreasonable(path, entries)
    return _of_zip(path, sorted(entries, key=lambda one: one.filename))


def _refuse_unreasonable(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise RefusedFolder(TOO_MANY.format(name=path.name, most=MAX_ENTRIES))
    unpacked, packed = sum(one.file_size for one in entries), path.stat().st_size
    is_dense = unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * packed
    if is_dense or unpacked > MAX_UNPACKED:
        raise RefusedFolder(BOMB.format(name=path.name))


def _of_folder(path: Path) -> Iterator[Found]:
    files = []
    for folder, folders, names in os.walk(path):
        folders[:] = [one for one in folders if not archives.is_hidden(one)]
        files += [Path(folder) / name for name in names if not archives.is_hidden(name)]
        if len(files) > MAX_ENTRIES:
            raise RefusedFolder(TOO_MANY.format(name=path.name, most=MAX_ENTRIES))
    return (_of_file(path, one) for one in sorted(files))


def _of_file(folder: Path, path: Path) -> Found:
    name = archives.shown(str(path.relative_to(folder)))
    if path.is_symlink() or not path.is_file():
        return Found(name, reason=OUTSIDE)
    if path.suffix.lower() in archives.ARCHIVES:
        return Found(name, reason=NESTED)
    return Found(name, lambda: cast("AbstractContextManager[BinaryIO]", path.open("rb")))


def _of_zip(path: Path, entries: list[zipfile.ZipInfo]) -> Iterator[Found]:
    with zipfile.ZipFile(path) as package:
        for entry in entries:
            if not archives.is_hidden(entry.filename):
                yield _of_entry(package, entry)


def _of_entry(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Found:
    name = archives.shown(entry.filename)
    reason = archives.why_not(entry)
    if not reason and PurePosixPath(entry.filename.lower()).suffix in archives.ARCHIVES:
        reason = NESTED
    if not reason and entry.file_size > settings.UPLOAD_MAX_BYTES:
        reason = TOO_LARGE.format(most=settings.UPLOAD_MAX_BYTES // 1024**2)
    return Found(name, reason=reason) if reason else Found(name, lambda: _unpacked(package, entry))


@contextmanager
def _unpacked(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    """The file by itself, as far as one may be long: what an archive says of its sizes is not believed."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        with package.open(entry) as part:
            left = settings.UPLOAD_MAX_BYTES + 1
            while left > 0 and (block := part.read(min(left, 1024 * 1024))):
                file.write(block)
                left -= len(block)
        file.seek(0)
        yield cast(BinaryIO, file)
