"""Do the faults, all or those named, and print one table: python -m faults [NAME…]"""

import importlib
import os
import pkgutil
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from types import ModuleType

import faults
from faults.counting import counted, wait_until_settled
from faults.place import LOGS, Place, kind_named, place
from faults.rows import HEAD, Row, line

LAST = ("killed",)  # the one that takes longest


def kinds(names: list[str]) -> list[str]:
    found = [one.name for one in pkgutil.iter_modules(faults.__path__) if one.name != "__main__"]
    with_fault = [name for name in found if hasattr(importlib.import_module(f"faults.{name}"), "fault")]
    if unknown := set(names) - set(with_fault):
        known = ", ".join(with_fault)
        sys.exit(f"Det finns inget fel som heter {', '.join(unknown)}. De som finns: {known}.")
    return sorted((one for one in with_fault if not names or one in names), key=lambda one: one in LAST)


def rows_of(name: str, here: Place) -> Iterator[Row]:
    """One kind of fault, from whole to whole again."""
    from django.utils import timezone

    kind = kind_named(name)
    if missing := getattr(kind, "missing", str)():
        print(f"{kind.TITLE}: hoppas över. {missing}", flush=True)
        return
    since, began = timezone.now(), time.monotonic()
    with here.running(kind) as load:
        try:
            rounds = _again_and_again(kind, here)
        finally:
            here.wait_until_whole()
            load.stop()
        took = time.monotonic() - began
        wait_until_settled(since)
        title = f"{kind.TITLE}, {rounds} ggr"
        yield from counted(title, load.told, here.mail, here.storage)
    about = getattr(kind, "about", str)()
    print(f"  {title}: {took:.0f} s, {load.told.refused} försök utan kvittens. {about}", flush=True)


def _again_and_again(kind: ModuleType, here: Place) -> int:
    """How many times it was done: as many as were wanted, or until somebody pressed Ctrl-C."""
    wanted, done = int(os.environ.get("ROUNDS") or kind.ROUNDS), 0
    try:
        while done < wanted:
            kind.fault(here)
            done += 1
            if done % 100 == 0:
                print(f"  {done} av {wanted}", flush=True)
    except KeyboardInterrupt:
        print(f"  avbrutet efter {done}", flush=True)
    return done


def main(names: list[str]) -> int:
    is_all_kept = True
    chosen = kinds(names)
    # A shell that starts us in the background lets SIGINT be ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    with place() as here:
        print(line(HEAD), flush=True)
        for name in chosen:
            try:
                for row in rows_of(name, here):
                    print(line(row.cells), flush=True)
                    is_all_kept = is_all_kept and row.is_kept
            except Exception:  # noqa: BLE001 whatever it was, the others are still worth their time
                traceback.print_exc()
                is_all_kept = False
    if not is_all_kept:
        print(f"\nNågot är borta eller dubbelt. Processernas loggar: {LOGS}")
    return int(not is_all_kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
