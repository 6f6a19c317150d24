"""What stands in another place in one drawing than in another, told apart from what made room for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from processes.bpmn.model import Bounds, Edge, Flow, Lane, Model, Pool, Shape

# Less than a step of the grid that drawing tools draw on is nothing that anybody did.
STILL = 9.0
Shift = tuple[float, float]


def moved(old: Model, new: Model, same: Mapping[str, str]) -> set[str]:
    """Ids in the old map of what stands in another place in the new one, though on the same drawing.

    Pools and lanes grow with what is in them, so they are never told as moved. What the server laid out was
    moved by nobody.
    """
    after = _shapes(new)
    sheets: dict[str, dict[str, Shift]] = {}
    for one, (sheet, shape) in _shapes(old).items():
        there = after.get(same.get(one, ""))
        if there is None or same.get(sheet, sheet) != there[0] or shape.generated or there[1].generated:
            continue
        if not isinstance(old.elements.get(one), (Pool, Lane)):
            sheets.setdefault(sheet, {})[one] = _shift(shape.bounds, there[1].bounds)
    found = set()
    for shifts in sheets.values():
        across, down = (_shared(each[axis] for each in shifts.values()) for axis in (0, 1))
        found |= {one for one, (x, y) in shifts.items() if _is_own(x, across) or _is_own(y, down)}
    everywhere = {one: shift for shifts in sheets.values() for one, shift in shifts.items()}
    return found | set(_redrawn(old, new, same, everywhere))


def _shapes(model: Model) -> dict[str, tuple[str, Shape]]:
    """Where each element is first drawn, and what that drawing is the inside of ("" for the main one)."""
    found: dict[str, tuple[str, Shape]] = {}
    for index, plane in enumerate(model.planes):
        for shape in plane.shapes:
            found.setdefault(shape.element, (plane.element if index else "", shape))
    return found


def _shift(one: Bounds, other: Bounds) -> Shift:
    """How far it was moved; an edge that stays where it was means that it was stretched, and not moved."""
    return _least(other.x - one.x, other.right - one.right), _least(
        other.y - one.y, other.bottom - one.bottom
    )


def _least(one: float, other: float) -> float:
    return 0.0 if one * other < 0 else min(one, other, key=abs)


def _shared(shifts: Iterable[float]) -> list[float]:
    """What a quarter of a drawing was moved by together, to make room or as a whole, is nobody's move."""
    counted = Counter(map(round, shifts))
    return [0.0, *(shift for shift, count in counted.items() if count >= max(2, counted.total() / 4))]


def _is_own(shift: float, shared: Iterable[float]) -> bool:
    return all(abs(shift - each) > STILL for each in shared)


def _differs(shift: Shift, other: Shift) -> bool:
    return max(abs(shift[0] - other[0]), abs(shift[1] - other[1])) > STILL


def _redrawn(old: Model, new: Model, same: Mapping[str, str], shifts: Mapping[str, Shift]) -> Iterator[str]:
    """Lines that go another way between the same ends, though those stand still or were moved together."""
    lines = {edge.element: edge for plane in reversed(new.planes) for edge in plane.edges}
    for edge in {edge.element: edge for plane in reversed(old.planes) for edge in plane.edges}.values():
        there = lines.get(same.get(edge.element, ""))
        ends = _ends(old, edge)
        if there is None or edge.generated or there.generated or _ends(new, there) != [*map(same.get, ends)]:
            continue
        start, end = (shifts.get(key) for key in ends)
        if start is None or end is None or _differs(start, end):
            continue
        if _is_other_way(edge, there, start):
            yield edge.element


def _ends(model: Model, edge: Edge) -> list[str]:
    flow = model.elements.get(edge.element)
    return [flow.source, flow.target] if isinstance(flow, Flow) else ["", ""]


def _is_other_way(one: Edge, other: Edge, shift: Shift) -> bool:
    pairs = zip(one.points, other.points, strict=False)
    bent = any(_differs((x2 - x, y2 - y), shift) for (x, y), (x2, y2) in pairs)
    return bent or len(one.points) != len(other.points)
