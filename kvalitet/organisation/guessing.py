"""Guessing at one account from many addresses is slowed; its owner is not.

axes locks an account for one address. An attacker with many gets past that, and a lock of the account itself
would hand them a way to shut the owner out. So wrong passwords are counted for the account over all
addresses, and after the first few each costs a wait that grows to ``LONGEST``. A browser where the owner has
logged in before is let past it: it carries a signed cookie, good for so many wrong passwords of its own.
"""

import secrets
from datetime import timedelta
from typing import Any

from axes.utils import reset
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kvalitet import cookies, limits
from kvalitet.organisation.authentication import client_address
from kvalitet.organisation.models import User

FIRST, LONGEST = timedelta(seconds=5), timedelta(minutes=15)
COOKIE = cookies.named("kv_known")
KNOWN_FOR = timedelta(days=180)
SALT = "kvalitet.known"
# At a computer that many use the one who has not been there for longest is forgotten.
MOST_KNOWN = 30
ACCOUNT, ADDRESS, BROWSER = "login.account", "login.address", "login.browser"


def held_back(request: HttpRequest, email: str) -> timedelta | None:
    """How long a try with ``email`` has to wait; None when the password may be looked at."""
    by_address = limits.wait(ADDRESS, client_address(request))
    by_account = account_wait(email)
    if by_account and _is_known(request, email):
        by_account = None
    return max(filter(None, (by_address, by_account)), default=None)


def account_wait(email: str) -> timedelta | None:
    """How long who is not known has to wait for the next try at the account."""
    found = limits.seen(ACCOUNT, email)
    over = found.count - limits.LIMITS[ACCOUNT].most if found else -1
    if found is None or over < 0:
        return None
    length = min(FIRST * 2 ** min(over, 20), LONGEST)
    left = found.last_at + length - timezone.now()
    return left if left > timedelta() else None


def failed(request: HttpRequest, email: str) -> None:
    """A password was looked at and was wrong. Unknown accounts are counted alike, so that nothing is told."""
    limits.count(ADDRESS, client_address(request))
    limits.count(ACCOUNT, email)
    if browser := _known(request).get("id"):
        limits.count(BROWSER, browser)


def proved(person: User) -> None:
    """The owner is in: nothing is held against the account any more, but axes' locks of other addresses."""
    limits.forget(ACCOUNT, person.email)


def unlock(person: User) -> None:
    """The next try is taken from anywhere: for an administrator, and for who has proved to read the mail."""
    limits.forget(ACCOUNT, person.email)
    reset(username=person.email)


def is_held(person: User) -> bool:
    """Whether the account is slowed now, or locked for some address."""
    from axes.models import AccessAttempt

    many = AccessAttempt.objects.filter(
        username=person.email, failures_since_start__gte=settings.AXES_FAILURE_LIMIT
    )
    return account_wait(person.email) is not None or many.exists()


def remember(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Know this browser as one where ``person`` has proved who they are."""
    known = _known(request)
    people = [person.pk, *(pk for pk in known.get("who", []) if pk != person.pk)][:MOST_KNOWN]
    value = signing.dumps({"id": known.get("id") or secrets.token_hex(8), "who": people}, salt=SALT)
    cookies.put(response, COOKIE, value, KNOWN_FOR)


def _known(request: HttpRequest) -> dict[str, Any]:
    try:
        found: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return {}
    return found


def _is_known(request: HttpRequest, email: str) -> bool:
    known = _known(request)
    if not known or limits.wait(BROWSER, known["id"]):
        return False
    return User.objects.filter(pk__in=known["who"], email=email).exists()
