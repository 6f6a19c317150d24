"""A document's remisses in its *Historik*, for those who read its drafts."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format

from documents.models import Document, ReviewRound
from kvalitet.history import Entry


def entries(user: Any, document: Document) -> list[Entry]:
    if not Document.objects.with_drafts_for(user).filter(pk=document.pk).exists():
        return []
    rounds = ReviewRound.objects.filter(revision__document=document)
    rows = rounds.select_related("revision", "started_by", "closed_by")
    return [
        entry
        for one in rows.prefetch_related("answers__person", "answers__unit", "answers__decided_by")
        for entry in _told(one)
    ]


def _told(remiss: ReviewRound) -> Iterator[Entry]:
    version = f"version {remiss.revision.label}"
    due = date_format(remiss.due, "j F Y")
    sentence = f"skickade {version} på remiss, med svar senast {due}"
    yield Entry(remiss.started_at, str(remiss.started_by), sentence, remiss.question)
    for one in remiss.answers.all():
        place = f" för {one.unit}" if one.unit else ""
        said = "med synpunkter" if one.text else "utan synpunkter"
        sentence = f"svarade{place} {said} på remissen av {version}"
        yield Entry(one.answered_at, str(one.person), sentence, one.text)
        if one.decided_at:
            what = f"beslutade om synpunkten från {one.person}: {one.get_decision_display().lower()}"
            yield Entry(one.decided_at, str(one.decided_by), f"{what} ({version})", one.reason)
    if remiss.closed_at:
        yield Entry(remiss.closed_at, str(remiss.closed_by), f"stängde remissen av {version}")
