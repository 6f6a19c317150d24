"""What a text written here may begin in: the text in force, the words of the file in force, or a template."""

import re
from typing import Any

from documents.enums import DocumentType, Source
from documents.models import Document, Revision
from documents.writing import MAX_CHARACTERS, Written
from kvalitet.lookups import number_in
from kvalitet.sorting import Swedish

EMPTY, CURRENT, FILE = "", "gallande", "fil"
# Signs that mean something in Markdown where they stand in a text that was never meant as such.
MARKS = re.compile(r"([\\`*_\[\]<>|])|^(\s*)([#+-]|\d+[.)])(?=\s)", re.M)


def templates(user: Any) -> Any:
    """The versions in force of the templates written here that ``user`` may read."""
    readable = Document.objects.visible_to(user).filter(type=DocumentType.TEMPLATE)
    rows = Revision.objects.in_force().filter(source=Source.AUTHORED, document__in=readable)
    return rows.select_related("document").order_by(Swedish("document__title"))


def choices(user: Any, document: Document | None) -> list[tuple[str, str]]:
    """What to begin in, the most likely first."""
    found = []
    before = _in_force(user, document)
    if before is not None and before.is_authored:
        found.append((CURRENT, f"Texten som gäller, version {before.label}"))
    found.append((EMPTY, "Tom sida"))
    if before is not None and before.source == Source.UPLOADED and before.text_read_at:
        found.append(
            (FILE, f"Orden ur filen som gäller, version {before.label} (utan rubriker och tabeller)")
        )
    return found + [(str(one.pk), f"Mallen {one.document.title}") for one in templates(user)]


def take(choice: str, *, user: Any, document: Document | None) -> Written:
    """The text that the choice stands for; an empty one when it no longer can be taken."""
    before = _in_force(user, document)
    if choice == CURRENT and before is not None and before.is_authored:
        return Written(before.body, before.started_from)
    if choice == FILE and before is not None and before.source == Source.UPLOADED:
        return Written(_as_markdown(before.text)[:MAX_CHARACTERS].rstrip())
    key = number_in(choice)
    template = templates(user).filter(pk=key).first() if key else None
    return Written(template.body, template) if template else Written("")


def _in_force(user: Any, document: Document | None) -> Revision | None:
    if document is None:
        return None
    found: Revision | None = Revision.objects.visible_to(user).in_force().filter(document=document).first()
    return found


def _as_markdown(text: str) -> str:
    """Plain text as Markdown that shows the same words, a line a paragraph."""
    marked = MARKS.sub(lambda one: f"\\{one[1]}" if one[1] else f"{one[2]}\\{one[3]}", text)
    marked = re.sub(r"^(\s*)\\(\d+)([.)])", r"\1\2\\\3", marked, flags=re.M)
    return re.sub(r"\n+", "\n\n", marked)
