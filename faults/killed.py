"""kill -9 on one process at random, again and again: of web, of worker, beat, or of PostgreSQL."""

import contextlib
import os
import random
import signal
import time
from collections import Counter

from faults.place import Place

TITLE, ROUNDS = "kill -9", 1_000
# How often each is chosen. The first process takes the whole part with it, which starts again in seconds.
SHARES = {"web": 8, "worker": 6, "database": 6, "whole web": 1, "whole worker": 1, "beat": 1}
LEAST = 0.4  # seconds between two
chance = random.Random(1)
done: Counter[str] = Counter()


def fault(place: Place) -> None:
    began = time.monotonic()
    while not _kill(place, chance.choices(list(SHARES), weights=list(SHARES.values()))[0]):
        time.sleep(0.05)  # it is just being started
    place.wait_until_whole()
    time.sleep(max(0.0, LEAST - (time.monotonic() - began)))


def _kill(place: Place, what: str) -> bool:
    victim = _one_of(place, what)
    if victim is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
        done[what] += 1
        return True
    return False


def about() -> str:
    return "dödade: " + ", ".join(f"{what} {done[what]}" for what in SHARES)


def _one_of(place: Place, what: str) -> int | None:
    if what == "database":
        found = place.cluster.backends()
    else:
        members = place.parts[what.removeprefix("whole ")].members()
        found = members[:1] if what in ("beat", "whole web", "whole worker") else members[1:]
    return chance.choice(found) if found else None
