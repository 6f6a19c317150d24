"""What every page's frame shows: menus, unread notices, theme, the organisation's name."""

import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kvalitet import fragments
from kvalitet.appearance import chosen_theme
from kvalitet.navigation import nav

# Where the kept top of a page gets what is new each time. Nobody outside can write these marks in a page.
TOKEN, HERE = secrets.token_urlsafe(), secrets.token_urlsafe()


def frame(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a swapped part of a page or a mail never asks for menus or notices."""
    # A request that failed before authentication still gets an error page, but has no user.
    user = getattr(request, "user", None)
    theme = chosen_theme(request)
    return {
        "organisation_name": settings.ORGANISATION_NAME,
        "theme": theme,
        "idle_seconds": getattr(request, "idle_seconds", 0),
        "unread": SimpleLazyObject(lambda: nav.unread(user) if user else 0),
        "top": SimpleLazyObject(lambda: _top(request, user, theme)),
    }


def _top(request: HttpRequest, user: Any, theme: str) -> SafeString:
    """The top of the page; kept for each reader and each place in the menus."""
    facts = {
        "organisation_name": settings.ORGANISATION_NAME,
        "who": str(user) if user and user.is_authenticated else "",
        "main_nav": [vars(link) for link in nav.links(request, "main")] if user else [],
        "quick_nav": [vars(link) for link in nav.links(request, "quick")] if user else [],
        "user_nav": [vars(link) for link in nav.links(request, "user")] if user else [],
        "unread": nav.unread(user) if user else 0,
        "theme": theme,
        "search_text": request.GET.get("q", ""),
        "csrf_token": TOKEN,
        "here": HERE,
    }
    html = fragments.kept("components/top.html", facts)
    here = request.get_full_path() if request.method == "GET" else "/"
    return mark_safe(  # noqa: S308 - a token of Django's, and an address that is escaped
        html.replace(TOKEN, get_token(request)).replace(HERE, escape(here))
    )
