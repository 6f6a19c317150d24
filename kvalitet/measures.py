"""What /metrics tells: how the pages are answered, counted here, and what waits, asked of database and queue.

The web server's processes count each in a file of its own in the folder PROMETHEUS_MULTIPROC_DIR names, and
whichever is asked adds them up. Without it each tells its own, as in a test. No label is free: pages go by
the name of their address, so that no number of a case, no word searched for and no made-up address is one.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kvalitet import notifications, queue, storage
from kvalitet.models.job import Job, JobStatus
from kvalitet.tracing import STATIC, UNKNOWN

logger = logging.getLogger(__name__)

METHODS = {"GET", "HEAD", "POST"}
OTHER = "other"
own = CollectorRegistry()
requests = Histogram(
    "kvalitet_request_seconds",
    "Answers by method, page and class of status, and the time they took.",
    ["method", "view", "status"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=own,
)
in_progress = Gauge(
    "kvalitet_requests_in_progress",
    "Requests that are being answered.",
    multiprocess_mode="livesum",
    registry=own,
)
queries = Counter("kvalitet_queries", "Questions to the database, by page.", ["view"], registry=own)
query_seconds = Counter(
    "kvalitet_query_seconds", "Time the database took to answer them, by page.", ["view"], registry=own
)


class Counting:
    """Counts the request when it is answered, and the questions to the database meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, asked = time.perf_counter(), _Asked()
        in_progress.inc()
        try:
            with connection.execute_wrapper(asked):
                response = self.get_response(request)
        finally:
            in_progress.dec()
        view = _view(request, response)
        method = request.method if request.method in METHODS else OTHER
        status = f"{response.status_code // 100}xx"
        requests.labels(method, view, status).observe(time.perf_counter() - began)
        if asked.count:
            queries.labels(view).inc(asked.count)
            query_seconds.labels(view).inc(asked.seconds)
        return response


class _Asked:
    """Wraps every question of this thread's connection."""

    count, seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], *question: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*question)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - began


def _view(request: HttpRequest, response: HttpResponse) -> str:
    """The name of the page's address. What nobody has named, or was refused on the way to it, is one."""
    match = request.resolver_match
    if match is not None and match.url_name:
        return str(match.view_name)
    is_file = request.path.startswith(settings.STATIC_URL) and response.status_code < 400
    return STATIC if is_file else UNKNOWN


def told() -> bytes:
    """All of it in Prometheus' text format. What does not answer is left out, and said to be down."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_Own())
    registry.register(_Waiting())
    return generate_latest(registry)


class _Own(Collector):
    """What this process alone has counted."""

    def collect(self) -> Iterator[Any]:
        return iter(own.collect())


class _Waiting(Collector):
    """What database, queue and storage tell when they are asked; the same whichever web server is."""

    def collect(self) -> Iterator[Any]:
        up = GaugeMetricFamily("kvalitet_up", "Whether it answers.", labels=["part"])
        for part, ask in PARTS.items():
            families, answers = _tried(ask)
            up.add_metric([part], answers)
            yield from families
        yield up


def _tried(ask: Callable[[], list[Any]]) -> tuple[list[Any], int]:
    try:
        return ask(), 1
    except Exception:  # whatever the driver raises, the part does not answer
        logger.exception("no measures of a part that does not answer")
        return [], 0


def _of_storage() -> list[Any]:
    storage.ask()
    return []


def _of_queue() -> list[Any]:
    return [GaugeMetricFamily("kvalitet_queue_length", "Messages in the queue.", value=queue.length())]


def _of_database() -> list[Any]:
    jobs = Job.objects.order_by().values_list("status").annotate(Count("pk"), Min("created_at"))
    mails = {
        "waiting": (notifications.unmailed().filter(urgent=True), "created_at"),
        "digest": (notifications.unmailed().filter(urgent=False, read_at=None), "created_at"),
        "unsure": (notifications.unsure_mail(), "mailing_at"),
    }
    counted = {
        name: rows.order_by().aggregate(count=Count("pk"), oldest=Min(since))
        for name, (rows, since) in mails.items()
    }
    by_mail = {name: (found["count"], found["oldest"]) for name, found in counted.items()}
    by_status = dict.fromkeys(JobStatus.values, (0, None)) | {one[0]: one[1:] for one in jobs}
    return [
        *_counted("kvalitet_jobs", "Jobs by state", "status", by_status),
        *_counted("kvalitet_mails", "Notices that are not mailed, by why", "state", by_mail),
    ]


def _counted(name: str, what: str, label: str, found: dict[str, tuple[int, datetime | None]]) -> list[Any]:
    """How many there are of each, and how long the oldest has been there."""
    now = timezone.now()
    counts = GaugeMetricFamily(name, f"{what}.", labels=[label])
    ages = GaugeMetricFamily(f"{name}_oldest_seconds", f"{what}: age of the oldest.", labels=[label])
    for value, (count, oldest) in found.items():
        counts.add_metric([value], count)
        ages.add_metric([value], max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
    return [counts, ages]


PARTS: dict[str, Callable[[], list[Any]]] = {
    "database": _of_database,
    "queue": _of_queue,
    "storage": _of_storage,
}
