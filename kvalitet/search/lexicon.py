"""Which words compounds are made of, and how a compound is opened.

A word is opened only into parts that are words of their own: those shipped in ``words.txt`` and those that
the indexed texts use alone, or as the same part of several compounds. Texts about cases teach it nothing.
"""

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
_NOT_FIRST = listed("all allt den det där ett för här mis ner och sam upp var vart")

_Split = tuple[int, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one word is indexed as: ``whole`` for the word itself, ``parts`` for what it is made of."""

    whole: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()


class Lexicon:
    """An immutable set of words to open compounds with; make it once, for it remembers."""

    def __init__(self, learnt: Iterable[str] = ()) -> None:
        self._shipped = frozenset(map(base_stem, shipped_words()))
        self._learnt = frozenset(map(base_stem, learnt)) - _NOT_PARTS
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
        """The stems of each part of the folded ``word``, in order; empty when it is not a compound."""
        return self.analyse(word).parts

    def _analyse(self, word: str) -> Analysis:
        pieces = inside(word)
        if not pieces:
            return Analysis(stems(word), self._open(word))
        joined = "".join(pieces) if word[0].isalpha() else word
        return Analysis(stems(joined), tuple(stems(piece) for piece in pieces))

    def _open(self, word: str) -> tuple[tuple[str, ...], ...]:
        if len(word) < SHORTEST or not word.isalpha() or word in STOP_WORDS:
            return ()
        if any(stem in self._shipped for stem in stems(word)):
            return ()
        return self._best(word, {})[1]

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


def _least(part: str) -> int:
    """Fewest letters of a part: år is the one short word that many compounds have."""
    return 2 if part.startswith("år") else 3


def _may_be_learnt(word: str) -> bool:
    if word.startswith(_DERIVED) or (len(word) == 4 and word.endswith("s")):
        return False
    return 4 <= len(word) <= 14 and word.isalpha() and word not in STOP_WORDS and word not in _NOT_PARTS
