"""The redaktionella ändringen: mended words of a decided version, shown beside what stood before.

No machine can say whether a changed sentence means the same. So the difference is always shown, and where it
cannot be, the change goes the ordinary way.
"""

from collections.abc import Iterable
from typing import Any

from documents.enums import Source
from documents.files.extract import UNSEEN
from kvalitet.differences import Piece, words
from kvalitet.versions import RevisionStatus

NO_BASE = "Det finns ingen gällande version att ändra i. Gör ändringen till en ny version."
OTHER_SOURCE = "Versionen har bytt slag, till exempel från länk till fil. Gör ändringen till en ny version."
UNREAD = "Texten i filen är inte läst än. Vänta en stund och läs om sidan."
UNREADABLE = (
    "Texten i filen gick inte att läsa helt, så skillnaden kan inte visas. "
    "Gör ändringen till en ny version, så granskas den."
)
UNCHANGED = "Inget är ändrat än. Byt fil, text eller länk först."
# Of what is the same, this much is shown on each side of a change.
AROUND = 300
CUT = "\n[…]\n"


def base_of(revision: Any) -> Any:
    """The decided version that the change is of, with its text; None when it is upphävd.

    None other is decided on while the change is open, so it is the one in force.
    """
    rows = revision.document.revisions.issued().defer(None).filter(number=revision.number)
    base = rows.exclude(pk=revision.pk).order_by("-minor").first()
    return base if base is not None and base.status == RevisionStatus.APPROVED else None


def text_of(revision: Any) -> str:
    """What is compared: the address, what is written, or what was read out of the file."""
    if revision.source == Source.LINK:
        return str(revision.url)
    return str(revision.body if revision.source == Source.AUTHORED else revision.text)


def _unseen(revision: Any) -> str:
    """Why the text of the version cannot be compared; empty when it can."""
    if revision.source != Source.UPLOADED:
        return ""
    if revision.text_read_at is None:
        return UNREAD
    return UNREADABLE if revision.text_note in UNSEEN or not revision.text.strip() else ""


def stops(revision: Any) -> Iterable[str]:
    """Why the version cannot be published as a redaktionell ändring now, in Swedish."""
    base = base_of(revision)
    if base is None:
        yield NO_BASE
    elif base.source != revision.source:
        yield OTHER_SOURCE
    elif (base.sha256, base.url) == (revision.sha256, revision.url):
        yield UNCHANGED
    else:
        yield from {one: None for one in (_unseen(base), _unseen(revision)) if one}


def difference(base: Any, revision: Any) -> list[Piece]:
    """The two texts as one, with what is the same in between cut short."""
    pieces = words(text_of(base), text_of(revision))
    last = len(pieces) - 1
    return [
        one if one.change else Piece(_short(one.text, first=place == 0, last=place == last))
        for place, one in enumerate(pieces)
    ]


def _short(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 3 * AROUND:
        return text
    before = "" if first else text[:AROUND]
    after = "" if last else text[-AROUND:]
    return f"{before}{CUT}{after}"
