"""The zip archive that docx, xlsx, pptx, odt and ods are: opened only within limits."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from documents.files.kinds import RefusedFile

MAX_ENTRIES = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 150
RATIO_COUNTS_FROM = 20 * 1024 * 1024
MAX_XML = 100 * 1024 * 1024
DAMAGED = (
    "Filen är skadad och går inte att öppna. Öppna originalet, spara det på nytt och ladda upp det igen."
)
BOMB = (
    "Filen packas upp till orimligt mycket data och tas därför inte emot. "
    "Spara dokumentet på nytt, med färre eller mindre bilder, och ladda upp det igen."
)
STRANGE = (
    "Filen är inte uppbyggd som ett vanligt dokument (den innehåller {what}). "
    "Öppna den i Word eller LibreOffice, spara den på nytt och ladda upp den igen."
)
ENCRYPTED = (
    "Filen är krypterad eller skyddad med lösenord. Ta bort lösenordet, spara och ladda upp den igen; "
    "vem som får läsa styrs här av dokumentets synlighet."
)


@contextmanager
def opened_package(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The archive, checked for encryption, odd names and bombs before it is unpacked; else RefusedFile."""
    try:
        with zipfile.ZipFile(file) as package:
            check_entries(package, size_of(file))
            yield package
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        OSError,
        ValueError,
        EOFError,
        KeyError,
    ) as error:
        raise RefusedFile(DAMAGED) from error


def size_of(file: BinaryIO) -> int:
    place = file.tell()
    size = file.seek(0, 2)
    file.seek(place)
    return size


def check_entries(package: zipfile.ZipFile, size: int) -> None:
    entries = package.infolist()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise RefusedFile(ENCRYPTED)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or sum(e.compress_size for e in entries) > size:
        raise RefusedFile(BOMB)
    if unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * size:
        raise RefusedFile(BOMB)
    if min((entry.header_offset for entry in entries), default=0) > 0:
        raise RefusedFile(STRANGE.format(what="data före arkivet"))
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise RefusedFile(STRANGE.format(what="en ovanlig packning"))
    check_names([entry.orig_filename for entry in entries])


def check_names(names: list[str]) -> None:
    """A name that leaves its folder, or stands twice, reads differently in different programs."""
    for name in names:
        parts = re.split(r"[\\/]", name)
        if ".." in parts or name[:1] in ("/", "\\", "") or ":" in parts[0] or min(name) < " ":
            raise RefusedFile(STRANGE.format(what="en otillåten sökväg"))
    if len({name.lower() for name in names}) < len(names):
        raise RefusedFile(STRANGE.format(what="samma del två gånger"))


def read_part(package: zipfile.ZipFile, name: str, *, limit: int = MAX_XML) -> bytes:
    """One part's bytes; KeyError when it is missing, RefusedFile when it is larger than `limit` bytes."""
    if package.getinfo(name).file_size > limit:
        raise RefusedFile(BOMB)
    return package.read(name)


def check_sums(package: zipfile.ZipFile) -> None:
    if package.testzip() is not None:
        raise RefusedFile(DAMAGED)
