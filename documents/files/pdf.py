"""PDF files: readable without a password, and nothing in them that runs, is attached or sends data."""

import zipfile
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from documents.files.kinds import UNREADABLE, RefusedFile
from documents.files.packages import ENCRYPTED

# Where no viewer starts anything from, and which hold most of a large file.
PASSIVE = {
    "/StructTreeRoot",
    "/Resources",
    "/Contents",
    "/Metadata",
    "/Dests",
    "/Thumb",
}
RUNNING_ACTIONS = {
    "/JavaScript": "JavaScript", "/Launch": "en åtgärd som startar ett program", "/ImportData": "dataimport",
    "/SubmitForm": "ett formulär som skickas", "/Rendition": "multimedia", "/Movie": "film", "/Sound": "ljud",
    "/GoToE": "en inbäddad fil", "/RichMediaExecute": "multimedia", "/GoTo3DView": "3D-innehåll",
}  # fmt: skip
RUNNING_KEYS = {
    "/JS": "JavaScript",
    "/EF": "en bifogad fil",
    "/XFA": "ett XFA-formulär",
    "/RichMediaContent": "film",
}
RUNNING_SUBTYPES = {
    "/FileAttachment": "en bifogad fil", "/RichMedia": "film", "/Screen": "film", "/Movie": "film",
    "/Sound": "ljud", "/3D": "3D-innehåll",
}  # fmt: skip
QUIET_OPENINGS = {"/GoTo", "/Named", "/GoToDp"}
ACTIVE = (
    "Pdf-filen innehåller {what}. Spara dokumentet som en ny pdf utan det "
    "(till exempel Skriv ut → Spara som PDF) och ladda upp den igen."
)
POLYGLOT = "Filen är både en pdf och ett zip-arkiv. Spara dokumentet som en ny pdf och ladda upp den igen."


def open_pdf(file: BinaryIO) -> PdfReader:
    """A reader of a file that needs no password to be read; RefusedFile when it does."""
    reader = PdfReader(file, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise RefusedFile(ENCRYPTED)
    return reader


def inspect_pdf(file: BinaryIO) -> None:
    """RefusedFile when the PDF is locked, empty, two formats at once, or holds active content.

    pypdf's own errors of many kinds pass through: they all mean a damaged file.
    """
    if zipfile.is_zipfile(file):
        raise RefusedFile(POLYGLOT)
    file.seek(0)
    reader = open_pdf(file)
    if not reader.pages:
        raise RefusedFile(UNREADABLE)
    refuse_active(reader)


def refuse_active(reader: PdfReader) -> None:
    """Every object a viewer acts on, from the catalog down, each seen once."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.root_object]
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if (item.idnum, item.generation) in seen:
                continue
            seen.add((item.idnum, item.generation))
            item = item.get_object()
        if isinstance(item, ArrayObject):
            waiting.extend(item)
        elif isinstance(item, DictionaryObject):
            refuse_dictionary(item)
            waiting.extend(item.raw_get(key) for key in item if key not in PASSIVE)


def refuse_dictionary(item: DictionaryObject) -> None:
    for key, what in RUNNING_KEYS.items():
        if key in item:
            raise RefusedFile(ACTIVE.format(what=what))
    if "/EmbeddedFiles" in item and names_something(item["/EmbeddedFiles"]):
        raise RefusedFile(ACTIVE.format(what="en bifogad fil"))
    found = RUNNING_ACTIONS.get(name_at(item, "/S")) or RUNNING_SUBTYPES.get(name_at(item, "/Subtype"))
    if found:
        raise RefusedFile(ACTIVE.format(what=found))
    opening = item.get("/OpenAction")
    opening = opening.get_object() if opening is not None else None
    if isinstance(opening, DictionaryObject) and name_at(opening, "/S") not in QUIET_OPENINGS:
        what = RUNNING_ACTIONS.get(name_at(opening, "/S"), "en åtgärd som körs när filen öppnas")
        raise RefusedFile(ACTIVE.format(what=what))
    if name_at(item, "/S") == "/URI" and str(item.get("/URI", "")).strip().lower().startswith("javascript:"):
        raise RefusedFile(ACTIVE.format(what="JavaScript"))


def name_at(item: DictionaryObject, key: str) -> str:
    value = item.get(key)
    value = value.get_object() if value is not None else None
    return str(value) if isinstance(value, NameObject) else ""


def names_something(tree: Any) -> bool:
    """False for the empty name tree some programs always write."""
    tree = tree.get_object()
    return not isinstance(tree, DictionaryObject) or bool(tree.get("/Names") or tree.get("/Kids"))
