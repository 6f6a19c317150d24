"""Two versions of a document side by side, for those who may read both, in bounded time."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents import actions, comparison
from documents.models import Revision
from documents.writing import Written
from kvalitet.versions import RevisionStatus
from tests.documents.factories import bring_to, checked, make_in_force, read

CONTENT = {
    "uploaded": lambda word: checked(f"Ring bakjouren inom {word} minuter."),
    "authored": lambda word: Written(f"Ring *bakjouren* inom {word} minuter."),
}


def two(cast, one, other):
    document = make_in_force(cast, content=one)
    second = actions.new_revision(document, user=cast.ombud, content=other, change_note="Ny tid.")
    read(second)
    bring_to(second, cast, RevisionStatus.APPROVED)
    return document


def url(document):
    return f"/dokument/{document.pk}/version/1.0/jamfor/2.0/"


@pytest.mark.parametrize("one", CONTENT)
@pytest.mark.parametrize("other", CONTENT)
def test_texts_are_told_word_by_word_whatever_their_source(cast, client_for, one, other):
    document = two(cast, CONTENT[one]("tio"), CONTENT[other]("fem"))
    html = client_for("medarbetare").get(url(document)).text
    assert " tio<" in html.split("<del>")[1].split("</del>")[0]
    assert " fem<" in html.split("<ins>")[1].split("</ins>")[0]
    assert html.count("<ins>") == 1
    assert "Ny tid." in html


def test_link_is_said_not_to_be_compared(cast, client_for):
    document = two(cast, CONTENT["authored"]("tio"), "https://exempel.invalid/")
    html = client_for("medarbetare").get(url(document)).text
    assert "Version 2.0 är en länk" in html
    assert "<ins>" not in html


def test_changed_address_behind_the_same_words_is_a_difference(cast, client_for):
    document = two(cast, Written("[Ivo](https://ett.invalid/)"), Written("[Ivo](https://tva.invalid/)"))
    assert "https://tva.invalid/" in client_for("medarbetare").get(url(document)).text.split("<ins>")[1]


def test_text_that_no_machine_has_read_yet_is_said_to_be_so(cast, client_for):
    document = two(cast, CONTENT["uploaded"]("tio"), CONTENT["uploaded"]("fem"))
    Revision.objects.filter(number=1).update(text="", text_read_at=None)
    assert "inte läst än" in client_for("medarbetare").get(url(document)).text


def test_way_to_the_comparison_chooses_the_two_that_are_likely_wanted(cast, client_for):
    document = two(cast, CONTENT["authored"]("tio"), CONTENT["authored"]("fem"))
    choose = f"/dokument/{document.pk}/jamfor/"
    assert client_for("medarbetare").get(choose).headers["Location"] == url(document)
    asked = client_for("medarbetare").get(f"{choose}?fran=2.0&till=1.0").headers["Location"]
    assert asked == f"/dokument/{document.pk}/version/2.0/jamfor/1.0/"
    alone = make_in_force(cast, title="Ensam")
    assert (
        client_for("medarbetare").get(f"/dokument/{alone.pk}/jamfor/").headers["Location"]
        == alone.get_absolute_url()
    )


def test_draft_is_compared_by_those_who_may_read_it_only(cast, client_for):
    document = make_in_force(cast, content=CONTENT["authored"]("tio"))
    actions.new_revision(document, user=cast.ombud, content=CONTENT["authored"]("fem"), change_note="Ny.")
    assert client_for("ombud").get(url(document)).status_code == 200
    assert client_for("medarbetare").get(url(document)).status_code == 404


@pytest.mark.parametrize("unit", ["ord{n} ", "rad {n}\n", "samma "])
def test_two_texts_of_two_million_characters_do_not_hang(unit):
    def version(start):
        text = "".join(unit.format(n=n) for n in range(start, start + 2_000_000 // len(unit)))[:2_000_000]
        return Revision(number=1, source="uploaded", text=text, sha256="x", text_read_at="2026-01-01")

    started = time.process_time()
    before, after = (comparison._words(version(start), with_places=False) for start in (0, 7))
    pieces = comparison.differences.words(before[: comparison.MOST], after[: comparison.MOST])
    comparison._folded(pieces)
    assert time.process_time() - started < 8


def test_very_long_texts_are_compared_from_the_beginning_with_a_note(cast, client_for):
    document = two(cast, CONTENT["uploaded"]("tio"), CONTENT["uploaded"]("fem"))
    Revision.objects.filter(number=1).update(text="ord " * 400_000)
    html = client_for("medarbetare").get(url(document)).text
    assert "300 000 tecknen" in html
    assert len(html) < 2_000_000


def test_page_asks_at_most_twelve_questions(cast, client_for):
    document = two(cast, CONTENT["authored"]("tio"), CONTENT["authored"]("fem"))
    client = client_for("medarbetare")
    client.get(url(document))
    with CaptureQueriesContext(connection) as caught:
        client.get(url(document))
    assert len(caught) <= 12
