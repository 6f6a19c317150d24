"""Notices in the application and by mail.

``notify`` writes one row per person in the caller's own transaction, so a notice exists exactly when what
it tells of does. Mail is one digest at 06:30 on working days; what cannot wait is mailed at once. A mail
holds what kind, which unit, by when and where, never the text of anything. While someone is away their
ersättare gets the notice too.
"""

import logging
import smtplib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import Count, Subquery
from django.template.loader import render_to_string
from django.utils import timezone

from kvalitet.models.notification import KINDS, Notification
from kvalitet.working_days import is_working_day, working_days_after

__all__ = [
    "is_working_day",
    "mail_digest",
    "mail_urgent",
    "mark_read",
    "name_kinds",
    "notify",
    "register_substitutes",
    "unread_count",
    "unread_of",
    "working_days_after",
]

logger = logging.getLogger(__name__)

REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)  # the server said no
# No mail server is asked for as long as this; what was taken before that was left by a killed process.
UNSURE_AFTER = timedelta(minutes=15)
Substitutes = Callable[[Iterable[int]], Mapping[int, int]]
_substitutes: list[Substitutes] = []


def register_substitutes(function: Substitutes) -> None:
    """``function(user_ids) -> {absent user's id: ersättare's id}`` for today; the organisation fills it."""
    _substitutes.append(function)


def name_kinds(**names: str) -> None:
    """What each kind is called on the page and in mail: ``documents_version="Dokument"`` for
    ``documents.version``.
    """
    KINDS.update({kind.replace("_", ".", 1): name for kind, name in names.items()})


def notify(
    users: Iterable[Any],
    *,
    kind: str,
    sentence: str,
    url: str,
    unit: str = "",
    due: date | None = None,
    urgent: bool = False,
    never: Iterable[int] = (),
    once: bool = False,
) -> list[Notification]:
    """Tell ``users``, and the ersättare of those who are away. ``sentence`` must hold no free text of a case.

    Rows are written now; an urgent one is mailed when the transaction commits. ``never`` are ids of people
    who are not told, not even as ersättare. ``once`` leaves out those who were told the same today: for timed
    tasks, which may be run twice.
    """
    people = {user.pk: user for user in users if user.is_active}
    values = {"kind": kind, "sentence": sentence, "url": url, "unit": unit, "due": due, "urgent": urgent}
    untold = frozenset(never)
    rows = [Notification(user_id=pk, **values) for pk in people if pk not in untold]
    for absent, substitute in _away(people).items():
        if substitute not in people and substitute not in untold:
            rows.append(Notification(user_id=substitute, on_behalf_of_id=absent, **values))
    rows = _write_once(rows) if once else Notification.objects.bulk_create(rows)
    if urgent and rows:
        transaction.on_commit(_wake_urgent)
    return rows


@transaction.atomic
def _write_once(rows: list[Notification]) -> list[Notification]:
    """Write those of ``rows`` that are new today; a task that does the same meanwhile waits for it."""
    if not rows:
        return []
    same = {"sentence": rows[0].sentence, "url": rows[0].url}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["\n".join(same.values())])
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    told = Notification.objects.filter(user__in=[one.user_id for one in rows], created_at__gte=start, **same)
    known = set(told.values_list("user_id", flat=True))
    return Notification.objects.bulk_create([one for one in rows if one.user_id not in known])


def _away(people: Mapping[int, Any]) -> dict[int, int]:
    found: dict[int, int] = {}
    for function in _substitutes:
        found.update(function(people.keys()))
    return found


def _wake_urgent() -> None:
    from kvalitet.tasks import mail_urgent as task

    try:
        task.delay()
    except Exception:
        logger.exception("queue unreachable, urgent mail waits for the next round")


def unread_of(user_id: Any) -> Subquery:
    """The number of unread notices as a column, so that whoever reads the user needs no query for it."""
    rows = Notification.objects.filter(user=user_id, read_at=None).order_by()
    return Subquery(rows.values("user").annotate(number=Count("pk")).values("number"))


def unread_count(user: Any) -> int:
    """``unread_notices`` is what was read with the user."""
    if hasattr(user, "unread_notices"):
        return user.unread_notices or 0
    return Notification.objects.filter(user=user, read_at=None).count()


def mark_read(user: Any, *, pks: Iterable[int] | None = None) -> int:
    """Mark the person's own notices as read, all or those in ``pks``; returns how many."""
    user.__dict__.pop("unread_notices", None)
    rows = Notification.objects.filter(user=user, read_at=None)
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    return rows.update(read_at=timezone.now())


def mail_digest(today: date | None = None) -> int:
    """One mail to each person with unmailed, unread notices; nothing on a day off. Returns the number of
    mails.
    """
    if not is_working_day(today or timezone.localdate()):
        return 0
    return _mail(unmailed().filter(read_at=None), "mail/digest.txt", urgent=False)


def mail_urgent() -> int:
    """Mail the notices that cannot wait. Returns the number of mails."""
    return _mail(unmailed().filter(urgent=True), "mail/urgent.txt", urgent=True)


def unmailed() -> Any:
    return Notification.objects.filter(mailed_at=None, mailing_at=None)


def _mail(rows: Any, template: str, *, urgent: bool) -> int:
    """One person at a time, so that one bad address stops nobody; a mail that was surely not taken is tried
    again next round.
    """
    people = list(
        rows.filter(user__is_active=True).order_by("user_id").values_list("user_id", flat=True).distinct()
    )
    return sum(_mail_one(rows.filter(user_id=pk), template, urgent=urgent) for pk in people)


def _mail_one(rows: Any, template: str, *, urgent: bool) -> int:
    notices = _take(rows)
    if not notices:
        return 0
    taken = Notification.objects.filter(pk__in=[one.pk for one in notices])
    is_on_its_way = False
    try:
        message = _message(notices, template, urgent=urgent)
        with get_connection() as message.connection:
            is_on_its_way = True
            message.send()
            taken.update(mailed_at=timezone.now())
    except Exception as error:
        logger.exception("mail to user %s failed", notices[0].user_id)
        # A server that goes silent over a mail may have taken it: then it is shown as unsure, not sent again.
        if not is_on_its_way or isinstance(error, REFUSALS):
            taken.update(mailing_at=None)
        return 0
    return 1


@transaction.atomic
def _take(rows: Any) -> list[Notification]:
    """The rows, which nobody else mails from now on: a process that is killed over a mail leaves them taken,
    so that the mail is sent once or is shown as unsure, and never comes twice.
    """
    locked = rows.select_for_update(skip_locked=True, of=("self",)).select_related("user", "on_behalf_of")
    notices = list(locked.order_by("kind", "pk"))
    Notification.objects.filter(pk__in=[one.pk for one in notices]).update(mailing_at=timezone.now())
    return notices


def unsure_mail() -> Any:
    """Notices whose mail was on its way when its process died; whether it came nobody knows."""
    long_ago = timezone.now() - UNSURE_AFTER
    return Notification.objects.filter(mailed_at=None, mailing_at__lt=long_ago)


def waiting_mail() -> Any:
    """Notices that could not wait, and have."""
    rows = Notification.objects.filter(mailed_at=None, mailing_at=None, urgent=True)
    return rows.filter(created_at__lt=timezone.now() - UNSURE_AFTER)


def mail_again(user_id: int) -> int:
    """Let what is unsure for a person be mailed once more. Returns how many notices."""
    return int(unsure_mail().filter(user_id=user_id).update(mailing_at=None))


def _message(notices: list[Notification], template: str, *, urgent: bool) -> EmailMessage:
    groups = [(name, list(rows)) for name, rows in groupby(notices, key=lambda one: one.kind_name)]
    context = {
        "groups": groups,
        "count": len(notices),
        "base_url": settings.BASE_URL.rstrip("/"),
        "organisation_name": settings.ORGANISATION_NAME,
    }
    subject = "Kan inte vänta: något i Kvalitet behöver dig" if urgent else "Det här väntar på dig i Kvalitet"
    return EmailMessage(subject, render_to_string(template, context), to=[notices[0].user.email])
