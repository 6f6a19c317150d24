"""Time to compare two maps and to draw both with marks, by size: linear from 20 to 2 000 elements."""

import time
from collections.abc import Callable

from bench.rows import Row
from bench.svg import ROUNDS, drawn_map
from processes.bpmn.compare import compare
from processes.bpmn.parse import parse

SIZES = (20, 200, 2_000)
MEASURE = 200


def _changed(data: bytes) -> bytes:
    """The same map with every fifth step renamed, every seventh under a new id, and one in a hundred gone."""
    text = data.decode()
    for number in range(0, text.count("<userTask"), 5):
        text = text.replace(f"ärende {number} med", f"ärende {number} efter")
    for number in range(3, text.count("<userTask"), 7):
        text = text.replace(f'"n{number}"', f'"ny{number}"')
    for number in range(5, text.count("<userTask"), 100):
        text = text.replace(f'<userTask id="n{number}" ', f'<task id="bort{number}" ')
    return text.encode()


def _least(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        taken.append((time.process_time() - started) * 1000)
    return min(taken)


def milliseconds() -> dict[int, tuple[float, float]]:
    """By size: the comparison alone, and all of it from bytes to HTML with both maps."""
    from processes import compared_maps  # needs the templates, which are set up by now

    names = [("Version 1", "Handlägg"), ("Version 2", "Handlägg")]
    found = {}
    for size in SIZES:
        old = drawn_map(size)
        new = _changed(old)
        models = parse(old), parse(new)
        alone = _least(lambda models=models: compare(*models))
        whole = _least(lambda old=old, new=new: compared_maps.draw(parse(old), parse(new), names))
        found[size] = alone, whole
    return found


def measure(_world: object) -> list[Row]:
    """Two rows a size; the comparison beyond 200 is to grow in step with the size, and half as much again."""
    times = milliseconds()
    found = []
    for size, (alone, whole) in times.items():
        growth, most = alone / times[MEASURE][0], 1.5 * size / MEASURE
        is_kept = growth <= most if size > MEASURE else None
        budget = f"≤ {most:.1f} ×" if size > MEASURE else ""
        name, value = f"jämförelse, {size} element, utan att rita", f"{alone:.1f} ms, {growth:.1f} ×"
        found.append(Row(name, value, budget, is_kept))
        found.append(Row(f"jämförelse, {size} element, XML till HTML med båda kartorna", f"{whole:.0f} ms"))
    return found
