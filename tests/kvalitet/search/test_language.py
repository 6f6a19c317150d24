"""Swedish words find each other in every form, and do not find what is something else."""

import unicodedata

import pytest

from kvalitet.search.language import fold, stems, words
from kvalitet.search.lexicon import Lexicon, learn
from tests.kvalitet.search.pairs import COMPOUNDS, FRESH_COMPOUNDS, FRESH_INFLECTIONS, INFLECTIONS, UNRELATED

OPENED = Lexicon()


def keys(word: str) -> set[str]:
    analysis = OPENED.analyse(word)
    return {*analysis.whole, *(stem for part in analysis.parts for stem in part)}


def share_stem(pair: tuple[str, str]) -> bool:
    return not set(stems(fold(pair[0]))).isdisjoint(stems(fold(pair[1])))


def is_part(pair: tuple[str, str]) -> bool:
    part, compound = pair
    inner = OPENED.parts(part) or (stems(part),)
    return all(not keys(compound).isdisjoint(stems_of) for stems_of in inner)


@pytest.mark.parametrize("pair", INFLECTIONS, ids="-".join)
def test_forms_of_one_word_share_a_stem(pair):
    assert share_stem(pair)


@pytest.mark.parametrize(
    ("pairs", "judge"),
    [(FRESH_INFLECTIONS, share_stem), (COMPOUNDS, is_part), (FRESH_COMPOUNDS, is_part)],
    ids=["fresh inflections", "compounds", "fresh compounds"],
)
def test_at_least_nine_of_ten_pairs_find_each_other(pairs, judge):
    missed = [pair for pair in pairs if not judge(pair)]
    assert len(pairs) >= 60
    assert len(missed) <= len(pairs) / 10, missed


@pytest.mark.parametrize("pair", UNRELATED, ids="-".join)
def test_words_that_only_look_alike_do_not_find_each_other(pair):
    assert keys(pair[1]).isdisjoint(stems(pair[0]))


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("hygienrutiner", ["hygien", "rutin"]),
        ("flickskola", ["flicka", "skola"]),
        ("barnavårdscentralens", ["barn", "vård", "central"]),
        ("nattillsyn", ["natt", "tillsyn"]),
        ("redovisningsår", ["redovisning", "år"]),
    ],
)
def test_compound_is_opened_into_its_words_in_order(compound, parts):
    opened = OPENED.parts(compound)
    assert len(opened) == len(parts)
    for stems_of, part in zip(opened, parts, strict=True):
        assert not set(stems_of).isdisjoint(stems(part))


@pytest.mark.parametrize(
    "word", ["personal", "rapportering", "verksamheten", "särskilt", "kränkande", "förslag"]
)
def test_word_that_is_no_compound_stays_closed(word):
    assert OPENED.analyse(word).parts == ()


def test_words_of_the_texts_teach_what_compounds_are_made_of():
    assert not Lexicon().parts("gravrätt")
    learnt = learn({"grav": 5, "gravrätt": 1})
    assert Lexicon(learnt).parts("gravrätt") == (("grav",), ("rätt",))


def test_what_remains_of_several_compounds_is_learnt_as_a_word():
    learnt = learn({"barnpjäxa": 1, "skolpjäxa": 1, "kvinnopjäxa": 1})
    assert "pjäxa" in learnt


def test_text_is_folded_to_one_spelling():
    decomposed = unicodedata.normalize("NFD", "ÅTGÄRD")
    assert words(fold(f"{decomposed} Café trygg-\nhetslarm 2011:9 e-post")) == [
        "åtgärd",
        "cafe",
        "trygghetslarm",
        "2011:9",
        "e-post",
    ]
    assert not set(stems("epost")).isdisjoint(OPENED.analyse("e-post").whole)
