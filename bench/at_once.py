"""Two hundred reports at once: acknowledged, found, doubled, lost, and how long the slowest wait."""

import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from bench.rows import Row
from bench.world import World
from scripts import visiting

PEOPLE = 200
REPORTER = "medarbetare@demo.invalid"
WHAT = "Insatsen på kvällen blev inte gjord, och ingen ringde."


def measure(world: World) -> Iterator[Row]:
    from django.db.models import F
    from django.utils import timezone

    from improvement.models import Deviation
    from kvalitet.organisation.models import Unit, User

    unit = Unit.objects.filter(rght=F("lft") + 1, valid_to=None).earliest("pk")
    place = {"unit": str(unit.pk), "happened_on": str(timezone.localdate())}
    last = Deviation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with world.serve() as address:
        answers = _together(address, visiting.session_of(User.objects.get(email=REPORTER)), place)
    given = [number for number, _ in answers if number]
    found = Deviation.objects.filter(pk__gt=last, what_happened=WHAT).count()
    lost, doubled = max(0, len(set(given)) - found), max(0, found - PEOPLE)
    p95 = statistics.quantiles([seconds for _, seconds in answers], n=20)[-1]
    value = f"{len(set(given))} kvitterade, {found} finns, {doubled} dubbla, {lost} borta"
    is_kept = len(set(given)) == found == PEOPLE
    yield Row(f"{PEOPLE} rapporter på en gång", value, "alla en gång", is_kept)
    yield Row(f"{PEOPLE} rapporter på en gång, p95", f"{p95:.1f} s")


def _together(address: str, session: str, place: dict[str, str]) -> list[tuple[int | None, float]]:
    gate = threading.Barrier(PEOPLE)

    def one(_number: int) -> tuple[int | None, float]:
        form = visiting.report(what_happened=WHAT, **place)
        gate.wait(timeout=60)
        started = time.perf_counter()
        answer = visiting.post(address, session, visiting.REPORT, form)
        return visiting.acknowledged(*answer), time.perf_counter() - started

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))
