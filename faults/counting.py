"""Afterwards: what of all that was acknowledged is there, once."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from faults.load import MARK, Told
from faults.mail import MailServer
from faults.rows import Row

SETTLES = 300  # seconds for a killed worker's job to be taken up, and for a mail to be tried again
LEAVES = 65  # seconds


def wait_until_settled(since: Any) -> None:
    """No job is open and no mail waits, of what has come since then; or the patience is over."""
    from django.db import connection
    from django.utils import timezone

    from kvalitet.models import Job, Notification

    until = time.monotonic() + SETTLES
    while time.monotonic() < until:
        jobs = Job.objects.filter(created_at__gte=since, status__in=["waiting", "running"])
        mails = Notification.objects.filter(created_at__gte=since, urgent=True, mailed_at=None)
        on_way = mails.filter(mailing_at__gt=timezone.now() - timedelta(seconds=LEAVES))
        if not (jobs.exists() or mails.filter(mailing_at=None).exists() or on_way.exists()):
            break
        time.sleep(1)
    connection.close()


def counted(fault: str, told: Told, mail: MailServer, storage: Any) -> Iterator[Row]:
    """A row for each thing that people or the next part were told has been received."""
    yield _reports(fault, told)
    yield _notices(fault, told)
    yield _pictures(fault, told, storage)
    yield from _uploads(fault, told, storage)
    yield _mails(fault, told, mail)


def _reports(fault: str, told: Told) -> Row:
    from improvement.models import Deviation

    there: dict[str, list[int]] = {}
    for pk, text in Deviation.objects.filter(what_happened__startswith=MARK).values_list(
        "pk", "what_happened"
    ):
        there.setdefault(text.split()[1], []).append(pk)
    found = [word for word, numbers in told.reports.items() if set(there.get(word, ())) == numbers]
    doubled = [word for word in there if len(there[word]) > 1 or len(told.reports.get(word, ())) > 1]
    lost = [word for word in told.reports if word not in there]
    return Row(fault, "rapporter", len(told.reports), len(found), 0, len(doubled), len(lost))


def _numbers(told: Told) -> set[int]:
    return {number for numbers in told.reports.values() for number in numbers}


def _notices(fault: str, told: Told) -> Row:
    """Whoever receives a report has been told of it, once."""
    from kvalitet.models import Notification

    addresses = {f"/avvikelser/{number}/" for number in _numbers(told)}
    rows = Notification.objects.filter(kind="improvement.deviation", sentence__startswith="Att ta emot")
    each = Counter(rows.values_list("user_id", "url"))
    about = {url for _, url in each}
    doubled = sum(count > 1 for (_, url), count in each.items() if url in addresses)
    found, lost = len(addresses & about), len(addresses - about)
    return Row(fault, "besked till mottagaren", len(addresses), found, 0, doubled, lost)


def _is_whole(storage: Any, key: str, sha256: str) -> bool:
    from kvalitet.storage import StorageFault

    try:
        with storage.open(key) as file:
            return hashlib.sha256(file.read()).hexdigest() == sha256
    except (OSError, StorageFault):
        return False


def _pictures(fault: str, told: Told, storage: Any) -> Row:
    from improvement.models import Attachment

    wanted = {number for word in told.pictures for number in told.reports[word]}
    rows = Attachment.objects.filter(deviation__in=wanted).values_list("deviation", "storage_key", "sha256")
    each = Counter(pk for pk, _, _ in rows)
    found = {pk for pk, key, sha256 in rows if _is_whole(storage, key, sha256)}
    doubled = sum(count > 1 for count in each.values())
    return Row(fault, "bilder i rapporter", len(wanted), len(found), 0, doubled, len(wanted - found))


def _uploads(fault: str, told: Told, storage: Any) -> Iterator[Row]:
    """The documents with their files, and the jobs that read these."""
    from documents.models import Document, Revision
    from kvalitet.models import Job

    words = Counter(
        title.split()[1]
        for title in Document.objects.filter(title__startswith=MARK).values_list("title", flat=True)
    )
    numbers = {number: word for word, given in told.uploads.items() for number in given}
    revisions = list(Revision.objects.defer(None).filter(document__in=numbers))
    found = {one.document_id for one in revisions if _is_whole(storage, one.storage_key, one.sha256)}
    doubled = sum(count > 1 for count in words.values())
    lost = len(set(numbers) - found)
    yield Row(fault, "uppladdade dokument", len(numbers), len(found), 0, doubled, lost)
    jobs = Counter(Job.objects.filter(kind="documents.extract").values_list("key", flat=True))
    failed = set(Job.objects.filter(kind="documents.extract", status="failed").values_list("key", flat=True))
    keys = {f"{one.pk}:{one.storage_key}": one for one in revisions}
    read = {key for key, one in keys.items() if numbers[one.document_id] in one.text}
    marked, twice = set(keys) & failed - read, sum(jobs[key] > 1 for key in keys)
    missing = set(keys) - read - marked
    yield Row(fault, "jobb (läsa filen)", len(keys), len(read), len(marked), twice, len(missing))


def _mails(fault: str, told: Told, mail: MailServer) -> Row:
    """Each that cannot wait: sent once, or marked so that somebody sees that it may not have been."""
    from kvalitet.models import Notification

    addresses = {f"/avvikelser/{number}/" for number in _numbers(told)}
    rows = Notification.objects.filter(urgent=True, url__in=addresses).values_list(
        "user__email", "url", "mailed_at", "mailing_at"
    )
    came = Counter(mail.taken)
    sent = [row for row in rows if row[2] and came[row[0], row[1]] == 1]
    marked = [row for row in rows if row[3] and not row[2] and came[row[0], row[1]] <= 1]
    doubled = [row for row in rows if came[row[0], row[1]] > 1]
    lost = len(rows) - len(sent) - len(marked) - len(doubled)
    return Row(fault, "mejl som inte kan vänta", len(rows), len(sent), len(marked), len(doubled), lost)
