"""Two versions of a document side by side: what they say, word by word, and what stands on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from documents import presentation, writing
from documents.enums import Source
from documents.models import Document, Revision
from kvalitet import differences
from kvalitet.differences import Piece
from kvalitet.versions import Standing

# Longer texts are compared from the beginning so far: a page with more words than this helps nobody.
MOST = 300_000
UNCHANGED_SHOWN = 600
CONTEXT = 200
TOO_LONG = (
    "Texterna är mycket långa. De första 300 000 tecknen av varje är jämförda. "
    "Hämta filerna om du behöver jämföra resten."
)
Numbers = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """What the two say, in pieces; as ``components/compared_texts.html`` shows it."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Compared:
    """``notes`` are Swedish: why a text is not compared, or not all of it. ``facts`` are label, old, new."""

    texts: list[Text]
    notes: list[str]
    facts: list[tuple[str, Any, Any]]
    is_same: bool


def visible_versions(user: Any, document: Document) -> list[Revision]:
    """The versions of the document that ``user`` may compare, newest first."""
    rows = Revision.objects.visible_to(user).filter(document=document)
    return list(rows.order_by("-number", "-minor"))


def pair(versions: Sequence[Revision], label: str = "") -> tuple[Revision, Revision] | None:
    """The version ``label`` (the newest) and the one that it is likely to be compared with.

    That is the one in force for a version under work, else the one before; None when there is no such.
    """
    newest = next((one for one in versions if label in ("", one.label)), None)
    if newest is None:
        return None
    earlier = [one for one in versions if _number(one) < _number(newest) and one.approved_at]
    in_force = [one for one in earlier if one.standing() == Standing.IN_FORCE]
    found = [*in_force, *earlier] if newest.is_open else earlier
    later = [one for one in versions if _number(one) > _number(newest)]
    if found:
        return found[0], newest
    return (newest, later[-1]) if later else None


def _number(revision: Revision) -> Numbers:
    return revision.number, revision.minor


def address(document_id: int, old: Numbers | str, new: Numbers | str) -> str:
    return reverse("documents:compare", args=[document_id, old, new])


def compare(old: Revision, new: Revision, *, user: Any) -> Compared:
    """What is shown of the two. The time is bounded, whatever their length."""
    notes = [note for note in (_unread(old), _unread(new)) if note]
    if notes:
        return Compared([], notes, _facts(old, new, user), is_same=False)
    with_places = old.is_authored and new.is_authored
    before, after = _words(old, with_places=with_places), _words(new, with_places=with_places)
    if max(len(before), len(after)) > MOST:
        notes = [TOO_LONG]
    is_same = before == after
    pieces = differences.words(before[:MOST], after[:MOST]) if not is_same else []
    texts = [Text("Skillnader", _folded(pieces))] if any(one.change for one in pieces) else []
    return Compared(texts, notes, _facts(old, new, user), is_same)


def _unread(revision: Revision) -> str:
    """Why there is no text to compare."""
    if revision.source == Source.LINK:
        return f"Version {revision.label} är en länk. Det som står på den andra webbplatsen jämförs inte."
    if revision.text_read_at is None and revision.sha256:
        return f"Texten i version {revision.label} är inte läst än. Vänta en stund och läs om sidan."
    if not revision.text:
        why = revision.text_note or "Den har ingen text."
        return f"Version {revision.label} kan inte jämföras. {why}"
    return ""


def _words(revision: Revision, *, with_places: bool) -> str:
    if with_places:
        return writing.plain(revision.body, with_places=True)
    return str(revision.text)


def _folded(pieces: list[Piece]) -> list[Piece]:
    """A long stretch that is the same in both is shown by its beginning and its end."""
    return [_short(one) if not one.change and len(one.text) > UNCHANGED_SHOWN else one for one in pieces]


def _short(piece: Piece) -> Piece:
    start = piece.text[:CONTEXT].rsplit(" ", 1)[0]
    end = piece.text[-CONTEXT:].split(" ", 1)[-1]
    left_out = len(piece.text) - len(start) - len(end)
    return Piece(f"{start} …\n\n[{writing.spaced(left_out)} oförändrade tecken]\n\n… {end}")


def _facts(old: Revision, new: Revision, user: Any) -> list[tuple[str, Any, Any]]:
    """What stands on the two, a row a fact that either has."""
    told = [[("Läge", one.standing().label), *presentation.revision_facts(user, one)] for one in (old, new)]
    pairs = zip(*told, strict=True)
    rows = [(label, before, after) for (label, before), (_, after) in pairs if before or after]
    return [row for row in rows if row[0] != presentation.CHECKSUM]
