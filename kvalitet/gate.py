"""What every request must keep to before a view sees it, and what an answer to somebody logged in carries."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.views.decorators.http import require_http_methods

FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])
FORM_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class Gate:
    """Refuses (400) a body larger than any upload may be, before it is written to disk.

    Leaves NUL out of what is asked for in the address: the database takes it in no text. An answer to whoever
    has a session is kept by no cache on the way, and asked for again when it is opened again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _refuse_too_large(request)
        query = request.META.get("QUERY_STRING", "")
        request.META["QUERY_STRING"] = query.replace("\x00", "").replace("%00", "")
        response = self.get_response(request)
        has_session = settings.SESSION_COOKIE_NAME in {*request.COOKIES, *response.cookies}
        if has_session and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response


class PressPages(GZipMiddleware):
    """Compresses pages, and leaves files as they are: most are compressed already, or asked for in parts.

    What is secret in a page is masked anew each time (CSRF), and a random number of bytes is added, so that
    the length tells nothing (BREACH). Static files were compressed when they were collected.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page and not response.streaming else response


def _refuse_too_large(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit() or len(length) > 18:
        raise BadRequest("Anropets längd går inte att läsa.")
    if int(length) > settings.UPLOAD_MAX_BYTES + FORM_BYTES:
        raise RequestDataTooBig("Det du skickade är större än vad som tas emot.")


def refuse_unless(allowed: bool, reason: str) -> None:
    """403 with ``reason``, in Swedish for the page, unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(reason)
