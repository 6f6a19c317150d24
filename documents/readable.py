"""A version as a page to read: the text written here, or what the job made of a Word file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, TextField, Value, When
from django.utils.safestring import SafeString

from documents import references, writing
from documents.files.page import has_page
from documents.models import ReadablePage, Revision
from documents.references import Broken
from documents.writing import Heading
from kvalitet import versions

CONTENTS_FROM = 4


@dataclass(frozen=True)
class Reading:
    """``html`` is safe to show; ``contents`` is empty for a short text; ``note`` is Swedish, or empty."""

    html: SafeString
    contents: list[Heading]
    note: str = ""
    broken: Sequence[Broken] = ()


def with_body_in_force(revisions: Any) -> Any:
    """The queryset with the text of the version that holds today, and of no other, read in the same query."""
    holds = Q(versions.holds_on(), approved_at__isnull=False)
    body = Case(When(holds, then=F("body")), default=Value(""), output_field=TextField())
    return revisions.annotate(body_in_force=body)


def of(revision: Revision | None, *, user: Any) -> Reading | None:
    """What ``user`` can read of the version in the page; None when it is to be opened elsewhere."""
    if revision is None:
        return None
    if revision.is_authored:
        return _written(revision, user) if revision.sha256 else None
    if not has_page(revision.file_kind):
        return None
    page = ReadablePage.objects.filter(sha256=revision.sha256).first()
    return Reading(references.framed(page.html), _contents(page.html), page.note) if page else None


def _written(revision: Revision, user: Any) -> Reading:
    body = vars(revision).get("body_in_force") or revision.body
    places = references.places_of(body, user=user)
    html = references.render(body, user=user, places=places)
    # Who writes it sees before sending what does not lead right; those who read see it in the text.
    broken = references.broken(revision, body, places=places) if revision.is_open else ()
    return Reading(html, _contents(references.kept_html(body)), broken=broken)


def _contents(html: str) -> list[Heading]:
    found = [one for one in writing.headings(html) if one.level <= 3]
    return found if len(found) >= CONTENTS_FROM else []
