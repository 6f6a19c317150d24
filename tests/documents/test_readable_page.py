"""A Word file as a page to read: made by the job, cleaned, and bounded whatever the file holds."""

import copy
import io
import time

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Inches
from PIL import Image

from documents import extraction, uploads
from documents.files import page as pages
from documents.models import ReadablePage
from kvalitet import jobs
from tests.documents.factories import bring_to, make_draft, make_in_force


def word(build):
    document = docx.Document()
    build(document)
    content = io.BytesIO()
    document.save(content)
    content.seek(0)
    return uploads.check(content, "rutin.docx")


def routine(document):
    document.add_heading("Gör så här", 1)
    document.add_paragraph("Ring bakjouren <script>alert(1)</script>")
    document.add_heading("Djupt", 3)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "Vem"


def very_long(document):
    paragraph = document.add_paragraph("ord " * 50)._p
    for _ in range(30_000):
        paragraph.addnext(copy.deepcopy(paragraph))


def made(content, **limits):
    content.file.seek(0)
    return pages.page_safely(content.file, **limits)


def test_job_makes_the_page_that_the_reader_sees(cast, client_for):
    draft = make_draft(cast, content=word(routine))
    job = extraction.latest(draft)
    jobs.run(job.pk)
    bring_to(draft, cast, "approved")
    html = client_for("medarbetare").get(draft.document.get_absolute_url()).text
    assert '<h2 id="avsnitt-1">Gör så här</h2>' in html
    assert '<h3 id="avsnitt-2">Djupt</h3>' in html, "no level is left out"
    assert "&lt;script&gt;alert(1)" in html
    assert 'role="region" aria-label="Tabell 1"' in html


def test_same_file_in_two_versions_is_made_once(cast):
    for title in ("Ett", "Två"):
        draft = make_draft(cast, content=word(routine), title=title)
        jobs.run(extraction.latest(draft).pk)
    assert ReadablePage.objects.count() <= 2
    assert extraction.page_of(draft) is None


def test_version_whose_page_is_not_made_yet_can_still_be_opened(cast, client_for):
    document = make_in_force(cast, content=word(routine))
    html = client_for("medarbetare").get(document.get_absolute_url()).text
    assert "Hämta version 1.0" in html
    assert "kv-written" not in html


def test_address_that_runs_is_no_link():
    def build(document):
        paragraph = document.add_paragraph()
        relation = document.part.relate_to(
            "javascript:alert(1)", docx.opc.constants.RELATIONSHIP_TYPE.HYPERLINK, True
        )
        link = paragraph._p.makeelement(qn("w:hyperlink"), {qn("r:id"): relation})
        run = paragraph.add_run("klicka")
        link.append(run._r)
        paragraph._p.append(link)

    document = docx.Document()
    build(document)
    content = io.BytesIO()
    document.save(content)
    html = pages.page_safely(content).html
    assert "klicka" in html
    assert "javascript" not in html


def test_pictures_are_left_out_and_told_of():
    def build(document):
        image = io.BytesIO()
        Image.new("RGB", (40, 40)).save(image, "PNG")
        image.seek(0)
        document.add_picture(image, width=Inches(1))
        document.add_paragraph("Text")

    found = made(word(build))
    assert "<img" not in found.html
    assert found.note == pages.NO_PICTURES


def test_file_without_words_and_broken_file_say_what_to_do():
    assert made(word(lambda document: None)) == pages.Page("", pages.NO_WORDS)
    assert pages.page_safely(io.BytesIO(b"PK\x03\x04 inte en zip")) == pages.Page("", pages.FAILED)


def test_file_that_takes_too_long_or_too_much_is_given_up():
    large = word(very_long)
    started = time.monotonic()
    assert made(large, seconds=1).note == pages.FAILED
    assert time.monotonic() - started < 10
    assert made(large, megabytes=30).note == pages.FAILED


def test_page_that_is_too_long_is_not_kept(monkeypatch):
    monkeypatch.setattr(pages, "MAX_PAGE", 100)
    assert made(word(lambda document: document.add_paragraph("ord " * 100))) == pages.Page("", pages.TOO_LONG)


@pytest.mark.parametrize(
    "raw", ["<h1 onclick=x>A</h1>", "<svg><script>1</script></svg>", "<a href='//x'>y</a>"]
)
def test_what_the_library_made_is_not_trusted(raw):
    html = pages.cleaned(raw)
    assert "onclick" not in html
    assert "script" not in html
