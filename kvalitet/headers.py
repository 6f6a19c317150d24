"""What every answer tells the browser to refuse, static files and error pages too.

Django's SecurityMiddleware and django-csp say the rest. No Cross-Origin-Embedder-Policy: nothing here needs
the isolation it buys, no page may show another site's content anyway, and PDF viewers stumble on it.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSIONS = ", ".join(f"{feature}=({allowed})" for feature, allowed in settings.PERMISSIONS_POLICY.items())


class Headers:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
