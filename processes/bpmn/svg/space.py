"""Finds a free place for a label: a grid over the drawing's lines, boxes and labels, so that each question
is short.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from processes.bpmn.model import Bounds

CELL = 80.0
MOST_ACROSS = 60
MAX_CELLS = 400
MAX_IN_CELL = 120
Item = tuple[float, float, float, float, bool]


class Space:
    """Boxes are (x, y, right, bottom); a line is stored by its two ends.

    Bounded: a cell holds so many things and no more, for past that no place is free anyway.
    """

    def __init__(self, extent: float = 0.0) -> None:
        self.cell = max(CELL, extent / MOST_ACROSS)
        self.cells: dict[tuple[int, int], list[Item]] = {}

    def add_box(self, bounds: Bounds) -> None:
        self._add((bounds.x, bounds.y, bounds.right, bounds.bottom, False))

    def add_line(self, points: Iterable[tuple[float, float]]) -> None:
        previous = None
        for point in points:
            if previous is not None:
                self._add((*previous, *point, True))
            previous = point

    def _add(self, item: Item) -> None:
        for cell in islice(self._cells(*item[:4]), MAX_CELLS):
            items = self.cells.setdefault(cell, [])
            if len(items) < MAX_IN_CELL:
                items.append(item)

    def _cells(self, x: float, y: float, right: float, bottom: float) -> Iterator[tuple[int, int]]:
        size = self.cell
        first, last = sorted((int(x // size), int(right // size)))
        top, low = sorted((int(y // size), int(bottom // size)))
        return ((column, row) for column in range(first, last + 1) for row in range(top, low + 1))

    def clashes(self, bounds: Bounds) -> int:
        """How much a label here would lie on: a box or another label is worse than a line."""
        inner = Bounds(bounds.x + 1, bounds.y + 1, max(bounds.width - 2, 1), max(bounds.height - 2, 1))
        found: set[Item] = set()
        for cell in self._cells(inner.x, inner.y, inner.right, inner.bottom):
            for item in self.cells.get(cell, ()):
                if item not in found and _meets(item, inner):
                    found.add(item)
        return sum(1 if item[4] else 3 for item in found)

    def best(self, places: Iterable[Bounds]) -> Bounds:
        """The first place with the fewest clashes; it is taken from then on."""
        found: list[tuple[int, int, Bounds]] = []
        for index, place in enumerate(places):
            found.append((self.clashes(place), index, place))
            if found[-1][0] == 0:
                break
        chosen = min(found, key=lambda each: each[:2])[2]
        self.add_box(chosen)
        return chosen


def _meets(item: Item, box: Bounds) -> bool:
    x, y, right, bottom, is_line = item
    if (
        max(x, right) < box.x
        or min(x, right) > box.right
        or max(y, bottom) < box.y
        or min(y, bottom) > box.bottom
    ):
        return False
    if not is_line or x == right or y == bottom:
        return True
    sides = {
        (right - x) * (corner_y - y) > (bottom - y) * (corner_x - x)
        for corner_x in (box.x, box.right)
        for corner_y in (box.y, box.bottom)
    }
    return len(sides) == 2


def around(place: Bounds, node: Bounds) -> Iterator[Bounds]:
    """The wanted place, then beside, under and over the node it belongs to."""
    wide, high = place.width, place.height
    left, right = node.cx - wide - 5, node.cx + 5
    under, over = node.bottom + 2, node.y - high - 2
    yield place
    for y in (place.y, under, over):
        for x in (left, right, place.x):
            yield Bounds(x, y, wide, high)
    yield Bounds(node.right + 4, node.cy - high / 2, wide, high)
    yield Bounds(node.x - wide - 4, node.cy - high / 2, wide, high)


def beside(place: Bounds) -> Iterator[Bounds]:
    """The wanted place of a line's label, then a little to each side of it."""
    yield place
    for part in (0.5, 0.75, 1.05):
        across, down = place.width * part + 4, place.height * part + 3
        for x, y in (
            (0, -down),
            (0, down),
            (across, 0),
            (-across, 0),
            (across, -down),
            (-across, -down),
            (across, down),
            (-across, down),
        ):
            yield Bounds(place.x + x, place.y + y, place.width, place.height)
