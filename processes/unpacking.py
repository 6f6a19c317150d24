"""The files of a bulk import, read within limits: each is a map to be read, or is told why it is not.

Nothing is unpacked to disk and no name in an archive is used as a path.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from kvalitet.archives import ARCHIVES, BROKEN, DAMAGED, UNREADABLE, is_hidden, shown, why_not
from processes.bpmn.reader import MAX_BYTES

MAX_FILES = 500
MAX_ENTRIES = 5_000
MAX_TOTAL = 60_000_000
SUFFIXES = (".bpmn", ".bpmn2", ".xml")
TOO_LARGE = f"Filen är större än {MAX_BYTES // 1_000_000} MB. Dela kartan i delprocesser."
TOO_MUCH = f"Filerna är tillsammans större än {MAX_TOTAL // 1_000_000} MB. Lägg in resten för sig."
NOT_A_MAP = "Filen är ingen BPMN-fil. Sådana slutar på .bpmn eller .xml."
NESTED = "Ett packat arkiv i zip-filen läses inte. Packa upp det och lägg in kartorna."


class RefusedUpload(Exception):
    """Nothing of what was sent is taken in; the text says why, in Swedish."""


@dataclass(frozen=True)
class Found:
    """One file: its bytes, or the reason why it is not read."""

    name: str
    data: bytes = b""
    reason: str = ""


def collect(files: Iterable[tuple[str, BinaryIO]]) -> list[Found]:
    """Every file that was sent, those of zip archives one by one; hidden ones are left out.

    Raises RefusedUpload when there is nothing, too much, or an archive that cannot be opened.
    """
    found: list[Found] = []
    total = maps = 0
    for one in _each(files):
        total, maps = total + len(one.data), maps + (not one.reason)
        if maps > MAX_FILES or len(found) >= MAX_ENTRIES:
            raise RefusedUpload(
                f"Det är fler än {MAX_FILES} kartor. Lägg in dem i flera omgångar; det som redan är inläst "
                "känns igen."
            )
        found.append(one if total <= MAX_TOTAL else Found(one.name, reason=TOO_MUCH))
        total = min(total, MAX_TOTAL + 1)
    if not found:
        raise RefusedUpload("Det finns inga kartor i det du valde. Välj BPMN-filer eller en zip-fil.")
    return found


def _each(files: Iterable[tuple[str, BinaryIO]]) -> Iterator[Found]:
    for name, file in files:
        if is_hidden(name):
            continue
        if name.lower().endswith(".zip") or file.read(4) == b"PK\x03\x04":
            yield from _unpack(name, file)
            continue
        file.seek(0)
        reason = _why_not(name)
        yield Found(shown(name), reason=reason) if reason else _read(name, file)


def _unpack(name: str, file: BinaryIO) -> Iterator[Found]:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
            if len(entries) > MAX_ENTRIES:
                raise RefusedUpload(f"{name} har fler än {MAX_ENTRIES} filer. Packa bara kartorna.")
            left = MAX_TOTAL
            for entry in entries:
                if entry.is_dir() or is_hidden(entry.filename):
                    continue
                one = _entry(package, entry) if left > 0 else Found(shown(entry.filename), reason=TOO_MUCH)
                left -= len(one.data)
                yield one
    except UNREADABLE as error:
        raise RefusedUpload(f"{name}: {DAMAGED}") from error


def _entry(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Found:
    reason = why_not(entry) or _why_not(entry.filename)
    if reason:
        return Found(shown(entry.filename), reason=reason)
    try:
        with package.open(entry) as part:
            return _read(entry.filename, part)  # type: ignore[arg-type]
    except UNREADABLE:
        return Found(shown(entry.filename), reason=BROKEN)


def _why_not(name: str) -> str:
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in ARCHIVES:
        return NESTED
    return "" if suffix in SUFFIXES else NOT_A_MAP


def _read(name: str, file: BinaryIO) -> Found:
    """The bytes, as far as one map may be long: what an archive says of its sizes is not believed."""
    data = file.read(MAX_BYTES + 1)
    too_large = len(data) > MAX_BYTES
    return Found(shown(name), reason=TOO_LARGE) if too_large else Found(shown(name), data)
