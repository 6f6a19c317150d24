"""How often something may be done from outside, counted in the database, which all processes share.

``LIMITS`` is all there is to set. A whole municipality sits behind one address, so what is counted by address
is there against floods: it lies far above a Monday morning. What is guessed at, an account or a link, has a
limit of its own, and the one who is slowed is the one who guesses (kvalitet/organisation/guessing.py).
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from kvalitet.models import RateCount

KEPT_FOR = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    most: int
    within: timedelta


LIMITS: Mapping[str, Limit] = {
    # Wrong passwords. 3 000 people who log in within an hour, every tenth wrong once, are 50 in ten minutes.
    "login.address": Limit(400, timedelta(minutes=10)),
    "login.account": Limit(8, timedelta(days=1)),
    "login.browser": Limit(20, timedelta(hours=1)),
    "password_link.address": Limit(200, timedelta(minutes=10)),
    "password_link.account": Limit(5, timedelta(hours=1)),
    "password_set.address": Limit(200, timedelta(minutes=10)),
    "password_set.account": Limit(20, timedelta(hours=1)),
}

COUNT_SQL = """
    INSERT INTO kvalitet_ratecount AS known (key, count, began_at, last_at)
    VALUES (%(key)s, 1, %(now)s, %(now)s)
    ON CONFLICT (key) DO UPDATE SET last_at = %(now)s,
        count = CASE WHEN known.began_at <= %(start)s THEN 1 ELSE known.count + 1 END,
        began_at = CASE WHEN known.began_at <= %(start)s THEN %(now)s ELSE known.began_at END
    RETURNING count, began_at
"""


@dataclass(frozen=True)
class Seen:
    """How often, since when and when last."""

    count: int
    began_at: datetime
    last_at: datetime


def count(name: str, value: Any) -> timedelta | None:
    """Count one more of ``name`` by ``value``; how long to wait when that was too many, else None.

    One statement, so that no two processes count the same.
    """
    limit, now = LIMITS[name], timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, {"key": _key(name, value), "now": now, "start": now - limit.within})
        number, began_at = cursor.fetchone()
    return began_at + limit.within - now if number > limit.most else None


def seen(name: str, value: Any) -> Seen | None:
    """What was counted within the limit's time."""
    start = timezone.now() - LIMITS[name].within
    row = RateCount.objects.filter(key=_key(name, value), began_at__gt=start).first()
    return Seen(row.count, row.began_at, row.last_at) if row else None


def wait(name: str, value: Any) -> timedelta | None:
    """How long until ``name`` may be done again by ``value``, without counting."""
    found, limit = seen(name, value), LIMITS[name]
    if found is None or found.count < limit.most:
        return None
    return found.began_at + limit.within - timezone.now()


def forget(name: str, value: Any) -> None:
    RateCount.objects.filter(key=_key(name, value)).delete()


def sweep() -> int:
    """Delete what counts no more. Returns how many."""
    return RateCount.objects.filter(last_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def refusal(length: timedelta) -> str:
    """When it opens, in Swedish."""
    opens = timezone.localtime(timezone.now() + length)
    return f"Vänta till {opens:%H.%M.%S} och försök igen. Inget är ändrat."


def mark(response: HttpResponse, length: timedelta) -> HttpResponse:
    """429 and when to come back, for programs that ask again by themselves."""
    response.status_code = 429
    response["Retry-After"] = str(max(1, math.ceil(length.total_seconds())))
    return response


def _key(name: str, value: Any) -> str:
    return hashlib.sha256(f"{name}:{value}".encode()).hexdigest()
