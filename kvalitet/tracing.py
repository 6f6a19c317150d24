"""What a log line belongs to: the request, the person and the job. Ids alone, never what was written.

Each request has a reference, which the page of an error shows, the answer carries (`X-Request-ID`) and every
line of the log about it has.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("kvalitet.request")
security = logging.getLogger("kvalitet.security")
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_job: ContextVar[str] = ContextVar("job", default="")
GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
PART = re.compile(r"<(?:\w+:)?(\w+)>")
STATIC, UNKNOWN = "static", "unknown"


class Tracing:
    """Outermost: gives the request its reference, and writes one line when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, held = time.monotonic(), _request.set(request)
        vars(request)["reference"] = _given(request) or uuid.uuid4().hex[:12]
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = reference(request)
            took = round(1000 * (time.monotonic() - began))
            logger.info("%s %s %s %s ms", request.method, address(request), response.status_code, took)
            return response
        finally:
            _request.reset(held)


def reference(request: HttpRequest) -> str:
    """What a person tells whoever reads the log; empty for a request that did not come this way."""
    return str(vars(request).get("reference", ""))


def address(request: HttpRequest) -> str:
    """The pattern of the page's address with its numbers filled in, and nothing else that stood there.

    Links in mails and receipts open to whoever has them, and what was asked for may be searched words. An
    address that is no page's may be such a link with a slip in it.
    """
    match = request.resolver_match
    if match is None:
        return STATIC if request.path.startswith(settings.STATIC_URL) else UNKNOWN
    numbers = {name: str(value) for name, value in match.kwargs.items() if isinstance(value, int)}
    return f"/{PART.sub(lambda part: numbers.get(part[1], part[0]), match.route)}"


def event(what: str, user_id: int | None = None) -> None:
    """One line of what whoever guards the system looks for; ``user_id`` of the account that it is about."""
    security.info("%s: user %s" if user_id else "%s", *filter(None, (what, user_id)))


def request_of(record: logging.LogRecord | None) -> HttpRequest | None:
    """The one the line says that it is about, as Django does of an answer on its way out, or the one now."""
    told = getattr(record, "request", None)
    return told if isinstance(told, HttpRequest) else _request.get()


def _given(request: HttpRequest) -> str:
    """The proxy's own, so that its log and ours say the same; nobody else's."""
    said = request.headers.get("X-Request-ID", "") if settings.BEHIND_TLS_PROXY else ""
    return said if GIVEN.fullmatch(said) else ""


@contextmanager
def of_job(job_id: Any) -> Iterator[None]:
    """Lines meanwhile are of this job."""
    held = _job.set(str(job_id))
    try:
        yield
    finally:
        _job.reset(held)


def ids(record: logging.LogRecord | None = None) -> dict[str, str]:
    """`request`, `user` and `job` of the line, or of what goes on now. Asks the database nothing."""
    request = request_of(record)
    # Who it is stands here once somebody has asked; to ask from a log line could fail, and log.
    person = getattr(request, "_cached_user", None)
    found = {
        "request": reference(request) if request else "",
        "user": str(person.pk) if person is not None and person.pk else "",
        "job": _job.get(),
    }
    return {name: value for name, value in found.items() if value}
