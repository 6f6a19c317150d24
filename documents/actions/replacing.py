"""One document that takes the place of another, and the day when the other ends."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from documents import notices, permissions
from documents.actions.documents import lock, require
from documents.models import Document, Revision
from documents.workflow import REVISION
from kvalitet.search.tasks import wake
from kvalitet.versions import RevisionStatus

CIRCLE = "Det dokumentet ersätter redan det här. Välj ett annat, eller ta bort ersättningen där först."


@transaction.atomic
def set_replaced(document: Document, *, replaced: Document | None, user: Any) -> Document:
    """Say that ``document`` takes the place of ``replaced``, or of none. What is replaced goes on to hold
    until somebody ends it.
    """
    wanted = [document.pk, *([replaced.pk] if replaced else [])]
    rows = Document.objects.select_for_update(of=("self",)).select_related("owner_unit")
    locked = {one.pk: one for one in rows.filter(pk__in=wanted).order_by("pk")}
    fresh = locked[document.pk]
    require(permissions.may_invite(user, fresh), "ändra dokumentet")
    if replaced is not None:
        require(Document.objects.visible_to(user).filter(pk=replaced.pk).exists(), "välja det dokumentet")
        _refuse_circle(fresh, locked[replaced.pk])
    fresh.replaces = replaced
    fresh.save(update_fields=["replaces"])
    wake()
    return fresh


def _refuse_circle(document: Document, replaced: Document) -> None:
    seen: set[int] = {document.pk}
    above: int | None = replaced.pk
    while above is not None:
        if above in seen:
            raise ValidationError(CIRCLE)
        seen.add(above)
        above = Document.objects.values_list("replaces", flat=True).get(pk=above)


def still_holding(document: Document | None, day: date) -> Any:
    """The versions of a document that hold on ``day`` or are to hold later."""
    if document is None:
        return Revision.objects.none()
    held = document.revisions.filter(status=RevisionStatus.APPROVED)
    return held.filter(Q(valid_to=None) | Q(valid_to__gte=day))


def settle(document: Document, *, user: Any, day: date, ends: bool) -> None:
    """Part of the decision on ``document``: end what it replaces from ``day``, or tell who answers for it."""
    if document.replaces is None:
        return
    replaced = lock(document.replaces)
    holding = list(still_holding(replaced, day))
    if not holding:
        return
    if not ends:
        notices.tell_replaced(replaced, day=day, user=user)
        return
    require(permissions.may_approve(user, replaced), "upphäva dokumentet som ersätts")
    for revision in holding:
        _end(revision, day=day, user=user, by=document)


def ended_by(revision: Revision) -> list[Revision]:
    """Versions of the document it replaces that were ended by the decision on ``revision``, which has not
    begun to hold: they end the day before all the same if it is taken back.
    """
    if revision.valid_from is None or revision.valid_from <= timezone.localdate():
        return []
    rows = Revision.objects.filter(
        document=revision.document.replaces_id,
        status=RevisionStatus.WITHDRAWN,
        valid_to=revision.valid_from - timedelta(days=1),
        transitions__comment=_comment(revision.document, revision.valid_from),
    )
    return list(rows.select_related("document__owner_unit", "document__responsible"))


def tell_gap(revision: Revision, *, user: Any) -> None:
    """Part of taking back a version before its first day: nothing takes the place of what it ended."""
    for ended in ended_by(revision):
        notices.tell_gap(ended, user=user)


def _comment(document: Document, day: date) -> str:
    # The number alone: who reads the one does not always read the other.
    return f"Ersatt av dokument nr {document.pk} från {day:%Y-%m-%d}."


def _end(revision: Revision, *, day: date, user: Any, by: Document) -> None:
    last = max(day, revision.valid_from or day) - timedelta(days=1)
    ended = REVISION.change_status(
        revision, "withdraw", user=user, comment=_comment(by, day), values={"valid_to": last}
    )
    notices.tell_author(ended, f"är upphävd från {day:%Y-%m-%d}", user=user)
