import io

import pytest

from documents.files.check import identify
from documents.files.kinds import FileKind
from tests.documents.files import samples
from tests.documents.files.samples import kind_of, reason

ACCEPTED = {
    "Rutin.docx": samples.docx_file,
    "RUTIN.XLSX": samples.xlsx_file,
    "rutin.odt": samples.odt_file,
    "rutin.ods": samples.ods_file,
    "rutin.pptx": samples.pptx_file,
    "rutin.pdf": samples.pdf_file,
    "rutin.txt": "Rutin för åtgärder\n".encode,
    "rutin.markdown": lambda: "# Rutin\n\n<b>fet</b>".encode("utf-16"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_plain_document_is_taken_in(name):
    file = io.BytesIO(ACCEPTED[name]())
    kind = identify(file, name)
    assert kind.value == {"markdown": "md"}.get(
        name.lower().rpartition(".")[2], name.lower().rpartition(".")[2]
    )
    assert file.tell() == 0


def test_the_content_decides_where_the_name_says_nothing():
    assert kind_of(samples.docx_file(), "rutin") is FileKind.DOCX


def test_a_name_that_says_another_kind_is_told_what_the_file_is():
    assert "är en pdf-fil" in reason(samples.pdf_file(), "rutin.docx")
    assert "är en docx-fil" in reason(samples.docx_file(), "rutin.xlsx")
    assert "är en docx-fil" in reason(samples.docx_file(), "rutin.txt")
    assert "inte PDF" in reason(b"bara text", "rutin.pdf")


def test_an_extension_hidden_by_text_direction_is_seen():
    assert "exe" in reason(b"bara text", "rutin\u202efdp.exe")


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a.txt", "a"])
def test_an_empty_file_is_refused(name):
    assert "tom" in reason(b"", name)


def test_text_of_blanks_only_is_refused():
    assert "tom" in reason(b" \n\t ", "a.txt")


def test_a_file_over_the_limit_is_told_its_size_and_the_limit():
    told = reason(b"x" * (1024 * 1024 + 1), "a.txt", max_bytes=1024 * 1024)
    assert "1,1 MB" in told
    assert "Gränsen är 1 MB" in told


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"MZ\x90\x00", "rutin.docx", "program"),
        (b"\x7fELF\x02", "a.pdf", "program"),
        (b"#!/bin/sh\nrm -rf /", "a.txt", "#!"),
        (b"<!DOCTYPE html><p>", "a.txt", "<!DOCTYPE"),
        (b"\n <!-- x --> <svg onload='x'>", "a.md", "<svg"),
        (b"<?xml version='1.0'?>", "a.txt", "<?xml"),
        (b"<html>", "a.html", "webbsida"),
        (b"a;b;c", "a.csv", "xlsx"),
        (b"print(1)", "a.py", ".py"),
        (b"\x89PNG\r\n", "a.png", "bild"),
        (b"\xff\xd8\xff\xe0", "a.jpg", "bild"),
        (b"Rar!\x1a", "a.rar", "arkiv"),
        (b"{\\rtf1 x}", "a.rtf", "rtf"),
        (b"bara text", "text", "pdf, docx"),
        (b"bara text", "a.doc", "docx"),
        (b"a\x00b", "a.txt", "tecken"),
        (b"\xff\xfea", "a.txt", "tecken"),
        (b"\x81\x8d", "a.txt", "tecken"),
    ],
)
def test_what_is_not_a_document_is_refused_by_what_it_is(data, name, word):
    assert word in reason(data, name)


@pytest.mark.parametrize(
    ("stream", "word"),
    [
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("PowerPoint Document", "ppt"),
        ("EncryptedPackage", "lösenord"),
        ("__substg1.0_0037", "Outlook"),
        ("Annat", "äldre"),
    ],
)
def test_an_old_or_locked_office_file_is_told_how_to_be_saved(stream, word):
    assert word in reason(samples.compound(stream), "rutin.docx")
