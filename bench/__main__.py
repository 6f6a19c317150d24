"""Run the measures, all or those named, and print one table: python -m bench [NAME…]"""

import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Iterator

import bench
from bench.rows import HEAD, Row, line
from bench.world import World, world


def measures(names: list[str]) -> list[str]:
    """Modules of this folder with a `measure`, in order of name; only those named, if any are."""
    found = [
        module.name
        for module in pkgutil.iter_modules(bench.__path__)
        if module.name not in {"__main__", "bare"}
    ]
    with_measure = [name for name in found if hasattr(importlib.import_module(f"bench.{name}"), "measure")]
    return [name for name in with_measure if not names or name in names]


def measured(name: str, here: World) -> Iterator[Row]:
    """The rows of one measure, each as it is done. One that breaks says so, and the next is taken."""
    try:
        yield from importlib.import_module(f"bench.{name}").measure(here)
    except Exception:  # noqa: BLE001 whatever it was, the others are still worth their time
        traceback.print_exc()
        yield Row(name, "gick sönder, se ovan", "", False)


def main(names: list[str]) -> int:
    is_all_kept = True
    with world() as here:
        print(line(HEAD), flush=True)
        for name in measures(names):
            for row in measured(name, here):
                print(line(row.cells), flush=True)
                is_all_kept = is_all_kept and row.is_kept is not False
    print(f"\nBelastning: {os.getloadavg()[0]:.1f} på {os.cpu_count()} kärnor")
    return int(not is_all_kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
