"""A PDF reads aloud as the page does, holds its own fonts, and reads nothing that is not ours."""

import hashlib
import io
import os
import subprocess
import sys

import pikepdf
import pytest
from django.template import engines
from django.utils.safestring import mark_safe

from kvalitet import charts, pdf, storage

TITLE = "Kvalitetsberättelse 2025"
CONTENT = """
<h2>Avvikelser</h2><p>Šabić skrev <strong>fem</strong> <em>rader</em>, ≤ 6.
Se <a href="/om/">en länk</a>.</p>
<h3>Per enhet</h3><ul><li>ett</li><li>två</li></ul>
<table><thead><tr><th scope="col">Enhet</th><th scope="col">Antal</th></tr></thead>
<tbody><tr><th scope="row">Norr</th><td>7</td></tr></tbody></table>
<h2>Synpunkter</h2><h3>Beröm</h3><p>Slut.</p>{% chart_figure chart %}
"""
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00"
    b"\x00\x00\rIDATx\x9cc\xf8\xcfP\xcf\x00\x03\x86\x01\x80Z4}k\x00\x00\x00\x00IEND\xaeB`\x82"
)


def made(content, **options):
    chart = charts.bars("Per kvartal", "Flest i början.", ["K1", "K2"], {"": [7, None]}, {"": ["/a/", ""]})
    body = engines["django"].from_string(content).render({"chart": chart, "in_print": True})
    return pdf.render("pdf/text.html", {"body": mark_safe(body), **options}, title=TITLE)


def opened(data):
    return pikepdf.open(io.BytesIO(data))


@pytest.fixture(scope="module")
def document():
    with opened(made(CONTENT)) as document:
        yield document


def elements(document):
    """Every structure element in reading order, with its parent."""

    def below(element, parent):
        if isinstance(element, pikepdf.Dictionary) and "/S" in element:
            yield element, parent
            for kid in as_list(element.get("/K", [])):
                yield from below(kid, element)

    for kid in as_list(document.Root.StructTreeRoot.K):
        yield from below(kid, None)


def as_list(value):
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def of_kind(document, *kinds):
    return [element for element, _ in elements(document) if str(element.S) in kinds]


def text(document):
    from pypdf import PdfReader

    written = io.BytesIO()
    document.save(written)
    return [page.extract_text() for page in PdfReader(written).pages]


def test_it_says_that_it_is_tagged_swedish_and_titled(document):
    root = document.Root
    assert root.MarkInfo.Marked is True
    assert str(root.Lang) == "sv"
    assert root.ViewerPreferences.DisplayDocTitle is True
    assert str(document.docinfo.Title) == TITLE
    with document.open_metadata() as metadata:
        assert metadata["dc:title"] == TITLE
        assert metadata["pdfuaid:part"] == "1"
    assert all(page.Tabs == "/S" for page in document.pages)


def test_every_table_header_says_what_it_heads(document):
    scopes = [str(header.A.Scope) for header in of_kind(document, "/TH")]
    of_table, of_chart = ["/Column", "/Column", "/Row"], ["/Column", "/Column", "/Row", "/Row"]
    assert scopes == of_table + of_chart


def test_the_headers_that_a_cell_names_are_found_by_name(document):
    names = document.Root.StructTreeRoot.IDTree.Names
    listed = {bytes(names[at]): names[at + 1] for at in range(0, len(names), 2)}
    named = [bytes(name) for cell in of_kind(document, "/TD") for name in cell.A.Headers]
    assert named
    assert set(named) <= set(listed)
    assert list(listed) == sorted(listed)
    assert all(str(element.S) == "/TH" for element in listed.values())


def test_every_figure_has_its_words(document):
    (figure,) = of_kind(document, "/Figure")
    assert str(figure.Alt) == "Per kvartal. Flest i början."
    assert len(figure.A.BBox) == 4


def test_headings_begin_at_one_and_skip_no_level(document):
    levels = [int(str(heading.S)[2]) for heading in of_kind(document, *(f"/H{n}" for n in range(1, 7)))]
    assert levels == [1, 2, 3, 2, 3]


def test_headings_are_bookmarks(document):
    with document.open_outline() as outline:
        (title,) = outline.root
        assert title.title == TITLE
        assert [chapter.title for chapter in title.children] == ["Avvikelser", "Synpunkter"]


def test_links_are_tagged_and_lead_to_the_site(document, settings):
    links = [one for page in document.pages for one in page.get("/Annots", []) if one.Subtype == "/Link"]
    assert str(links[0].A.URI) == f"{settings.BASE_URL}/om/"
    assert all("/StructParent" in link for link in links)
    assert of_kind(document, "/Link")


def test_every_font_is_in_the_document(document):
    fonts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one]
    names = {str(font.FontName).partition("+")[2] for font in fonts}
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert any("Source-Sans-3" in name for name in names)


DRAWING = {"Tj", "TJ", "f", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "Do"}


def test_all_that_is_drawn_is_tagged_or_marked_as_decoration(document):
    for page in document.pages:
        depth = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in ("BDC", "BMC"):
                depth += 1
                assert str(operands[0]) != "/Artifact" or depth == 1
            elif str(operator) == "EMC":
                depth -= 1
            elif str(operator) in DRAWING:
                assert depth


def test_pages_are_numbered_and_say_which_document_they_are_of():
    with opened(made('<h2>A</h2><p>ett</p><h2 class="kv-new-page">B</h2><p>två</p>')) as document:
        first, second = text(document)
    assert "Sida 1 av 2" in first
    assert "Sida 2 av 2" in second
    assert TITLE in second
    assert "Norrvik" in second


def test_same_page_gives_the_same_bytes_in_every_process(settings):
    code = (
        "import django; django.setup()\n"
        "from tests.kvalitet.test_pdf import CONTENT, made\n"
        "import hashlib; print(hashlib.sha256(made(CONTENT)).hexdigest())"
    )
    found = {hashlib.sha256(made(CONTENT)).hexdigest()}
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "3",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TZ": "Asia/Tokyo",
    }
    told = subprocess.check_output(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, text=True
    )
    assert found == {told.strip()}


def test_it_holds_no_date(document):
    assert not {"/CreationDate", "/ModDate"} & set(document.docinfo.keys())
    assert document.trailer.ID


FOREIGN = {
    "file": "file:///etc/passwd",
    "file with a host": "file://localhost/etc/passwd",
    "network": "http://127.0.0.1:1/x.png",
    "network, encrypted": "https://example.org/x.png",
    "other scheme": "ftp://127.0.0.1/x.png",
    "data": "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
    "page of ours": "/om/",
    "out of static": "/static/../kvalitet/settings.py",
    "out of static, hidden": "/static/%2e%2e/kvalitet/settings.py",
    "absolute below static": "/static//etc/passwd",
    "host that begins as ours": "http://testserver.example.org/static/css/pdf.css",
    "no key": "stored:../../etc/passwd",
    "no such key": f"stored:ab/cd/{'0' * 32}",
}
SHOWN = "Det som visas"
# Every way in which a page can ask for something; what follows it, or stands in its place, is still shown.
ASKING = """
<link rel="stylesheet" href="{0}"><link rel="attachment" href="{0}">
<img src="{0}" alt="Det som visas"><object data="{0}">Det som visas</object><embed src="{0}">
<svg viewBox="0 0 9 9"><title>x</title><image href="{0}" width="9" height="9"/><use href="{0}#a"/></svg>
<style>@import url("{0}"); @font-face {{ font-family: x; src: url("{0}") }}
li {{ list-style-image: url("{0}"); background: url("{0}"); font-family: x }}</style>
<ul><li>Det som visas</li></ul>
"""


@pytest.mark.parametrize("address", FOREIGN.values(), ids=FOREIGN)
def test_what_lies_elsewhere_is_left_out(monkeypatch, address):
    read = []
    monkeypatch.setattr(
        "weasyprint.urls.URLFetcherResponse.__init__", lambda *given, **_: read.append(given[1])
    )
    html = f'<html lang="sv"><title>T</title><body><h1>T</h1>{ASKING.format(address)}</body></html>'
    with opened(pdf.from_html(html)) as document:
        assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
        told = " ".join(text(document))
    assert read == []
    assert told.count(SHOWN) == 3
    assert "root:" not in told


def test_what_is_left_out_is_told_in_the_log(caplog):
    made('<img src="file:///etc/passwd" alt="x">')
    assert "file:///etc/passwd" in caplog.text


def test_a_missing_picture_gives_way_to_its_words():
    with opened(made('<img src="/static/finns-inte.png" alt="Det som visas">')) as document:
        assert SHOWN in text(document)[0]


def test_levels_that_a_text_skips_are_closed():
    with opened(made("<h2>A</h2><h4>B</h4><h4>C</h4><h6>D</h6><h3>E</h3><h2>F</h2>")) as document:
        levels = "".join(str(one.S)[2] for one in of_kind(document, *(f"/H{n}" for n in range(1, 7))))
    assert levels == "1233432"


def test_pictures_without_words_say_so_and_decoration_is_left_out(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    key = storage.put(io.BytesIO(PIXEL)).key
    drawing = '<svg viewBox="0 0 9 9" width="9" height="9"><path d="M 0 0 L 9 9"/></svg>'
    with opened(made(f'<img src="stored:{key}" alt="">{drawing}{{% icon "megaphone" %}}')) as document:
        assert [str(one.Alt) for one in of_kind(document, "/Figure")] == ["Bild utan beskrivning"] * 2


def test_a_base_in_the_text_moves_no_link(settings):
    with opened(made('<base href="http://example.org/"><a href="/om/">x</a>')) as document:
        assert str(document.pages[0].Annots[0].A.URI) == f"{settings.BASE_URL}/om/"


def test_a_stored_picture_is_shown(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    key = storage.put(io.BytesIO(PIXEL)).key
    with opened(made(f'<img src="stored:{key}" alt="En bild">')) as document:
        assert [str(figure.Alt) for figure in of_kind(document, "/Figure")] == ["En bild"]
        assert document.pages[0].get_images()


def test_a_missing_style_sheet_of_our_own_stops_the_work():
    with pytest.raises(FileNotFoundError, match=r"css/finns-inte\.css"):
        pdf.from_html(
            '<html lang="sv"><title>T</title><link rel="stylesheet" href="/static/css/finns-inte.css">'
        )


@pytest.mark.parametrize(
    "html", ["<title>T</title>x", '<html lang="sv">x', '<html lang="sv"><title> </title>x']
)
def test_a_page_without_language_or_title_is_refused(html):
    with pytest.raises(ValueError, match="language"):
        pdf.from_html(html)


def test_text_in_title_and_context_is_escaped():
    data = pdf.render("pdf/text.html", {"body": "<b>x</b>"}, title="<img src=x> & co")
    with opened(data) as document:
        assert str(document.docinfo.Title) == "<img src=x> & co"
        assert "<b>x</b>" in text(document)[0]
