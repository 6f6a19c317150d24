"""One process or sub-process laid out: grid and lines, measured, with the insides of its expanded
sub-processes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from processes.bpmn.layout.grid import Grid, Link, arrange
from processes.bpmn.layout.route import TRACK, Router
from processes.bpmn.model import (
    ACTIVITIES,
    DATA,
    EVENTS,
    GATEWAYS,
    SUB_PROCESSES,
    Bounds,
    Edge,
    Element,
    Flow,
    Model,
    Plane,
    Shape,
)
from processes.bpmn.order import Reading
from processes.bpmn.svg.text import width as text_width
from processes.bpmn.svg.text import wrap

GAP = 46.0
ROW_GAP = 28.0
LANE_PAD = 22.0
HEAD = 30.0
LABEL = 12.0
MAX_INLINE = 14


def size_of(element: Element | None) -> tuple[float, float]:
    """Width and height of an element on its own, in the sizes other tools use."""
    kind = element.kind if element else ""
    if kind in EVENTS:
        return 36, 36
    if kind in GATEWAYS:
        return 50, 50
    if kind == "textAnnotation" and element is not None:
        lines = wrap(element.name, 130 / LABEL)
        return 140, max(30, len(lines) * LABEL * 1.25 + 8)
    if "dataStore" in kind:
        return 50, 50
    if kind in DATA:
        return 36, 50
    return 120, 80


@dataclass(slots=True)
class Block:
    """A measured layout with its upper left corner at (0, 0)."""

    grid: Grid
    router: Router
    width: float = 0.0
    height: float = 0.0
    left: float = 0.0
    inner: dict[str, Block] = field(default_factory=dict)
    lane_boxes: list[tuple[str, Bounds]] = field(default_factory=list)


def lay(
    model: Model, reading: Reading, container: str, *, depth: int = 0, only: set[str] | None = None
) -> Block:
    """Lays out one container. Small sub-processes are drawn opened, one level deep; others stay closed."""
    grid = arrange(model, reading, container, only)
    block = Block(grid, Router(model, grid))
    for key in grid.order:
        opens = model.elements[key].kind in SUB_PROCESSES and depth < 1 and only is None
        if opens and 0 < len(reading.order(key)) <= MAX_INLINE:
            block.inner[key] = lay(model, reading, key, depth=depth + 1)
    block.router.plan()
    _measure(model, block)
    return block


def _size(model: Model, block: Block, key: str) -> tuple[float, float]:
    inner = block.inner.get(key)
    return (inner.width + 40, inner.height + 56) if inner else size_of(model.elements[key])


def _measure(model: Model, block: Block) -> None:
    grid, at = block.grid, block.router.at
    sizes = {key: _size(model, block, key) for key in grid.row}
    centres, block.width = _measure_columns(model, block, sizes)
    block.height = _measure_rows(model, block, sizes)
    for key, (wide, high) in sizes.items():
        x, y = centres[grid.column[key]], at.row[grid.row[key]]
        if key in grid.alone:
            x = block.left + wide / 2
            block.width = max(block.width, block.left + wide + LANE_PAD)
        at.box[key] = Bounds(x - wide / 2, y - high / 2, wide, high)
    for _, lane in block.lane_boxes:
        lane.width = block.width
    for host, events in grid.bound.items():
        box = at.box[host]
        step = box.width / (len(events) + 1)
        for index, event in enumerate(events, start=1):
            at.box[event] = Bounds(box.x + step * index - 18, box.bottom - 18, 36, 36)


def _measure_columns(
    model: Model, block: Block, sizes: dict[str, tuple[float, float]]
) -> tuple[dict[int, float], float]:
    """Centres of the columns. A gap is as wide as its tracks and the words on the lines through it."""
    grid, at = block.grid, block.router.at
    tracks, columns = block.router.gaps.settle(), grid.by_column()
    words: dict[int, float] = {}
    for link in grid.links:
        column = grid.column[link.source]
        words[column] = max(words.get(column, 0), _label_size(link)[0])
    x, centres = LANE_PAD + (HEAD if grid.lanes != [""] else 0), {}
    block.left = x
    at.gap[-1] = x - 4
    x += tracks.get(-1, 0) * TRACK
    for column in range(grid.columns):
        inside = columns.get(column, [])
        wide = max((max(sizes[key][0], _name_width(model, key)) for key in inside), default=50.0)
        centres[column] = x + wide / 2
        x += wide
        at.gap[column] = x + max(words.get(column, 0) + 14, 4)
        x += max(
            GAP,
            words.get(column, 0) + 30 + TRACK * (tracks.get(column, 0) + 1),
            TRACK * (tracks.get(column, 0) + 2),
        )
    return centres, x - GAP + LANE_PAD


def _name_width(model: Model, key: str) -> float:
    """The room that the name under an event or gateway wants."""
    element = model.elements[key]
    if element.kind not in EVENTS | GATEWAYS or not element.name:
        return 0.0
    return max(text_width(line) for line in wrap(element.name, 90 / LABEL)) * LABEL


def _name_height(model: Model, key: str) -> float:
    element = model.elements[key]
    if element.kind in ACTIVITIES or element.kind == "textAnnotation":
        return 0.0
    return len(wrap(model.label(element), 90 / LABEL)) * LABEL * 1.25 + 6


def _measure_rows(model: Model, block: Block, sizes: dict[str, tuple[float, float]]) -> float:
    """Middles of the rows and the boxes of the lanes; a channel is as high as its tracks."""
    grid, at = block.grid, block.router.at
    tracks, rows = block.router.channels.settle(), grid.by_row()
    y, row = 0.0, 0
    for lane, count in zip(grid.lanes, grid.rows_in, strict=True):
        top = y
        y += LANE_PAD / 2
        for _ in range(count):
            at.channel[row] = y
            y += tracks.get(row, 0) * TRACK
            inside = rows.get(row, [])
            half = max((sizes[key][1] / 2 for key in inside), default=25.0)
            below = max((sizes[key][1] / 2 + _name_height(model, key) for key in inside), default=half)
            bound = 46.0 if any(grid.bound.get(key) for key in inside) else 0.0
            at.row[row] = y + half + ROW_GAP / 2
            y = at.row[row] + max(half + bound, below) + ROW_GAP / 2
            row += 1
        y += LANE_PAD / 2
        if lane:
            block.lane_boxes.append((lane, Bounds(0, top, 0, y - top)))
    at.channel[row] = y - LANE_PAD / 2
    extra = tracks.get(row, 0) * TRACK
    if block.lane_boxes and extra:
        block.lane_boxes[-1][1].height += extra
    return y + extra


def _label_size(link: Link) -> tuple[float, float]:
    if not link.label:
        return 0.0, 0.0
    lines = wrap(link.label, 110 / LABEL)
    return max(text_width(line) for line in lines) * LABEL + 4, len(lines) * LABEL * 1.25


def draw(model: Model, block: Block, plane: Plane, x: float, y: float) -> None:
    """Adds a block's shapes and edges to a plane, with its corner at (x, y)."""
    for lane, box in block.lane_boxes:
        add_shape(plane, lane, Bounds(x + box.x, y + box.y, box.width, box.height), horizontal=True)
    for key, box in block.router.at.box.items():
        moved = Bounds(x + box.x, y + box.y, box.width, box.height)
        inner = block.inner.get(key)
        is_sub = model.elements[key].kind in SUB_PROCESSES
        shape = add_shape(plane, key, moved, expanded=inner is not None if is_sub else None)
        shape.label = _name_place(model, block, key, moved)
        if inner is not None:
            draw(model, inner, plane, moved.x + 20, moved.y + 36)
    for link in block.grid.links:
        points = [(x + px, y + py) for px, py in block.router.points(link.flow)]
        edge = Edge(id=f"{link.flow}_di", element=link.flow, points=points, generated=True)
        edge.label = _label_place(link, points)
        plane.edges.append(edge)
    _associations(model, block, plane)


def add_shape(
    plane: Plane,
    element: str,
    bounds: Bounds,
    *,
    expanded: bool | None = None,
    horizontal: bool | None = None,
) -> Shape:
    """Adds a laid-out shape to a plane."""
    shape = Shape(
        id=f"{element}_di",
        element=element,
        bounds=bounds,
        expanded=expanded,
        horizontal=horizontal,
        generated=True,
    )
    plane.shapes.append(shape)
    return shape


def _name_place(model: Model, block: Block, key: str, box: Bounds) -> Bounds | None:
    """A gateway's name stands where no line leaves it: under, over, or beside the line under it."""
    element = model.elements[key]
    if element.kind not in GATEWAYS or not element.name:
        return None
    lines = wrap(element.name, 96 / LABEL)
    wide, high = max(text_width(line) for line in lines) * LABEL, len(lines) * LABEL * 1.25
    exits = block.router.exits.get(key, set())
    if "bottom" not in exits:
        return Bounds(box.cx - wide / 2, box.bottom + 3, wide, high)
    if "top" not in exits:
        return Bounds(box.cx - wide / 2, box.y - high - 3, wide, high)
    return Bounds(box.cx - wide - 5, box.bottom + 1, wide, high)


def _label_place(link: Link, points: list[tuple[float, float]]) -> Bounds | None:
    """Over the first level part that is long enough, near where the line begins."""
    wide, high = _label_size(link)
    if not wide:
        return None
    for (x, y), (to_x, to_y) in pairwise(points):
        if y == to_y and abs(to_x - x) >= wide + 6:
            left = x + 5 if to_x > x else x - wide - 5
            return Bounds(left, y - high - 3, wide, high)
    x, y = points[0]
    down = points[1][1] >= y
    return Bounds(x + 5, y + 4 if down else y - high - 4, wide, high)


def _associations(model: Model, block: Block, plane: Plane) -> None:
    """Straight dotted lines between data or notes and what they belong to."""
    boxes = {shape.element: shape.bounds for shape in plane.shapes}
    extras, drawn = set(block.grid.extras), {edge.element for edge in plane.edges}
    for flow in model.of(Flow):
        if flow.kind == "sequenceFlow" or flow.id in drawn or not extras & {flow.source, flow.target}:
            continue
        if flow.source in boxes and flow.target in boxes:
            points = straight(boxes[flow.source], boxes[flow.target])
            plane.edges.append(Edge(id=f"{flow.id}_di", element=flow.id, points=points, generated=True))


def straight(source: Bounds, target: Bounds) -> list[tuple[float, float]]:
    """The shortest decent line between two boxes: upright or level when they overlap that way, else with
    one bend.
    """
    if min(source.right, target.right) - max(source.x, target.x) > 10:
        x = (max(source.x, target.x) + min(source.right, target.right)) / 2
        return (
            [(x, source.bottom), (x, target.y)]
            if target.cy > source.cy
            else [(x, source.y), (x, target.bottom)]
        )
    if min(source.bottom, target.bottom) - max(source.y, target.y) > 10:
        y = (max(source.y, target.y) + min(source.bottom, target.bottom)) / 2
        return (
            [(source.right, y), (target.x, y)]
            if target.cx > source.cx
            else [(source.x, y), (target.right, y)]
        )
    x = source.right if target.cx > source.cx else source.x
    y = target.y if target.cy > source.cy else target.bottom
    return [(x, source.cy), (target.cx, source.cy), (target.cx, y)]
