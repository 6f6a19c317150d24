"""Which words compounds are made of, and how a compound is opened.

A word is opened only into parts that are words of their own: those shipped in ``words.txt`` and those that
the indexed texts use alone, or as the same part of several compounds. Texts about cases teach it nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kvalitet.search.language import STOP_WORDS, canonical, inside, stems
from kvalitet.search.listed import listed

SHORTEST = 6
_REMEMBERED = 300_000
_JOINED = 9  # weight of a joining s: hjälp-s-lag is likelier than hjälp-slag
_SEVERAL = 3
_JOINTS = ("", "s", "e", "o", "u", "a", "es")
_NOT_PARTS = listed("""
ande ar aren arna artad aste ation ationer bar dom else elser en ende er era erad eras erat erna ernas full
het hets ingar ingen inna isk iska itet iteten lig liga ligen ligt ling lös mäss ning ningar orna ring ringar
ringen rings rnas sam sel skap sätt tion vars
""")
_JOIN_BY_S = ("ning", "het", "tion", "sion", "skap", "ling")
_DERIVED = tuple(listed("eran erad erar erat erin atio atör tion ighet ella elle ellt iska nade rnas xam"))
_SHORTEST_HALF = 9
_VOWELS = "aeiouyåäö"
_ONSET = re.compile(
    r"(?:[bcdfghjklmnprstvw]|[bcfgkps][lr]|[dtv]r|s[kptlmnvj]|s[kpt][lrj]|kn|gn|tv|kv|dv|fj|bj|hj|lj)?"
    rf"[{_VOWELS}]"
)
_PARTICLES = listed(
    "för förut fort fram före ihop inne mellan miss ned neder samman samm till under upp åter över"
)
_ADJECTIVAL = tuple(
    listed("""
ande ende ation bar de dom ell ella ellt erad erar erat ering het heten ism isk iska iskt lig liga
ligen ligt sam skap skapet te tion
""")
)
_NOT_FIRST = listed("all allt den det där ett för här mis ner och sam upp var vart")

_Split = tuple[int, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one word is indexed as: ``whole`` for the word itself, ``parts`` for what it is made of.

    ``is_open``: every part is a known word; otherwise one of them is a guess.
    """

    whole: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()
    is_open: bool = False


class Lexicon:
    """An immutable set of words to open compounds with; make it once, for it remembers."""

    def __init__(self, learnt: Iterable[str] = ()) -> None:
        self._shipped = frozenset(map(base_stem, shipped_words()))
        stems_learnt = frozenset(map(base_stem, learnt)) - _NOT_PARTS
        # hälso- och sjukvård teaches hälso, which is only how hälsa looks before another word
        self._learnt = frozenset(
            stem for stem in stems_learnt if stem[-1] not in "osu" or stem[:-1] not in self._shipped
        )
        # Words in -a join without s (flick-skola), so an s after them begins the next part.
        self._without_s = frozenset(base_stem(word) for word in shipped_words() if word.endswith("a"))
        self._analysed: dict[str, Analysis] = {}

    def analyse(self, word: str) -> Analysis:
        """How the folded ``word`` is indexed and looked for."""
        known = self._analysed.get(word)
        if known is None:
            known = self._analyse(word)
            if len(self._analysed) < _REMEMBERED:
                self._analysed[word] = known
        return known

    def parts(self, word: str) -> tuple[tuple[str, ...], ...]:
        """The stems of each part of the folded ``word``, in order; empty when not all are known words."""
        analysis = self.analyse(word)
        return analysis.parts if analysis.is_open else ()

    def _analyse(self, word: str) -> Analysis:
        pieces = inside(word)
        if pieces:
            joined = "".join(pieces) if word[0].isalpha() else word
            return Analysis(stems(joined), tuple(stems(piece) for piece in pieces), True)
        if len(word) < SHORTEST or not word.isalpha() or word in STOP_WORDS:
            return Analysis(stems(word))
        if any(stem in self._shipped for stem in stems(word)):
            return Analysis(stems(word))
        parts = self._best(word, {})[1]
        return Analysis(stems(word), parts or self._recognised(word), bool(parts))

    def _recognised(self, word: str) -> tuple[tuple[str, ...], ...]:
        """The parts of a compound of which only the last or the first is a known word (fick-pengar)."""
        if len(word) < _SHORTEST_HALF:
            return ()
        for cut in range(4, len(word) - 4):
            last = self._as_last(word[cut:]) if _may_be_first(word[:cut]) else ()
            if any(stem in self._shipped and len(stem) > 4 and stem != "enhet" for stem in last):
                return (stems(word[:cut]), last)
        for cut in range(len(word) - 4, 3, -1):
            stem, joint = self._as_first(word[:cut], True)
            if len(stem) > 3 and stem in self._shipped and _may_be_last(word[cut:], joint):
                return ((stem,), stems(word[cut:]))
        return ()

    def _best(self, rest: str, seen: dict[str, _Split], is_first: bool = True) -> _Split:
        """The opening of ``rest`` with the longest parts, as (weight, parts); weight 0 when there is none."""
        if rest in seen:
            return seen[rest]
        best: _Split = (0, ())
        for cut in range(3, len(rest) - 1):
            stem, joint = self._as_first(rest[:cut], is_first)
            if not stem or (rest.startswith("år", cut) and stem not in self._shipped):
                continue
            tail = self._as_last(rest[cut:])
            if not tail and rest[cut - 1] == rest[cut - 2]:  # natt + tillsyn is written nattillsyn
                tail = self._as_last(rest[cut - 1 :])
            if tail and joint == "s":  # hjälp-s-lag and hjälp-slag look the same, so both are kept
                tail = (*tail, *(stem for stem in self._as_last(rest[cut - 1 :]) if stem not in tail))
            weight, parts = (len(rest[cut:]) ** 2, (tail,)) if tail else self._best(rest[cut:], seen, False)
            weight += cut**2 + _JOINED * (joint == "s")
            if parts and weight > best[0]:
                best = (weight, ((stem,), *parts))
        seen[rest] = best
        return best

    def _as_first(self, part: str, is_first: bool) -> tuple[str, str]:
        """The stem of a part that more follows, and the joining letter; empty strings when it is none."""
        for joint in _JOINTS:
            core = part.removesuffix(joint)
            if not part.endswith(joint) or len(core) < _least(core) or (is_first and core in _NOT_FIRST):
                continue
            if joint != "s" and core.endswith(_JOIN_BY_S):
                continue
            stem = core + "e" if core.endswith("ar") and self._is_part(core + "e") else canonical(core)
            if self._is_part(stem) and not (joint == "s" and stem in self._without_s):
                return stem, joint
        return "", ""

    def _as_last(self, part: str) -> tuple[str, ...]:
        if part in _NOT_PARTS or len(part) < _least(part):
            return ()
        return tuple(stem for stem in stems(part) if self._is_part(stem))

    def remainders(self, word: str) -> Iterator[tuple[str, str]]:
        """For a word that stayed closed: each first part that it may begin with, and what is left."""
        if len(word) < SHORTEST + 2 or not word.isalpha() or self.parts(word):
            return
        for cut in range(4, len(word) - 3):
            stem, joint = self._as_first(word[:cut], True)
            if stem and _may_be_learnt(word[cut:]) and not (joint == "" and word[cut] == "s"):
                yield stem, word[cut:]

    def _is_part(self, stem: str) -> bool:
        return stem in self._shipped or (stem in self._learnt and len(stem) > 3)


def base_stem(word: str) -> str:
    """The stem that a base form (rutin, kvinna) is kept under; all its forms have it among ``stems``."""
    if word.endswith(("a", "e")) and not word.endswith("are"):
        return canonical(word[:-1])
    return canonical(word)


@lru_cache(maxsize=1)
def shipped_words() -> frozenset[str]:
    """The words of ``words.txt``."""
    lines = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


def learn(counts: Mapping[str, int]) -> set[str]:
    """The words of ``counts`` (word: number of texts it is in) that may be parts of compounds.

    A word is learnt when it stands alone in several texts and is no compound of shipped words, or when it is
    what remains of several compounds whose first part is shipped (taklyft, personlyft, sänglyft).
    """
    shipped = Lexicon()
    simple = {word for word, count in counts.items() if count >= _SEVERAL and _may_be_learnt(word)}
    simple = {word for word in simple if not shipped.parts(word)}
    beside: dict[str, set[str]] = defaultdict(set)
    for word in counts:
        for first, rest in shipped.remainders(word):
            beside[rest].add(first)
    return simple | {rest for rest, firsts in beside.items() if len(firsts) >= _SEVERAL}


def _may_be_first(part: str) -> bool:
    return bool(_ONSET.match(part)) and part not in _PARTICLES and part[-1] not in "eiyåäö"


def _may_be_last(part: str, joint: str) -> bool:
    """Without a joining s, an s or a vowel may end the first part, so the last begins with another letter."""
    if part in _NOT_PARTS:
        return False
    begins = _ONSET.match(part) and (joint == "s" or part[0] not in _VOWELS + "s")
    return bool(begins) and not part.endswith(_ADJECTIVAL) and not part.startswith(_DERIVED)


def _least(part: str) -> int:
    """Fewest letters of a part: år is the one short word that many compounds have."""
    return 2 if part.startswith("år") else 3


def _may_be_learnt(word: str) -> bool:
    if word.startswith(_DERIVED) or (len(word) == 4 and word.endswith("s")):
        return False
    return 4 <= len(word) <= 14 and word.isalpha() and word not in STOP_WORDS and word not in _NOT_PARTS
