"""Bulk load: rows a second of loaddata_synthetic, and of an ordinary tracked bulk_create beside it."""

import time
from collections.abc import Callable
from random import Random
from typing import Any

from bench.rows import Row
from bench.world import SMALL, World, using

DEVIATIONS, PLAIN = 10_000, 2_000
LEAST = 5_000


def measure(here: World) -> list[Row]:
    """Both are taken back, so that what the other measures read stays as it is."""
    with using(SMALL):
        made, seconds = _timed(_synthetic)
        plain, plain_seconds = _timed(_bulk_create)
    rate, beside = made / seconds, plain / plain_seconds
    return [
        Row("Bulkladdning, rader per sekund", f"{rate:.0f}", f"≥ {LEAST}", rate >= LEAST),
        Row("  bulk_create med historik och sökning", f"{beside:.0f}"),
    ]


def _timed(load: Callable[[], int]) -> tuple[int, float]:
    from django.db import transaction

    with transaction.atomic():
        start = time.perf_counter()
        rows = load()
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return rows, seconds


def _synthetic() -> int:
    from kvalitet import bulk, registries

    amounts = {"users": 500, "processes": 500, "documents": DEVIATIONS // 2, "deviations": DEVIATIONS}
    load = bulk.Load(amounts, Random(1))
    for add in registries.synthetic:
        add(load)
    return load.rows


def _bulk_create() -> int:
    """The same kind of rows with all triggers on: as they are born, since that is all these let in."""
    import uuid

    from improvement.models import Deviation
    from kvalitet.organisation.models import Unit, User

    user, units = User.objects.earliest("pk"), list(Unit.objects.filter(valid_to=None))
    rows = [_reported(number, user, units[number % len(units)], uuid.uuid4()) for number in range(PLAIN)]
    Deviation.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


def _reported(number: int, user: Any, unit: Any, key: Any) -> Any:
    from datetime import date

    from improvement.models import Deviation

    day = date(2026, 1, 1)
    text = f"Insatsen uteblev och upptäcktes av nästa pass. Rad {number}."
    return Deviation(
        submission=key,
        reported_by=user,
        what_happened=text,
        happened_on=day,
        unit=unit,
        harm="no",
        answer_by=day,
    )
