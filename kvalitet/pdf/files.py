"""Which files a document may read."""

import base64
import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.utils._os import safe_join
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from kvalitet import storage

STORED = "stored:"
PICTURE = "data:image/png;base64,"
NEEDED = {".css", ".ttf"}


class OwnFiles(URLFetcher):
    """Gives static files by their address below ``base``, stored files by their key, and a PNG
    that stands in the page itself; refuses all else.

    WeasyPrint takes every error but a fatal one as a file that is not there, and goes on without it.
    """

    def __init__(self, base: str) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._static = urljoin(base, settings.STATIC_URL)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url.startswith(STORED):
            return URLFetcherResponse(url, _stored_file(url.removeprefix(STORED)))
        if url.startswith(PICTURE):
            picture = base64.b64decode(url.removeprefix(PICTURE), validate=True)
            return URLFetcherResponse(url, picture, {"Content-Type": "image/png"})
        if not url.startswith(self._static):
            raise ValueError("utanför static och media")
        name = unquote(urlsplit(url.removeprefix(self._static)).path)
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, _static_file(name).read_bytes(), {"Content-Type": content_type})


def _stored_file(key: str) -> storage.Bytes:
    """Fatal when the storage does not answer: the page would lack what it had another day."""
    try:
        return storage.open_stored(key)
    except storage.StorageDown as down:
        raise FatalURLFetchingError(str(down)) from down


def _static_file(name: str) -> Path:
    """Fatal when a style sheet or a font is not there: then what we ship is wrong, not what someone wrote."""
    try:
        path = Path(finders.find(name) or safe_join(settings.STATIC_ROOT, name))
    except SuspiciousFileOperation as error:
        raise ValueError("utanför static") from error
    if not path.is_file() and path.suffix in NEEDED:
        raise FatalURLFetchingError(f"{name} finns inte bland de statiska filerna. Kör: make setup")
    return path
