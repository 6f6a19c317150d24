"""Measuring, wrapping and writing text without a browser.

Widths are Source Sans 3 at weight 600 in hundredths of an em, which is never narrower than what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape

_BY_WIDTH = {
    20: " ", 26: "ij|", 27: "l", 28: "',.:;I’·", 32: "!()-[]f{}•", 34: "/\\", 36: "t", 37: "r", 43: "s",
    44: "*?z", 46: "c", 48: "\"x–”", 49: "J", 50: "LY_vy", 51: "#$+0123456789<=>F^e~éè§", 52: "agkåä",
    54: "EVXZÉ", 55: "ST`oöø", 56: "AbdhnpquÅÄü", 58: "CP", 59: "R", 60: "BK", 62: "D", 63: "G", 64: "&",
    66: "HNUÜ", 67: "OQÖ", 74: "M", 75: "w", 78: "æ", 80: "W—", 83: "½", 84: "%m", 88: "@", 96: "…",
}  # fmt: skip
WIDTHS = {character: width / 100 for width, characters in _BY_WIDTH.items() for character in characters}
OTHER_WIDTH = 0.62
WIDE_WIDTH = 1.0
SLACK = 1.03
PIXELS = 12.5
LINE = 1.2
VOWELS = frozenset("aeiouyåäöéAEIOUYÅÄÖÉ")
LONGEST = 400


@lru_cache(maxsize=20_000)
def width(text: str) -> float:
    """Width in em."""
    get = WIDTHS.get
    return SLACK * sum(get(char) or (WIDE_WIDTH if char > "\u2e7f" else OTHER_WIDTH) for char in text)


def wrap(text: str, room: float, most: int = 99) -> list[str]:
    """Lines of at most `room` em; long words are divided with a hyphen, what is left over becomes an
    ellipsis.
    """
    room = max(room, 2.0)
    lines: list[str] = []
    line, used = "", 0.0
    space = WIDTHS[" "]
    for word in _pieces(text[:LONGEST], room):
        wide = width(word)
        if line and used + space + wide > room:
            lines.append(line)
            line, used = word, wide
        else:
            used += wide + (space if line else 0.0)
            line = f"{line} {word}" if line else word
    if line:
        lines.append(line)
    if len(lines) <= most and len(text) <= LONGEST:
        return lines
    kept = lines[: max(most, 1)]
    return [*kept[:-1], _shorten(kept[-1], room)]


def _shorten(line: str, room: float) -> str:
    while line and width(line) + WIDTHS["…"] > room:
        line = line[:-1]
    return line.rstrip(" -") + "…"


def _pieces(text: str, room: float) -> list[str]:
    pieces: list[str] = []
    for word in text.split():
        rest = word
        while width(rest) > room:
            cut, hyphen = _cut(rest, room)
            pieces.append(rest[:cut] + hyphen)
            rest = rest[cut:]
        pieces.append(rest)
    return pieces


def _cut(word: str, room: float) -> tuple[int, str]:
    """Where to divide a word that is too long: at its own mark, after a compound's s, before a syllable,
    anywhere.
    """
    used, fits = 0.0, 0
    for character in word:
        used += width(character)
        if used + WIDTHS["-"] > room:
            break
        fits += 1
    fits = max(min(fits, len(word) - 1), 1)
    for at in range(fits, 2, -1):
        if word[at - 1] in "-/_.,:@)" and at < len(word):
            return at, ""
    places = [at for at in range(fits, 2, -1) if len(word) - at >= 3]
    for good in (_after_compound_s, _before_syllable):
        for at in places[: max(4, fits // 2)]:
            if good(word, at):
                return at, "-"
    return fits, "-"


def _after_compound_s(word: str, at: int) -> bool:
    return (
        word[at - 1] == "s"
        and word[at] not in VOWELS
        and word[at - 2] not in VOWELS
        and word[at] not in "stkp"
    )


def _before_syllable(word: str, at: int) -> bool:
    return word[at] not in VOWELS and word[at + 1] in VOWELS and word[at - 1] not in VOWELS


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    short = f"{value:.1f}"
    return short[:-2] if short.endswith(".0") else short


def lines_svg(lines: Sequence[str], x: float, y: float, size: float, attributes: str) -> str:
    """One <text>, its first baseline placed so that the block's top is `y`."""
    if not lines:
        return ""
    first = y + size * 0.93
    if len(lines) == 1:
        body = escape(lines[0])
        return f'<text x="{number(x)}" y="{number(first)}" {attributes}>{body}</text>'
    step = size * LINE
    spans = "".join(
        f'<tspan x="{number(x)}" y="{number(first + index * step)}">{escape(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    return f"<text {attributes}>{spans}</text>"


def height(lines: Sequence[str], size: float) -> float:
    return len(lines) * size * LINE
