"""What every request must keep to before a view sees it, and what an answer to somebody logged in carries."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from kvalitet.receiving import ToDisk
from kvalitet.storage import StorageFault

FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])
SHORTEST_TEXT = 20
FORM_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class Gate:
    """Refuses (400) a body larger than any upload may be, before it is written to disk.

    Leaves NUL out of what is asked for in the address: the database takes it in no text. An answer to whoever
    has a session is kept by nobody, the browser's disk included, unless its view says otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _refuse_too_large(request)
        query = request.META.get("QUERY_STRING", "")
        request.META["QUERY_STRING"] = _without_nul(query)
        response = self.get_response(request)
        if request.content_type == "multipart/form-data":
            _drop_unfinished(request)
        has_session = settings.SESSION_COOKIE_NAME in {*request.COOKIES, *response.cookies}
        if has_session and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


def same_when_back(response: HttpResponse) -> HttpResponse:
    """An empty form with its own key: the back button opens the same one, and what is sent twice is one."""
    response["Cache-Control"] = "private, no-cache"
    return response


class LoginWall(LoginRequiredMiddleware):
    """Asks who is not logged in to log in, and back to a page: what a button sends to cannot be opened.

    Whose login ran out over a form gets back what they wrote. It is kept nowhere, for it may be of a case;
    where one knows whose it is the organisation keeps it sealed (kvalitet/organisation/kept.py).
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return redirect_to_login(came_from(request))
        return logged_out(request)


def logged_out(request: HttpRequest) -> HttpResponse:
    """What was written, for who sent it to copy, and the way in."""
    context = {"back": came_from(request), "texts": texts(request)}
    response = render(request, "logged_out.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def came_from(request: HttpRequest) -> str:
    """The address of the page with the form or button, or the first page when the browser does not tell."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    return urlsplit(page)._replace(scheme="", netloc="", fragment="").geturl() or "/"


def texts(request: HttpRequest) -> list[str]:
    """What was written in words, and no password."""
    fields = [str(value) for name, value in request.POST.items() if "password" not in name]
    return [value for value in fields if len(value) >= SHORTEST_TEXT and len(value.split()) > 1]


class ButtonAddress:
    """Says what has happened where a browser opens an address that only a button sends to (405)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET":
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page


class StorageFaults:
    """Tells on a page that a file could not be reached, where no form was there to tell it (503)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, StorageFault):
            return None
        is_page = request.method in ("GET", "HEAD")
        back = came_from(request)
        again = request.get_full_path() if is_page else ""
        context = {"fault": exception, "again": again, "back": back, "texts": texts(request)}
        response = render(request, "storage_fault.html", context, status=503)
        response["Retry-After"] = "60"
        response["Cache-Control"] = "no-store"
        return response


class PressPages(GZipMiddleware):
    """Compresses pages, and leaves files as they are: most are compressed already, or asked for in parts.

    What is secret in a page is masked anew each time (CSRF), and a random number of bytes is added, so that
    the length tells nothing (BREACH). Static files were compressed when they were collected.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page and not response.streaming else response


def _without_nul(query: str) -> str:
    """Until none is left: what stood on each side of one may be one as well."""
    while (shorter := query.replace("\x00", "").replace("%00", "")) != query:
        query = shorter
    return query


def _refuse_too_large(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit() or len(length) > 18:
        raise BadRequest("Anropets längd går inte att läsa.")
    if int(length) > settings.UPLOAD_MAX_BYTES + FORM_BYTES:
        raise RequestDataTooBig("Det du skickade är större än vad som tas emot.")


def _drop_unfinished(request: HttpRequest) -> None:
    for handler in request.upload_handlers:
        if isinstance(handler, ToDisk):
            handler.drop_unfinished()


def refuse_unless(allowed: bool, reason: str) -> None:
    """403 with ``reason``, in Swedish for the page, unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(reason)
