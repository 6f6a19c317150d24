"""Whether the text of a file may be shown to everyone: no person's number, and where one stands."""

from typing import Any

from kvalitet import personuppgifter
from kvalitet.personuppgifter import Certainty, Finding, Kind

NUMBERS = {Kind.PERSON_NUMBER, Kind.COORDINATION_NUMBER}
SHOWN_PLACES = 3
WORDS_BEFORE = 5


def stops(text: str, *, is_written: bool = False) -> list[str]:
    """Swedish sentences, one a place, for what may not be shown to everyone; empty when nothing stops it.

    ``is_written``: the text is written here, so it is not a file that is to be mended. The number itself is
    never repeated: the place is told by its line and the words before it.
    """
    certain = [one for one in personuppgifter.find(text) if _is_number(one)]
    what = "Texten" if is_written else "Filen"
    how = "ta bort numret i texten" if is_written else "ta bort numret i filen och ladda upp den igen"
    sentences = [
        f"{what} innehåller ett personnummer {_place(text, one)}. Dokumentet är öppet för alla: "
        f"{how}, eller gör dokumentet internt."
        for one in certain[:SHOWN_PLACES]
    ]
    more = len(certain) - SHOWN_PLACES
    return [*sentences, f"Det finns {more} personnummer till i {what.lower()}."] if more > 0 else sentences


def stops_beside(revision: Any) -> list[str]:
    """The same for what is shown beside the text: the name of the file, and what is said of the version."""
    told = (
        ("Filens namn", revision.file_name),
        ("Vad är ändrat", revision.change_note),
        ("Vad är nytt", revision.whats_new),
    )
    return [
        f"{what} innehåller ett personnummer. Dokumentet är öppet för alla: ta bort numret där, "
        "eller gör dokumentet internt."
        for what, text in told
        if any(_is_number(one) for one in personuppgifter.find(text))
    ]


def _is_number(finding: Finding) -> bool:
    return finding.kind in NUMBERS and finding.certainty is Certainty.CERTAIN


def _place(text: str, finding: Finding) -> str:
    start = text.rfind("\n", 0, finding.start) + 1
    line = text.count("\n", 0, finding.start) + 1
    before = text[start : finding.start].split()[-WORDS_BEFORE:]
    words = " ".join("…" if any(one.isdigit() for one in word) else word for word in before)
    return f"på rad {line}, efter ”{words}”" if words else f"i början av rad {line}"
