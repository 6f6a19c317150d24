"""The yardstick: a view that does nothing but answer with ready-made HTML behind the same login.

Also its settings: gunicorn runs it with DJANGO_SETTINGS_MODULE=bench.bare.
"""

import hashlib
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from kvalitet.settings import *  # noqa: F403
from kvalitet.settings import VAR

FOLDER = VAR / "bench"
ROOT_URLCONF = "bench.bare"


def ready_made(url_path: str) -> Path:
    """The file with the answer for a path and its query."""
    return FOLDER / f"{hashlib.sha256(url_path.encode()).hexdigest()[:16]}.html"


_read: dict[str, bytes] = {}


def answer(request: HttpRequest) -> HttpResponse:
    path = request.get_full_path()
    if path not in _read:
        _read[path] = ready_made(path).read_bytes()
    return HttpResponse(_read[path])


urlpatterns = [re_path("", answer)]
