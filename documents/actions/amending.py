"""Mended words: begun in the version in force, published by one person, or made an ordinary version."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from documents import notices, permissions
from documents.actions.documents import lock, require
from documents.models import Document, Revision
from documents.workflow import REVISION
from kvalitet.search.tasks import wake
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked

IS_WHOLE = "Det här är redan en ny version. Skicka den för granskning när den är klar."


def amend(document: Document, revision: Revision, *, user: Any, seen: str) -> Revision:
    """Let mended words hold from today instead of what they mend. The day of review stays.

    The decision of the board, where there is one, stands behind the words as it did before.
    """
    today = timezone.localdate()
    base = document.revisions.in_force().filter(number=revision.number).first()
    values: dict[str, Any] = {"valid_from": today}
    if base is not None:
        values |= {"decision": base.decision, "decided_on": base.decided_on, "valid_to": base.valid_to}
        Revision.objects.filter(pk=base.pk).update(valid_to=today - timedelta(days=1))
    published: Revision = REVISION.change_status(revision, "amend", user=user, seen=seen, values=values)
    notices.tell_amended(published, user=user)
    return published


@transaction.atomic
def make_whole(revision: Revision, *, user: Any) -> Revision:
    """Go on with a redaktionell ändring as the next ordinary version, with all that is in it."""
    document = lock(revision.document)
    fresh: Revision = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    require(permissions.may_write_version(user, fresh), "ändra versionen")
    if fresh.status != RevisionStatus.DRAFT:
        raise Blocked([f"Versionen är {fresh.get_status_display().lower()} nu. Inget är förlorat."])
    if not fresh.minor:
        raise Blocked([IS_WHOLE])
    last = document.revisions.aggregate(number=Max("number"))["number"]
    fresh.number, fresh.minor = last + 1, 0
    fresh.save(update_fields=["number", "minor"])
    wake()
    return fresh
