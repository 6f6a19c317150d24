"""Where each node of one process stands: a column along the flow, a row inside its lane.

A node takes the row of what leads to it when that row is free all the way; a branch takes the next free
row below.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from processes.bpmn.model import SUB_PROCESSES, Element, Event, Flow, FlowNode, Model
from processes.bpmn.order import Reading


@dataclass(slots=True)
class Link:
    """A sequence flow between two grid nodes. `port` is the boundary event it leaves from, if any."""

    flow: str
    source: str
    target: str
    label: str
    port: str = ""
    is_back: bool = False
    runs: bool = False


Cell = tuple[int, int]


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
    alone: set[str] = field(default_factory=set)
    taken: dict[int, set[Cell]] = field(default_factory=dict)
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
            if key not in self.alone:
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

    def take(self, lane: int, row: int, first: int, last: int) -> None:
        taken = self.taken.setdefault(lane, set())
        taken.update((row, column) for column in range(first, last + 1))
        self.height[lane] = max(self.height.get(lane, 0), row + 1)

    def put(self, node: str, lane: int, row: int) -> None:
        self.lane[node], self.row[node] = lane, row
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
    grid.alone = _alone(model, grid)
    grid.order.sort(key=lambda key: (getattr(model.elements[key], "compensation", False), key in grid.alone))
    _link(model, reading, container, grid)
    _columns(grid)
    _rows(model, grid)
    _extras(model, grid, container, only)
    grid.settle()
    return grid


def _alone(model: Model, grid: Grid) -> set[str]:
    """Sub-processes that no flow leads to or from; where no lane lies below, they may be wider than a
    column.
    """
    if len(grid.lanes) > 1:
        return set()
    nodes = (model.elements[key] for key in grid.order if key not in grid.bound)
    free = (node for node in nodes if node.kind in SUB_PROCESSES and isinstance(node, FlowNode))
    return {node.id for node in free if not node.incoming and not node.outgoing}


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


def _columns(grid: Grid) -> None:
    before: dict[str, list[str]] = {}
    for link in grid.links:
        if not link.is_back:
            before.setdefault(link.target, []).append(link.source)
    for key in grid.order:
        grid.column[key] = max((grid.column[each] + 1 for each in before.get(key, ())), default=0)


def _rows(model: Model, grid: Grid) -> None:
    into: dict[str, list[Link]] = {}
    for link in grid.links:
        if not link.is_back:
            into.setdefault(link.target, []).append(link)
    given: set[str] = set()
    lanes = {key: index for index, key in enumerate(grid.lanes)}
    for key in grid.order:
        lane = lanes[getattr(model.elements[key], "lane", "")]
        _place(grid, key, lane, into.get(key, []), given)


def _place(grid: Grid, key: str, lane: int, into: list[Link], given: set[str]) -> None:
    """Straight on from the first that leads here and has not yet been followed; else the nearest free row."""
    column = grid.column[key]
    for link in into:
        source = link.source
        straight = grid.lane[source] == lane and source not in given and not link.port
        if straight and grid.free(lane, grid.row[source], grid.column[source] + 1, column):
            given.add(source)
            link.runs = True
            grid.take(lane, grid.row[source], grid.column[source] + 1, column)
            grid.put(key, lane, grid.row[source])
            return
    if not into:
        grid.put(key, lane, grid.height.get(lane, 0))
        return
    link = next((each for each in into if grid.lane[each.source] == lane), into[0])
    same = grid.lane[link.source] == lane
    start = grid.next_row.get(f"{lane} {link.source}", grid.row[link.source] + 1 if same else 0)
    row = _free_row(grid, lane, start, grid.column[link.source], column)
    grid.next_row[f"{lane} {link.source}"] = row
    link.runs = True
    grid.take(lane, row, grid.column[link.source] if same else grid.column[link.source] + 1, column)
    grid.put(key, lane, row)


def _free_row(grid: Grid, lane: int, start: int, first: int, last: int) -> int:
    row = start
    while not grid.free(lane, row, first, last):
        row += 1
    return row


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
        grid.column[element.id] = column = grid.column[near] if near else 0
        row = _free_row(grid, lane, grid.row[near] + 1 if near else 0, column, column)
        grid.put(element.id, lane, row)
        grid.extras.append(element.id)
