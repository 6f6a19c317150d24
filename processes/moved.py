"""Old addresses of processes lead to the new ones, for those who may see the process."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from processes import places


class FormerAddresses:
    """When a page of a process does not exist under its address, looks whether it has another now.

    Whoever may not see the process still gets 404, so that an old address tells nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if not isinstance(exception, Http404) or match is None or match.app_name != "processes":
            return None
        known: dict[str, Any] = match.kwargs
        if "slug" not in known or request.method not in ("GET", "HEAD"):
            return None
        now = places.current_address(request.user, known["slug"])
        if not now:
            return None
        url = reverse(match.view_name, kwargs={**known, "slug": now})
        query = request.META.get("QUERY_STRING", "")
        answer = HttpResponsePermanentRedirect(f"{url}?{query}" if query else url)
        # An address may be taken back into use, and a browser that kept the answer would go round.
        answer["Cache-Control"] = "private, no-cache"
        return answer
