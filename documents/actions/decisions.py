"""A version's way through granskning to a decision, with what the decision brings for the other versions."""

import calendar
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from documents import freezing, notices
from documents.actions.documents import lock
from documents.enums import Approver
from documents.models import Document, Revision
from documents.workflow import REVISION
from kvalitet.search.tasks import wake
from kvalitet.versions import RevisionStatus, last_day
from kvalitet.workflow import Blocked


@transaction.atomic
def change_status(
    revision: Revision,
    name: str,
    *,
    user: Any,
    comment: str = "",
    seen: str = "",
    valid_from: date | None = None,
    decision: str = "",
    decided_on: date | None = None,
) -> Revision:
    """Make transition ``name``, with its effects on the other versions and its notices, in one transaction.

    ``valid_from`` (today), and for a riktlinje ``decision`` and ``decided_on``, belong to ``approve``. Raises
    Blocked and PermissionDenied like ``Workflow.change_status``.
    """
    document = lock(revision.document)
    if name == "approve":
        day = valid_from or timezone.localdate()
        changed = _approve(
            document, revision, user=user, seen=seen, day=day, decision=decision, decided_on=decided_on
        )
        freezing.enqueue(changed, user=user)
    elif name == "withdraw":
        changed = _withdraw(revision, user=user, comment=comment)
    else:
        changed = REVISION.change_status(revision, name, user=user, comment=comment, seen=seen)
    _tell(changed, name, user=user)
    wake()
    return changed


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


def _approve(
    document: Document,
    revision: Revision,
    *,
    user: Any,
    seen: str,
    day: date,
    decision: str,
    decided_on: date | None,
) -> Revision:
    """Let the version hold from ``day``: the one before ends the day before, and the next review is set."""
    before = document.revisions.issued().filter(Q(valid_to=None) | Q(valid_to__gte=day))
    _refuse_decision(document, decision, decided_on)
    _refuse_day(document, before.order_by("-valid_from").first(), day, decided_on)
    values: dict[str, Any] = {"valid_from": day}
    if document.approver == Approver.BOARD:
        values |= {"decision": decision.strip(), "decided_on": decided_on}
    before.exclude(pk=revision.pk).update(valid_to=day - timedelta(days=1))
    approved: Revision = REVISION.change_status(revision, "approve", user=user, seen=seen, values=values)
    if document.review_months:
        review = months_after(day, document.review_months)
        Document.objects.filter(pk=document.pk).update(next_review=review)
    return approved


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


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _withdraw(revision: Revision, *, user: Any, comment: str) -> Revision:
    fresh = Revision.objects.get(pk=revision.pk)
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
