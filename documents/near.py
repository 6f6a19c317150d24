"""Nearly the same text in another document: kept as prints, looked up in their bands."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from documents import prints
from documents.enums import Source
from documents.models import Document, Revision, TextPrint
from documents.models.revision import OPEN
from documents.prints import Print
from kvalitet import versions

ALIKE = 0.8
SHOWN = 3
AT_ONCE = 200
HOLDS_TEXT = Q(source=Source.UPLOADED, text_read_at__isnull=False) | Q(source=Source.AUTHORED)
EMPTY = Print(b"", [])


@dataclass(frozen=True)
class Near:
    """Another document that the reader may open, and about how much of the text is the same."""

    document: Document
    percent: int


def current() -> Q:
    """In force or under work, told by the row alone: a list of all that are would be read for a few."""
    return OPEN | (Q(approved_at__isnull=False) & versions.holds_on())


def keep(revision: Revision, text: str) -> None:
    """Write the print of what the version says. What its template gave is not counted as its own."""
    made = prints.of(text, without=_template(revision)) or EMPTY
    values = {"of": revision.sha256, "signature": made.signature, "bands": made.bands}
    TextPrint.objects.update_or_create(revision=revision, defaults=values)


def _template(revision: Revision) -> str:
    if revision.started_from_id is None:
        return ""
    rows = Revision.objects.filter(pk=revision.started_from_id).values_list("text", "body")
    text, body = rows.first() or ("", "")
    return text or body


def fill() -> int:
    """Make the prints that are missing or of an earlier content, some at a time; returns how many."""
    rows = Revision.objects.filter(HOLDS_TEXT).filter(Q(text_print=None) | ~Q(text_print__of=F("sha256")))
    found = list(rows.exclude(sha256="").order_by("pk").defer(None)[:AT_ONCE])
    for revision in found:
        keep(revision, revision.text or revision.body)
    return len(found)


def of_revision(user: Any, revision: Revision) -> list[Near]:
    """Documents in force or under work that say nearly what ``revision`` does, if ``user`` may open them."""
    made = TextPrint.objects.filter(revision=revision).first()
    if made is None or not made.bands:
        return []
    return of_print(user, Print(made.as_bytes, made.bands), besides=revision.document_id)


def of_print(user: Any, made: Print, *, besides: int = 0) -> list[Near]:
    """The same for a text that is no version yet; ``besides`` is a document that does not count."""
    alike: dict[int, float] = {}
    # No limit: planned once for any bands, the database would then read the table to find the first few.
    for pk, signature in TextPrint.sharing(made.bands).values_list("pk", "signature"):
        share = prints.likeness(made.signature, bytes(signature))
        if share >= ALIKE:
            alike[pk] = share
    if not alike:
        return []
    rows = Revision.objects.visible_to(user).filter(current(), pk__in=list(alike)).exclude(document=besides)
    best: dict[int, Near] = {}
    for row in sorted(rows.select_related("document"), key=lambda one: -alike[one.pk]):
        best.setdefault(row.document_id, Near(row.document, round(100 * alike[row.pk])))
    return list(best.values())[:SHOWN]
