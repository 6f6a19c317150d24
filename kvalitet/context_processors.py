"""What every page's frame shows: menus, unread notices, theme, the organisation's name."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kvalitet.appearance import chosen_theme
from kvalitet.navigation import nav


def frame(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a swapped part of a page or a mail never asks for menus or notices."""
    # A request that failed before authentication still gets an error page, but has no user.
    user = getattr(request, "user", None)
    return {
        "organisation_name": settings.ORGANISATION_NAME,
        "theme": chosen_theme(request),
        "main_nav": SimpleLazyObject(lambda: nav.links(request, "main") if user else []),
        "user_nav": SimpleLazyObject(lambda: nav.links(request, "user") if user else []),
        "unread": SimpleLazyObject(lambda: nav.unread(user) if user else 0),
    }
