"""What is sent to remind: that a document is to be looked over, and that a remiss waits for an answer.

Each reminder is written down in the same transaction as it is sent, so running it again sends nothing anew,
and after missed days it sends the latest that was due, once.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from documents import notices, reviews
from documents.actions.remiss import sync_asked, unanswered
from documents.models import Document, Reminder, ReviewRound

REVIEW_AHEAD = (60, 30)
REMISS_AHEAD = (3,)


def remind_of_reviews(today: date | None = None) -> int:
    """60 and 30 days before, on the day, and then every week. Returns how many documents were told of."""
    today = today or timezone.localdate()
    return sum(_remind_of_review(one, stage, today) for one, stage in _due_reviews(today))


def _due_reviews(today: date) -> Iterator[tuple[Document, int]]:
    near = today + timedelta(days=max(REVIEW_AHEAD))
    rows = Document.objects.in_force(today).filter(next_review__lte=near)
    sent = set(Reminder.objects.filter(remiss=None, due__lte=near).values_list("document", "due", "stage"))
    for document in rows.select_related("owner_unit", "responsible").order_by("next_review", "pk"):
        stage = reviews.stage(document.next_review, today, REVIEW_AHEAD) if document.next_review else None
        if stage is not None and (document.pk, document.next_review, stage) not in sent:
            yield document, stage


@transaction.atomic
def _remind_of_review(document: Document, stage: int, today: date) -> bool:
    if not _write_down(document=document, due=document.next_review, stage=stage):
        return False
    notices.tell_review(document, today=today)
    return True


def _write_down(**values: Any) -> bool:
    """Whether the reminder was not sent before; of two that send at once one waits for the other."""
    try:
        with transaction.atomic():
            Reminder.objects.create(**values)
    except IntegrityError:
        return False
    return True


def remind_of_remisses(today: date | None = None) -> int:
    """Three days before and, when it is late, the day after and then every week: those who have not answered,
    and who sent it. Also lets those read who may answer from today.
    """
    today = today or timezone.localdate()
    rows = ReviewRound.objects.filter(closed_at=None).select_related(
        "revision__document__owner_unit", "revision__author", "started_by"
    )
    return sum(_remind_of_remiss(one, today) for one in rows)


@transaction.atomic
def _remind_of_remiss(remiss: ReviewRound, today: date) -> bool:
    sync_asked(remiss)
    # The whole of the last day is there to answer on.
    late = remiss.due < today
    stage = reviews.stage(remiss.due + timedelta(days=1), today, ()) if late else _before(remiss.due, today)
    if stage is None:
        return False
    if not _write_down(document=remiss.revision.document, remiss=remiss, due=remiss.due, stage=stage):
        return False
    words = "Svarstiden är slut för en remiss" if late else "Svara snart på en remiss"
    notices.tell_asked(unanswered(remiss), remiss, words=words)
    if late:
        notices.tell_asked([remiss.started_by], remiss, words="Stäng eller förläng en remiss")
    return True


def _before(due: date, today: date) -> int | None:
    days = max(REMISS_AHEAD)
    return days if (due - today).days <= days else None
