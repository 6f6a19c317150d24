"""What was written when a login ran out: kept sealed, and given back to the same person (docs/adr/0009).

The text may be of a case. So the row holds only what is sealed with a key that lies in a cookie of the
browser it was sent from; it is opened once, after the same person has logged in there, and goes within a day.
The form is filled in as it was and sent by nobody but the person.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import _does_token_match  # type: ignore[attr-defined]
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import url_has_allowed_host_and_scheme

from kvalitet import cookies, gate
from kvalitet.organisation.models import KeptForm, User

KEPT_FOR = timedelta(days=1)
KNOWN_FOR = timedelta(days=31)
LONGEST = 1024 * 1024
# Of one person: whoever has their signed cookie sends forms without being logged in.
MOST = 10
KEY_COOKIE, PERSON_COOKIE = cookies.named("kv_kept"), cookies.named("kv_person")
SALT = "kvalitet.person"
SESSION_SECRET = "csrf_before"  # noqa: S105 the name of what is kept in the session
NOT_WRITTEN = ("csrfmiddlewaretoken", "next")
FILLED_IN = "Det du skrev finns kvar. Läs igenom det och skicka igen."
MOVED, TOO_OLD = "Sidan har ändrats", "Sidan hade stått öppen för länge"
FILE_AGAIN = f"{FILLED_IN} En fil får du välja på nytt."


def know_person(response: HttpResponse, user: Any, *, max_age: int | None) -> None:
    """Write in the browser who logged in there last, so that what is sent too late finds its owner."""
    cookies.put(response, PERSON_COOKIE, signing.dumps(user.pk, salt=SALT), max_age)


def forget_person(response: HttpResponse) -> None:
    cookies.drop(response, PERSON_COOKIE)


def last_person(request: HttpRequest) -> User | None:
    """Who logged in last in this browser, and did not log out."""
    try:
        pk = signing.loads(request.COOKIES.get(PERSON_COOKIE, ""), salt=SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def secret_before(request: HttpRequest, user: Any) -> str:
    """Asked before a login: the token of this person's forms still open here, from their login before it."""
    person = last_person(request)
    is_same = person is not None and person.pk == user.pk
    return str(request.META.get("CSRF_COOKIE") or "") if is_same else ""


def take_over(request: HttpRequest, response: HttpResponse, user: Any) -> None:
    """Another person has logged in here: what the one before had written goes."""
    if KEY_COOKIE in request.COOKIES and not _row(request).filter(owner=user).exists():
        forget(request, response)


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Delete what is kept for this browser, and its key."""
    drop(request)
    cookies.drop(response, KEY_COOKIE)


def is_worth_keeping(request: HttpRequest) -> bool:
    """A form that a browser sent as a page, with something in it: no button, and no script's request."""
    is_page = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    has_content = any(value for name, value in request.POST.items() if _is_written(name))
    return is_page and has_content and "HX-Request" not in request.headers


def _is_written(name: str) -> bool:
    return name not in NOT_WRITTEN and "password" not in name


def keep(request: HttpRequest, response: HttpResponse, *, owner: Any) -> bool:
    """Seal what was posted for ``owner`` and put the key in the browser; False when it is too long, or when
    too much waits for them already.
    """
    written = {
        "path": request.get_full_path(),
        "back": gate.came_from(request),
        "fields": [(name, request.POST.getlist(name)) for name in request.POST if _is_written(name)],
        "had_file": bool(request.FILES),
    }
    content = json.dumps(written).encode()
    if len(content) > LONGEST:
        return False
    drop(request)
    if KeptForm.objects.filter(owner=owner).count() >= MOST:
        return False
    key = Fernet.generate_key()
    KeptForm.objects.create(token=_hash(key), owner=owner, sealed=Fernet(key).encrypt(content))
    cookies.put(response, KEY_COOKIE, key.decode(), int(KEPT_FOR.total_seconds()))
    return True


def _hash(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def _row(request: HttpRequest) -> Any:
    key = request.COOKIES.get(KEY_COOKIE, "").encode()
    return KeptForm.objects.filter(token=_hash(key), kept_at__gt=timezone.now() - KEPT_FOR)


def drop(request: HttpRequest) -> None:
    """Delete what this browser has the key to."""
    if KEY_COOKIE in request.COOKIES:
        KeptForm.objects.filter(token=_hash(request.COOKIES[KEY_COOKIE].encode())).delete()


def drop_old() -> int:
    """Delete what nobody came back to. Returns how many."""
    return KeptForm.objects.filter(kept_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _open(request: HttpRequest) -> dict[str, Any] | None:
    """What the person logged in now had written in this browser, if it was on this page."""
    row = _row(request).filter(owner=request.user).first()
    if row is None:
        return None
    try:
        found = json.loads(Fernet(request.COOKIES[KEY_COOKIE].encode()).decrypt(bytes(row.sealed)))
    except (InvalidToken, ValueError):
        return None
    return found if found["path"] == request.get_full_path() else None


class GiveBack:
    """Fills in the form that was sent too late when its page is opened; it stays a page that is only read.

    A view makes its form of ``request.POST or None`` and saves only what a POST has brought.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        written = getattr(request, "kept_form", None)
        if written is None:
            return response
        if not _is_shown(request, response):
            response = _show_apart(request, written)
        forget(request, response)
        response["Cache-Control"] = "no-store"
        return response

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _more: Any) -> None:
        if request.method != "GET" or KEY_COOKIE not in request.COOKIES or not request.user.is_authenticated:
            return
        written = _open(request)
        if written is None:
            return
        fields: Any = QueryDict(mutable=True)
        for name, values in written["fields"]:
            fields.setlist(name, values)
        vars(request)["kept_form"] = written
        request.POST = fields
        messages.info(request, FILE_AGAIN if written["had_file"] else FILLED_IN)


def _is_shown(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the page holds what was written; it may have been closed meanwhile, or be only a button's."""
    if response.status_code != 200 or response.streaming:
        return False
    return all(escape(text.strip()) in response.text for text in gate.texts(request))


def _show_apart(request: HttpRequest, written: dict[str, Any]) -> HttpResponse:
    list(messages.get_messages(request))  # what was said there is not true here
    found = gate.texts(request)
    back = written["back"]
    if not found:
        return redirect(back)
    return render(request, "kept_apart.html", {"back": back, "texts": found, "title": MOVED})


class LoginWall(gate.LoginWall):
    """As the frame's, and keeps a form for who logged in last in this browser."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method in ("GET", "HEAD") or not is_worth_keeping(request):
            return super().handle_no_permission(request, view_func)
        return _keep_until_login(request) or super().handle_no_permission(request, view_func)


def _keep_until_login(request: HttpRequest) -> HttpResponse | None:
    owner = last_person(request)
    if owner is None:
        return None
    response = redirect_to_login(request.get_full_path())
    if not keep(request, response, owner=owner):
        return None
    messages.info(request, "Inloggningen hade gått ut. Logga in igen, så finns det du skrev kvar.")
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before a login: filled in again for who wrote it, else shown to who sent it, and not kept.

    What another site sends is neither: it gets Django's refusal.
    """
    if not _is_ours(request) or request.method != "POST":
        return render(request, "403_csrf.html", status=403)
    if request.user.is_authenticated and _is_own_form(request) and is_worth_keeping(request):
        response = redirect(request.get_full_path())
        if keep(request, response, owner=request.user):
            return response
    return shown_apart(request) if request.user.is_authenticated else gate.logged_out(request)


def shown_apart(request: HttpRequest) -> HttpResponse:
    """What was written, for who sent it to copy: it is kept nowhere."""
    context = {"back": gate.came_from(request), "texts": gate.texts(request), "title": TOO_OLD}
    response = render(request, "kept_apart.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _is_ours(request: HttpRequest) -> bool:
    sent_from = request.headers.get("Origin") or request.headers.get("Referer", "")
    hosts = {request.get_host()}
    is_here = url_has_allowed_host_and_scheme(sent_from, hosts, require_https=request.is_secure())
    return bool(sent_from) and sent_from != "null" and is_here


def _is_own_form(request: HttpRequest) -> bool:
    """Whether its token is from this person's login before this one, in this browser."""
    secret, token = request.session.get(SESSION_SECRET, ""), request.POST.get("csrfmiddlewaretoken", "")
    if len(secret) != 32 or len(token) != 64 or not (token.isascii() and token.isalnum()):
        return False
    return bool(_does_token_match(token, secret))
