"""What a person typed, as clauses and as the database's tsquery. Nothing that can be typed is an error."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kvalitet.search.language import STOP_WORDS, fold, words
from kvalitet.search.lexicon import Lexicon

MOST_LETTERS = 300
_MOST_CLAUSES = 12
_CHUNK = re.compile(r"(-?)(?:[\"”“](?P<phrase>[^\"”“]*)[\"”“]?|(?P<word>[^\s\"”“]+))")


@dataclass(frozen=True)
class Clause:
    """A word, or a phrase in its order (stop words included, for the distances); ``is_not`` excludes it."""

    words: tuple[str, ...]
    is_not: bool = False

    @property
    def telling(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if word not in STOP_WORDS)


def parse(text: str) -> list[Clause]:
    """The clauses of ``text``: words, "a phrase", -not this. 300 letters and 12 clauses count."""
    found: list[Clause] = []
    for minus, phrase, word in _CHUNK.findall(fold(text[:MOST_LETTERS])):
        if phrase:
            found.append(Clause(tuple(words(phrase)), bool(minus)))
            continue
        found += (Clause((one,), bool(minus)) for one in words(word))
    return [clause for clause in found if clause.telling][:_MOST_CLAUSES]


def wanted_words(clauses: Iterable[Clause]) -> list[str]:
    """The words that a hit may contain."""
    return [word for clause in clauses if not clause.is_not for word in clause.telling]


def all_of(clauses: Sequence[Clause], opened: Lexicon) -> str:
    """A tsquery that wants every clause; a compound may be all its parts. Empty when nothing is wanted."""
    wanted = [_clause(clause, opened, _strict) for clause in clauses if not clause.is_not]
    return " & ".join([*wanted, *_unwanted(clauses, opened)]) if wanted else ""


def parts_of(clauses: Sequence[Clause], opened: Lexicon) -> str:
    """Like ``all_of``, but any part of a compound will do, and the word last typed may be unfinished."""
    wanted = [_clause(clause, opened, _loose) for clause in clauses if not clause.is_not]
    if not wanted:
        return ""
    wanted[-1:] = [f"({wanted[-1]} | {_begun(clauses)})"] if _begun(clauses) else wanted[-1:]
    return " & ".join([*wanted, *_unwanted(clauses, opened)])


def some_of(clauses: Sequence[Clause], opened: Lexicon) -> str:
    """Like ``parts_of``, but one of the words will do."""
    wanted = [_loose(word, opened) for word in wanted_words(clauses)]
    if not wanted:
        return ""
    if _begun(clauses):
        wanted.append(_begun(clauses))
    return " & ".join([f"({' | '.join(wanted)})", *_unwanted(clauses, opened)])


def _begun(clauses: Sequence[Clause]) -> str:
    last = clauses[-1]
    return (
        f"'{last.words[-1]}':*" if len(last.words) == 1 and len(last.words[0]) > 2 and not last.is_not else ""
    )


def _unwanted(clauses: Iterable[Clause], opened: Lexicon) -> list[str]:
    return [f"!({_clause(clause, opened, _whole)})" for clause in clauses if clause.is_not]


def _clause(clause: Clause, opened: Lexicon, one_word: Callable[[str, Lexicon], str]) -> str:
    if len(clause.words) == 1:
        return one_word(clause.words[0], opened)
    text, distance = "", 0
    for word in clause.words:
        distance += 1
        if word in STOP_WORDS:
            continue
        text = f"{text} <{distance}> {_whole(word, opened)}" if text else _whole(word, opened)
        distance = 0
    return f"({text})"


def _any(stems: Iterable[str]) -> str:
    return " | ".join(f"'{stem}'" for stem in stems)


def _whole(word: str, opened: Lexicon) -> str:
    return f"({_any(opened.analyse(word).whole)})"


def _strict(word: str, opened: Lexicon) -> str:
    analysis = opened.analyse(word)
    if not analysis.is_open or word[0].isdigit():
        return _whole(word, opened)
    parts = " & ".join(f"({_any(part)})" for part in analysis.parts)
    return f"({_any(analysis.whole)} | ({parts}))"


def _loose(word: str, opened: Lexicon) -> str:
    analysis = opened.analyse(word)
    if word[0].isdigit():
        return _whole(word, opened)
    return f"({_any(dict.fromkeys([*analysis.whole, *(stem for part in analysis.parts for stem in part)]))})"
