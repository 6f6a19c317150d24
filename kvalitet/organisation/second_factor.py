"""Who must log in in two steps, and what a login is before the second one: nothing.

A session says what it knows (``STEP``): no word when nothing was asked for, ``DUE`` when a code is waited
for, else when one was given. Until then whoever sent the password is nobody to every page but those of the
second step. On a shared device nobody is asked, and the password alone gives an employee's rights there
(kvalitet/organisation/devices.py).
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from kvalitet.organisation import grants
from kvalitet.organisation.enums import DeviceKind
from kvalitet.organisation.models import SecondFactor
from kvalitet.organisation.sessions import KIND

STEP, DUE = "second_step", "due"

_confidential: list[Any] = []


def require_for(*permissions: Any) -> None:
    """Whoever has any of ``permissions``, anywhere or on one object, logs in in two steps."""
    _confidential.extend(permissions)


def is_required(user: Any) -> bool:
    """Whether ``user`` has rights today that ask for a second step. An ersättare has them too."""
    return settings.TWO_FACTOR and any(grants.scope(user, one) for one in _confidential)


def has_one(user: Any) -> bool:
    return SecondFactor.objects.filter(user=user).exists()


def begin(request: HttpRequest, user: Any) -> None:
    """Right after the password: say in the session whether a code is waited for."""
    request.session[STEP] = DUE if has_one(user) else ""


def prove(request: HttpRequest) -> None:
    """The code was given: the session goes on under a new key."""
    request.session[STEP] = timezone.now().timestamp()
    request.session.cycle_key()


def ask_again(request: HttpRequest) -> None:
    """The second step was taken away: what was proved with it counts no more."""
    request.session[STEP] = ""


def is_missing(request: HttpRequest, user: Any) -> bool:
    """Whether the second step of this login was not taken, and should be for what is confidential."""
    step = request.session.get(STEP, "")
    return not isinstance(step, float) and (step == DUE or is_required(user))


def is_limited(user: Any) -> bool:
    """Whether ``user`` came in without the step that their roles ask for, and so has an employee's rights."""
    return bool(getattr(user, "is_limited", False))


def person_of(request: HttpRequest) -> Any:
    """Who is logged in, or halfway there; None for nobody."""
    return request.user if request.user.is_authenticated else halfway(request)


def halfway(request: HttpRequest) -> Any:
    """Who has given the password and not yet the code."""
    # Only asking makes it known.
    _ = request.user.is_authenticated
    return getattr(request, "halfway", None)


class SecondStep:
    """Makes whoever is halfway through a login nobody, whatever page or part of one they ask for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            vars(request)["user"] = SimpleLazyObject(lambda: _let_in(request))
        return self.get_response(request)


def _let_in(request: HttpRequest) -> Any:
    user = get_user(request)
    if not user.is_authenticated or not is_missing(request, user):
        return user
    if request.session.get(KIND) == DeviceKind.SHARED:
        grants.limit(user)
        return user
    vars(request)["halfway"] = user
    return AnonymousUser()
