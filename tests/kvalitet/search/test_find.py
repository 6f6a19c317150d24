"""What a person who types something gets: the right things first, only what they may see, never an error."""

import pytest
from django.test import Client

from kvalitet import search
from kvalitet.search.records import Audience, Reader
from tests.kvalitet.search.notes import STAFF, STRANGER, Person, add, found, sql

pytestmark = pytest.mark.usefixtures("notes")


def test_compound_and_its_parts_find_each_other():
    compound, part = add("Hygienrutiner"), add("Basal hygien")
    assert found("hygien") == [part, compound]
    assert found("hygienrutiner") == [compound, part]
    assert found("rutin") == [compound]


def test_forms_of_a_word_find_each_other_in_the_text():
    note = add("Lathund", "Kontaktmännen lämnar nycklarna till de boende innan läkemedlen delas ut.")
    for text in ("nyckel", "kontaktman", "läkemedel", "kontaktmannen", "nyckeln lämnas"):
        assert found(text) == [note], text


def test_title_comes_before_text_and_the_whole_word_before_a_part():
    in_text = add("Lathund", "Om larm och annat.")
    as_part = add("Trygghetslarm")
    as_word = add("Larm på natten")
    assert found("larm") == [as_word, as_part, in_text]


def test_exact_title_comes_first():
    add("Rutin för fallprevention och fallskador", "fallprevention " * 20)
    exact = add("Fallprevention")
    assert found("fallprevention")[0] == exact


def test_number_of_a_case_or_law_is_found_as_written():
    note = add("Föreskriften", "Se SOSFS 2011:9.", keywords="SN 2026/118")
    add("Annat", "2011 kom 9 personer, 118 år 2026.")
    assert found("2011:9")[0] == note
    assert found("2026/118")[0] == note


def test_phrase_wants_the_words_in_order_and_minus_takes_away():
    together = add("Ett", "basal hygien i vården")
    apart = add("Två", "hygien som är basal")
    assert found('"basal hygien"') == [together]
    assert found("hygien -vården") == [apart]
    assert found("-hygien") == []


def test_only_hits_that_lack_a_word_are_called_alike():
    add("Hygienrutiner", "Tvätta händerna.")
    assert not search.find(STAFF, "händerna").is_loose
    assert search.find(STAFF, "händerna handskar").is_loose


def test_unfinished_word_is_found():
    note = add("Hygienrutiner")
    assert found("hygienrut") == [note]


def test_misspelt_word_is_answered_with_the_right_one():
    add("Läkemedelshantering")
    result = search.find(STAFF, "läkmedelshantering")
    assert result.suggestion == "läkemedelshantering"


def test_word_that_only_stands_in_a_case_is_never_suggested():
    add("Ärende", "Sammanboende med Zebulonsson", audience=Audience.CIRCLE, allow=[1])
    add("Internt", "Utbildning av Quintilianus", audience=Audience.STAFF)
    assert search.find(STAFF, "zebulonson").suggestion == ""
    assert search.find(STRANGER, "quintilianuss").suggestion == ""
    assert search.find(STAFF, "quintilianuss").suggestion == "quintilianus"


@pytest.mark.parametrize(
    ("columns", "reader", "sees"),
    [
        ({"audience": Audience.PUBLIC}, Reader(), True),
        ({"audience": Audience.STAFF}, Reader(), False),
        ({"audience": Audience.STAFF}, Reader(user_id=1, rank=Audience.STAFF), True),
        ({"audience": Audience.UNIT, "unit_id": 7}, Reader(user_id=1, rank=Audience.STAFF), False),
        (
            {"audience": Audience.UNIT, "unit_id": 7},
            Reader(user_id=1, rank=Audience.STAFF, unit_ids=[7]),
            True,
        ),
        ({"audience": Audience.UNIT, "unit_id": 7}, Reader(user_id=1, rank=Audience.UNIT), True),
        ({"audience": Audience.UNIT, "process_id": 3}, Reader(user_id=1, rank=2, process_ids=[3]), True),
        ({"audience": Audience.UNIT, "allow": [1]}, Reader(user_id=1, rank=Audience.STAFF), True),
        ({"audience": Audience.CIRCLE, "allow": [1]}, Reader(user_id=1, rank=Audience.STAFF), True),
        ({"audience": Audience.CIRCLE, "allow": [2]}, Reader(user_id=1, rank=Audience.CIRCLE), False),
        (
            {"audience": Audience.CIRCLE, "home_id": 7, "allow": [2]},
            Reader(user_id=1, rank=3, unit_ids=[7]),
            False,
        ),
        (
            {"audience": Audience.STAFF, "deny": [1]},
            Reader(user_id=1, rank=Audience.UNIT, unit_ids=[7]),
            False,
        ),
        ({"audience": Audience.CIRCLE, "allow": [1], "deny": [1]}, Reader(user_id=1, rank=2), False),
        ({"audience": Audience.PUBLIC, "deny": [1]}, Reader(), True),
    ],
)
def test_only_those_who_may_read_find_it(columns, reader, sees):
    note = add("Zinkpasta", **columns)
    assert found("zinkpasta", Person(reader)) == ([note] if sees else [])


def test_confidential_hit_is_checked_against_its_source_when_the_index_is_behind():
    note = add("Utredning", audience=Audience.CIRCLE, allow=[1])
    assert found("utredning") == [note]
    sql("UPDATE search_note SET allow = '{}' WHERE id = %s", note)
    assert found("utredning") == []


def test_confidential_kind_without_a_check_shows_nothing():
    note = add("Utredning", audience=Audience.CIRCLE, allow=[1])
    kind = search.kinds()[0]
    search.unregister("note")
    search.register(search.Kind("note", "Not", "tests.note", kind.entries, kind.all_ids))
    assert note not in found("utredning")


def test_kind_and_unit_narrow():
    note = add("Larm", home_id=7)
    add("Larm", home_id=8)
    assert found("larm", unit_id=7) == [note]
    assert found("larm", kind="annat") == []


def test_found_words_are_marked_and_everything_else_is_escaped():
    add("<b>Nycklar</b>", 'Text <script>alert("x")</script> ' + "fyllnad " * 3000 + "med nyckelskåp & mer")
    hit = search.find(STAFF, "nyckel").hits[0]
    assert hit.title == "&lt;b&gt;<mark>Nycklar</mark>&lt;/b&gt;"
    assert "<mark>nyckelskåp</mark> &amp; mer" in hit.snippet
    assert "<script" not in hit.snippet


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "\x00",
            "a\x00b",
            "-",
            '"',
            '""',
            "& | ! ( ) :* <->",
            "'; DROP TABLE search_entry; --",
            "%s %(x)s",
        ),
        *(
            "\\",
            "\\' OR 1=1",
            "a" * 10_000,
            "ord " * 2_500,
            '"' * 500,
            "-" * 500,
            "( " * 400,
            "😀 ☃",
            "ﬁ ß İ ǅ",
        ),
        *(
            "och att",
            '"och"',
            "2011:9:",
            "::::",
            "1/2/3/4",
            "\u202e\u200b",
            "e\u0301" * 50,
            "läkemedel:*",
            "a-b-c-d",
        ),
    ],
)
def test_hostile_text_is_never_an_error(text):
    add("Läkemedel och annat ord")
    search.find(STAFF, text)
    assert Client().get("/sok/", {"q": text}).status_code == 200


@pytest.mark.parametrize(
    "narrowing",
    [
        *({"sida": number} for number in ("0", "-1", "9" * 40, "x", "²")),
        *({name: value} for name in ("slag", "enhet") for value in ("x", "9" * 40, "\x00")),
    ],
)
def test_page_answers_whatever_the_address_says(narrowing):
    add("Larm", audience=Audience.PUBLIC)
    assert Client().get("/sok/", {"q": "larm", **narrowing}).status_code == 200


def test_pages_hold_every_hit_once():
    notes = {add(f"Larm {number}") for number in range(45)}
    pages = [found("larm", number=number) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert {note for page in pages for note in page} == notes
    assert found("larm", number=4) == []


def test_stranger_sees_public_hits_and_how_to_see_more():
    add("Lämna synpunkt", audience=Audience.PUBLIC)
    add("Lämna nyckel", audience=Audience.STAFF)
    page = Client().get("/sok/", {"q": "lämna"}).content.decode()
    assert "synpunkt" in page
    assert "nyckel" not in page
    assert "Logga in" in Client().get("/sok/", {"q": "finnsinte"}).content.decode()
    assert Client().post("/sok/").status_code == 405


def test_page_without_a_question_says_what_can_be_searched():
    page = Client().get("/sok/").content.decode()
    assert "anteckningar" in page
    assert "Så söker du" in page


@pytest.mark.parametrize("hits", [1, 60])
def test_page_asks_the_database_equally_often_for_few_and_many_hits(hits, django_assert_max_num_queries):
    for number in range(hits):
        add(f"Larm {number}", "text " * 50, audience=Audience.PUBLIC)
    Client().get("/sok/", {"q": "larm"})
    with django_assert_max_num_queries(6):
        Client().get("/sok/", {"q": "larm"})
