"""The nämnd's kvalitetsberättelse over 100 000 avvikelser: its figures, and the job that makes it."""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.cases import fill
from bench.rows import Row
from bench.world import MANY, ROOT, World

YEAR = 2025
TIMES = 9
MOST_QUERIES, MOST_SCANS, MOST_MEGABYTES = 30, 3, 500
# What is counted, by table: one reading straight through has at least to look at these.
COUNTED = {
    "improvement_deviation": "reported_on category_id law zone status unit_path answered_at closed_at",
    "improvement_cause": "deviation_id area struck_at created_at",
    "improvement_measure": "deviation_id status strength effect created_at done_at judged_at due",
    "documents_document": "owner_unit_id next_review review_months",
    "documents_revision": "document_id number minor approved_at valid_from valid_to",
    "documents_documentlink": "document_id process_id",
    "processes_process": "tree_id lft rght level state",
}
ONLY_SCAN = (
    "SET LOCAL enable_indexscan = off",
    "SET LOCAL enable_bitmapscan = off",
    "SET LOCAL enable_indexonlyscan = off",
    "SET LOCAL max_parallel_workers_per_gather = 0",
)


def measure(_world: World) -> Iterator[Row]:
    fill(MANY)
    yield from _figures()
    found = json.loads(subprocess.check_output([sys.executable, "-m", "bench.report"], cwd=ROOT, text=True))
    yield Row("kvalitetsberättelse, hela jobbet", f"{found['seconds']:.1f} s, {found['pages']} sidor")
    megabytes = found["megabytes"]
    is_kept = megabytes <= MOST_MEGABYTES
    yield Row("kvalitetsberättelse, minne", f"{megabytes:.0f} MB", f"≤ {MOST_MEGABYTES} MB", is_kept)


def _figures() -> Iterator[Row]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from kvalitet.organisation.models import Unit
    from reports.statistics import gather

    top = Unit.objects.get(parent=None)
    with CaptureQueriesContext(connection) as captured:
        gather(top, YEAR)
    yield Row("siffror, frågor", str(len(captured)), f"≤ {MOST_QUERIES}", len(captured) <= MOST_QUERIES)
    figures, scan = _in_turns(lambda: gather(top, YEAR), _scan)
    value = f"{figures / scan:.1f} × ({figures * 1000:.0f} mot {scan * 1000:.0f} ms)"
    name = f"siffror, {MANY} avvikelser, mot en genomläsning"
    yield Row(name, value, f"≤ {MOST_SCANS} ×", figures / scan <= MOST_SCANS)


def _in_turns(one: Callable[[], Any], other: Callable[[], Any]) -> tuple[float, float]:
    """Median seconds of each, taken in turns so that neither has the quiet moments; the first left out."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(TIMES + 1):
        for work, seconds in zip((one, other), taken, strict=True):
            started = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - started)
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])


def _scan() -> None:
    """Every table that is counted, read once from end to end, and nothing done with it."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for statement in ONLY_SCAN:
            cursor.execute(statement)
        for table, columns in COUNTED.items():
            looked_at = ", ".join(f"count({column})" for column in columns.split())
            cursor.execute(f"SELECT {looked_at} FROM {table}")
            cursor.fetchone()


def once() -> dict[str, float]:
    """The whole job in this process, as a worker works it off."""
    import django

    django.setup()
    from django.db import transaction

    from bench.pdf import pages_of
    from kvalitet import jobs, storage
    from kvalitet.organisation.models import Unit, User
    from reports import actions
    from reports.models import QualityReport

    user = User.objects.get(email="samordnare@demo.invalid")
    top = Unit.objects.get(parent=None)
    report = QualityReport.objects.filter(unit=top, status="draft").first()
    with transaction.atomic():
        report = report or actions.begin(unit=top, year=YEAR, user=user)
        job = actions.compile_report(report, user=user)
    started = time.perf_counter()
    jobs.run(job.pk)
    seconds = time.perf_counter() - started
    made = report.files.latest("pk")
    with storage.open_stored(made.uncut_key) as file:
        pages = pages_of(file.read())
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "megabytes": megabytes, "pages": pages}


if __name__ == "__main__":
    print(json.dumps(once()))
