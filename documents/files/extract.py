"""The searchable text of an accepted file."""

import re
import time
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from documents.files.collector import Collector, Full
from documents.files.kinds import FileKind
from documents.files.sandbox import Failed, Refused, run

MAX_CHARACTERS = 2_000_000
FAILED = "Texten kunde inte läsas ur filen. Filen är sparad; sökningen hittar den på titeln."
SCANNED = (
    "Filen innehåller inga läsbara tecken och ser ut att vara inskannad. Den är sparad; sökningen hittar den "
    "på titeln. Ladda gärna upp originalet i stället, då kan texten både sökas och läsas upp."
)
CUT = "Filen är mycket lång. Sökningen hittar ord ur den första delen av texten."
# The notes that tell that some of the text, or all of it, was never seen.
UNSEEN = (FAILED, SCANNED, CUT)
SCANNED_BELOW = 8
LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
# "in- och utskrivning" keeps its hyphen when the line breaks after it.
BROKEN_WORD = re.compile(r"(?<=[a-zåäöé])[-\u2010]\n(?=[a-zåäöé])(?!(?:och|eller|samt|respektive|till)\b)")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Extracted:
    """`note` is Swedish and empty when all went well; `page_count` is None where the format has no pages."""

    text: str
    page_count: int | None = None
    truncated: bool = False
    note: str = ""


def extract_safely(
    source: str | Path | BinaryIO,
    kind: FileKind,
    *,
    seconds: int = 60,
    megabytes: int = 1024,
) -> Extracted:
    """As `extract_text`, in a process of its own: a file that hangs or eats memory gives a note, no error.

    `source` is a path or an open file, such as the storage gives. OSError when it cannot be opened.
    """
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            return extract_safely(file, kind, seconds=seconds, megabytes=megabytes)
    try:
        return Extracted(**run("extract", source, kind.value, seconds=seconds, megabytes=megabytes))
    except (Failed, Refused, TypeError):
        return Extracted("", note=FAILED)


def extract_text(
    source: str | Path | BinaryIO,
    kind: FileKind,
    *,
    seconds: float = 60,
    max_characters: int = MAX_CHARACTERS,
) -> Extracted:
    """The text in this process: stops after `seconds` between two pieces, but not inside one.

    What was read before a fault in the file is kept, with a note.
    """
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            return extract_text(file, kind, seconds=seconds, max_characters=max_characters)
    collector = Collector(max_characters, time.monotonic() + seconds)
    truncated = False
    try:
        reader_for(kind)(source, collector)
    except Full:
        truncated = True
        collector.note = CUT
    # Parsers of four formats fail in their own ways; the file is stored all the same.
    except Exception:  # noqa: BLE001
        collector.note = FAILED
    text = normalised(collector.text, has_line_breaks=kind is FileKind.PDF or kind.is_text)
    return Extracted(
        text,
        collector.page_count,
        truncated,
        collector.note or note_for(text, kind, collector),
    )


def reader_for(kind: FileKind) -> Callable[[BinaryIO, Collector], None]:
    """Imported when used: each parser costs start-up time and memory that the others do not need."""
    if kind is FileKind.PDF:
        from documents.files.readers.pdf import read_pdf

        return read_pdf
    if kind.is_text:
        from documents.files.readers.text import read_text

        return read_text
    if kind in (FileKind.ODT, FileKind.ODS):
        from documents.files.readers.odf import read_ods, read_odt

        return read_odt if kind is FileKind.ODT else read_ods
    if kind is FileKind.XLSX:
        from documents.files.readers.xlsx import read_xlsx

        return read_xlsx
    from documents.files.readers.ooxml import read_docx, read_pptx

    return read_docx if kind is FileKind.DOCX else read_pptx


def note_for(text: str, kind: FileKind, collector: Collector) -> str:
    letters = sum(character.isalnum() for character in text[:10_000])
    is_scanned = (
        kind is FileKind.PDF and letters < SCANNED_BELOW * (collector.page_count or 1) and letters < 1_000
    )
    return SCANNED if is_scanned else ""


def normalised(text: str, *, has_line_breaks: bool) -> str:
    """Composed letters, single spaces, at most one empty line, nothing invisible.

    `has_line_breaks`: the format breaks lines inside paragraphs, so words cut by a hyphen are joined.
    """
    text = unicodedata.normalize("NFC", text).translate(LIGATURES)
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    text = re.sub("\u00ad[ \t]*\n", "", text)
    text = CONTROLS.sub("", INVISIBLE.sub("", text.replace("\t", " ")))
    text = re.sub(r" *\n *", "\n", re.sub(r"[^\S\n]+", " ", text))
    if has_line_breaks:
        text = BROKEN_WORD.sub("", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def as_json(extracted: Extracted) -> dict[str, Any]:
    return asdict(extracted)
