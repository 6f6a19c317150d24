"""Files as Word, Excel, LibreOffice and pdf writers make them, and as those who mean harm change them."""

import io
import zipfile
from collections.abc import Callable

import docx
import odfdo
import openpyxl
import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from documents.files.check import identify
from documents.files.kinds import FileKind, RefusedFile

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OOXML = "application/vnd.openxmlformats-officedocument."
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PPT_TYPE = OOXML + "presentationml.presentation.main+xml"


def saved(document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def docx_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs or ("Rutin för läkemedel",):
        document.add_paragraph(text)
    return saved(document)


def xlsx_file() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Åtgärder"
    book.active["A1"] = "Egenkontroll"
    book.active["C7"] = 3.5
    book.create_sheet("Dold sida")["B2"] = "basala hygienrutiner"
    return saved(book)


def odt_file(*paragraphs: str) -> bytes:
    document = odfdo.Document("text")
    for text in paragraphs or ("Rutin för nycklar",):
        document.body.append(odfdo.Paragraph(text))
    return saved(document)


def ods_file() -> bytes:
    document = odfdo.Document("spreadsheet")
    table = odfdo.Table("Nyckellista")
    table.set_value("B2", "kvitteras av ombud")
    document.body.append(table)
    return saved(document)


def pptx_file(text: str = "Välkommen till introduktionen") -> bytes:
    slide = f'<s xmlns:a="urn:a"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></s>'
    return packed(
        {
            "[Content_Types].xml": types({"/ppt/presentation.xml": PPT_TYPE}),
            "_rels/.rels": rels(("officeDocument", "ppt/presentation.xml", False)),
            "ppt/presentation.xml": "<p/>",
            "ppt/slides/slide1.xml": slide,
            "ppt/slides/slide2.xml": slide.replace(text, "Andra bilden"),
            "ppt/notesSlides/notesSlide1.xml": slide.replace(text, "Talarens anteckning"),
        }
    )


def types(parts: dict[str, str]) -> str:
    inner = "".join(f'<Override PartName="{name}" ContentType="{given}"/>' for name, given in parts.items())
    return f'<Types xmlns="urn:types"><Default Extension="xml" ContentType="application/xml"/>{inner}</Types>'


def rels(*found: tuple[str, str, bool]) -> str:
    modes = {True: "External", False: "Internal"}
    inner = "".join(
        f'<Relationship Id="r{i}" Type="{RELATIONSHIPS}{kind}" Target="{target}" '
        f'TargetMode="{modes[external]}"/>'
        for i, (kind, target, external) in enumerate(found)
    )
    return f'<Relationships xmlns="{PACKAGE_RELATIONSHIPS}">{inner}</Relationships>'


def packed(parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target.getvalue()


def unpacked(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def changed(data: bytes, parts: dict[str, str | bytes]) -> bytes:
    return packed(unpacked(data) | parts)


def with_type(data: bytes, old: str, new: str) -> bytes:
    given = unpacked(data)["[Content_Types].xml"]
    assert isinstance(given, bytes)
    return changed(data, {"[Content_Types].xml": given.replace(old.encode(), new.encode())})


def with_relationship(data: bytes, kind: str, target: str, *, external: bool = True) -> bytes:
    return changed(data, {"word/_rels/settings.xml.rels": rels((kind, target, external))})


def with_body(data: bytes, inner: str) -> bytes:
    return changed(data, {"word/document.xml": f"<w:document {WORD}><w:body>{inner}</w:body></w:document>"})


def pdf_writer(*pages: str) -> PdfWriter:
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    for text in pages or ("Rutin för hot och våld i hemmet",):
        page = writer.add_blank_page(300, 300)
        lines = "".join(f"({line}) Tj T* " for line in text.split("\n"))
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 14 TL 20 250 Td {lines}ET".encode("cp1252"))
        page[NameObject("/Contents")] = writer._add_object(content)
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    return writer


def written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def pdf_file(*pages: str) -> bytes:
    return written(pdf_writer(*pages))


def action(kind: str, **values: str) -> DictionaryObject:
    given = {NameObject(f"/{key}"): TextStringObject(value) for key, value in values.items()}
    return DictionaryObject({NameObject("/S"): NameObject(kind)} | given)


def pdf_with_opening(opening: DictionaryObject) -> bytes:
    writer = pdf_writer()
    writer.root_object[NameObject("/OpenAction")] = opening
    return written(writer)


def pdf_with_annotation(subtype: str, **values: object) -> bytes:
    writer = pdf_writer()
    given = {NameObject(f"/{key}"): value for key, value in values.items()}
    annotation = DictionaryObject(
        {NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject(subtype)} | given
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])
    return written(writer)


def compound(stream: str) -> bytes:
    """The start of the old compound format with the name of one stream in its list."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + stream.encode("utf-16-le") + bytes(512)


def with_encryption_flag(data: bytes) -> bytes:
    """Every entry says that it needs a password, in the local header and in the directory."""
    changed_data = bytearray(data)
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(signature)
        while start >= 0:
            changed_data[start + place] |= 1
            start = data.find(signature, start + 4)
    return bytes(changed_data)


def kind_of(data: bytes, name: str = "rutin") -> FileKind:
    return identify(io.BytesIO(data), name)


def reason(data: bytes, name: str = "rutin", **options: int) -> str:
    with pytest.raises(RefusedFile) as refused:
        identify(io.BytesIO(data), name, **options)
    return refused.value.reason


def outcome(step: Callable[[], FileKind]) -> FileKind | str:
    """The kind, or the reason of a refusal; any other error is a failure."""
    try:
        return step()
    except RefusedFile as refused:
        return refused.reason
