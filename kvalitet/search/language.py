"""Swedish words as the search sees them: tokens, stems and the parts of compounds.

The database's own ``swedish`` dictionary loses words whose stem changes (nyckel, nycklar; läkemedel,
läkemedlen; kontaktman, kontaktmän) and never opens a compound. Here a word gets *every* stem that its ending
allows, so two forms of one word always share a stem; a stem that no other word has costs a little room and
finds nothing wrong.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kvalitet.search.irregular import base_forms
from kvalitet.search.listed import listed

LONGEST_WORD = 60
_VOWELS = "aeiouyåäöéü"
_KEPT = {"å": "å", "ä": "ä", "ö": "ö", "æ": "ä", "ø": "ö"}
_TOKEN = re.compile(r"\d+(?:[.:/-]\d+)+|[^\W_]+(?:[-\u2010\u2011][^\W\d_]+)*")
_INSIDE = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"(?<=[a-zåäö])(?:\u00ad|[-\u2010]\s*\n\s*)(?=[a-zåäö])")
_STRANGE = re.compile(r"[^\x00-\x7fåäö§–—”’•…]")
_MUTE_E = re.compile(rf"([{_VOWELS}].*[^{_VOWELS}])e([lrn])$")
_DOUBLE = re.compile(r"([mn])\1(?=[lrn]?$)")

STOP_WORDS = listed("""
alla allt än är att av blev bli blir de dem den denna deras dess dessa det detta dig din där då ej eller en er
ett för från ha hade han har hon hos hur i icke in inte ja jag kan kommer med mellan men min mot mycket när nu
någon något några och också om oss på sådan sedan sig sin sina sitt ska skall skulle som så till under upp ut
vad var vara varit vi vid vilka vilken vilket vår åt över genom efter samt dock även endast
""")

# (ending, what may replace it, whether the word may also be a base form that only looks inflected)
_ENDINGS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("eerna", ("", "e"), False),
    ("arna", ("", "are"), False),
    ("erna", ("", "er"), False),
    ("orna", ("",), False),
    ("aren", ("are", "ar"), False),
    ("aste", ("",), False),
    ("ades", ("",), False),
    ("erad", ("er",), False),
    ("erat", ("er",), False),
    ("ast", ("",), True),
    ("ade", ("",), False),
    ("are", ("are",), False),
    ("ena", ("",), True),
    ("eln", ("el",), False),
    ("ern", ("er",), True),
    ("orn", ("or",), True),
    ("eer", ("", "e"), False),
    ("nad", ("nad",), False),
    ("ium", ("i",), True),
    ("eum", ("e",), True),
    ("ar", ("",), True),
    ("er", ("",), True),
    ("or", ("",), True),
    ("en", ("",), True),
    ("an", ("",), True),
    ("et", ("",), True),
    ("at", ("",), True),
    ("ad", ("",), True),
    ("it", ("",), True),
    ("um", ("",), True),
    ("in", ("i",), True),
    ("yn", ("y",), True),
    ("ön", ("ö",), True),
    ("ån", ("å",), True),
    ("on", ("o",), True),
    ("de", ("d", ""), False),
    ("te", ("t", ""), False),
    ("a", ("",), False),
    ("e", ("",), False),
)
_NEVER_MUTE = ("ion", "ing", "het", "skap", "els", "ek", "ik", "nad", "and", "end")
_ARE_ADJECTIVES = ("igare", "bbare", "ggare", "rkare", "vrare", "krare", "mmare")
_PARTICIPLES = ("örd", "övd", "ävd", "öjd", "jld", "änd", "ygd", "ärd")
# Nouns in -an have their plural in -ningar: ansökan, ansökningar.
_AN_NOUNS = ("ansök", "anmäl", "förfråg", "efterfråg", "hemställ", "framställ", "påminn", "inbjud", "beställ")


def fold(text: str) -> str:
    """Lower case, foreign accents off (é → e) but å ä ö kept; words that a line end cut in two are joined."""
    text = unicodedata.normalize("NFC", text.replace("\x00", " ")).lower()
    text = _HYPHENATED.sub("", text)
    return _STRANGE.sub(lambda match: _plain(match[0]), text)


@lru_cache(maxsize=2048)
def _plain(letter: str) -> str:
    if letter in _KEPT or not letter.isalpha():
        return _KEPT.get(letter, letter)
    return "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c)) or letter


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: its folded form and where it stood in the folded text."""

    word: str
    start: int
    end: int


def tokens(folded: str) -> Iterator[Token]:
    """The words and numbers of a text from ``fold``; 2011:9 and 2026/118 are one token."""
    for match in _TOKEN.finditer(folded):
        yield Token(match[0][:LONGEST_WORD], match.start(), match.end())


def words(folded: str) -> list[str]:
    """Like ``tokens`` when the places do not matter."""
    return [word[:LONGEST_WORD] for word in _TOKEN.findall(folded)]


def inside(word: str) -> list[str]:
    """The pieces of a token that is written together with signs: e-post, 2011:9; empty for other tokens."""
    return [] if word.isalnum() else _INSIDE.findall(word)


@lru_cache(maxsize=200_000)
def stems(word: str) -> tuple[str, ...]:
    """Every stem that the folded ``word`` may have, without repetition, the likeliest first."""
    if len(word) < 3 or not word.isalpha():
        return (word,)
    found: dict[str, None] = {}
    for base in base_forms(word):
        for stem in _regular(base):
            found[stem] = None
    for form in _without_s(word):
        for stem in _regular(form):
            found[stem] = None
    return tuple(found) or (word,)


def _without_s(word: str) -> tuple[str, ...]:
    """The word without its s of genitive or passive, and with it where it may be the word's own (kurs)."""
    if not word.endswith("s") or word.endswith("ss") or len(word) < 4:
        return (word,)
    if word.endswith(("ets", "nas", "ers", "ars", "ors", "igs", "ings", "ades", "ters", "ions", "hets")):
        return (word[:-1],)
    return (word[:-1], word)


def _regular(word: str) -> Iterator[str]:
    for ending, replacements, may_be_base in _ENDINGS:
        if not word.endswith(ending) or not _is_stem(word[: -len(ending)]):
            continue
        stem = word[: -len(ending)]
        for replacement in replacements:
            yield canonical(stem + replacement)
        yield from _special(word, ending, stem)
        if may_be_base and not (ending == "en" and stem.endswith(_NEVER_MUTE)):
            yield canonical(word)
        return
    yield from _consonant(word)


def _special(word: str, ending: str, stem: str) -> Iterator[str]:
    if word.endswith(_ARE_ADJECTIVES):
        yield canonical(word[:-3])
    if ending in ("ar", "arna") and stem.endswith("ning") and stem[:-4].endswith(_AN_NOUNS):
        yield stem[:-4]


def _consonant(word: str) -> Iterator[str]:
    """Words without a vowel ending: neuter t (tryggt, enskilt), and participles in -d (utförd)."""
    yield canonical(word)
    if word.endswith("t") and len(word) > 3 and word[-2] not in _VOWELS + "s":
        yield canonical(word[:-1])
        if word[-2] in "lnr":
            yield canonical(word[:-1] + "d")
        if word[-2] == "t":
            yield canonical(word[:-2] + "d")
    if word.endswith(_PARTICIPLES) and len(word) > 5:
        yield canonical(word[:-1])


def _is_stem(stem: str) -> bool:
    return len(stem) > 1 and any(letter in _VOWELS for letter in stem)


@lru_cache(maxsize=200_000)
def canonical(stem: str) -> str:
    """One spelling for a stem that loses its e (nyckel, nycklar) or doubles its m or n (rum, rummet)."""
    if stem.endswith("are"):
        return stem
    stem = _MUTE_E.sub(r"\1\2", stem)
    stem = _DOUBLE.sub(r"\1", stem)
    return stem[:-1] if stem.endswith("dd") else stem
