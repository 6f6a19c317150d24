"""No room on the disks of uploads and database; without root's rights, in any file of web and worker."""

import contextlib
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from faults.place import Place

TITLE, ROUNDS = "full disk i 30 s", 2
FULL, BETWEEN = 30, 15  # seconds
BLOCK = b"\0" * 1_000_000
LEAST = 100  # bytes that a file may have, where no disk can be filled


def fault(place: Place) -> None:
    if not place.has_disks:
        print("  utan root: en gräns för filers storlek; databasens disk blir inte full", flush=True)
    with filled(place):
        time.sleep(FULL)
    place.wait_until_whole()
    time.sleep(BETWEEN)


@contextlib.contextmanager
def filled(place: Place) -> Iterator[None]:
    if not place.has_disks:
        yield from _limited(place)
        return
    ballasts = [place.files / "ballast", place.disk / "ballast"]
    try:
        for ballast in ballasts:
            _fill(ballast)
        yield
    finally:
        for ballast in ballasts:
            ballast.unlink(missing_ok=True)


def _fill(ballast: Path) -> None:
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(BLOCK)


def _limited(place: Place) -> Iterator[None]:
    """The processes meet EFBIG, which the application takes for a full disk."""
    pids = [pid for name in ("web", "worker") for pid in place.parts[name].members()]
    _limit(pids, LEAST)
    try:
        yield
    finally:
        _limit(pids, resource.RLIM_INFINITY)


def _limit(pids: list[int], most: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
