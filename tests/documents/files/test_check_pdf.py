import io

import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from documents.files.check import identify
from documents.files.kinds import FileKind
from tests.documents.files import samples
from tests.documents.files.samples import kind_of, outcome, reason


def attached() -> bytes:
    writer = samples.pdf_writer()
    writer.add_attachment("hemlig.exe", b"MZ")
    return samples.written(writer)


def with_script() -> bytes:
    """In the list of names, which a reader runs when the file opens."""
    writer = samples.pdf_writer()
    names = ArrayObject([TextStringObject("a"), samples.action("/JavaScript", JS="app.alert(1)")])
    tree = DictionaryObject({NameObject("/JavaScript"): DictionaryObject({NameObject("/Names"): names})})
    writer.root_object[NameObject("/Names")] = tree
    return samples.written(writer)


def encrypted(user_password: str, algorithm: str) -> bytes:
    writer = samples.pdf_writer()
    writer.encrypt(user_password, "owner", algorithm=algorithm)
    return samples.written(writer)


def link(target: DictionaryObject) -> bytes:
    return samples.pdf_with_annotation("/Link", A=target)


HOSTILE_PDF = {
    "script": (with_script, "JavaScript"),
    "script by an escaped name": (
        lambda: with_script().replace(b"/JavaScript", b"/J#61vaScript"),
        "JavaScript",
    ),
    "script on opening": (
        lambda: samples.pdf_with_opening(samples.action("/JavaScript", JS="x")),
        "JavaScript",
    ),
    "launch": (lambda: link(samples.action("/Launch", F="cmd.exe")), "startar ett program"),
    "script link": (lambda: link(samples.action("/URI", URI=" JavaScript:x")), "JavaScript"),
    "page opens by itself": (
        lambda: samples.pdf_with_opening(samples.action("/URI", URI="https://x.invalid")),
        "när filen öppnas",
    ),
    "form sends": (lambda: link(samples.action("/SubmitForm", F="https://x.invalid")), "formulär"),
    "attachment": (attached, "bifogad"),
    "attached on a page": (lambda: samples.pdf_with_annotation("/FileAttachment"), "bifogad"),
    "film": (lambda: samples.pdf_with_annotation("/RichMedia"), "film"),
    "password": (lambda: encrypted("hemligt", "AES-256"), "lösenord"),
    "old password": (lambda: encrypted("hemligt", "RC4-128"), "lösenord"),
    "zip behind": (lambda: samples.pdf_file() + samples.docx_file(), "zip-arkiv"),
    "no pages": (lambda: samples.written(samples.PdfWriter()), "skadad"),
    "only the mark": (lambda: b"%PDF-1.7\n", "skadad"),
    "cut short": (lambda: samples.pdf_file()[:200], "skadad"),
}


@pytest.mark.parametrize("case", HOSTILE_PDF)
def test_a_pdf_that_runs_hides_or_is_locked_is_refused(case):
    build, word = HOSTILE_PDF[case]
    assert word in reason(build(), "rutin.pdf")


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_only_restricts_printing_is_taken_in(algorithm):
    assert kind_of(encrypted("", algorithm)) is FileKind.PDF


@pytest.mark.parametrize("kind", ["/GoTo", "/Named"])
def test_a_pdf_may_open_at_a_page(kind):
    assert kind_of(samples.pdf_with_opening(samples.action(kind))) is FileKind.PDF


def test_a_pdf_may_link_to_the_web():
    assert kind_of(link(samples.action("/URI", URI="https://www.norrvik.invalid/"))) is FileKind.PDF


def test_a_pdf_mark_further_in_does_not_make_a_pdf():
    assert reason(b"GIF89a" + samples.pdf_file(), "a.pdf")
    assert reason(b"<html>" + samples.pdf_file(), "a.pdf")


def test_a_pdf_whose_pages_point_at_each_other_is_refused_in_time():
    writer = samples.pdf_writer()
    pages = writer.root_object["/Pages"]
    assert isinstance(pages, DictionaryObject)
    pages[NameObject("/Kids")].append(pages.indirect_reference)
    file = io.BytesIO(samples.written(writer))
    assert outcome(lambda: identify(file, "a.pdf"))
