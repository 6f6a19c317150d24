import pytest

from documents.files.kinds import FileKind
from tests.documents.files import samples
from tests.documents.files.samples import changed, kind_of, reason, with_body, with_relationship, with_type

MAIN = "wordprocessingml.document.main+xml"
SCRIPTS = '<Script xmlns="urn:s"/>'


def docx_with_part(name: str, data: str | bytes = b"x") -> bytes:
    return changed(samples.docx_file(), {name: data})


HOSTILE_WORD = {
    "vba part": (lambda: docx_with_part("word/vbaProject.bin"), "makron"),
    "vba in other case": (lambda: docx_with_part("word/VBAPROJECT.BIN"), "makron"),
    "activex": (lambda: docx_with_part("word/activeX/activeX1.xml", "<a/>"), "ActiveX"),
    "ole": (lambda: docx_with_part("word/embeddings/oleObject1.bin"), "OLE"),
    "package that is no document": (lambda: docx_with_part("word/embeddings/a.xlsx", b"MZ"), "OLE"),
    "remote template": (
        lambda: with_relationship(samples.docx_file(), "attachedTemplate", "https://x.invalid/t.dotm"),
        "mall",
    ),
    "template on a foreign server": (
        lambda: with_relationship(samples.docx_file(), "attachedTemplate", "file://evil.invalid/t.dotm"),
        "mall",
    ),
    "remote object": (
        lambda: with_relationship(samples.docx_file(), "oleObject", "https://x.invalid/"),
        "annan plats",
    ),
    "remote frame": (
        lambda: with_relationship(samples.docx_file(), "frame", "https://x.invalid/"),
        "annan plats",
    ),
    "running link": (
        lambda: with_relationship(samples.docx_file(), "hyperlink", "ms-msdt:/id"),
        "kör ett program",
    ),
    "html chunk": (
        lambda: with_relationship(samples.docx_file(), "aFChunk", "a.html", external=False),
        "altChunk",
    ),
    "dde in pieces": (
        lambda: with_body(
            samples.docx_file(),
            "<w:p><w:r><w:instrText> DDE</w:instrText></w:r>"
            "<w:r><w:instrText>AUTO cmd</w:instrText></w:r></w:p>",
        ),
        "DDE",
    ),
    "traversal": (lambda: docx_with_part("../../etc/cron.d/x"), "sökväg"),
    "absolute": (lambda: docx_with_part("/etc/passwd"), "sökväg"),
    "drive": (lambda: docx_with_part("C:/x"), "sökväg"),
    "twice": (lambda: docx_with_part("WORD/document.xml"), "två gånger"),
    "both formats": (lambda: docx_with_part("mimetype", "application/vnd.oasis.opendocument.text"), "två"),
    "data before": (lambda: b"PK\x03\x04 annat" + samples.docx_file(), "före"),
    "broken xml": (lambda: docx_with_part("[Content_Types].xml", "<a>"), "skadad"),
    "no main part": (lambda: docx_with_part("_rels/.rels", samples.rels()), "skadad"),
    "cut short": (lambda: samples.docx_file()[:-200], "skadad"),
    "damaged inside": (lambda: damaged(samples.docx_file()), "skadad"),
    "password": (lambda: samples.with_encryption_flag(samples.docx_file()), "lösenord"),
}


def damaged(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(byte ^ 0xFF for byte in data[middle : middle + 40]) + data[middle + 40 :]


@pytest.mark.parametrize("case", HOSTILE_WORD)
def test_a_word_file_that_runs_hides_or_fetches_is_refused(case):
    build, word = HOSTILE_WORD[case]
    assert word in reason(build(), "rutin.docx")


@pytest.mark.parametrize(
    ("name", "main", "word"),
    [
        ("a.docm", "application/vnd.ms-word.document.macroEnabled.main+xml", "makron"),
        ("a.docx", "application/vnd.ms-word.template.macroEnabledTemplate.main+xml", "makron"),
        ("a.xlsm", "application/vnd.ms-excel.sheet.macroEnabled.main+xml", "vanlig xlsx"),
        ("a.dotx", samples.OOXML + "wordprocessingml.template.main+xml", "mall"),
        ("a.docx", "text/html", "slag som inte tas emot"),
    ],
)
def test_another_kind_of_office_file_is_named(name, main, word):
    assert word in reason(with_type(samples.docx_file(), samples.OOXML + MAIN, main), name)


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("hyperlink", "https://www.norrvik.invalid/"),
        ("hyperlink", "mailto:a@norrvik.invalid"),
        ("hyperlink", "file:///G:/gemensam/a.docx"),
        ("image", "https://www.norrvik.invalid/a.png"),
        ("attachedTemplate", "file:///C:\\Users\\x\\mall.dotm"),
        ("attachedTemplate", "Normal.dotm"),
        ("attachedTemplate", "file:///\\\\filserver\\mallar\\a.dotx"),
        ("attachedTemplate", "\\\\fs1.norrvik.local\\mallar\\a.dotx"),
    ],
)
def test_the_links_of_everyday_documents_are_let_through(kind, target):
    assert kind_of(with_relationship(samples.docx_file(), kind, target)) is FileKind.DOCX


def test_a_chart_may_carry_its_workbook_but_not_one_with_macros():
    book = samples.xlsx_file()
    assert kind_of(docx_with_part("word/embeddings/chart.xlsx", book)) is FileKind.DOCX
    assert "makron" in reason(
        docx_with_part("word/embeddings/chart.xlsx", changed(book, {"xl/vbaProject.bin": b"x"}))
    )


def test_excel_files_with_old_macros_or_dde_are_refused():
    book = samples.xlsx_file()
    assert "makron" in reason(changed(book, {"xl/macrosheets/sheet1.xml": "<a/>"}), "a.xlsx")
    assert "DDE" in reason(changed(book, {"xl/externalLinks/e1.xml": "<x><ddeLink/></x>"}), "a.xlsx")


def test_a_plain_archive_is_not_a_document():
    assert "zip-arkiv" in reason(samples.packed({"a.txt": "x"}), "a.docx")


def test_a_zip_bomb_is_refused_without_being_unpacked():
    assert "orimligt" in reason(docx_with_part("word/big.xml", b"\0" * 30_000_000), "a.docx")
    huge = b"\xff\xff\xff\x7f"
    said = docx_with_part("word/big.xml", b"<a/>")
    place = said.rindex(b"PK\x01\x02") + 24
    assert "orimligt" in reason(said[:place] + huge + said[place + 4 :], "a.docx")


def test_many_small_bombs_and_many_entries_are_refused():
    parts: dict[str, str | bytes] = {f"word/{i}.xml": b" " * 3_000_000 for i in range(8)}
    assert "orimligt" in reason(samples.packed(samples.unpacked(samples.docx_file()) | parts), "a.docx")
    many: dict[str, str | bytes] = {f"word/{i}.xml": b"" for i in range(5_001)}
    assert "orimligt" in reason(samples.packed(samples.unpacked(samples.docx_file()) | many), "a.docx")


def test_entity_bombs_in_the_parts_do_no_harm():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(97 + i)} "{f"&{chr(96 + i)};" * 10}">' for i in range(1, 10)
    )
    xml = f"{bomb}]><Types><Default>&j;</Default></Types>"
    assert reason(docx_with_part("[Content_Types].xml", xml), "a.docx")


MANIFEST = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{}</m:manifest>'
CONTENT = '<o:x xmlns:o="urn:o" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0">{}</o:x>'
HOSTILE_ODF = {
    "basic": ({"Basic/Standard/Module1.xml": SCRIPTS}, "makron"),
    "script": ({"Scripts/python/x.py": "import os"}, "makron"),
    "event": ({"content.xml": CONTENT.format("<script:event-listener/>")}, "händelser"),
    "dde": ({"content.xml": CONTENT.format("<o:dde-source/>")}, "DDE"),
    "encrypted": (
        {"META-INF/manifest.xml": MANIFEST.format("<m:file-entry><m:encryption-data/></m:file-entry>")},
        "lösenord",
    ),
    "ole": (
        {"META-INF/manifest.xml": MANIFEST.format('<m:file-entry m:media-type="application/x.oleobject"/>')},
        "OLE",
    ),
    "other kind": ({"mimetype": "application/vnd.oasis.opendocument.presentation"}, "presentation"),
    "no manifest": ({"META-INF/manifest.xml": ""}, "skadad"),
}


@pytest.mark.parametrize("case", HOSTILE_ODF)
def test_an_opendocument_that_runs_or_is_locked_is_refused(case):
    parts, word = HOSTILE_ODF[case]
    assert word in reason(changed(samples.odt_file(), parts), "a.odt")


def test_the_empty_macro_list_libreoffice_writes_is_no_macro():
    parts: dict[str, str | bytes] = {"Basic/Standard/script-lb.xml": "<l/>", "Basic/script-lc.xml": "<l/>"}
    assert kind_of(changed(samples.odt_file(), parts)) is FileKind.ODT
