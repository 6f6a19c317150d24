"""The Swedish sentences of a map's text: conditions, time limits, messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from processes.bpmn.leads import Condition, Lead

NUMBERS = r"\d{1,3}|en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|fjorton"
UNITS = (
    r"(?:arbets|vardags|kalender)?(?:minut(?:er)?|timm(?:e|ar)|dygn|dag(?:ar)?|veck(?:a|or)|månad(?:er)?|år)"
)
LIMIT = re.compile(
    rf"\b(?:(?:inom|senast(?: inom)?|högst|efter)\s+(?:{NUMBERS})\s+{UNITS}"
    r"|samma (?:arbets)?dag|omedelbart|genast|utan dröjsmål)\b"
    r"(?:\s*\([^()\n]{2,60}\))?",
    re.IGNORECASE,
)
DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?)?"
)
UNIT_WORDS = (
    ("år", "år"),
    ("månad", "månader"),
    ("vecka", "veckor"),
    ("dag", "dagar"),
    ("timme", "timmar"),
    ("minut", "minuter"),
    ("sekund", "sekunder"),
)
SHORT = 4_000


def time_limit(documentation: str) -> str:
    """The first time limit in a step's description, with its law where that follows in brackets."""
    found = LIMIT.search(documentation[:SHORT])
    if not found:
        return ""
    words = " ".join(found.group().split())
    return words[0].upper() + words[1:]


def duration(value: str) -> str:
    """An ISO 8601 duration in words ("P14D" → "14 dagar"), or "" for anything else."""
    found = DURATION.fullmatch(value.strip())
    if not found:
        return ""
    parts = []
    for text, (one, many) in zip(found.groups(), UNIT_WORDS, strict=True):
        if text and int(text):
            parts.append(f"{int(text)} {one if int(text) == 1 else many}")
    return " ".join(parts)


def message(verb: str, partner: str, what: str) -> str:
    """ "Skickar till Kund: Beslut." with what is known of whom and what."""
    who = f"{verb} {partner}" if partner else {"Skickar till": "Skickar", "Tar emot från": "Tar emot"}[verb]
    return f"{who}: {what}." if what else f"{who}{'' if partner else ' ett meddelande'}."


def beginning(name: str, whole: str) -> Iterator[str]:
    """ "Här börjar processen (”Anmälan kommer in”)."; nothing is said of a beginning without a name."""
    if name:
        yield f"Här börjar {whole} (”{name}”)."


def sentences(ways: Sequence[Lead], order: int, expected: int, *, inner: bool) -> Iterator[str]:
    """What a reader must be told: choices, parallel ways, jumps, ends. The plain next step is not said.

    `order` is the step's own place, `expected` that of the step a reader goes to untold; `inner` inside a
    sub-process.
    """
    if len(ways) == 1 and not ways[0].conditions and (ways[0].order == expected and not ways[0].is_end):
        return
    for is_together, group in groupby(ways, key=_is_together):
        each = list(group)
        if is_together and len(each) > 1 and not any(way.is_end for way in each):
            yield f"Fortsätt samtidigt med {_listed(each)}."
            continue
        yield from _one_by_one(each, order, "delprocessen" if inner else "processen")


def _is_together(way: Lead) -> bool:
    return len(way.conditions) == 1 and way.conditions[0].kind == "together"


def _one_by_one(ways: Sequence[Lead], order: int, whole: str) -> Iterator[str]:
    """One sentence a way; a question is asked once, before its first answer."""
    asked = ""
    for way in ways:
        question = next((item.question for item in way.conditions if item.kind != "together"), "")
        if question and question != asked:
            yield question if question.endswith(("?", ".", ":")) else f"{question}:"
            asked = question
        start = conditions(way.conditions)
        rest = _goal(way, order, whole)
        yield f"{start}: {rest}." if start else f"{rest[0].upper()}{rest[1:]}."


def _listed(ways: Sequence[Lead]) -> str:
    names = [f"steg {way.number}" for way in ways]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" och {names[-1]}"


def _goal(way: Lead, order: int, whole: str) -> str:
    if way.is_end:
        return f"här slutar {whole} (”{way.name}”)" if way.name else f"här slutar {whole}"
    back = "tillbaka " if way.order <= order else ""
    return f"gå {back}till steg {way.number}"


def conditions(items: Sequence[Condition]) -> str:
    """ "Om ja", "Annars", "Efter 7 dagar", joined when there are several on the way."""
    parts = [part for part in map(_condition, items) if part]
    if not parts:
        return ""
    return " och ".join([parts[0], *(_lower(part) for part in parts[1:])])


def _condition(item: Condition) -> str:
    answer = _lower(item.answer)
    if item.kind == "otherwise":
        return "Annars"
    if item.kind in ("choice", "any"):
        return (
            f"Om {answer}"
            if answer and not answer.startswith("om ")
            else (answer.capitalize() or "I vissa fall")
        )
    if item.kind == "timer":
        return _timer(item)
    if item.kind == "error":
        return f"Vid fel (”{item.answer}”)" if answer else "Vid fel"
    if item.kind in ("event", "boundary"):
        return f"När ”{item.answer}” har hänt" if answer else "När händelsen inträffar"
    return ""


def _timer(item: Condition) -> str:
    span = duration(item.answer) or (_lower(item.answer) if item.answer[:1].isdigit() else "")
    words = (
        f"Efter {span}" if span else f"Vid tiden ”{item.answer}”" if item.answer else "När tiden har gått ut"
    )
    return words if item.interrupts else f"{words}, medan steget fortsätter"


def _lower(text: str) -> str:
    """Lower first letter, except for a word that is all capitals (an abbreviation) or a single letter."""
    first = text.split(" ", 1)[0]
    if len(first) > 1 and first.isupper():
        return text
    return text[:1].lower() + text[1:]
