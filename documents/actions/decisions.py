"""A version's way through granskning to a decision, with what the decision brings for the other versions."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from documents import notices, reviews
from documents.actions import amending, remiss, replacing
from documents.actions.documents import lock
from documents.actions.reviewing import refuse_month
from documents.enums import Approver
from documents.frozen import freezing
from documents.models import Document, Revision
from documents.workflow import REVISION
from kvalitet.search.tasks import wake
from kvalitet.versions import RevisionStatus, last_day
from kvalitet.workflow import Blocked


@dataclass(frozen=True)
class Decision:
    """What goes with ``approve``. ``valid_from`` is today if it is left out, ``next_review`` the proposal.

    ``decision`` and ``decided_on`` are the board's. ``ends_replaced``: what the document replaces is upphävt
    from the same day.
    """

    valid_from: date | None = None
    decision: str = ""
    decided_on: date | None = None
    next_review: date | None = None
    whats_new: str = ""
    ends_replaced: bool = False


@transaction.atomic
def change_status(
    revision: Revision, name: str, *, user: Any, comment: str = "", seen: str = "", **decided: Any
) -> Revision:
    """Make transition ``name``, with its effects on the other versions and its notices, in one transaction.

    ``decided`` is what a ``Decision`` holds, and belongs to ``approve``. Raises Blocked and PermissionDenied
    like ``Workflow.change_status``.
    """
    document = _lock(revision.document, with_replaced=name == "approve")
    if name == "approve":
        changed = _approve(document, revision, user=user, seen=seen, decided=Decision(**decided))
        freezing.enqueue(changed, user=user)
    elif name == "amend":
        changed = amending.amend(document, revision, user=user, seen=seen)
        freezing.enqueue(changed, user=user)
    elif name == "withdraw":
        changed = _withdraw(revision, user=user, comment=comment)
    else:
        if name == "discard":
            remiss.close_open(revision, user=user)
        changed = REVISION.change_status(revision, name, user=user, comment=comment, seen=seen)
    _tell(changed, name, user=user)
    wake()
    return changed


def _lock(document: Document, *, with_replaced: bool) -> Document:
    """The document; with what it takes the place of, in the order in which others lock several."""
    replaced = (
        Document.objects.values_list("replaces", flat=True).get(pk=document.pk) if with_replaced else None
    )
    if replaced is not None and replaced < document.pk:
        Document.objects.select_for_update(of=("self",)).get(pk=replaced)
    return lock(document)


def _tell(revision: Revision, name: str, *, user: Any) -> None:
    if name in ("send", "sign"):
        notices.tell_next(revision, user=user)
        return
    said = {
        "approve": "är fastställd",
        "send_back": "är tillbaka för komplettering",
        "withdraw": "är upphävd",
    }
    if name in said:
        notices.tell_author(revision, said[name], user=user)


def _approve(document: Document, revision: Revision, *, user: Any, seen: str, decided: Decision) -> Revision:
    """Let the version hold from its day: the one before ends the day before, and the next review is set."""
    day = decided.valid_from or timezone.localdate()
    before = document.revisions.issued().filter(Q(valid_to=None) | Q(valid_to__gte=day))
    _refuse_decision(document, decided.decision, decided.decided_on)
    _refuse_day(document, before.order_by("-valid_from").first(), day, decided.decided_on)
    values: dict[str, Any] = {"valid_from": day}
    if decided.whats_new.strip():
        values["whats_new"] = decided.whats_new.strip()
    if document.approver == Approver.BOARD:
        values |= {"decision": decided.decision.strip(), "decided_on": decided.decided_on}
    before.exclude(pk=revision.pk).update(valid_to=day - timedelta(days=1))
    approved: Revision = REVISION.change_status(revision, "approve", user=user, seen=seen, values=values)
    _set_review(document, decided.next_review)
    replacing.settle(document, user=user, day=day, ends=decided.ends_replaced)
    return approved


def _set_review(document: Document, chosen: date | None) -> None:
    if chosen is not None:
        refuse_month(chosen)
    elif document.review_months:
        chosen = reviews.proposed(document.review_months)
    if chosen is not None:
        Document.objects.filter(pk=document.pk).update(next_review=chosen)


def _refuse_decision(document: Document, decision: str, decided_on: date | None) -> None:
    if document.approver != Approver.BOARD:
        return
    if not decision.strip() or decided_on is None:
        raise Blocked(["Nämnden fastställer riktlinjer. Skriv paragrafen och datumet för beslutet."])
    if decided_on > timezone.localdate():
        raise Blocked(["Nämndens beslut kan inte ligga framåt i tiden."])


def _refuse_day(document: Document, before: Revision | None, day: date, decided_on: date | None) -> None:
    """A day in the past would change what held then; only a decision by the board reaches back to its day."""
    if before is not None and before.valid_from and before.valid_from > day:
        begins = date_format(before.valid_from, "j F Y")
        raise Blocked([f"Version {before.label} är redan fastställd från {begins}. Välj en senare dag."])
    earliest = decided_on if document.approver == Approver.BOARD and decided_on else timezone.localdate()
    if day < earliest:
        raise Blocked([f"Versionen kan gälla tidigast {date_format(earliest, 'j F Y')}."])


def _withdraw(revision: Revision, *, user: Any, comment: str) -> Revision:
    fresh = Revision.objects.select_related("document").get(pk=revision.pk)
    replacing.tell_gap(fresh, user=user)
    values = {"valid_to": last_day(fresh)}
    changed: Revision = REVISION.change_status(
        revision, "withdraw", user=user, comment=comment, values=values
    )
    if fresh.valid_from and fresh.valid_from > timezone.localdate():
        _give_days_back(fresh)
    return changed


def _give_days_back(revision: Revision) -> None:
    """One taken back before its first day leaves the one before it in force."""
    if revision.valid_from is None:
        return
    before = revision.document.revisions.issued().exclude(status=RevisionStatus.WITHDRAWN)
    before.filter(valid_to=revision.valid_from - timedelta(days=1)).update(valid_to=None)
