"""The log of who has opened which case, and the reason that a manager above or the samordnare states."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from improvement import permissions
from improvement.exchanges import rights as exchange_rights
from kvalitet.models import AccessLog
from kvalitet.organisation import grants, line

KIND = "improvement.deviation"
SAME_OPENING = timedelta(minutes=10)


def may_see_log(user: Any) -> bool:
    """The log of who has opened what: managers for their units, lex Sarah-ansvarig for theirs."""
    judged = grants.scope(user, permissions.Permission.READ_SUSPECTED).unit_ids
    return bool(judged) or any(line.first_hand(user).values())


def log_opening(user: Any, deviation: Any, *, reason: str = "", merged: Iterable[Any] = ()) -> None:
    """Write that ``user`` opened the case whole, with what is ``merged`` into it and stands on the same page;
    with a reason when one was asked for.

    Going between the pages of a case is one opening: it is written again after ``SAME_OPENING``.
    """
    opened = {deviation.pk, *(one.pk for one in merged)}
    if not reason:
        known = getattr(deviation, "opened_lately", None)
        rows = lately(user).filter(object_id__in=opened).values_list("object_id", flat=True)
        opened -= set(rows if known is None else known)
    if not opened:
        return
    owner = permissions.acts_for(user, deviation)
    AccessLog.objects.bulk_create(
        AccessLog(user=user, on_behalf_of_id=owner, kind=KIND, object_id=pk, reason=reason[:500])
        for pk in sorted(opened)
    )


def lately(user: Any) -> Any:
    """Openings that are not over: a case among them is not opened again."""
    return AccessLog.objects.filter(user=user.pk, kind=KIND, at__gt=timezone.now() - SAME_OPENING)


def has_stated_reason(user: Any, deviation: Any) -> bool:
    """Whether ``user`` said today why they need the case; tomorrow they are asked again."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = AccessLog.objects.filter(user=user.pk, kind=KIND, object_id=deviation.pk, at__gte=start)
    return rows.exclude(reason="").exists()


def reads_whole(user: Any, deviation: Any) -> bool:
    """Whether the page shows the whole case: by task, or for a reason stated today."""
    if permissions.may_read(user, deviation):
        return True
    return permissions.may_open_with_reason(user, deviation) and has_stated_reason(user, deviation)


def reads_case_of(user: Any, row: Any) -> bool:
    """An entry or a cause is read by those who read its case."""
    return reads_whole(user, row.deviation)


def reads_exchange(user: Any, exchange: Any) -> bool:
    """By who reads the case, and by the contact it was sent to."""
    return exchange_rights.is_asked(user, exchange) or reads_whole(user, exchange.deviation)


def reads_attachment(user: Any, row: Any) -> bool:
    """Until the report is sent a file is its sender's alone."""
    if row.deviation is None:
        return bool(row.added_by_id == user.pk)
    return reads_whole(user, row.deviation) or permissions.is_reporter(user, row.deviation)


def reads_measure(user: Any, measure: Any) -> bool:
    """The description of an åtgärd is for those who read its case, and for who is to see to it; what is born
    from another source is for all employees.
    """
    if measure.deviation is None:
        return permissions.may_report(user)
    return permissions.is_responsible(user, measure) or reads_whole(user, measure.deviation)


def reads_check(user: Any, check: Any) -> bool:
    """A judgement of the effect is read by those who read its åtgärd."""
    return reads_measure(user, check.measure)
