"""Two hundred reports at once: acknowledged, found, doubled, lost, and how long the slowest wait."""

import statistics
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from bench.rows import Row
from bench.world import World

PEOPLE = 200
SECRET = "a" * 32  # of the cookie and the form alike
WHAT = "Insatsen på kvällen blev inte gjord, och ingen ringde."


def measure(world: World) -> Iterator[Row]:
    from django.db.models import F
    from django.utils import timezone

    from improvement.models import Deviation
    from kvalitet.organisation.models import Unit

    unit = Unit.objects.filter(rght=F("lft") + 1, valid_to=None).earliest("pk")
    place = {"unit": str(unit.pk), "happened_on": str(timezone.localdate())}
    last = Deviation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with world.serve() as address:
        cookie = f"{world.login('medarbetare')['Cookie']}; csrftoken={SECRET}"
        answers = _together(f"{address}/avvikelser/ny/", cookie, place)
    given = [where for where, _ in answers if where]
    found = Deviation.objects.filter(pk__gt=last, what_happened=WHAT).count()
    lost, doubled = max(0, len(set(given)) - found), max(0, found - PEOPLE)
    p95 = statistics.quantiles([seconds for _, seconds in answers], n=20)[-1]
    value = f"{len(set(given))} kvitterade, {found} finns, {doubled} dubbla, {lost} borta"
    is_kept = len(set(given)) == found == PEOPLE
    yield Row(f"{PEOPLE} rapporter på en gång", value, "alla en gång", is_kept)
    yield Row(f"{PEOPLE} rapporter på en gång, p95", f"{p95:.1f} s")


def _together(url: str, cookie: str, place: dict[str, str]) -> list[tuple[str, float]]:
    gate = threading.Barrier(PEOPLE)

    def one(_number: int) -> tuple[str, float]:
        form = {"submission": str(uuid.uuid4()), "what_happened": WHAT, "harm": "no", **place}
        body = urlencode({**form, "csrfmiddlewaretoken": SECRET})
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        gate.wait(timeout=60)
        started = time.perf_counter()
        connection = HTTPConnection(urlsplit(url).netloc, timeout=120)
        connection.request("POST", urlsplit(url).path, body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        where = answer.headers.get("Location", "") if answer.status == 302 else ""
        return where if "logga-in" not in where else "", time.perf_counter() - started

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))
