"""The lists with 100 000 documents and avvikelser, and 10 000 of all else, against 1 000 and 100: in turns,
one by one.
"""

from collections.abc import Iterator

from bench import load, sources
from bench.fill import PROCESS
from bench.rows import Row
from bench.world import FEW, LARGE, MANY, SMALL, World, using

TIMES = 60
MOST = 1.5
LISTS = {
    "efter titel": "/dokument/",
    "efter översyn": "/dokument/?sortera=-next_review",
    "sida 30": "/dokument/?sida=30",
    "typ": "/dokument/?type=checklist",
    "gällande, ord i titeln": "/dokument/?standing=in_force&q=rutin",
    # One of the demo, whose key is the same in both databases.
    "(sidan för ett dokument)": "/dokument/1/",
    "försenad översyn": "/dokument/?urval=overdue",
}
CASES = {
    "avvikelser": "/avvikelser/",
    "avvikelser, sida 30": "/avvikelser/?sida=30",
    "avvikelser, kategori": "/avvikelser/?kategori=UTF",
    "avvikelser, inte avslutade": "/avvikelser/?urval=oppna",
}
MEASURES = {
    "åtgärder": "/atgarder/",
    "åtgärder, sida 30": "/atgarder/?sida=30",
    "åtgärder, försenade": "/atgarder/?urval=sena",
    "åtgärder, ur analyser": "/atgarder/?kalla=analysis",
    "åtgärder, tavla": "/atgarder/?visa=tavla",
}
BESIDE = {
    "analyser": "/analyser/",
    "granskningar": "/granskningar/",
    "granskningar, väntar på svar": "/granskningar/?urval=vantar",
    "förslag": "/forslag/",
    "lärdomar": "/lardomar/",
    "kan det hända hos oss": "/spridning/",
    "(läget i en process)": f"/processer/{PROCESS}/laget/",
}
READERS = {
    "medarbetare": LISTS,
    "samordnare": CASES | MEASURES | BESIDE,
    "avdelningschef": {"avvikelser, under sig": "/avvikelser/", "åtgärder, under sig": "/atgarder/"},
    "chef": {"samverkan": "/samverkan/"},
}


def measure(world: World) -> Iterator[Row]:
    """A row a list: the 95th percentile with many rows over that with few."""
    for database, count in ((SMALL, FEW), (LARGE, MANY)):
        with using(database):
            sources.fill(count // 10)
    with world.serve(database=SMALL) as few, world.serve(database=LARGE) as many:
        for reader, lists in READERS.items():
            yield from _lists(world, reader, lists, few, many)


def _lists(world: World, reader: str, lists: dict[str, str], few: str, many: str) -> Iterator[Row]:
    headers = []
    for database in (SMALL, LARGE):
        with using(database):
            headers.append(world.login(reader))
    pairs = [(few + path, many + path) for path in lists.values()]
    speeds = load.one_by_one(pairs, headers, TIMES)
    for name, (with_few, with_many) in zip(lists, speeds, strict=True):
        ratio = with_many.p95 / with_few.p95
        middle = with_few.per_second / with_many.per_second
        value = f"{ratio:.2f} × ({with_many.p95:.0f} mot {with_few.p95:.0f} ms; median {middle:.2f} ×)"
        yield Row(f"lista {name}: p95 med {MANY} mot {FEW}", value, f"≤ {MOST} ×", ratio <= MOST)
