"""A picture or a PDF as a copy without what it says of who took or wrote it, where and when.

``clean_copy`` is called by the application; the rest runs inside the limited process, for the file is
somebody's. A picture is drawn anew, so nothing but its dots comes along: no EXIF, no place, no thumbnail, and
nothing that hides before or after it. In a PDF what is told beside the pages is taken out.
"""

from typing import Any, BinaryIO

from documents.files.kinds import UNREADABLE, RefusedFile
from documents.files.sandbox import Failed, NoRoom, Refused, cleaned

PICTURE, PDF = "picture", "pdf"
SECONDS, MEGABYTES = 20, 1024
LONGEST_SIDE = 2400  # pixels: what is written on a label can still be read
MOST_PIXELS = 64_000_000
QUALITY = 85
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")

TAKEN = "Bilder (jpeg, png eller webp) och pdf går bra."
HEIC = (
    "Bilden är i formatet heic, som inte tas emot. Ta bilden här i formuläret, eller välj "
    "Mest kompatibelt under Inställningar → Kamera → Format på en iPhone och ta om den."
)
FILM = f"Filmer tas inte emot. {TAKEN}"
OFFICE = (
    "Dokument från kontorsprogram bär med sig namnet på den som skrev. Spara dokumentet som pdf och välj "
    "den i stället."
)
OTHER = f"Filen är av ett slag som inte tas emot. {TAKEN}"
DAMAGED = "Bilden är skadad eller inte hel. Ta om den eller spara den på nytt."
TOO_LARGE = "Bilden har för många bildpunkter. Ta om den med lägre upplösning, eller ta en skärmbild av den."
TOO_COMPLEX = "Filen kunde inte rensas från dolda uppgifter. Ta en bild av den i stället."
NOWHERE = "Filen kan inte tas emot just nu: serverns disk är full. Försök igen om en stund."
SIGNED = "Pdf-filen är signerad, och då går dolda uppgifter inte att ta bort. Skriv ut den till en ny pdf."
HIDDEN_IN_PICTURE = (
    "Pdf-filen har bilder med dolda uppgifter som inte går att ta bort. Skriv ut den till en ny pdf, "
    "eller ta en bild av sidan."
)


def clean_copy(file: BinaryIO, *, max_bytes: int, seconds: int = SECONDS) -> tuple[BinaryIO, str]:
    """An open copy without metadata, and its kind: PICTURE (always jpeg) or PDF.

    What the file is is judged by how it begins, never by its name. RefusedFile with a Swedish reason.
    """
    kind = _kind_of(file)
    try:
        copy = cleaned(file, kind, seconds=max(seconds, 1), megabytes=MEGABYTES, max_bytes=max_bytes)
    except Refused as refused:
        raise RefusedFile(str(refused)) from None
    except NoRoom:
        raise RefusedFile(NOWHERE) from None
    except Failed:
        raise RefusedFile(TOO_COMPLEX) from None
    finally:
        file.seek(0)
    return copy, kind


def _kind_of(file: BinaryIO) -> str:
    file.seek(0)
    start = file.read(1024)
    if start.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return PICTURE
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return PICTURE
    if start.startswith(b"%PDF-"):
        return PDF
    if start[4:8] == b"ftyp":
        raise RefusedFile(HEIC if start[8:12] in HEIF_BRANDS else FILM)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise RefusedFile(OFFICE)
    raise RefusedFile(OTHER)


def clean(file: BinaryIO, kind: str, target: BinaryIO) -> None:
    """Write the clean copy of ``file`` to ``target``; runs inside the limited process."""
    try:
        _clean_pdf(file, target) if kind == PDF else _draw_anew(file, target)
    except RefusedFile:
        raise
    except (MemoryError, RecursionError) as error:
        raise RefusedFile(TOO_LARGE if kind == PICTURE else TOO_COMPLEX) from error
    # The readers raise many kinds of error on damaged files; to the one who sends them they mean the same.
    except Exception as error:
        raise RefusedFile(DAMAGED if kind == PICTURE else UNREADABLE) from error


def _draw_anew(file: BinaryIO, target: BinaryIO) -> None:
    """The picture upright, on white and no larger than anybody needs."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # counted below, before a dot is read
    with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as found:
        if found.width * found.height > MOST_PIXELS:
            raise RefusedFile(TOO_LARGE)
        found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(found)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        dots = upright.convert("RGBA")
    # A new picture, for a copy would take its comment along.
    paper = Image.new("RGB", dots.size, "white")
    paper.paste(dots, mask=dots.getchannel("A"))
    paper.save(target, "JPEG", quality=QUALITY, optimize=True)


# What a PDF tells of itself beside its pages: who, with what, when and from where.
TOLD_BESIDE = (
    *("/Metadata", "/PieceInfo", "/Thumb", "/LastModified", "/CreationDate", "/ModDate", "/CreatorInfo"),
    *("/Author", "/Creator", "/Producer"),
)
TOLD_OF_NOTE = ("/T", "/M", "/NM", "/Subj")  # who wrote a remark on a page, and when
DEEPEST = 60


def _clean_pdf(file: BinaryIO, target: BinaryIO) -> None:
    import pikepdf

    from documents.files.pdf import inspect_pdf

    inspect_pdf(file)
    file.seek(0)
    with pikepdf.open(file) as pdf:
        if int(pdf.Root.get("/AcroForm", pikepdf.Dictionary()).get("/SigFlags", 0)):
            raise RefusedFile(SIGNED)
        for key in ("/Info", "/ID"):
            if key in pdf.trailer:
                del pdf.trailer[key]
        for item in pdf.objects:
            _forget(item, 0)
        pdf.save(target, deterministic_id=True)


def _forget(item: Any, depth: int) -> None:
    """Take out what ``item`` and all that lies directly in it tell; what is referred to is met by itself."""
    from pikepdf import Array, Dictionary, Stream

    if depth > DEEPEST:
        raise RefusedFile(TOO_COMPLEX)
    if isinstance(item, Dictionary | Stream):
        _forget_keys(item)
    if isinstance(item, Stream):
        _forget_in_picture(item)
    for part in _parts(item):
        if isinstance(part, Array | Dictionary) and not part.is_indirect:
            _forget(part, depth + 1)


def _forget_keys(item: Any) -> None:
    is_note = "/Rect" in item and item.get("/Subtype") != "/Widget"
    for key in (*TOLD_BESIDE, *(TOLD_OF_NOTE if is_note else ())):
        if key in item:
            del item[key]


def _parts(item: Any) -> list[Any]:
    from pikepdf import Array, Dictionary, Stream

    if isinstance(item, Array):
        return list(item)
    if isinstance(item, Dictionary | Stream):
        return [item[key] for key in item.keys()]  # noqa: SIM118 a PDF object is no mapping
    return []


def _forget_in_picture(stream: Any) -> None:
    """A photo lies in a PDF as the jpeg it was, with all that the camera wrote in it."""
    from pikepdf import Array, Name

    from documents.files.jpeg import plain_bytes, without_metadata

    found = stream.get("/Filter")
    filters = [str(one) for one in found] if isinstance(found, Array) else [str(found)] if found else []
    if "/JPXDecode" in filters:
        raise RefusedFile(HIDDEN_IN_PICTURE)
    if not filters or filters[-1] not in ("/DCTDecode", "/DCT"):
        return
    data = plain_bytes(stream.read_raw_bytes(), filters[:-1])
    if data is None:
        raise RefusedFile(HIDDEN_IN_PICTURE)
    stream.write(without_metadata(data), filter=Name.DCTDecode)
