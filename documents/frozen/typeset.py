"""The PDF of a version that is written here: what stands on it first, then what it says."""

from typing import Any, BinaryIO

from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate

from documents import writing
from documents.enums import Approver
from documents.files.pdf import open_pdf
from documents.models import Revision

TEMPLATE = "documents/pdf/frozen.html"


def pdf_of(revision: Revision) -> bytes:
    """PDF/UA of the text with what was decided about it. Takes seconds: for a job, not for a view."""
    from kvalitet import pdf

    context = {"facts": facts(revision), "body": mark_safe(writing.html(revision.body))}  # noqa: S308 - cleaned by nh3
    return pdf.render(TEMPLATE, context, title=revision.document.title)


def facts(revision: Revision) -> list[tuple[str, str]]:
    """What stood on the version when it was decided, in the order it is read. No person is named."""
    document = revision.document
    rows: list[tuple[str, Any]] = [
        ("Typ", document.get_type_display()),
        ("Enhet", document.owner_unit.name),
        ("Dokument nr", str(document.pk)),
        ("Version", revision.label),
        ("Fastställd", decided(revision)),
        ("Gäller från", _day(revision.valid_from)),
        ("Diarienummer", document.dnr),
        ("Nästa översyn", _day(document.next_review)),
    ]
    return [(label, value) for label, value in rows if value]


def decided(revision: Revision) -> str:
    """By which function, and which day: "3 mars 2026 av enhetschefen"."""
    if revision.approved_at is None:
        return ""
    if revision.decided_on is not None and revision.document.approver == Approver.BOARD:
        return f"{_day(revision.decided_on)} av nämnden, {revision.decision}"
    return f"{_day(localdate(revision.approved_at))} av {revision.document.approver.label}"


def _day(day: Any) -> str:
    return date_format(day, "j F Y") if day else ""


def pages_in(pdf: BinaryIO) -> int:
    """How many pages there are in a PDF that was made here."""
    pdf.seek(0)
    return len(open_pdf(pdf).pages)
