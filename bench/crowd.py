"""A hundred who read and twenty who write, for five minutes, as people do: with a pause between.

The database is a copy of the large one, which is thrown away. LOAD_SECONDS=30 shortens it.
"""

import itertools
import os
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from psycopg import sql

from bench.fill import PROCESS
from bench.rows import Row
from bench.world import BIN, LARGE, World, settings, using
from faults.load import picture
from faults.parts import Part
from scripts import visiting
from scripts.postgres_files import VAR

READERS, WRITERS = 100, 20
SECONDS = int(os.environ.get("LOAD_SECONDS") or 300)
PAUSE = 3.0  # seconds between two pages of one person, on average
SAMPLE_EVERY = 5.0  # seconds
MINUTE = 60.0
WARMING = 4
DATABASE = "kvalitet_bench_load"
GROWTH = 1.1  # of the last minute's memory over the first's
# Each of the eight threads has one, and sends to the queue on some of the four of kvalitet/queue.py; so have
# the worker's two, and its first process and beat listen.
MOST_CONNECTIONS = 60
PAGES = {
    "startsida": ("medarbetare", ["/"]),
    "processida": ("medarbetare", [f"/processer/{PROCESS}/"]),
    "dokumentlista": ("ombud", ["/dokument/", "/dokument/?sida=30", "/dokument/?type=checklist"]),
    "dokument": ("medarbetare", [f"/dokument/{pk}/" for pk in range(1, 4)]),
    "sök": (
        "medarbetare",
        [f"/sok/?q={words}" for words in ("hygien+rutin", "larm", "nycklar", "delegering")],
    ),
    "mitt arbete": ("chef", ["/mitt-arbete/"]),
    "avvikelser": ("samordnare", ["/avvikelser/", "/avvikelser/?urval=oppna"]),
    "åtgärder": ("samordnare", ["/atgarder/"]),
}


class Crowd:
    """`times` are seconds by what was done, `errors` what went otherwise than it should."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: dict[str, list[str]] = defaultdict(list)
        self._end = 0.0
        self._threads: list[threading.Thread] = []

    def add(self, number: int, acts: list[tuple[str, Callable[[], str]]]) -> None:
        """Somebody who does these by turns until it is over; each gives an error, or nothing."""
        self._threads.append(threading.Thread(target=self._live, args=(Random(number), acts)))

    def run(self) -> None:
        self._end = time.monotonic() + SECONDS
        for thread in self._threads:
            thread.start()
        for thread in self._threads:
            thread.join()

    def _live(self, chance: Random, acts: list[tuple[str, Callable[[], str]]]) -> None:
        time.sleep(chance.uniform(0, PAUSE))
        for what, act in itertools.cycle(acts):
            if time.monotonic() > self._end:
                return
            began = time.perf_counter()
            try:
                error = act()
            except (OSError, HTTPException) as problem:
                error = repr(problem)
            self.times[what].append(time.perf_counter() - began)
            if error:
                self.errors[what].append(error)
            time.sleep(chance.uniform(0, 2 * PAUSE))


def measured(world: World) -> Iterator[Row]:
    with _copied(world), using(DATABASE), world.serve(database=DATABASE) as address, _workers(world):
        _warm(world, address)
        crowd = _gathered(world, address)
        watch = _Watch(world)
        watch.start()
        crowd.run()
        watch.stop()
    for what in sorted(crowd.times):
        yield _latency(what, crowd.times[what], crowd.errors[what])
    yield from watch.rows()


@contextmanager
def _copied(world: World) -> Iterator[None]:
    from django.db import connection

    connection.close()
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
    names = sql.Identifier(DATABASE), sql.Identifier(LARGE)
    with world.cluster.connect() as server:
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    try:
        yield
    finally:
        connection.close()
        with world.cluster.connect() as server:
            server.execute(drop)


@contextmanager
def _workers(world: World) -> Iterator[None]:
    """A worker and beat beside the web server, as in make run; mail goes nowhere."""
    environment = {**os.environ, **settings(world.cluster.url(DATABASE)), "EMAIL_URL": "dummymail://"}
    environment["CELERY_BROKER_URL"] = "pgmq://localhost"
    celery = [str(BIN / "celery"), "--app", "kvalitet", "--quiet"]
    schedule = str(VAR / "bench/beat-schedule")
    commands = {
        "worker": [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--pidfile=", "--schedule", schedule],
    }
    logs = VAR / "log"
    logs.mkdir(parents=True, exist_ok=True)
    parts = [Part(name, how, environment, logs / f"bench-{name}.log") for name, how in commands.items()]
    try:
        for part in parts:
            part.start()
        yield
    finally:
        for part in parts:
            part.stop()


def _warm(world: World, address: str) -> None:
    """Each page a few times: what is measured is a day's work, not its first minute."""
    for who, paths in PAGES.values():
        headers = world.login(who)
        for path in paths * WARMING:
            _read(address, path, headers)


def _gathered(world: World, address: str) -> Crowd:
    crowd = Crowd(address)
    for number in range(READERS):
        # Each begins somewhere else in the round of pages.
        names = [list(PAGES)[(number + place) % len(PAGES)] for place in range(len(PAGES))]
        headers = {who: world.login(who) for who in {PAGES[name][0] for name in names}}
        acts = []
        for name in names:
            who, paths = PAGES[name]
            path = paths[number % len(paths)]
            acts.append(
                (name, lambda path=path, who=who, headers=headers: _read(address, path, headers[who]))
            )
        crowd.add(number, acts)
    for number in range(WRITERS):
        crowd.add(READERS + number, _writing(address, number))
    return crowd


def _read(address: str, path: str, headers: dict[str, str]) -> str:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=visiting.PATIENCE)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    return "" if answer.status == 200 else f"{path}: {answer.status}"


def _writing(address: str, number: int) -> list[tuple[str, Callable[[], str]]]:
    from django.db.models import F
    from django.utils import timezone

    from kvalitet.organisation.models import RoleAssignment, Unit, User

    reporter = User.objects.get(email="medarbetare@demo.invalid")
    ombud = User.objects.get(email="ombud@demo.invalid")
    unit = Unit.objects.filter(rght=F("lft") + 1, valid_to=None).earliest("pk")
    own = RoleAssignment.objects.filter(user=ombud, role="representative").earliest("pk").unit_id
    mine, theirs, image = visiting.session_of(reporter), visiting.session_of(ombud), picture()
    place = {"happened_on": str(timezone.localdate()), "unit": str(unit.pk)}
    place["what_happened"] = "Insatsen på kvällen blev inte gjord, och ingen ringde."
    document = {"type": "checklist", "owner_unit": str(own), "responsible": ombud.email}
    document |= {"visibility": "internal", "review_months": "12"}
    count = itertools.count()

    def report(files: dict[str, tuple[str, bytes]] | None = None) -> str:
        return _told(*visiting.post(address, mine, visiting.REPORT, visiting.report(**place), files=files))

    def upload() -> str:
        form = {"title": f"Lasttest {number} {next(count)}", **document}
        text = f"Nyckeln {number} {next(count)} hänger i skåpet. ".encode() * 40
        return _told(
            *visiting.post(address, theirs, "/dokument/nytt/", form, files={"file": ("rutin.txt", text)})
        )

    return [
        ("skriva: rapport", report),
        ("skriva: rapport med bild", lambda: report({"files": ("bild.jpg", image)})),
        ("skriva: dokument med fil", upload),
    ]


def _told(status: int, where: str) -> str:
    return "" if status == 302 and "logga-in" not in where else f"{status} {where}"


def _latency(what: str, times: list[float], errors: list[str]) -> Row:
    cuts = statistics.quantiles(times, n=100)
    p50, p95, p99 = (f"{1000 * cuts[place - 1]:.0f}" for place in (50, 95, 99))
    about = f" ({errors[0]})" if errors else ""
    value = f"p50 {p50}, p95 {p95}, p99 {p99} ms, {len(times)} st, {len(errors)} fel{about}"
    return Row(what, value, "0 fel", not errors)


class _Watch:
    """The memory of every process of ours, and the connections of the database, every few seconds."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.memory: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
        self.connections: list[int] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        began = time.monotonic()
        with self.world.cluster.connect() as server:
            while not self._over.wait(SAMPLE_EVERY):
                at = time.monotonic() - began
                for who, size in _sizes(os.getpid()).items():
                    self.memory[who].append((at, size))
                query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
                self.connections += server.execute(query, [DATABASE]).fetchone() or ()

    def rows(self) -> Iterator[Row]:
        minute = min(MINUTE, SECONDS / 3)
        for (name, pid), sizes in sorted(self.memory.items()):
            first = [size for at, size in sizes if at <= minute]
            last = [size for at, size in sizes if at >= SECONDS - minute]
            if not first or not last:
                continue  # of a file that was read, and is over
            before, after = statistics.median(first), statistics.median(last)
            value = (
                f"{before:.0f} MB första minuten, {after:.0f} sista, mest {max(one for _, one in sizes):.0f}"
            )
            yield Row(f"minne {name} {pid}", value, f"≤ {GROWTH} ×", after <= GROWTH * before)
        part = max(1, int(len(self.connections) * minute / SECONDS))
        most = max(self.connections)
        value = f"{max(self.connections[:part])} första minuten, {max(self.connections[-part:])} sista"
        is_kept = most <= MOST_CONNECTIONS
        yield Row("förbindelser till databasen", f"{value}, mest {most}", f"≤ {MOST_CONNECTIONS}", is_kept)


def _sizes(parent: int) -> dict[tuple[str, int], float]:
    """Megabytes of gunicorn's and Celery's processes below that one, by name and number."""
    found, above = {}, {}
    for entry in Path("/proc").iterdir():
        try:
            above[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    for pid in above:
        over = pid
        while over in above and over != parent:
            over = above[over]
        name = _name(pid) if over == parent and pid != parent else ""
        if name:
            found[name, pid] = _megabytes(pid)
    return {who: size for who, size in found.items() if size}


def _name(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
    return next((one for one in ("gunicorn", "worker", "beat") if f"{one}\0" in command), "")


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(one.split()[1]) / 1000 for one in lines if one.startswith("VmRSS")), 0.0)
