"""The PDF of a report, from its snapshot and texts alone: equal content gives equal bytes."""

from typing import Any

from reports import presentation
from reports.models import QualityReport, Snapshot
from reports.statistics import Statistics, for_outsiders, from_json


def title_of(report: QualityReport) -> str:
    return f"Kvalitetsberättelse {report.year}"


def context_of(report: QualityReport, snapshot: Snapshot, *, is_uncut: bool) -> dict[str, Any]:
    figures: Statistics = from_json(snapshot.figures)
    if not is_uncut:
        figures = for_outsiders(figures)
    return {
        "report": report,
        "snapshot": snapshot,
        "is_uncut": is_uncut,
        "chapters": presentation.chapters(report, figures),
        "definitions": presentation.definitions(figures),
    }


def pdf_of(report: QualityReport, snapshot: Snapshot, *, is_uncut: bool) -> bytes:
    """Takes seconds: for a job, not for a view."""
    from kvalitet import pdf

    context = context_of(report, snapshot, is_uncut=is_uncut)
    return pdf.render("reports/pdf/report.html", context, title=title_of(report))
