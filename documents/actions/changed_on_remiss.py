"""A draft gets other content while it is out on remiss: that is written down and told."""

from typing import Any

from django.utils import timezone

from documents import notices
from documents.models import ReviewRound, Revision
from documents.models.access import reviewers_of

WORDS = "Utkastet är ändrat sedan det skickades på remiss"


def note_change(revision: Revision, *, user: Any) -> None:
    """Part of changing the content. Those asked, and who sent it, are told once a day; the page of the remiss
    says when it was changed last.
    """
    now = timezone.now()
    rounds = ReviewRound.objects.select_for_update(of=("self",)).select_related("started_by")
    for remiss in rounds.filter(revision=revision, closed_at=None):
        last = remiss.changed_at
        remiss.changed_at, remiss.changed_by = now, user
        remiss.save(update_fields=["changed_at", "changed_by"])
        if last is None or timezone.localdate(last) < timezone.localdate(now):
            remiss.revision = revision
            _tell(remiss, user=user)


def _tell(remiss: ReviewRound, *, user: Any) -> None:
    people = reviewers_of(remiss.revision.document)
    people[remiss.started_by_id] = remiss.started_by
    people.pop(user.pk, None)
    notices.tell_asked(people.values(), remiss, words=WORDS)
