"""What differs between two texts, word by word.

The time is bounded whatever is sent in: texts too long to compare by words are compared by lines, and the
lines that differ by words as far as the bound goes; those with too many lines are told as one text instead
of another.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST = 1_000_000
WORDS = re.compile(r"\s*\S+|\s+$")
LINES = re.compile(r"[^\n]*\n|[^\n]+$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is in both (`change` is empty), only in the earlier or only in the later."""

    text: str
    change: str = ""


def words(before: str, after: str, *, most: int = MOST) -> list[Piece]:
    """The two texts as one: what is the same, "removed" and "added", in order.

    The pieces that are not added are ``before`` to the letter, those that are not removed ``after``. ``most``
    bounds the time: words of one times words of the other.
    """
    for pattern in (WORDS, LINES):
        one, other = pattern.findall(before), pattern.findall(after)
        start = _alike(one, other)
        end = _alike(one[start:][::-1], other[start:][::-1])
        inner = one[start : len(one) - end], other[start : len(other) - end]
        if len(inner[0]) * len(inner[1]) <= most:
            found = [Piece("".join(one[:start])), *_pieces(*inner), Piece("".join(one[len(one) - end :]))]
            return _joined(found if pattern is WORDS else _refined(_joined(found), most))
    return _joined([Piece(before, "removed"), Piece(after, "added")])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many that are the same from the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _pieces(one: list[str], other: list[str]) -> list[Piece]:
    # The search leaves out words that stand everywhere in the second text, once it is long, which keeps it
    # fast and ties nothing together by an "och". So the longer one goes second.
    is_turned = len(other) < len(one)
    matcher = SequenceMatcher(None, other, one) if is_turned else SequenceMatcher(None, one, other)
    found = []
    for name, a, b, c, d in matcher.get_opcodes():
        earlier, later = (one[c:d], other[a:b]) if is_turned else (one[a:b], other[c:d])
        if name == "equal":
            found.append(Piece("".join(earlier)))
        else:
            found += [Piece("".join(earlier), "removed"), Piece("".join(later), "added")]
    return found


def _refined(pieces: list[Piece], most: int) -> Iterator[Piece]:
    """Lines that came instead of others, told by their words while ``most`` lasts for them all."""
    place = 0
    while place < len(pieces):
        here, following = pieces[place], pieces[place + 1] if place + 1 < len(pieces) else None
        place += 1
        if here.change != "removed" or following is None or following.change != "added":
            yield here
            continue
        one, other = WORDS.findall(here.text), WORDS.findall(following.text)
        cost = len(one) * len(other)
        if cost > most:
            yield here
            continue
        most -= cost
        place += 1
        yield from _pieces(one, other)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Empty pieces left out, and neighbours of one kind made one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and piece.text and found[-1].change == piece.change:
            found[-1] = Piece(found[-1].text + piece.text, piece.change)
        elif piece.text:
            found.append(piece)
    return found
