"""Two texts word by word: nothing is lost, and the time is bounded whatever is sent in."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvalitet.differences import Piece, words

TEXTS = st.text(alphabet="abå \n.", max_size=60)


def test_only_the_words_that_differ_are_told() -> None:
    assert words("Svara inom 14 dagar, skriftligt.", "Svara inom 7 dagar, skriftligt.") == [
        Piece("Svara inom"),
        Piece(" 14", "removed"),
        Piece(" 7", "added"),
        Piece(" dagar, skriftligt."),
    ]


def test_a_text_that_is_new_is_added_whole_and_an_equal_one_says_nothing() -> None:
    assert words("", "Hej på dig") == [Piece("Hej på dig", "added")]
    assert words("Hej på dig", "") == [Piece("Hej på dig", "removed")]
    assert words("Hej", "Hej") == [Piece("Hej")]
    assert words("", "") == []


@given(TEXTS, TEXTS, st.sampled_from([1, 20, 10_000]))
def test_both_texts_can_be_read_out_of_the_pieces(before: str, after: str, most: int) -> None:
    pieces = words(before, after, most=most)
    assert "".join(one.text for one in pieces if one.change != "added") == before
    assert "".join(one.text for one in pieces if one.change != "removed") == after
    assert all(one.text for one in pieces)


def test_in_a_text_too_long_for_words_the_lines_that_differ_are_told_by_words() -> None:
    before = "\n".join(f"Rad {number} har några ord" for number in range(400))
    after = before.replace("Rad 7 ", "Punkt 7 ").replace("Rad 390 ", "Punkt 390 ")
    changed = [one for one in words(before, after) if one.change == "added"]
    assert [one.text for one in changed] == ["Punkt", "Punkt"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b " * 400_000, "b a c " * 300_000),
        ("a\nb\n" * 400_000, "b\na\nc\n" * 300_000),
        (" " * 2_000_000, " " * 1_999_999 + "x"),
        (" ".join(f"x a{n}" for n in range(2_500)), " ".join(f"x b{n}" for n in range(99))),
        (" ".join(f"{n % 95} u{n}" for n in range(500)), " ".join(f"{n % 95} v{n}" for n in range(500))),
    ],
)
def test_texts_made_to_be_slow_are_not(before: str, after: str) -> None:
    started = time.process_time()
    words(before, after)
    assert time.process_time() - started < 5
