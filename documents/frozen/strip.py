"""The strip above the first page of a print: which version it is, and how to see whether it still holds.

It is drawn when the file is fetched and kept nowhere: what was decided is never changed.
"""

import io
from datetime import date
from functools import lru_cache
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from documents import presentation
from documents.files.sandbox import Failed, produced
from documents.frozen.typeset import decided
from documents.models import FrozenCopy, Revision
from kvalitet import storage
from kvalitet.versions import Standing

SECONDS = 10
MEGABYTES = 1024
# The file is read and written whole; larger than an upload may be, it is printed as it is.
MAX_BYTES = 64 * 1024 * 1024
NOT_STAMPED = (
    "Det gick inte att lägga en försättsremsa på den här filen. Filen är hel: skriv ut den fastställda "
    "PDF:en utan remsa i stället."
)
WORDS = {
    Standing.IN_FORCE: "Gällande",
    Standing.COMING: "KOMMANDE – gäller inte än",
    Standing.REPLACED: "ERSATT – gäller inte",
    Standing.WITHDRAWN: "UPPHÄVD – gäller inte",
}


class NotStamped(Exception):
    """No strip could be put on the file; the message is Swedish."""

    def __init__(self) -> None:
        super().__init__(NOT_STAMPED)


def stamped(copy: FrozenCopy, *, day: date) -> BinaryIO:
    """A file with ``day``'s strip above its first page, open for reading; the stored one is as it was.

    ``copy`` is read with its version and document. NotStamped when it cannot be, FileNotFoundError when it
    is gone.
    """
    if copy.size > MAX_BYTES:
        raise NotStamped
    strip = drawn(copy.revision, day=day)
    try:
        with storage.open_stored(copy.storage_key) as file:
            return produced(
                "stamp",
                cast(BinaryIO, file),
                io.BytesIO(strip),
                seconds=SECONDS,
                megabytes=MEGABYTES,
                max_bytes=2 * MAX_BYTES,
            )
    except Failed:
        raise NotStamped from None


def drawn(revision: Revision, *, day: date) -> bytes:
    """The strip alone: a PDF of one page, as wide as an A4."""
    import segno

    code = segno.make(holds_address(revision), error="m").png_data_uri(scale=8, border=2)
    context = {
        "organisation_name": settings.ORGANISATION_NAME,
        "document": revision.document,
        "revision": revision,
        "facts": facts(revision),
        "word": WORDS[revision.standing(day)],
        "holds": revision.standing(day) == Standing.IN_FORCE,
        "day": day,
        "code": code,
    }
    return _set(render_to_string("documents/pdf/strip.html", context))


@lru_cache(64)
def _set(html: str) -> bytes:
    from kvalitet import pdf

    return pdf.drawing(html)


def facts(revision: Revision) -> list[tuple[str, Any]]:
    rows = [
        ("Dnr", revision.document.dnr),
        ("Fastställd", decided(revision)),
        ("Giltig", presentation.span(revision)),
    ]
    return [(label, value) for label, value in rows if value]


def holds_address(revision: Revision) -> str:
    """What the code leads to, for whoever holds the paper."""
    path = reverse("documents:holds", args=[revision.document_id, revision.label])
    return settings.BASE_URL.rstrip("/") + path
