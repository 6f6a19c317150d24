"""The pages that are read most: requests per second against a bare view of the same HTML, and queries."""

import urllib.request
from collections.abc import Iterator

from bench.load import side_by_side
from bench.rows import Row
from bench.world import World

READER = "medarbetare@demo.invalid"
SHARE_OF_BARE = 0.25


def measure(world: World) -> Iterator[Row]:
    """One row of speed and one of queries per page."""
    from bench import bare

    headers = world.login(READER)
    pages = _pages()
    bare.FOLDER.mkdir(parents=True, exist_ok=True)
    with world.serve() as real, world.serve("bench.bare") as yardstick:
        for name, (path, most_queries) in pages.items():
            request = urllib.request.Request(real + path, headers=headers)
            with urllib.request.urlopen(request) as response:
                bare.ready_made(path).write_bytes(response.read())
            speeds = side_by_side({"real": real + path, "bare": yardstick + path}, headers)
            share = speeds["real"].per_second / speeds["bare"].per_second
            speed = speeds["real"]
            value = f"{speed.per_second:.0f}/s, {share:.0%} av en tom vy, p95 {speed.p95:.0f} ms"
            yield Row(f"{name}: fart", value, f"≥ {SHARE_OF_BARE:.0%}", share >= SHARE_OF_BARE)
            queries = _queries(path)
            yield Row(f"{name}: frågor", str(queries), f"≤ {most_queries}", queries <= most_queries)


def _pages() -> dict[str, tuple[str, int]]:
    """Name: path and the most queries it may take (design: process page 6, others 12)."""
    from processes.models import Process

    slug = Process.objects.filter(level=1).order_by("pk").values_list("slug", flat=True).first()
    return {
        "startsida": ("/", 12),
        "processida": (f"/processer/{slug}/", 6),
        "dokumentlista": ("/dokument/", 12),
        "sök": ("/sok/?q=rutin", 12),
    }


def _queries(path: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from kvalitet.organisation.models import User

    client = Client(headers={"host": "localhost"})
    backend = "kvalitet.organisation.authentication.EmailBackend"
    client.force_login(User.objects.get(email=READER), backend=backend)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(path)
    return len(captured)
