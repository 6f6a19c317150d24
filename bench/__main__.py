"""Run the measures, all or those named, and print one table: python -m bench [NAME…]"""

import importlib
import os
import pkgutil
import sys

import bench
from bench.rows import Row, table
from bench.world import world


def measures(names: list[str]) -> list[str]:
    """Modules of this folder with a `measure`, in order of name; only those named, if any are."""
    found = [
        module.name
        for module in pkgutil.iter_modules(bench.__path__)
        if module.name not in {"__main__", "bare"}
    ]
    with_measure = [name for name in found if hasattr(importlib.import_module(f"bench.{name}"), "measure")]
    return [name for name in with_measure if not names or name in names]


def main(names: list[str]) -> int:
    rows: list[Row] = []
    with world() as here:
        for name in measures(names):
            print(f"Mäter {name} …", file=sys.stderr, flush=True)
            rows += importlib.import_module(f"bench.{name}").measure(here)
    print(table(rows))
    print(f"\nBelastning: {os.getloadavg()[0]:.1f} på {os.cpu_count()} kärnor")
    return int(any(row.is_kept is False for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
