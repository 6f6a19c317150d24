"""The pages that are read most: requests per second against a bare view of the same HTML."""

from collections.abc import Iterator

from bench import bare, load
from bench.fill import PROCESS
from bench.rows import Row
from bench.world import World

READER = "medarbetare"
SHARE_OF_BARE = 0.25
PAGES = {
    "processida": f"/processer/{PROCESS}/",
    "dokumentlista": "/dokument/",
    "sök": "/sok/?q=hygien+rutin",
}


def measure(world: World) -> Iterator[Row]:
    """A row a page; only the process page has a budget, the others are told."""
    headers = world.login(READER)
    bare.FOLDER.mkdir(parents=True, exist_ok=True)
    with world.serve() as real, world.serve("bench.bare") as yardstick:
        for path in PAGES.values():
            bare.ready_made(path).write_bytes(load.body(real + path, headers))
        urls = {f"{name} {path}": [real + path] for name, path in PAGES.items()}
        urls |= {f"tom vy {path}": [yardstick + path] for path in PAGES.values()}
        speeds = load.side_by_side(urls, headers)
    for name, path in PAGES.items():
        speed, empty = speeds[f"{name} {path}"], speeds[f"tom vy {path}"]
        share = speed.per_second / empty.per_second
        value = f"{share:.0%} ({speed.per_second:.0f} mot {empty.per_second:.0f}/s, p95 {speed.p95:.0f} ms)"
        is_kept = share >= SHARE_OF_BARE if name == "processida" else None
        budget = f"≥ {SHARE_OF_BARE:.0%}" if name == "processida" else ""
        yield Row(f"{name}: andel av en tom vy med samma HTML", value, budget, is_kept)
