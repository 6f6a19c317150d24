"""Where each node of one process stands: a column along the flow, a row inside its lane.

A node takes the row of what leads to it when that row is free all the way; a branch takes the next free
row below. In another lane a node stands straight under or over what leads to it, when nothing is between.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from processes.bpmn.model import Element, Event, Flow, FlowNode, Model
from processes.bpmn.order import Reading


@dataclass(slots=True)
class Link:
    """A sequence flow between two grid nodes. `port` is the boundary event it leaves from, if any.

    `runs` when the way to the target was kept free for it; `side` is "top" or "bottom" for an upright line.
    """

    flow: str
    source: str
    target: str
    label: str
    port: str = ""
    is_back: bool = False
    runs: bool = False
    side: str = ""


Cell = tuple[int, int]
ENDLESS = 1_000_000


@dataclass(slots=True)
class Grid:
    """Cells are (row, column); rows are numbered within their lane until `settle` numbers them through."""

    lanes: list[str]
    column: dict[str, int] = field(default_factory=dict)
    lane: dict[str, int] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    bound: dict[str, list[str]] = field(default_factory=dict)
    extras: list[str] = field(default_factory=list)
    taken: dict[int, set[Cell]] = field(default_factory=dict)
    stands: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    upright: dict[tuple[int, int], list[tuple[int, int]]] = field(default_factory=dict)
    sides: dict[str, set[str]] = field(default_factory=dict)
    rows_in: list[int] = field(default_factory=list)
    height: dict[int, int] = field(default_factory=dict)
    next_row: dict[str, int] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        return max(self.column.values(), default=0) + 1

    def by_column(self) -> dict[int, list[str]]:
        """The nodes of each column that decide its width."""
        found: dict[int, list[str]] = {}
        for key, column in self.column.items():
            found.setdefault(column, []).append(key)
        return found

    def by_row(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for key, row in self.row.items():
            found.setdefault(row, []).append(key)
        return found

    def free(self, lane: int, row: int, first: int, last: int) -> bool:
        taken = self.taken.setdefault(lane, set())
        return row >= 0 and not any((row, column) in taken for column in range(first, last + 1))

    def has_room(self, lane: int, row: int, column: int, first: int) -> bool:
        """Whether a node may stand here with a line to it along its row, and no upright line through it."""
        kept = self.upright.get((lane, column), ())
        return self.free(lane, row, first, column) and not any(low <= row <= high for low, high in kept)

    def take(self, lane: int, row: int, first: int, last: int) -> None:
        taken = self.taken.setdefault(lane, set())
        taken.update((row, column) for column in range(first, last + 1))
        self.height[lane] = max(self.height.get(lane, 0), row + 1)

    def put(self, node: str, lane: int, row: int) -> None:
        self.lane[node], self.row[node] = lane, row
        self.stands.setdefault((lane, self.column[node]), set()).add(row)
        self.take(lane, row, self.column[node], self.column[node])

    def settle(self) -> None:
        """Numbers rows through all lanes and remembers how many each lane got."""
        used: list[int] = [0] * len(self.lanes)
        for node, row in self.row.items():
            used[self.lane[node]] = max(used[self.lane[node]], row + 1)
        self.rows_in = [max(count, 1) for count in used]
        starts = [sum(self.rows_in[:index]) for index in range(len(self.lanes))]
        self.taken = {
            0: {(row + starts[lane], column) for lane, cells in self.taken.items() for row, column in cells}
        }
        self.row = {node: row + starts[self.lane[node]] for node, row in self.row.items()}


def arrange(model: Model, reading: Reading, container: str, only: set[str] | None = None) -> Grid:
    """The grid of one process or sub-process; with `only`, of those of its nodes."""
    nodes = [key for key in reading.order(container) if only is None or key in only]
    grid = Grid([])
    for key in nodes:
        node = model.elements[key]
        if isinstance(node, Event) and node.attached_to in nodes:
            grid.bound.setdefault(node.attached_to, []).append(key)
        else:
            grid.order.append(key)
    grid.lanes = _lanes(model, grid.order)
    grid.order.sort(key=lambda key: getattr(model.elements[key], "compensation", False))
    _link(model, reading, container, grid)
    _place_all(model, grid)
    _extras(model, grid, container, only)
    grid.settle()
    return grid


def _lanes(model: Model, nodes: list[str]) -> list[str]:
    """The lanes in use, in the file's order; one nameless row where there are none."""
    used = {getattr(model.elements[key], "lane", "") for key in nodes}
    return [key for key in model.elements if key in used] + ([""] if "" in used or not used else [])


def _link(model: Model, reading: Reading, container: str, grid: Grid) -> None:
    host = {event: node for node, events in grid.bound.items() for event in events}
    place = {key: index for index, key in enumerate(grid.order)}
    handlers = _handlers(model, set(host))
    for key in grid.order + list(host):
        node = model.elements[key]
        if not isinstance(node, FlowNode):
            continue
        flows = [model.elements[each] for each in node.outgoing] + handlers.get(key, [])
        for flow in sorted(flows, key=lambda each: reading.key(getattr(each, "target", ""))):
            source = host.get(key, key)
            if not isinstance(flow, Flow) or flow.target not in place:
                continue
            link = Link(flow.id, source, flow.target, flow.name, port=key if key in host else "")
            link.is_back = place[flow.target] <= place[source] and flow.kind == "sequenceFlow"
            grid.links.append(link)


def _handlers(model: Model, events: set[str]) -> dict[str, list[Element]]:
    """A compensation handler hangs on its event by an association, which is laid out like a flow."""
    found: dict[str, list[Element]] = {}
    for flow in model.of(Flow):
        if flow.kind == "association" and flow.source in events:
            found.setdefault(flow.source, []).append(flow)
    return found


def _place_all(model: Model, grid: Grid) -> None:
    into: dict[str, list[Link]] = {}
    for link in grid.links:
        if not link.is_back:
            into.setdefault(link.target, []).append(link)
    given: set[str] = set()
    lanes = {key: index for index, key in enumerate(grid.lanes)}
    for key in grid.order:
        lane, links = lanes[getattr(model.elements[key], "lane", "")], into.get(key, [])
        if not _stand_upright(model, grid, key, lane, links):
            grid.column[key] = max((grid.column[link.source] + 1 for link in links), default=0)
            while not _place(grid, key, lane, links, given):
                grid.column[key] += 1


def _stand_upright(model: Model, grid: Grid, key: str, lane: int, into: list[Link]) -> bool:
    """Places a node in the column of the last that leads to it, when a straight line up or down can join
    them.
    """
    if not into:
        return False
    link = max(into, key=lambda each: grid.column[each.source])
    column, down = grid.column[link.source], lane > grid.lane[link.source]
    if lane == grid.lane[link.source] or sum(grid.column[each.source] == column for each in into) > 1:
        return False
    if not _may_leave(model, grid, link, down=down) or not _may_enter(model, grid, key, down=down):
        return False
    between = _between(grid, link.source, lane, column, down=down)
    row = _row_at_the_end(grid, lane, column, down=down)
    if between is None or row is None:
        return False
    link.side = "bottom" if down else "top"
    grid.sides.setdefault(link.source, set()).add(link.side)
    grid.sides.setdefault(key, set()).add("top" if down else "bottom")
    for place, rows in [*between, (lane, (0, row - 1) if down else (row + 1, ENDLESS))]:
        grid.upright.setdefault((place, column), []).append(rows)
    grid.column[key] = column
    grid.put(key, lane, row)
    return True


def _may_leave(model: Model, grid: Grid, link: Link, *, down: bool) -> bool:
    """An event has its name under it, a step its boundary events; each side has one upright line."""
    side = "bottom" if down else "top"
    free = not link.port and side not in grid.sides.get(link.source, ())
    covered = isinstance(model.elements[link.source], Event) or link.source in grid.bound
    return free and not (down and covered)


def _may_enter(model: Model, grid: Grid, key: str, *, down: bool) -> bool:
    return down or not (isinstance(model.elements[key], Event) or key in grid.bound)


def _between(
    grid: Grid, source: str, lane: int, column: int, *, down: bool
) -> list[tuple[int, tuple[int, int]]] | None:
    """The rows an upright line passes, lane by lane, up to the goal's; None when something stands there."""
    start, row = grid.lane[source], grid.row[source]
    rows = (row + 1, ENDLESS) if down else (0, row - 1)
    passed = [(start, rows)]
    passed += [(place, (0, ENDLESS)) for place in range(min(start, lane) + 1, max(start, lane))]
    for place, (low, high) in passed:
        if any(low <= each <= high for each in grid.stands.get((place, column), ())):
            return None
        if any(low <= last and first <= high for first, last in grid.upright.get((place, column), ())):
            return None
    return passed


def _row_at_the_end(grid: Grid, lane: int, column: int, *, down: bool) -> int | None:
    """The first row in the goal's lane that an upright line reaches without passing a node or such a line."""
    if grid.upright.get((lane, column)):
        return None
    stands = grid.stands.get((lane, column), set())
    row = _free_row(grid, lane, 0, column, column)
    if row is None:
        return None
    blocked = any(each < row for each in stands) if down else any(each > row for each in stands)
    return None if blocked else row


def _place(grid: Grid, key: str, lane: int, into: list[Link], given: set[str]) -> bool:
    """Straight on from the first that leads here and has not yet been followed; else the nearest free row.

    False when upright lines leave no row in the column.
    """
    column = grid.column[key]
    for link in into:
        source = link.source
        straight = grid.lane[source] == lane and source not in given and not link.port
        if straight and grid.has_room(lane, grid.row[source], column, grid.column[source] + 1):
            given.add(source)
            link.runs = True
            grid.take(lane, grid.row[source], grid.column[source] + 1, column)
            grid.put(key, lane, grid.row[source])
            return True
    if not into:
        row = _free_row(grid, lane, grid.height.get(lane, 0), column, column)
        if row is not None:
            grid.put(key, lane, row)
        return row is not None
    link = next((each for each in into if grid.lane[each.source] == lane), into[0])
    same = grid.lane[link.source] == lane
    start = grid.next_row.get(f"{lane} {link.source}", grid.row[link.source] + 1 if same else 0)
    first = grid.column[link.source] + (0 if same else 1)
    row = _free_row(grid, lane, start, first, column)
    if row is None:
        return False
    grid.next_row[f"{lane} {link.source}"] = row
    link.runs = True
    grid.take(lane, row, first, column)
    grid.put(key, lane, row)
    return True


def _free_row(grid: Grid, lane: int, start: int, first: int, last: int) -> int | None:
    """The first row from `start` where a node may stand in column `last`; None when upright lines have it."""
    kept = grid.upright.get((lane, last), ())
    end = min((low for low, high in kept if high == ENDLESS), default=ENDLESS)
    row = start
    while row < end and not grid.has_room(lane, row, last, first):
        row += 1
    return row if row < end else None


def _extras(model: Model, grid: Grid, container: str, only: set[str] | None) -> None:
    """Data and notes under what they belong to, in the nearest free cell of its column."""
    owner: dict[str, str] = {}
    for flow in model.of(Flow):
        if flow.kind != "sequenceFlow":
            for one, other in ((flow.source, flow.target), (flow.target, flow.source)):
                if other in grid.column:
                    owner.setdefault(one, other)
    for element in model.inside(container):
        wanted = element.kind in ("dataObjectReference", "dataStoreReference", "textAnnotation")
        if not wanted or (only is not None and element.id not in only):
            continue
        near = owner.get(element.id)
        lane = grid.lane[near] if near else len(grid.lanes) - 1
        column, row = (grid.column[near] if near else 0), None
        while row is None:
            row = _free_row(grid, lane, grid.row[near] + 1 if near else 0, column, column)
            column += 1
        grid.column[element.id] = column - 1
        grid.put(element.id, lane, row)
        grid.extras.append(element.id)
