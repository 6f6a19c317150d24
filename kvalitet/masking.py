"""Puts words in the place of what points out a person: one word for one name, by the law of the place.

For children and their families *barnet* and *vårdnadshavare 1*, in care *patienten*, else *den enskilde A*.
Beside a word for who somebody is ("sjuksköterskan Karin") the name goes, and the word stays.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from kvalitet import naming
from kvalitet.personuppgifter import WORDS, Finding, Kind


class Spoken(StrEnum):
    """How the one that an event is about is spoken of."""

    PERSON = "person"
    CHILD = "child"
    PATIENT = "patient"


PARENT = r"mamman?|mor|modern?|pappan?|far|fadern?|föräldern?|vårdnadshavaren?"
GUARDIAN = re.compile(rf"\b(?:{PARENT})\s+$", re.IGNORECASE)
WHO = re.compile(
    rf"\b(?:{PARENT}|\w*sköterskan?|\w*läkaren?|doktorn?|\w*terapeut(?:en)?|\w*sekreteraren?|\w*handläggaren?|"
    r"\w*biträdet?|\w*assistent(?:en)?|\w*stödjaren?|\w*vikarien?|\w*chef(?:en)?|\w*personal(?:en)?|\w*ledaren?|"
    r"\w*pedagog(?:en)?|kolleg(?:a|an|or|orna)|kuratorn?|läraren?|tolk(?:en)?|gode mannen|maken?|makan|"
    r"hustrun?|sambon?|son(?:en)?|dottern?|bro(?:r|dern?)|syster|systern|grannen?|anhörige?|vän(?:nen)?|kontaktman(?:nen)?|"
    r"kontaktperson(?:en)?)\s+$",
    re.IGNORECASE,
)
ENOUGH = 30  # characters before a name in which such a word may stand
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Masker:
    """Gives out the words for one form; ``texts`` are all that it holds, so that no word is given twice."""

    def __init__(self, spoken: Spoken, texts: Iterable[str] = ()) -> None:
        self.spoken = spoken
        self._taken = "\n".join(texts)
        self._people: list[tuple[frozenset[str], str]] = []

    def mask(self, text: str, *, only: str = "") -> str:
        """The text with what `naming.find` finds replaced; only what reads ``only``, when it is given."""
        pieces: list[str] = []
        place = 0
        for finding in naming.find(text):
            if only and finding.text != only:
                continue
            start, word = self._word(text, finding)
            start = max(start, place)
            pieces += [text[place:start], word]
            place = finding.end
        return "".join([*pieces, text[place:]])

    def _word(self, text: str, finding: Finding) -> tuple[int, str]:
        """Where the replacement begins, and the replacement."""
        if finding.kind is not Kind.NAME:
            return finding.start, WORDS[finding.kind]
        before = text[max(finding.start - ENOUGH, 0) : finding.start]
        is_owned = _is_owned(finding.text)
        guardian = GUARDIAN.search(before) if self.spoken is Spoken.CHILD else None
        if guardian:
            start = finding.start - len(guardian[0])
            word = self._label(finding.text, is_guardian=True)
            return start, _as_before(_owning(word) if is_owned else word, text, start)
        who = WHO.search(before)
        if who:
            start = finding.start - len(who[0]) + len(who[0].rstrip())
            return start, "s" if is_owned and text[start - 1] != "s" else ""
        word = self._label(finding.text, is_guardian=False)
        return finding.start, _as_before(_owning(word) if is_owned else word, text, finding.start)

    def _label(self, name: str, *, is_guardian: bool) -> str:
        parts = frozenset(_bases(name))
        for known, label in self._people:
            if parts <= known or known <= parts:
                return label
        label = next(one for one in self._labels(is_guardian=is_guardian) if not self._is_given(one))
        self._people.append((parts, label))
        return label

    def _labels(self, *, is_guardian: bool) -> Iterable[str]:
        numbers = range(1, 1000)
        if is_guardian:
            return (f"vårdnadshavare {number}" for number in numbers)
        if self.spoken is Spoken.CHILD:
            return ("barnet" if number == 1 else f"barn {number}" for number in numbers)
        if self.spoken is Spoken.PATIENT:
            return ("patienten" if number == 1 else f"patient {number}" for number in numbers)
        places = range(len(LETTERS) ** 2)
        return (f"den enskilde {(LETTERS[i // 26 - 1] if i > 25 else '')}{LETTERS[i % 26]}" for i in places)

    def _is_given(self, label: str) -> bool:
        if any(label == given for _, given in self._people):
            return True
        # A letter alone is somebody already: "brukare B". *Barnet* in a text is most often the one meant.
        kind, _, mark = label.rpartition(" ")
        said = mark if self.spoken is Spoken.PERSON else label if kind else ""
        return bool(said) and re.search(rf"(?<!\w){re.escape(said)}(?!\w)", self._taken) is not None


def _bases(name: str) -> Iterable[str]:
    return (naming.base_of(word).lower() for word in naming.WORD.findall(name))


def _is_owned(name: str) -> bool:
    last = naming.WORD.findall(name)[-1]
    return naming.base_of(last) != last


def _owning(word: str) -> str:
    return f"{word}:s" if word[-1].isdigit() or word[-1].isupper() else f"{word}s"


def _as_before(word: str, text: str, start: int) -> str:
    """With a capital where a sentence begins."""
    return word[0].upper() + word[1:] if naming.is_first(text, start) else word
