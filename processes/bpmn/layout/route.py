"""Draws the lines of a grid: only level and upright parts, around what stands in the way.

Between two columns lies a gap, between two rows a channel; both have tracks, so that two lines do not lie
on each other.
A line is first noted as places ("the right side of A", "a track of gap 2") and measured when all are known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from processes.bpmn.layout.grid import Grid, Link
from processes.bpmn.model import Bounds, Gateway, Model

TRACK = 14.0
WORDED = 19.0
ASIDE = 24.0
Place = Callable[[], float]


@dataclass(slots=True)
class Tracks:
    """Who goes where in the gaps or the channels: intervals by key, coloured so that overlapping ones are
    apart.
    """

    wanted: dict[int, dict[str, tuple[float, float]]] = field(default_factory=dict)
    number: dict[tuple[int, str], int] = field(default_factory=dict)

    def want(self, index: int, key: str, first: float, last: float) -> None:
        low, high = min(first, last), max(first, last)
        keys = self.wanted.setdefault(index, {})
        old = keys.get(key, (low, high))
        keys[key] = (min(low, old[0]), max(high, old[1]))

    def settle(self) -> dict[int, int]:
        """How many tracks each gap or channel needs."""
        counts = {}
        for index, keys in self.wanted.items():
            ends: list[float] = []
            for key, (low, high) in sorted(keys.items(), key=lambda item: (item[1], item[0])):
                track = next((number for number, end in enumerate(ends) if end < low), len(ends))
                ends[track : track + 1] = [high]
                self.number[index, key] = track
            counts[index] = len(ends)
        return counts


@dataclass(slots=True)
class Measures:
    """Filled in once the tracks are counted: where boxes, rows, gaps and channels lie."""

    box: dict[str, Bounds] = field(default_factory=dict)
    row: dict[int, float] = field(default_factory=dict)
    gap: dict[int, float] = field(default_factory=dict)
    channel: dict[int, float] = field(default_factory=dict)


def _passed(grid: Grid) -> set[tuple[int, int]]:
    """The cells that upright lines go through."""
    cells: set[tuple[int, int]] = set()
    for link in grid.links:
        if link.side:
            low, high = sorted((grid.row[link.source], grid.row[link.target]))
            cells.update((row, grid.column[link.source]) for row in range(low + 1, high))
    return cells


class Router:
    def __init__(self, model: Model, grid: Grid) -> None:
        self.model = model
        self.grid = grid
        self.at = Measures()
        self.gaps = Tracks()
        self.channels = Tracks()
        self.routes: dict[str, list[tuple[Place, Place]]] = {}
        self.stands = {(grid.row[key], grid.column[key]): key for key in grid.row}
        self.taken = grid.taken.get(0, set())
        self.exits = {key: set(sides) for key, sides in grid.sides.items()}
        self.passed = _passed(grid)
        self.feet: set[str] = set()
        self.shared: set[str] = set()
        self.long: set[str] = set()
        self.worded: dict[int, list[Link]] = {}

    def plan(self) -> None:
        """Decides every line; straight ones first, because the others go around them."""
        for link in sorted(self.grid.links, key=lambda link: (not link.runs, link.is_back)):
            self.routes[link.flow] = self._route(link)

    def points(self, flow: str) -> list[tuple[float, float]]:
        """The measured line, without points that lie on the way between their neighbours."""
        points = [(round(x(), 1), round(y(), 1)) for x, y in self.routes[flow]]
        kept = points[:1]
        for index, point in enumerate(points[1:], start=1):
            following = points[index + 1] if index + 1 < len(points) else None
            if point == kept[-1]:
                continue
            if following and (
                kept[-1][0] == point[0] == following[0] or kept[-1][1] == point[1] == following[1]
            ):
                continue
            kept.append(point)
        return kept if len(kept) > 1 else points[:2]

    def _route(self, link: Link) -> list[tuple[Place, Place]]:
        grid = self.grid
        row, goal = grid.row[link.source], grid.row[link.target]
        if link.is_back:
            return self._back(link)
        if link.side:
            return self._upright(link)
        exits = self.exits.setdefault(link.port or link.source, set())
        if row == goal and link.runs and not link.port:
            exits.add("right")
            return [self._right(link.source), self._left(link.target)]
        if link.runs and self._drops(link):
            exits.add("bottom" if goal > row else "top")
            self.feet.add(link.flow)
            x, y = self._foot(link, down=goal > row)
            return [(x, y), (x, self._level(goal)), self._left(link.target)]
        if link.runs and not link.port:
            return self._via_gap(link, grid.column[link.source])
        crowded = self._is_gateway(link.source) and "right" in exits
        if not link.port and not crowded and self._reserve_own_row(link):
            exits.add("right")
            return self._along_own_row(link)
        return self._around(link)

    def _upright(self, link: Link) -> list[tuple[Place, Place]]:
        self.feet.add(link.flow)
        if link.side == "bottom":
            return [self._bottom(link.source), self._top(link.target)]
        return [self._top(link.source), self._bottom(link.target)]

    def _drops(self, link: Link) -> bool:
        """Whether a line can leave a gateway or a boundary event straight up or down to its goal's row."""
        is_gateway = self._is_gateway(link.source)
        row, goal, column = (
            self.grid.row[link.source],
            self.grid.row[link.target],
            self.grid.column[link.source],
        )
        if row == goal or not (is_gateway or link.port) or (link.port and goal < row):
            return False
        if ("bottom" if goal > row else "top") in self.grid.sides.get(link.source, ()):
            return False
        step = 1 if goal > row else -1
        return not any((between, column) in self.stands for between in range(row + step, goal + step, step))

    def _is_gateway(self, key: str) -> bool:
        return isinstance(self.model.elements[key], Gateway)

    def _reserve_own_row(self, link: Link) -> bool:
        """Takes the source's own row up to the goal's column, if nothing else goes there."""
        row = self.grid.row[link.source]
        cells = {
            (row, column)
            for column in range(self.grid.column[link.source] + 1, self.grid.column[link.target])
        }
        if cells & self.taken:
            return False
        self.taken |= cells
        return True

    def _along_own_row(self, link: Link) -> list[tuple[Place, Place]]:
        grid = self.grid
        row, goal, column = grid.row[link.source], grid.row[link.target], grid.column[link.target]
        step = 1 if goal > row else -1
        way = [(between, column) for between in range(row, goal, step)]
        side = "top" if goal > row else "bottom"
        is_open = self._is_gateway(link.target) and side not in grid.sides.get(link.target, ())
        if row != goal and is_open and not any(cell in self.taken or cell in self.passed for cell in way):
            self.taken.update(way)
            self.exits.setdefault(link.target, set()).add(side)
            x, y = self._top(link.target) if goal > row else self._bottom(link.target)
            return [self._right(link.source), (x, self._level(row)), (x, y)]
        return self._via_gap(link, column - 1)

    def _via_gap(self, link: Link, gap: int) -> list[tuple[Place, Place]]:
        """Out to the right, up or down in one gap, in from the left."""
        row, goal = self.grid.row[link.source], self.grid.row[link.target]
        exits = self.exits.setdefault(link.source, set())
        if "right" in exits:
            self.shared.add(link.flow)
        exits.add("right")
        x = self._gap(
            gap, f"to {link.target}" if gap + 1 == self.grid.column[link.target] else link.flow, row, goal
        )
        return [
            self._right(link.source),
            (x, self._level(row)),
            (x, self._level(goal)),
            self._left(link.target),
        ]

    def _around(self, link: Link) -> list[tuple[Place, Place]]:
        """By a channel between rows when neither row is free."""
        grid = self.grid
        row, goal = grid.row[link.source], grid.row[link.target]
        first, last = grid.column[link.source], grid.column[link.target]
        side = self._side(link)
        below = side == "bottom" or (side == "right" and goal >= row)
        channel = row + 1 if below else row
        y = self._channel(channel, link.flow, first, last)
        self._say(link, channel)
        enter = self._gap(last - 1, f"to {link.target}", channel - 0.5, goal)
        end = [(enter, y), (enter, self._level(goal)), self._left(link.target)]
        if side != "right":
            x, foot = self._foot(link, down=below)
            return [(x, foot), (x, y), *end]
        leave = self._gap(first, f"from {link.source} {below}", row, channel - 0.5)
        return [self._right(link.source), (leave, self._level(row)), (leave, y), *end]

    def _say(self, link: Link, channel: int) -> None:
        """The words on a line through a channel stand there, not in the gap after its source."""
        self.long.add(link.flow)
        if link.label:
            self.worded.setdefault(channel, []).append(link)

    def _side(self, link: Link) -> str:
        """A gateway has one line a corner as long as there are corners; a boundary event has only its
        foot.
        """
        if link.port:
            return "bottom"
        if not self._is_gateway(link.source):
            return "right"
        exits = self.exits[link.source]
        down = self.grid.row[link.target] > self.grid.row[link.source]
        wanted = ("bottom", "top") if down else ("top", "bottom")
        side = next((each for each in wanted if each not in exits), "right")
        exits.add(side)
        return side

    def _back(self, link: Link) -> list[tuple[Place, Place]]:
        """A loop goes back over its row; to another row it comes in from the left."""
        grid = self.grid
        row, goal = grid.row[link.source], grid.row[link.target]
        first, last = grid.column[link.target], grid.column[link.source]
        below = bool(link.port) or self._must_turn_down(link)
        channel = row + 1 if below else row
        y = self._channel(channel, f"back to {link.target}", first - 0.4, last)
        self._say(link, channel)
        start = self._bottom(link.port or link.source) if below else self._top_aside(link.source, 1)
        has_top = "top" not in self.exits.get(link.target, ()) and link.source != link.target
        if row == goal and not below and has_top:
            x, top = self._top_aside(link.target, -1)
            return [start, (start[0], y), (x, y), (x, top)]
        enter = self._gap(first - 1, f"to {link.target}", channel - 0.5, goal)
        return [start, (start[0], y), (enter, y), (enter, self._level(goal)), self._left(link.target)]

    def _must_turn_down(self, link: Link) -> bool:
        """Over a gateway with an upright line on top there is no place beside it, as there is on a step."""
        sides = self.exits.get(link.source, set())
        return self._is_gateway(link.source) and "top" in sides and "bottom" not in sides

    def _top_aside(self, key: str, way: int) -> tuple[Place, Place]:
        """The middle of the upper side, or beside the upright line that ends there."""
        aside = "top" in self.grid.sides.get(key, ()) and not self._is_gateway(key)
        shift = ASIDE * way if aside else 0
        return lambda: self.at.box[key].cx + shift, lambda: self.at.box[key].y

    def _foot(self, link: Link, *, down: bool) -> tuple[Place, Place]:
        key = link.port or link.source
        return self._bottom(key) if down else self._top(key)

    def _gap(self, gap: int, key: str, first: float, last: float) -> Place:
        self.gaps.want(gap, key, first, last)
        return lambda: self.at.gap[gap] + TRACK * (self.gaps.number[gap, key] + 1)

    def _channel(self, channel: int, key: str, first: float, last: float) -> Place:
        self.channels.want(channel, key, first, last)
        return lambda: (
            self.at.channel[channel] + self.track(channel) * (self.channels.number[channel, key] + 0.5)
        )

    def track(self, channel: int) -> float:
        """How far apart the lines of a channel lie: words on them want more."""
        return WORDED if channel in self.worded else TRACK

    def _level(self, row: int) -> Place:
        return lambda: self.at.row[row]

    def _right(self, key: str) -> tuple[Place, Place]:
        return lambda: self.at.box[key].right, lambda: self.at.box[key].cy

    def _left(self, key: str) -> tuple[Place, Place]:
        return lambda: self.at.box[key].x, lambda: self.at.box[key].cy

    def _top(self, key: str) -> tuple[Place, Place]:
        return lambda: self.at.box[key].cx, lambda: self.at.box[key].y

    def _bottom(self, key: str) -> tuple[Place, Place]:
        return lambda: self.at.box[key].cx, lambda: self.at.box[key].bottom
