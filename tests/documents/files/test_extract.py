import io
import time

import pytest
from weasyprint import HTML

from documents.files.extract import Extracted, extract_safely, extract_text
from documents.files.kinds import FileKind
from documents.files.sandbox import Failed, run
from tests.documents.files import samples
from tests.documents.files.samples import changed, with_body

SHEETS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def text_of(data: bytes, kind: FileKind, **options) -> Extracted:
    return extract_text(io.BytesIO(data), kind, **options)


READABLE = [
    (samples.docx_file, FileKind.DOCX, "Rutin för läkemedel"),
    (samples.xlsx_file, FileKind.XLSX, "basala hygienrutiner"),
    (samples.odt_file, FileKind.ODT, "Rutin för nycklar"),
    (samples.ods_file, FileKind.ODS, "kvitteras av ombud"),
    (samples.pptx_file, FileKind.PPTX, "Välkommen till introduktionen"),
    (samples.pdf_file, FileKind.PDF, "Rutin för hot och våld i hemmet"),
    ("Åtgärder".encode, FileKind.TEXT, "Åtgärder"),
    ("# Rubrik\nÅtgärder".encode, FileKind.MARKDOWN, "Åtgärder"),
]


@pytest.mark.parametrize(
    ("build", "kind", "words"), READABLE, ids=lambda value: getattr(value, "value", None)
)
def test_the_words_of_every_accepted_kind_are_found(build, kind, words):
    extracted = extract_safely(io.BytesIO(build()), kind)
    assert words in extracted.text
    assert (extracted.truncated, extracted.note) == (False, "")


def test_a_path_is_read_as_well_as_an_open_file(tmp_path):
    path = tmp_path / "rutin"
    path.write_bytes(samples.docx_file())
    assert "läkemedel" in extract_safely(path, FileKind.DOCX).text


def test_word_gives_tables_boxes_notes_headers_and_footers_once():
    paragraph = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    namespace = f"<w:x {samples.WORD}>"
    body = (
        paragraph.format("brödtext")
        + f"<w:tbl><w:tr><w:tc>{paragraph.format('cell ett')}</w:tc>"
        + f"<w:tc>{paragraph.format('cell två')}</w:tc></w:tr></w:tbl>"
        + '<w:p><m:AlternateContent xmlns:m="urn:m"><m:Choice><w:txbxContent>'
        + paragraph.format("textruta")
        + "</w:txbxContent></m:Choice><m:Fallback><w:txbxContent>"
        + paragraph.format("textruta")
        + "</w:txbxContent></m:Fallback></m:AlternateContent></w:p>"
        + "<w:p><w:del><w:r><w:delText>struket</w:delText></w:r></w:del></w:p>"
    )
    parts = {
        f"word/{name}.xml": namespace + paragraph.format(name) + "</w:x>"
        for name in ("header1", "footer2", "footnotes", "endnotes", "comments")
    }
    text = text_of(changed(with_body(samples.docx_file(), body), parts), FileKind.DOCX).text
    for words in (
        "brödtext",
        "cell ett",
        "cell två",
        "textruta",
        "header1",
        "footer2",
        "footnotes",
        "endnotes",
    ):
        assert text.count(words) == 1
    assert "struket" not in text
    assert "comments" not in text


def test_opendocument_leaves_out_what_was_deleted_and_commented():
    namespaces = 'xmlns:text="urn:text" xmlns:office="urn:office"'
    content = (
        f"<office:x {namespaces}><text:tracked-changes><text:p>struket</text:p></text:tracked-changes>"
        "<text:p>kvar<office:annotation><text:p>kommentar</text:p></office:annotation><text:s/>här</text:p></office:x>"
    )
    text = text_of(changed(samples.odt_file(), {"content.xml": content}), FileKind.ODT).text
    assert text.startswith("kvar här")
    assert "struket" not in text
    assert "kommentar" not in text


def test_sheets_give_names_and_filled_cells_only():
    assert text_of(samples.xlsx_file(), FileKind.XLSX).text.split("\n") == [
        "Åtgärder", "Egenkontroll", "3.5", "", "Dold sida", "basala hygienrutiner",
    ]  # fmt: skip
    assert "Nyckellista" in text_of(samples.ods_file(), FileKind.ODS).text


def test_slides_come_in_order_with_notes_last_and_are_counted():
    extracted = text_of(samples.pptx_file(), FileKind.PPTX)
    assert (
        " ".join(extracted.text.split()) == "Välkommen till introduktionen Andra bilden Talarens anteckning"
    )
    assert extracted.page_count == 2


def test_a_pdf_is_counted_and_words_cut_at_line_ends_are_joined():
    extracted = text_of(
        samples.pdf_file("verksam-\nhet, in-\noch utskrivning, SoL-\nLSS", "sida två"), FileKind.PDF
    )
    assert extracted.page_count == 2
    assert "verksamhet" in extracted.text
    assert "in-\noch utskrivning" in extracted.text
    assert "SoL-\nLSS" in extracted.text
    assert extracted.text.endswith("sida två")


def test_a_pdf_made_from_a_page_reads_in_order():
    made = HTML(string="<html lang=sv><h1>Lex Sarah</h1><p>Rapportera missförhållanden genast.").write_pdf()
    read = " ".join(text_of(made, FileKind.PDF).text.split())
    assert read == "Lex Sarah Rapportera missförhållanden genast."


def test_a_scanned_pdf_says_that_only_the_title_can_be_found():
    writer = samples.PdfWriter()
    writer.add_blank_page(300, 300)
    extracted = text_of(samples.written(writer), FileKind.PDF)
    assert extracted.page_count == 1
    assert "inskannad" in extracted.note


def test_a_pdf_with_restricted_printing_is_read():
    writer = samples.pdf_writer()
    writer.encrypt("", "owner", algorithm="AES-256")
    assert "våld" in text_of(samples.written(writer), FileKind.PDF).text


def test_old_text_is_read_and_says_so():
    extracted = text_of("Åtgärder för våra äldre".encode("cp1252"), FileKind.TEXT)
    assert extracted.text == "Åtgärder för våra äldre"
    assert "UTF-8" in extracted.note


def test_the_text_is_normalised():
    text = "a\u030a\u00a0 b\tc \r\n\r\n\r\n\r\nﬁl sam\u00adman\u200bhang\u2028slut"
    assert text_of(text.encode(), FileKind.TEXT).text == "å b c\n\nfil sammanhang\nslut"


def test_very_long_text_is_cut_and_says_so():
    extracted = text_of(b"ord " * 1000, FileKind.TEXT, max_characters=100)
    assert extracted.truncated
    assert len(extracted.text) <= 100
    assert "första delen" in extracted.note


def test_what_came_before_a_fault_is_kept():
    broken = with_body(samples.docx_file(), "<w:p><w:r><w:t>före felet</w:t></w:r></w:p><w:p>")
    extracted = text_of(broken, FileKind.DOCX)
    assert extracted.text == "före felet"
    assert "kunde inte läsas" in extracted.note


@pytest.mark.parametrize("kind", [kind for kind in FileKind if not kind.is_text])
def test_bytes_that_are_no_such_file_give_a_note(kind):
    extracted = text_of(b"inte alls", kind)
    assert extracted.text == ""
    assert "Filen är sparad" in extracted.note


def test_a_part_larger_than_the_memory_allowed_gives_a_note_and_harms_nobody():
    strings = f"<sst {SHEETS}>" + "<si><t>ord</t></si>" * 2_500_000 + "</sst>"
    data = changed(samples.xlsx_file(), {"xl/sharedStrings.xml": strings})
    assert extract_safely(io.BytesIO(samples.xlsx_file()), FileKind.XLSX, megabytes=200).note == ""
    assert "Filen är sparad" in extract_safely(io.BytesIO(data), FileKind.XLSX, megabytes=200).note


@pytest.mark.parametrize("cell", ["<v>1</v>", ""], ids=["filled", "empty"])
def test_a_file_that_takes_too_long_is_stopped(cell):
    rows = "".join(f'<row r="{n}"><c r="XFD{n}">{cell}</c></row>' for n in range(1, 40_000))
    sheet = f"<worksheet {SHEETS}><sheetData>{rows}</sheetData></worksheet>"
    data = changed(samples.xlsx_file(), {"xl/worksheets/sheet1.xml": sheet})
    start = time.monotonic()
    extracted = extract_safely(io.BytesIO(data), FileKind.XLSX, seconds=3)
    assert time.monotonic() - start < 20
    assert extracted.note


def test_nonsense_gets_no_answer():
    with pytest.raises(Failed):
        run("extract", io.BytesIO(b"x"), "no such kind", seconds=10, megabytes=512)
