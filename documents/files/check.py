"""Takes in an uploaded file or refuses it with a Swedish reason: by what it holds, not by its name."""

from typing import BinaryIO

from documents.files.kinds import ACCEPTED, EXTENSIONS, UNREADABLE, FileKind, RefusedFile
from documents.files.names import extension
from documents.files.packages import (
    DAMAGED,
    ENCRYPTED,
    STRANGE,
    check_sums,
    opened_package,
    size_of,
)
from documents.files.sandbox import Failed, NoRoom, Refused, run

MEGABYTE = 1024 * 1024
# Below the 30 seconds after which the web server gives up on a request.
CHECK_SECONDS = 20
CHECK_MEGABYTES = 1024
PICTURE = "Filen är en bild ({what}). Lägg in bilden i ett dokument, spara det och ladda upp dokumentet."
PROGRAM = "Filen är ett program ({what}). Program tas inte emot."
ARCHIVE = "Filen är ett arkiv ({what}). Packa upp det och ladda upp dokumenten var för sig."
SAVE_AS = "Filen är {what}. Spara den som {extension} och ladda upp den igen."
TOO_COMPLEX = (
    "Filen är så stor eller sammansatt att den inte kunde granskas. Spara den som en ny fil, "
    "gärna uppdelad, och ladda upp den igen."
)
NOWHERE = (
    "Filen kan inte granskas just nu: serverns disk är full. Filen är inte sparad och inget annat har "
    "ändrats. Försök igen om en stund, och säg till den som sköter systemet."
)
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"MZ", PROGRAM.format(what="exe")),
    (b"\x7fELF", PROGRAM.format(what="ELF")),
    (b"\xca\xfe\xba\xbe", PROGRAM.format(what="Java eller Mach-O")),
    (b"\xcf\xfa\xed\xfe", PROGRAM.format(what="Mach-O")),
    (b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM.format(what="genväg")),
    (b"\x89PNG", PICTURE.format(what="png")),
    (b"\xff\xd8\xff", PICTURE.format(what="jpeg")),
    (b"GIF8", PICTURE.format(what="gif")),
    (b"II*\x00", PICTURE.format(what="tiff")),
    (b"MM\x00*", PICTURE.format(what="tiff")),
    (b"Rar!", ARCHIVE.format(what="rar")),
    (b"7z\xbc\xaf", ARCHIVE.format(what="7z")),
    (b"\x1f\x8b", ARCHIVE.format(what="gzip")),
    (b"BZh", ARCHIVE.format(what="bzip2")),
    (b"\xfd7zXZ", ARCHIVE.format(what="xz")),
    (b"MSCF", ARCHIVE.format(what="cab")),
    (b"{\\rtf", SAVE_AS.format(what="en rtf-fil", extension="docx")),
    (b"%!PS", SAVE_AS.format(what="en PostScript-fil", extension="pdf")),
)
# Names of the streams inside the old compound format, as it writes them.
OLD_OFFICE = (
    ("EncryptedPackage", ENCRYPTED),
    (
        "WordDocument",
        SAVE_AS.format(what="ett äldre Word-dokument (doc)", extension="docx"),
    ),
    ("Workbook", SAVE_AS.format(what="en äldre Excel-bok (xls)", extension="xlsx")),
    (
        "PowerPoint Document",
        SAVE_AS.format(what="en äldre PowerPoint-presentation (ppt)", extension="pptx"),
    ),
    (
        "__substg1.0",
        SAVE_AS.format(what="ett sparat Outlook-meddelande (msg)", extension="pdf"),
    ),
)
KNOWN_EXTENSIONS = {
    "doc": SAVE_AS.format(what="döpt som ett äldre Word-dokument (doc)", extension="docx"),
    "xls": SAVE_AS.format(what="döpt som en äldre Excel-bok (xls)", extension="xlsx"),
    "ppt": SAVE_AS.format(what="döpt som en äldre presentation (ppt)", extension="pptx"),
    "csv": SAVE_AS.format(what="en csv-fil", extension="xlsx"),
    "rtf": SAVE_AS.format(what="döpt som rtf", extension="docx"),
    "html": SAVE_AS.format(what="en webbsida (html)", extension="pdf"),
    "htm": SAVE_AS.format(what="en webbsida (htm)", extension="pdf"),
    "svg": PICTURE.format(what="svg"),
}


def identify(file: BinaryIO, name: str, *, max_bytes: int = 25 * MEGABYTE) -> FileKind:
    """The kind of an accepted file; RefusedFile with a Swedish reason for every other.

    Reads the whole file and leaves it at its start. What must be unpacked or parsed is done in a process
    of its own with limits on time and memory, so a hostile file cannot stop the one who calls.
    """
    check_size(size_of(file), max_bytes)
    try:
        file.seek(0)
        start = file.read(16)
        kind = inspect_binary(file, start) if is_binary(start) else inspect_plain(file, name)
    finally:
        file.seek(0)
    given = extension(name)
    if given and EXTENSIONS.get(given) is not kind:
        raise RefusedFile(
            f"Filen heter något på ”.{given[:20]}” men är en {kind.value}-fil. "
            f"Döp om den så att namnet slutar på .{kind.value} och ladda upp den igen."
        )
    return kind


def check_size(size: int, max_bytes: int) -> None:
    if size == 0:
        raise RefusedFile("Filen är tom. Välj en fil med innehåll.")
    if size > max_bytes:
        raise RefusedFile(
            f"Filen är {in_megabytes(size)}. Gränsen är {in_megabytes(max_bytes)}. "
            "Minska bilderna i dokumentet eller dela upp det och ladda upp det igen."
        )


def in_megabytes(size: int) -> str:
    """Rounded up to a tenth, so a file over the limit never reads as equal to it."""
    return f"{-(-size * 10 // MEGABYTE) / 10:g} MB".replace(".", ",")


def is_binary(start: bytes) -> bool:
    """True where the first bytes name a format; text has no such mark."""
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-") or start.startswith(
        (
            b"PK\x03\x04",
            b"PK\x05\x06",
            b"\xd0\xcf\x11\xe0",
            *(signature for signature, _ in SIGNATURES),
        )
    )


def inspect_binary(file: BinaryIO, start: bytes) -> FileKind:
    for signature, reason in SIGNATURES:
        if start.startswith(signature):
            raise RefusedFile(reason)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise RefusedFile(old_office_reason(file))
    try:
        return FileKind(run("check", file, seconds=CHECK_SECONDS, megabytes=CHECK_MEGABYTES)["kind"])
    except Refused as refused:
        raise RefusedFile(str(refused)) from None
    except NoRoom:
        raise RefusedFile(NOWHERE) from None
    except Failed:
        raise RefusedFile(TOO_COMPLEX) from None


def old_office_reason(file: BinaryIO) -> str:
    file.seek(0)
    data = file.read()
    for stream, reason in OLD_OFFICE:
        if stream.encode("utf-16-le") in data:
            return reason
    return SAVE_AS.format(what="i ett äldre Office-format", extension="docx, xlsx eller pptx")


def inspect_plain(file: BinaryIO, name: str) -> FileKind:
    """Text has no signature, so there the name says which kind it claims to be."""
    from documents.files.text import inspect_text

    given = extension(name)
    kind = EXTENSIONS.get(given)
    if given in KNOWN_EXTENSIONS:
        raise RefusedFile(KNOWN_EXTENSIONS[given])
    if kind is None:
        what = (
            f"Filer av slaget .{given[:20]} tas inte emot." if given else "Det går inte att se vad filen är."
        )
        raise RefusedFile(f"{what} Ladda upp något av {ACCEPTED}.")
    if not kind.is_text:
        raise RefusedFile(f"Filen heter .{given} men innehållet är inte {kind.label}. {DAMAGED}")
    file.seek(0)
    inspect_text(file.read())
    return kind


def inspect(file: BinaryIO) -> FileKind:
    """The kind of a pdf or an office file by its content; runs inside the limited process."""
    file.seek(0)
    is_package = file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    file.seek(0)
    try:
        if is_package:
            return inspect_package(file)
        # Its parser takes longer to import than most office files take to look into.
        from documents.files.pdf import inspect_pdf

        inspect_pdf(file)
    except RefusedFile:
        raise
    except (MemoryError, RecursionError) as error:
        raise RefusedFile(TOO_COMPLEX) from error
    # The parsers raise many kinds of error on damaged files; to the one who uploads they mean the same.
    except Exception as error:
        raise RefusedFile(DAMAGED if is_package else UNREADABLE) from error
    return FileKind.PDF


def inspect_package(file: BinaryIO) -> FileKind:
    from documents.files.odf import inspect_odf
    from documents.files.ooxml import NOT_DOCUMENT, TYPES, inspect_ooxml

    with opened_package(file) as package:
        names = package.namelist()
        if TYPES in names and "mimetype" in names:
            raise RefusedFile(STRANGE.format(what="två dokumentformat"))
        if TYPES not in names and "mimetype" not in names:
            raise RefusedFile(NOT_DOCUMENT)
        kind = inspect_ooxml(package) if TYPES in names else inspect_odf(package)
        check_sums(package)
    return kind
