"""Passwords that are long enough and still the first ones somebody tries here."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from kvalitet import naming

SITE = "kvalitet"
SHORTEST_NAME = 4
SEASONS = (
    "vår",
    "våren",
    "sommar",
    "sommaren",
    "höst",
    "hösten",
    "vinter",
    "vintern",
    "jul",
    "julen",
    "påsk",
)
MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
USUAL = ("lösenord", "lösenordet", "välkommen", "sverige", "password", "welcome")
_ALONE = re.compile(r"[\W\d_]*([^\W\d_]+)[\W\d_]*")
_REPEATED = re.compile(r"(.{1,8}?)\1+[\W\d_]*")
# å, ä and ö are often left out in a password.
_PLAIN = str.maketrans("åäöéü", "aaoeu")
_ALONE_WORDS = frozenset(word.translate(_PLAIN) for word in (*SEASONS, *MONTHS, *USUAL))


class EasyHere:
    """Refuses what names the place, the site or the person, one usual word with figures, and repetition."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = _plain(password)
        if any(name in plain for name in _words(settings.ORGANISATION_NAME) | {SITE}):
            raise ValidationError("Lösenordet får inte innehålla kommunens eller systemets namn.", "place")
        if any(name in plain for name in _names_of(user)):
            raise ValidationError("Lösenordet får inte innehålla ditt namn eller din e-postadress.", "person")
        alone = _ALONE.fullmatch(password)
        if alone and _is_usual(alone[1]):
            raise ValidationError(
                "En årstid, en månad eller ett namn med siffror efter är bland det första någon gissar.",
                "usual",
            )
        if _REPEATED.fullmatch(plain):
            raise ValidationError("Samma korta ord flera gånger är lätt att gissa.", "repeated")

    def get_help_text(self) -> str:
        return "Inte kommunens namn, ditt eget namn, en årstid med årtal eller samma ord flera gånger."


def _is_usual(word: str) -> bool:
    return _plain(word) in _ALONE_WORDS or naming.is_given(word.capitalize())


def _plain(text: str) -> str:
    return text.lower().translate(_PLAIN)


def _words(text: str) -> set[str]:
    return {one for one in re.split(r"[\W\d_]+", _plain(text)) if len(one) >= SHORTEST_NAME}


def _names_of(user: Any) -> set[str]:
    """Of the address only what stands before the @: what stands after is the municipality's."""
    return _words(getattr(user, "name", "")) | _words(getattr(user, "email", "").partition("@")[0])
