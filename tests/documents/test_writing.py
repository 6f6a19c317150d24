"""Text written in Markdown: what it becomes on a page, and what a writer or an attacker cannot make of it."""

import pytest

from documents import writing
from documents.writing import Target


def test_headings_begin_below_the_title_and_skip_no_level():
    made = writing.html("# Rutin\n\n#### Om larmet går\n\n## Efteråt\n\n###### Längst ned\n")
    assert [(one.level, one.html) for one in writing.headings(made)] == [
        (2, "Rutin"),
        (3, "Om larmet går"),
        (3, "Efteråt"),
        (4, "Längst ned"),
    ]


def test_headings_with_the_same_words_have_names_of_their_own():
    made = writing.html("## Gör så här\n\n## Gör så här\n\n##\n")
    assert [one.id for one in writing.headings(made)] == ["avsnitt-gor-sa-har", "avsnitt-gor-sa-har-2"]


def test_header_cells_of_a_table_say_what_they_head():
    made = writing.html("| Vem | |\n| --- | --- |\n| Chefen | ringer |\n")
    assert '<th scope="col">Vem</th>' in made
    assert "<th></th>" not in made, "an empty cell heads nothing"


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![bild](https://ond.invalid/spion.png)",
        "[klicka](javascript:alert(1))",
        "[klicka](data:text/html;base64,PHNjcmlwdD4=)",
        '[x](https://a.invalid/"onmouseover="alert(1))',
        "<https://a.invalid/><iframe src=//ond.invalid>",
        "[x]: javascript:alert(1)\n[x]",
    ],
)
def test_nothing_written_runs_or_fetches(body):
    made = writing.html(body)
    for stopped in ("<script", "<img", "<iframe", 'href="javascript', 'href="data', "<p onmouseover"):
        assert stopped not in made
    assert "onmouseover=" not in made.replace("&quot;", "").replace("%22", "") or "href" in made


def test_link_to_another_site_gives_it_nothing_of_ours(settings):
    settings.BASE_URL = "https://kvalitet.norrvik.invalid"
    made = writing.html(
        "[Ivo](https://www.ivo.se/) [egen](https://kvalitet.norrvik.invalid/dokument/7/) [fil](rutin.docx)"
    )
    assert '<a href="https://www.ivo.se/" rel="noopener noreferrer">' in made
    assert '<a href="/dokument/7/">egen</a>' in made
    assert 'href="rutin.docx"' not in made


def test_what_a_text_leads_to(settings):
    settings.BASE_URL = "https://kvalitet.norrvik.invalid"
    body = (
        "[a](/dokument/7/) [b](/dokument/7/version/1.0/) [c](/processer/barn-och-unga/text/) "
        "[d](https://kvalitet.norrvik.invalid/dokument/8/) [e](/dokument/nytt/) [f](https://ivo.se/dokument/9/)"
    )
    assert writing.targets(body) == [Target(pk=7), Target(slug="barn-och-unga"), Target(pk=8)]


def test_plain_text_has_the_words_and_the_addresses_of_other_sites():
    body = "## Gör **så** här\n\n- [ ] Ring [Ivo](https://ivo.se/)\n- Läs [rutinen](/dokument/7/)\n\n"
    body += "| A | B |\n|-|-|\n| 1 | 2 |"
    assert writing.plain(body) == ("Gör så här\n☐ Ring Ivo (https://ivo.se/)\nLäs rutinen\nA | B\n1 | 2")
    assert "rutinen (/dokument/7/)" in writing.plain(body, with_places=True)


def test_number_that_marks_pull_apart_is_whole_in_the_plain_text():
    assert writing.plain("850709-**9805**") == "850709-9805"


def test_text_is_kept_without_what_cannot_be_seen():
    assert writing.tidy("\ufeffRad\r\nen\u202e\x00\x07  \n\n") == "Rad\nen"


def test_link_to_a_title_with_signs_shows_the_title():
    made = writing.html(writing.link_to("Rutin [ny] för *larm* <b>", "/dokument/7/"))
    assert '<a href="/dokument/7/">Rutin [ny] för *larm* &lt;b&gt;</a>' in made


@pytest.mark.parametrize("body", ["[" * 20_000, "*a " * 10_000, "> " * 10_000, "|" * 20_000, "- " * 10_000])
def test_text_made_to_be_slow_still_ends(body):
    assert isinstance(writing.html(body), str)
