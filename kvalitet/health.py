"""Two pages for machines: /healthz for whoever keeps the processes alive, /metrics for Prometheus."""

import ipaddress
import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kvalitet import measures, queue, storage

logger = logging.getLogger(__name__)


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


CHECKS: dict[str, Callable[[], object]] = {
    "database": _ask_database,
    "queue": queue.length,
    "storage": storage.ask,
}


def answers(name: str) -> bool:
    try:
        CHECKS[name]()
    except Exception:  # whatever its driver raises, the part does not answer
        logger.exception("%s does not answer", name)
        return False
    return True


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database, queue and storage answer, else 503; the body says which do. Two short queries."""
    parts = {name: answers(name) for name in CHECKS}
    return JsonResponse({"ok": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for this machine or with the header `Authorization: Bearer METRICS_TOKEN`."""
    if not (_is_local(request) or _has_token(request)):
        return HttpResponseForbidden(
            "Sidan är bara till för övervakningen.", content_type="text/plain; charset=utf-8"
        )
    return HttpResponse(measures.told(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_local(request: HttpRequest) -> bool:
    # Behind a proxy on the same machine every caller looks local, but the proxy says whom it speaks for.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    expected = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(given.encode(), expected.encode())
