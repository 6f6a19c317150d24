"""The words of a hit that were looked for, marked in its title and in a piece of its text."""

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kvalitet.search.language import fold, tokens
from kvalitet.search.lexicon import Lexicon

_AROUND = 90
_LETTERS = {"a": "[aåä]", "å": "[åä]", "o": "[oö]", "ö": "[öo]", "ä": "[äaå]", "e": "[eé]"}


class Marker:
    """Finds the words of one query in the texts of its hits."""

    def __init__(self, words: Iterable[str], opened: Lexicon) -> None:
        self._opened = opened
        self._wanted: set[str] = set()
        for word in words:
            analysis = opened.analyse(word)
            self._wanted.update(analysis.whole)
            self._wanted.update(stem for part in analysis.parts for stem in part)
        starts = {_pattern(stem) for stem in self._wanted if len(stem) > 1}
        self._near = (
            re.compile("|".join(sorted(starts, key=len, reverse=True)), re.IGNORECASE) if starts else None
        )

    def title(self, text: str) -> SafeString:
        """The whole of ``text``, escaped, with what was found marked."""
        return _marked(text, self._spots(text))

    def snippet(self, text: str) -> SafeString:
        """Some twenty words of ``text`` around the first that was found; empty when none was."""
        match = self._first(text)
        if match is None:
            return SafeString("")
        start, end = max(0, match - _AROUND), match + 2 * _AROUND
        if start:
            start = text.find(" ", start, match) + 1 or match
        if end < len(text):
            end = max(text.rfind(" ", match, end), match) if " " in text[match:end] else end
        piece = text[start:end]
        before, after = "… " if start else "", " …" if end < len(text) else ""
        return mark_safe(before + _marked(piece, self._spots(piece)) + after)  # noqa: S308 - escaped in _marked

    def beginning(self, text: str) -> SafeString:
        """The first words of ``text``, for hits whose found word stands elsewhere."""
        piece = text[: 2 * _AROUND]
        if len(text) > len(piece):
            piece = piece.rsplit(" ", 1)[0] + " …"
        return escape(piece)

    def _first(self, text: str) -> int | None:
        """Where the first word looked for begins: candidates by their letters, then judged as words."""
        if self._near is None:
            return None
        place = 0
        for _ in range(50):
            match = self._near.search(text, place)
            if match is None:
                return None
            start = max(text.rfind(sign, 0, match.start()) for sign in ' \n\t("') + 1
            place = max(match.end(), text.find(" ", match.end()))
            if self._spots(text[start:place]):
                return start
        return None

    def _spots(self, text: str) -> list[tuple[int, int]]:
        folded = fold(text)
        if len(folded) != len(text):  # folding joined or split something, so places would not agree
            folded = text.lower()
        if len(folded) != len(text):
            return []
        return [(token.start, token.end) for token in tokens(folded) if self._is_wanted(token.word)]

    def _is_wanted(self, word: str) -> bool:
        if self._near is None or not self._near.search(word):  # most words need no analysis
            return False
        analysis = self._opened.analyse(word)
        return not self._wanted.isdisjoint(analysis.whole) or any(
            not self._wanted.isdisjoint(part) for part in analysis.parts
        )


def _pattern(stem: str) -> str:
    """What the forms of ``stem`` may look like: another vowel (hand, händer), the mute e back (nyckl)."""
    letters = [_LETTERS.get(letter, re.escape(letter)) for letter in stem[:12]]
    if len(stem) <= 12 and stem[-1] in "lrn":
        letters.insert(-1, "[mn]?e?")
    return "".join(letters)


def _marked(text: str, spots: list[tuple[int, int]]) -> SafeString:
    pieces, place = [], 0
    for start, end in spots:
        pieces += [escape(text[place:start]), "<mark>", escape(text[start:end]), "</mark>"]
        place = end
    pieces.append(escape(text[place:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece of text is escaped above
