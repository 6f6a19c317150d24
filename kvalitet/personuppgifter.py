"""Finds what points out a person in free text: warns everywhere, and stops it in anything public."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

# Office programs and telephones put other dashes and spaces into numbers than the keyboard's.
DASH = "-\u2010-\u2015\u2212+"
SPACE = " \u00a0\u2007\u2009\u202f"
PERSON_NUMBER = re.compile(
    rf"(?<![0-9])(?P<century>18|19|20)?(?P<year>[0-9]{{2}})(?P<d1>-?)(?P<month>[0-9]{{2}})(?P=d1)(?P<day>[0-9]{{2}})"
    rf"(?P<separator>[{SPACE}]?[{DASH}]?[{SPACE}]?)(?P<last>[0-9]{{4}})(?![0-9])"
)
PHONE = re.compile(
    rf"(?<![\w+])(?:(?:\+|00)46[{SPACE}-]?(?:\(0\)[{SPACE}-]?)?|0)[1-9][0-9]{{0,2}}[{SPACE}]?[{DASH}/]?[{SPACE}]?"
    rf"[0-9]{{2,3}}(?:[{SPACE}-]?[0-9]{{2,3}}){{1,3}}(?!\w)"
)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
NAME_CUE = re.compile(
    r"\b(?:[Kk]allas|[Kk]allad|[Ss]om heter|[Bb]or på|[Bb]osatt på)[ \t]{1,3}"
    r"(?:[A-ZÅÄÖÉ][\w'-]{1,40})(?:[ ][A-ZÅÄÖÉ][\w'-]{1,40}){0,2}(?:[ ][0-9]{1,4}[A-Za-z]?\b)?"
)
NOT_PHONE = re.compile(r"[0-9]{2}-[0-9]{2}-[0-9]{4}|[0-2][0-9][0-5][0-9]-[0-2][0-9][0-5][0-9]")
PHONE_DIGITS = range(7, 10)
# A diary number or a case number may hold as many digits, with these beside them.
NO_PHONE_BESIDE = frozenset("/-_.:§")
# Numbers too short to be told from others: they follow a word in their sentence that says what they are.
SHORT_PHONE = re.compile(
    rf"(?<![\w/.:§-])(?:112|1177|113[{SPACE}]?13|114[{SPACE}]?14|116[{SPACE}]?111|116[{SPACE}]?123)"
    rf"(?![\w/:-]|\.\w|[{SPACE}](?:[0-9§%]|dag|dygn|minut|timm|veck|månad|år|person|st\b|kr|procent))"
)
CALLING = re.compile(
    r"\b(?:ring\w*|larm\w*|tel(?:efon\w*)?|nummer|numret|nödnum\w+|kontakta\w*|sos|via)\b", re.IGNORECASE
)
SENTENCE_END = re.compile(r"[!?\n]|\.\s+(?=[A-ZÅÄÖ])")
NEAR = 60


class Kind(StrEnum):
    PERSON_NUMBER = "person_number"
    COORDINATION_NUMBER = "coordination_number"
    PHONE = "phone"
    EMAIL = "email"
    NAME_CUE = "name_cue"
    NAME = "name"  # found by kvalitet.naming


class Certainty(StrEnum):
    CERTAIN = "certain"
    POSSIBLE = "possible"


@dataclass(frozen=True)
class Finding:
    """text[start:end] of the text that was searched, in characters."""

    kind: Kind
    start: int
    end: int
    text: str
    certainty: Certainty


SENTENCES = {
    (Kind.PERSON_NUMBER, Certainty.CERTAIN): "Texten innehåller ett personnummer.",
    (Kind.PERSON_NUMBER, Certainty.POSSIBLE): "Texten innehåller något som kan vara ett personnummer.",
    (Kind.COORDINATION_NUMBER, Certainty.CERTAIN): "Texten innehåller ett samordningsnummer.",
    (
        Kind.COORDINATION_NUMBER,
        Certainty.POSSIBLE,
    ): "Texten innehåller något som kan vara ett samordningsnummer.",
    (Kind.PHONE, Certainty.CERTAIN): "Texten innehåller ett telefonnummer.",
    (Kind.EMAIL, Certainty.CERTAIN): "Texten innehåller en e-postadress.",
    (Kind.NAME_CUE, Certainty.POSSIBLE): "Texten ser ut att nämna någon vid namn eller var någon bor.",
    (Kind.NAME, Certainty.POSSIBLE): "Texten ser ut att nämna någon vid namn.",
}
ADVICE = "Skriv till exempel ”brukare A”, ”barnet” eller ”patienten” i stället."
BLOCKED = "Texten visas för alla och kan därför inte sparas så. Det du skrev finns kvar i fältet."
CONTACT = {Kind.PHONE, Kind.EMAIL}


def find(text: str) -> list[Finding]:
    """All findings in the order of the text, none overlapping another; time grows with the text's length.

    A person's number is certain when date and check digit agree, possible when only a separated date does.
    """
    found: list[Finding] = []
    for finding in sorted([*person_numbers(text), *others(text)], key=rank):
        if not found or finding.start >= found[-1].end:
            found.append(finding)
        elif is_surer(finding, found[-1]):
            found[-1] = finding
    return found


def rank(finding: Finding) -> tuple[int, int]:
    return finding.start, -finding.end


def is_surer(one: Finding, other: Finding) -> bool:
    return one.certainty is Certainty.CERTAIN and other.certainty is Certainty.POSSIBLE


def person_numbers(text: str) -> Iterator[Finding]:
    for match in PERSON_NUMBER.finditer(text):
        day = int(match["day"])
        if not is_date(
            match["century"], int(match["year"]), int(match["month"]), day % 60 if day > 60 else day
        ):
            continue
        ten = match["year"] + match["month"] + match["day"] + match["last"]
        is_checked = has_check_digit(ten)
        if is_checked or match["separator"]:
            kind = Kind.COORDINATION_NUMBER if day > 60 else Kind.PERSON_NUMBER
            certainty = Certainty.CERTAIN if is_checked else Certainty.POSSIBLE
            yield Finding(kind, match.start(), match.end(), match[0], certainty)


def is_date(century: str | None, year: int, month: int, day: int) -> bool:
    """Without a century any of three will do: only 29 February tells them apart."""
    return any(
        is_day(int(c) * 100 + year, month, day) for c in ([century] if century else ["18", "19", "20"])
    )


def is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def has_check_digit(ten: str) -> bool:
    """Modulus 10 with the weights 2, 1, 2, … over the ten digits (Skatteverket)."""
    products = (int(digit) * (2 - place % 2) for place, digit in enumerate(ten))
    return sum(product // 10 + product % 10 for product in products) % 10 == 0


def others(text: str) -> Iterator[Finding]:
    for match in PHONE.finditer(text):
        if is_phone(match[0]):
            yield Finding(Kind.PHONE, match.start(), match.end(), match[0], Certainty.CERTAIN)
    for kind, pattern, certainty in (
        (Kind.EMAIL, EMAIL, Certainty.CERTAIN),
        (Kind.NAME_CUE, NAME_CUE, Certainty.POSSIBLE),
    ):
        for match in pattern.finditer(text):
            yield Finding(kind, match.start(), match.end(), match[0], certainty)


def is_phone(written: str) -> bool:
    """Not a date or a span of clock times, and as many digits as a Swedish number has after its first 0."""
    if NOT_PHONE.fullmatch(written):
        return False
    digits = re.sub(r"[^0-9]", "", re.sub(r"^(?:\+|00)46", "", written).replace("(0)", ""))
    return len(digits.removeprefix("0")) in PHONE_DIGITS


def mark(text: str, findings: list[Finding]) -> SafeString:
    """The text as safe HTML with each finding of `find` in a <mark>; line breaks stay line breaks."""
    pieces: list[str] = []
    place = 0
    for finding in findings:
        pieces.append(conditional_escape(str(text)[place : finding.start]))
        pieces.append(format_html("<mark>{}</mark>", str(text)[finding.start : finding.end]))
        place = finding.end
    pieces.append(conditional_escape(str(text)[place:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece was escaped above


def phones(text: str) -> list[tuple[int, int, str]]:
    """Where telephone numbers stand, and each as a telephone dials it: "08-508 25 000" is "+46850825000".

    A person's number, a date or a diary number is none. In the order of the text.
    """
    found = []
    for one in find(text):
        beside = text[max(one.start - 1, 0) : one.start] + text[one.end : one.end + 2].rstrip(" \n.:")
        if one.kind is Kind.PHONE and not NO_PHONE_BESIDE & set(beside):
            found.append((one.start, one.end, _dialled(one.text)))
    for match in SHORT_PHONE.finditer(text):
        is_part = any(start <= match.start() < end for start, end, _ in found)
        if not is_part and _is_called(text, match.start()):
            found.append((match.start(), match.end(), _digits(match[0])))
    return sorted(found)


def _is_called(text: str, place: int) -> bool:
    return bool(CALLING.search(SENTENCE_END.split(text[max(place - NEAR, 0) : place])[-1]))


def _digits(written: str) -> str:
    return re.sub(r"[^0-9]", "", written)


def _dialled(written: str) -> str:
    national = re.sub(r"^(?:\+|00)46", "", written).replace("(0)", "")
    return f"+46{_digits(national).removeprefix('0')}"


def with_phone_links(text: str) -> SafeString:
    """The text as safe HTML where a telephone number can be tapped; line breaks stay line breaks."""
    pieces: list[str] = []
    place = 0
    for start, end, dialled in phones(text):
        pieces.append(conditional_escape(str(text)[place:start]))
        pieces.append(format_html('<a href="tel:{}">{}</a>', dialled, str(text)[start:end]))
        place = end
    pieces.append(conditional_escape(str(text)[place:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece was escaped above


WORDS = {
    Kind.PERSON_NUMBER: "[personnummer]",
    Kind.COORDINATION_NUMBER: "[samordningsnummer]",
    Kind.PHONE: "[telefonnummer]",
    Kind.EMAIL: "[e-postadress]",
    Kind.NAME_CUE: "[namn eller adress]",
    Kind.NAME: "[namn]",
}


def mask(text: str) -> str:
    """The text with each finding of `find` replaced by what it was, in brackets."""
    for finding in reversed(find(text)):
        text = f"{text[: finding.start]}{WORDS[finding.kind]}{text[finding.end :]}"
    return text


def sentences(findings: list[Finding]) -> list[str]:
    """One Swedish sentence per kind and certainty, none of which repeats what was found."""
    return list(dict.fromkeys(SENTENCES[finding.kind, finding.certainty] for finding in findings))


def warn(text: str) -> list[str]:
    """What to tell the one who writes, with advice last; empty when nothing was found. Saving is allowed."""
    found = sentences(find(text))
    return [*found, ADVICE] if found else []


def block(text: str, *, is_contact_allowed: bool = False) -> None:
    """For text that anyone may read: ValidationError in Swedish when something certain is found.

    `is_contact_allowed` lets a unit's own telephone and e-mail stand. Possible findings are left to `warn`.
    """
    allowed = CONTACT if is_contact_allowed else set()
    stopped = [f for f in find(text) if f.certainty is Certainty.CERTAIN and f.kind not in allowed]
    if stopped:
        raise ValidationError([*sentences(stopped), BLOCKED], code="personal_data")
