"""Finds words that look like the names of people in free text, and never one of a unit or a process.

A given name that is common in Sweden, two or more words in capitals after each other, and a surname of the
usual kind. It errs: whoever writes is asked, never stopped. The words that the organisation calls its own
things are asked for from where they are kept, with ``register_known``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kvalitet import personuppgifter
from kvalitet.personuppgifter import Certainty, Finding, Kind

Known = Callable[[Sequence[str]], Iterable[str]]

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
PARTICLES = frozenset({"af", "av", "von", "van", "de", "el", "al", "bin", "ibn"})
SURNAME = re.compile(r"[A-ZÅÄÖ][a-zåäöé]{2,}(?:sson|qvist|kvist|ström|gren|lund|berg)s?")
# Words that name places, houses and authorities, whatever stands before.
PLACE = re.compile(
    r".{2,}(?:gatan|vägen|gränd|torget|gården|hemmet|huset|kommun(?:en)?|verket|myndigheten|styrelsen|nämnden|"
    r"sjukhuset?|kassan|skolan|boendet?|enheten|tjänsten|vården|centralen|centrum|teamet|mottagningen|avdelningen|"
    r"lagen|region(?:en)?|kyrkan|parken|hamnen|stad(?:en)?|sund|köping|vik|borg)s?",
    re.IGNORECASE,
)
# A law and a saint are no persons that anybody meets at work.
NOBODY = re.compile(r"\b(?:[Ll]ex (?:Sarah|Maria)|(?:S:t|S:ta|Sankt|Sankta) [\w-]+)")
BEFORE_FIRST = " \t\u00a0\"”’'(–—•*-0123456789)"
SENTENCE_ENDS = (".", "!", "?", ":", "\n", "\r", "…")
MOST_ASKED = 30

_known: dict[str, Known] = {}


def register_known(name: str, texts: Known) -> None:
    """``texts(words)`` gives what the organisation calls its own things that hold any of the words."""
    if name in _known:
        raise ValueError(f"{name} is registered twice")
    _known[name] = texts


@dataclass(frozen=True)
class Word:
    text: str
    start: int
    end: int
    is_first: bool

    @property
    def base(self) -> str:
        return base_of(self.text)


@cache
def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    section: set[str] = set()
    for line in Path(__file__).with_name("names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            section.update(line.split())
    return {name: frozenset(words) for name, words in found.items()}


def is_given(word: str) -> bool:
    given = _lists()["given"]
    return word in given or ("-" in word and word.partition("-")[0] in given)


def base_of(word: str) -> str:
    """Without the s of what belongs to somebody, where that leaves a name: "Annas" is Anna."""
    short = word[:-1]
    is_owned = word.endswith("s") and not is_given(word)
    is_name = is_given(short) or short in _lists()["surname"] or short.endswith("sson")
    return short if is_owned and is_name else word


def find(text: str) -> list[Finding]:
    """All of ``personuppgifter.find``, and what looks like names; in order, none overlapping another."""
    found = personuppgifter.find(text)
    certain = [one for one in found if one.kind is not Kind.NAME_CUE]
    named = [one for one in names(text) if not any(_overlap(one, other) for other in certain)]
    cues = [
        one for one in found if one.kind is Kind.NAME_CUE and not any(_overlap(one, name) for name in named)
    ]
    return sorted([*certain, *cues, *named], key=personuppgifter.rank)


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end


def names(text: str) -> list[Finding]:
    """What looks like the name of somebody, without what the organisation calls its own things."""
    candidates = [name for run in _runs(text) for name in _names_in(run)]
    if not candidates:
        return []
    known = _known_texts({word.text for name in candidates for word in name})
    regions = [*_places_of(known, text), *(match.span() for match in NOBODY.finditer(text))]
    words = {word.lower() for one in known for word in WORD.findall(one)}
    return [
        Finding(
            Kind.NAME, name[0].start, name[-1].end, text[name[0].start : name[-1].end], Certainty.POSSIBLE
        )
        for name in candidates
        if not _is_known(name, regions, words)
    ]


def _runs(text: str) -> Iterator[list[Word]]:
    """Words with a capital after each other in one sentence; *af* and its like may stand between."""
    run: list[Word] = []
    between: list[Word] = []
    last = 0
    for match in WORD.finditer(text):
        word = Word(match[0], match.start(), match.end(), is_first(text, match.start()))
        is_next = bool(run) and text[last : word.start] in (" ", "\u00a0") and not word.is_first
        last = word.end
        if not is_next and run:
            yield run
            run, between = [], []
        if _is_capital(word.text):
            run, between = [*run, *between, word], []
        elif run and word.text in PARTICLES and not between:
            between = [word]
        elif run:
            yield run
            run, between = [], []
    if run:
        yield run


def is_first(text: str, start: int) -> bool:
    """Whether a sentence begins there."""
    before = text[max(start - 12, 0) : start].rstrip(BEFORE_FIRST)
    return before.endswith(SENTENCE_ENDS) or (not before and start <= 12)


def _is_capital(word: str) -> bool:
    return word[0].isupper() and (len(word) == 1 or not word.isupper())


def _names_in(run: list[Word]) -> Iterator[list[Word]]:
    """The run parted where a word is no name, and each part that looks like one."""
    part: list[Word] = []
    for word in run:
        is_other = word.text in _lists()["not"] or PLACE.fullmatch(word.text)
        if is_other and not is_given(word.text):
            yield from _name_of(part)
            part = []
        else:
            part.append(word)
    yield from _name_of(part)


def _name_of(part: list[Word]) -> Iterator[list[Word]]:
    """The name in words that stand together, or nothing; the first of a sentence has its capital anyway."""
    lists = _lists()
    if part and part[0].is_first and not _is_name_at_start(part):
        part = part[1:]
    while part and (len(part[0].text) == 1 or part[0].text in PARTICLES):
        part = part[1:]
    if not part:
        return
    is_several = sum(len(word.text) > 1 and word.text not in PARTICLES for word in part) > 1
    one = part[0]
    if is_several or is_given(one.base) or SURNAME.fullmatch(one.text) or one.base in lists["surname"]:
        yield part


def _is_name_at_start(part: list[Word]) -> bool:
    word = part[0]
    if is_given(word.base):
        return word.text not in _lists()["ambiguous"] or len(part) > 1
    return bool(SURNAME.fullmatch(word.text)) and word.text.endswith(("sson", "ssons"))


def _known_texts(words: Iterable[str]) -> list[str]:
    asked = sorted(words)[:MOST_ASKED]
    return [text for texts in _known.values() for text in texts(asked)]


def _places_of(known: Iterable[str], text: str) -> Iterator[tuple[int, int]]:
    lowered = text.lower()
    for one in {title.lower() for title in known if title}:
        place = lowered.find(one)
        while place >= 0:
            yield place, place + len(one)
            place = lowered.find(one, place + 1)


def _is_known(name: list[Word], regions: list[tuple[int, int]], words: set[str]) -> bool:
    if any(start <= name[0].start and name[-1].end <= end for start, end in regions):
        return True
    return not is_given(name[0].base) and all(word.text.lower() in words for word in name)
