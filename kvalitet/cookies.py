"""Our cookies: bound to this very host where there is TLS, and out of reach of scripts and other sites."""

from datetime import timedelta

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpResponse


def named(name: str) -> str:
    return f"{settings.COOKIE_PREFIX}{name}"


def put(response: HttpResponse, name: str, value: str, max_age: timedelta | int | None = None) -> None:
    """``name`` as of ``named``. Without ``max_age`` it goes when the browser is closed."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age, httponly=True, secure=secure, samesite="Lax")


def drop(response: HttpResponse, name: str) -> None:
    response.delete_cookie(name, samesite="Lax")


class _Messages(CookieStorage):
    cookie_name = named("messages")


class Messages(FallbackStorage):
    """What is said on the next page: in a cookie, in the session when it is too long for one."""

    storage_classes = (_Messages, SessionStorage)
