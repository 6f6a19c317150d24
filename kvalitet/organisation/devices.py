"""What a login is good for on the device where it was made.

On an ordinary computer it lasts a working day and ends with the browser; when nobody has clicked for
``UNUSED_FOR`` it asks for the password again before a case is opened. On *one's own phone* it lasts
``OWN_FOR``, reports and reads routines, and asks for the password again before a case is opened when that
was last given more than ``CONFIRMED_FOR`` ago. On a *shared device* it ends when a report has been sent, and
after ``IDLE_FOR`` without a click; nobody is asked for a code there, and who must have one is an employee
like any other (``grants.limit``) and opens neither what is guarded nor the lists of it. What is guarded is
data: ``guard`` names it, once an app.
"""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from kvalitet import cookies
from kvalitet.gate import came_from
from kvalitet.organisation import kept, second_factor
from kvalitet.organisation.enums import DeviceKind
from kvalitet.organisation.models import Session
from kvalitet.organisation.sessions import DEVICE, KIND, STARTED

OWN_FOR = timedelta(days=30)
CONFIRMED_FOR = timedelta(minutes=30)
FRESH_FOR = timedelta(minutes=5)
IDLE_FOR = timedelta(minutes=10)
UNUSED_FOR = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=1)
CONFIRMED, SEEN = "confirmed_at", "seen_at"
CLOSED_HERE = (
    "Ärenden öppnas inte på en delad enhet. Logga ut, och logga in igen som Vanlig dator med din engångskod."
)
MORE_ELSEWHERE = (
    "På en delad enhet kan du läsa och rapportera, men inte göra mer. Logga ut, och logga in på din egen "
    "dator med din engångskod."
)
KIND_COOKIE = cookies.named("kv_device")
KIND_REMEMBERED = timedelta(days=365)

# Namespace -> names of its pages that hold nothing confidential.
_guarded: dict[str, frozenset[str]] = {"admin": frozenset()}
# Namespace -> names of its lists, which ask for no password but are closed on a shared device.
_lists: dict[str, frozenset[str]] = {}
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"))
_MORE_SYSTEMS = (("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"))
_MORE_BROWSERS = (("CriOS", "Chrome"), ("Safari", "Safari"))


def guard(namespace: str, *, but: Iterable[str] = (), lists: Iterable[str] = ()) -> None:
    """Ask for the password anew before any page of ``namespace`` except those named in ``but`` and ``lists``.

    A page that is added later is thereby guarded. A list taken home as a file is guarded wherever it is, and
    ``lists`` are closed to whoever must show a code and is at a shared device.
    """
    _guarded[namespace] = frozenset((*but, *lists))
    _lists[namespace] = frozenset(lists)


def begin(request: HttpRequest, kind: str) -> None:
    """Write in the session, right after a login, what kind of device it was made on."""
    now = timezone.now()
    session = request.session
    session[KIND], session[STARTED], session[CONFIRMED] = kind, now.isoformat(), now.timestamp()
    session[DEVICE] = device_name(request.headers.get("User-Agent", ""))
    if kind == DeviceKind.OWN:
        session.set_expiry(now + OWN_FOR)
    else:
        session[SEEN] = now.timestamp()


def confirm(request: HttpRequest) -> None:
    """The password was given again: the session goes on under a new key."""
    session, now = request.session, timezone.now().timestamp()
    session[CONFIRMED] = now
    if SEEN in session:
        session[SEEN] = now
    session.cycle_key()


def logins_of(user: Any) -> list[Session]:
    """The person's logins that still hold, newest first."""
    rows = Session.objects.filter(user=user, expire_date__gt=timezone.now())
    return list(rows.order_by("-started_at", "pk"))


def end_others(request: HttpRequest) -> None:
    """End all the person's logins but the one that asks."""
    person: Any = request.user
    rows = Session.objects.filter(user=person)
    rows.exclude(pk=request.session.session_key).delete()


def kind_of(request: HttpRequest) -> str:
    session = getattr(request, "session", {})
    return str(session.get(KIND, DeviceKind.ORDINARY))


def is_shared(request: HttpRequest) -> bool:
    return kind_of(request) == DeviceKind.SHARED


def is_unconfirmed(request: HttpRequest) -> bool:
    """Whether this login opens no case: on one's own phone where the password was last given too long ago,
    on a computer that nobody has used for long, on a shared device when a code would be asked for elsewhere.
    """
    if is_closed(request):
        return True
    if kind_of(request) == DeviceKind.OWN:
        return _has_passed(request.session.get(CONFIRMED), CONFIRMED_FOR)
    return kind_of(request) == DeviceKind.ORDINARY and is_unused(request)


def is_unused(request: HttpRequest) -> bool:
    """Whether nobody has clicked for so long that another may sit at the computer."""
    return SEEN in request.session and _has_passed(request.session[SEEN], UNUSED_FOR)


def is_stale(request: HttpRequest) -> bool:
    """Whether the password was given too long ago to change how one logs in: somebody else may sit there."""
    return _has_passed(request.session.get(CONFIRMED), FRESH_FOR)


def is_closed(request: HttpRequest) -> bool:
    """Whether this is a shared device, used by somebody who must show a code to open a case."""
    return second_factor.is_limited(request.user)


def is_guarded(namespace: str, name: str, *, is_export: bool) -> bool:
    return is_export or (namespace in _guarded and name not in _guarded[namespace])


def device_name(agent: str) -> str:
    """What a person would call it: "Chrome på Android"."""
    system = _first(agent, _SYSTEMS + _MORE_SYSTEMS)
    browser = _first(agent, _BROWSERS + _MORE_BROWSERS)
    return " på ".join(part for part in (browser, system) if part)


def _first(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if re.search(rf"\b{mark}", agent)), "")


def _has_passed(since: Any, length: timedelta) -> bool:
    return timezone.now().timestamp() - float(since or 0) > length.total_seconds()


class Devices:
    """Ends a shared device's login that nobody uses, and asks anew before a case on one's own phone and
    on a computer that nobody has used for long.

    Cases lie in no browser's cache, and nothing read on a shared device is there for the next one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind = kind_of(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else ""
        if kind == DeviceKind.SHARED:
            self._look_at_the_clock(request)
        if kind == DeviceKind.ORDINARY and not is_unused(request):
            self._note_use(request)
        if kind and request.user.is_authenticated:
            user: Any = request.user
            user.is_unconfirmed = is_unconfirmed(request)
        response = self.get_response(request)
        if kind == DeviceKind.SHARED or hasattr(request, "is_guarded"):
            response["Cache-Control"] = "private, no-store" if kind == DeviceKind.ORDINARY else "no-store"
            if kind in (DeviceKind.OWN, DeviceKind.SHARED) and not request.user.is_authenticated:
                response["Clear-Site-Data"] = '"cache"'
        return response

    @staticmethod
    def _look_at_the_clock(request: HttpRequest) -> None:
        seen = request.session.get(SEEN)
        if _has_passed(seen, IDLE_FOR):
            logout(request)
            return
        # The page's script then leaves it by itself, so that nothing stays on the screen.
        vars(request)["idle_seconds"] = int(IDLE_FOR.total_seconds())
        Devices._note_use(request)

    @staticmethod
    def _note_use(request: HttpRequest) -> None:
        if SEEN in request.session and _has_passed(request.session[SEEN], SEEN_EVERY):
            request.session[SEEN] = timezone.now().timestamp()

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _more: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match and match.url_name in _lists.get(match.namespace, ()) and is_closed(request):
            raise PermissionDenied(CLOSED_HERE)
        is_export = "exportera" in request.GET and request.path != reverse("organisation:confirm")
        if match is None or not is_guarded(match.namespace, match.url_name or "", is_export=is_export):
            return None
        if not request.user.is_authenticated or not is_unconfirmed(request):
            vars(request)["is_guarded"] = True
            return None
        return ask(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a role would have opened elsewhere: the rule's own reason is not true here."""
        if isinstance(exception, PermissionDenied) and is_closed(request):
            return render(request, "403.html", {"reason": MORE_ELSEWHERE}, status=403)
        return None


def ask(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the password, and from there on; what was written is kept meanwhile.

    On a shared device there is nothing to ask: PermissionDenied.
    """
    if is_closed(request):
        raise PermissionDenied(CLOSED_HERE)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(_confirm_url(came_from(request)))
    if request.method in ("GET", "HEAD"):
        return redirect(_confirm_url(request.get_full_path()))
    if not kept.is_worth_keeping(request):
        return redirect(_confirm_url(came_from(request)))
    response = redirect(_confirm_url(request.get_full_path()))
    is_kept = kept.keep(request, response, owner=request.user)
    return response if is_kept else kept.shown_apart(request)


def ask_first(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the password, and back to where one was."""
    is_page = request.method in ("GET", "HEAD")
    return redirect(_confirm_url(request.get_full_path() if is_page else came_from(request)))


def _confirm_url(after: str) -> str:
    return f"{reverse('organisation:confirm')}?{urlencode({'next': after})}"
