"""Diarienummer by a nämnd's own pattern, such as ``SN ÅÅÅÅ/NNNN``.

In a pattern a word of nothing but Å and N stands for digits: Å for those of the year, N for those of the
number. Every other word, and every other sign, is itself; so the N of "SN" is an N.
"""

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

WORD = re.compile(r"[^\W\d_]+")
DIGITS = re.compile(r"[ÅN]+")
HINT = (
    "Å står för årets siffror och N för löpnumrets, till exempel SN ÅÅÅÅ/NNNN. "
    "Andra ord och tecken står som de är. Gäller även enheterna under den här."
)
NO_NUMBER = (
    "Mönstret behöver minst ett N för löpnumret, skilt från andra bokstäver, till exempel SN ÅÅÅÅ/NNNN."
)


def _pieces(pattern: str) -> list[tuple[str, bool]]:
    """The pattern in pieces, each with whether it stands for digits."""
    found, start = [], 0
    for word in WORD.finditer(pattern):
        found.append((pattern[start : word.start()], False))
        found.append((word.group(), bool(DIGITS.fullmatch(word.group()))))
        start = word.end()
    return [one for one in [*found, (pattern[start:], False)] if one[0]]


def validate_pattern(pattern: str) -> None:
    """ValidationError, in Swedish, for a pattern that has no place for a number."""
    if not any(is_digits and "N" in text for text, is_digits in _pieces(pattern)):
        raise ValidationError(NO_NUMBER)


def fits(number: str, pattern: str) -> bool:
    wanted = "".join(
        "[0-9]" * len(text) if is_digits else re.escape(text) for text, is_digits in _pieces(pattern)
    )
    return re.fullmatch(wanted, number) is not None


def example(pattern: str, today: date | None = None) -> str:
    """The pattern filled in with this year and the number 1."""
    year = str((today or timezone.localdate()).year)
    return "".join(_filled(text, year) if is_digits else text for text, is_digits in _pieces(pattern))


def _filled(text: str, year: str) -> str:
    for mark, digits in (("Å", year), ("N", "1")):
        text = re.sub(f"{mark}+", lambda run: digits.zfill(len(run[0]))[-len(run[0]) :], text)  # noqa: B023
    return text


def pattern_of(unit: Any) -> str:
    """The pattern that holds for ``unit``: its own, else that of the nearest unit above that has one."""
    own = unit.get_ancestors(ascending=True, include_self=True).exclude(dnr_pattern="")
    return own.values_list("dnr_pattern", flat=True).first() or ""


def refuse_misfit(number: str, unit: Any) -> None:
    """ValidationError, with an example, for a diarienummer that is not as those of the nämnd of ``unit``."""
    refuse_unlike(number, pattern_of(unit) if number else "")


def refuse_unlike(number: str, pattern: str) -> None:
    """As ``refuse_misfit``, by a pattern that is known; an empty one takes every number."""
    if pattern and not fits(number, pattern):
        raise ValidationError(f"Diarienumret följer inte nämndens mönster. Skriv det som {example(pattern)}.")
