"""One process or sub-process laid out: grid and lines, measured. Its own sub-processes are drawn closed."""

from __future__ import annotations

from dataclasses import dataclass, field

from processes.bpmn.layout.grid import Grid, Link, arrange
from processes.bpmn.layout.route import TRACK, Router
from processes.bpmn.model import (
    ACTIVITIES,
    DATA,
    EVENTS,
    GATEWAYS,
    TASKS,
    Bounds,
    Element,
    Model,
)
from processes.bpmn.order import Reading
from processes.bpmn.svg import icons
from processes.bpmn.svg.text import PIXELS, wrap
from processes.bpmn.svg.text import height as text_height
from processes.bpmn.svg.text import width as text_width

ROW_GAP = 22.0
LANE_PAD = 16.0
HEAD = 30.0
LABEL = 12.0
OVERHANG = 24.0
HIGH = 64.0
# Width of a step and of the space between columns: the first with which the map is no wider than a page.
FITS = ((130.0, 34.0), (118.0, 30.0), (106.0, 26.0), (96.0, 24.0))
PAGE = 1160.0
LARGEST_STEP = (190.0, 120.0)
LONGEST_NAME = 220.0
ICON = 18.0
MARKER = 14.0
Sizes = dict[str, tuple[float, float]]


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
    step: tuple[float, float] = (0.0, 0.0)
    gap: float = 0.0
    lane_boxes: list[tuple[str, Bounds]] = field(default_factory=list)


def lay(
    model: Model, reading: Reading, container: str, *, only: set[str] | None = None, name: str = ""
) -> Block:
    """Lays out one container, its sub-processes closed; `name` is that of its pool, which wants height."""
    grid = arrange(model, reading, container, only)
    block = Block(grid, Router(model, grid))
    block.router.plan()
    for wide, gap in (*FITS, FITS[1]):
        block.step, block.gap = _step_size(model, grid, wide), gap
        _measure(model, block, name)
        if block.width <= PAGE:
            break
    return block


def _step_size(model: Model, grid: Grid, wide: float) -> tuple[float, float]:
    """One size for all steps of a map, in which the longest of their names has room."""
    high = HIGH
    names = {key: model.elements[key] for key in grid.row if model.elements[key].kind in ACTIVITIES}
    for element in names.values():
        longest = max((text_width(word) for word in element.name.split()), default=0.0)
        wide = max(wide, min(longest * PIXELS + 12, LARGEST_STEP[0]))
    for key, element in names.items():
        lines = wrap(element.name, (wide - 10) / PIXELS)
        room = text_height(lines, PIXELS) + 6
        if element.kind not in TASKS or key in grid.bound:
            room += MARKER
        elif lines and element.kind in icons.TASKS and text_width(lines[0]) * PIXELS > wide - 10 - 2 * ICON:
            room += ICON
        high = max(high, min(room, LARGEST_STEP[1]))
    return wide, high


def _size(model: Model, block: Block, key: str) -> tuple[float, float]:
    element = model.elements[key]
    return block.step if element.kind in ACTIVITIES else size_of(element)


def _measure(model: Model, block: Block, name: str) -> None:
    grid, at = block.grid, block.router.at
    sizes = {key: _size(model, block, key) for key in grid.row}
    centres, block.width = _measure_columns(model, block, sizes)
    tracks = block.router.channels.settle()
    block.height = _measure_rows(model, block, sizes, tracks)
    spare = min(text_width(name) * PIXELS + 16, LONGEST_NAME) - block.height
    if spare > 0:
        block.height = _measure_rows(model, block, sizes, tracks, more=spare / len(grid.lanes))
    for key, (wide, high) in sizes.items():
        x, y = centres[grid.column[key]], at.row[grid.row[key]]
        at.box[key] = Bounds(x - wide / 2, y - high / 2, wide, high)
    for _, lane in block.lane_boxes:
        lane.width = block.width
    for host, events in grid.bound.items():
        box = at.box[host]
        step = box.width / (len(events) + 1)
        for index, event in enumerate(events, start=1):
            at.box[event] = Bounds(box.x + step * index - 18, box.bottom - 18, 36, 36)


def _measure_columns(model: Model, block: Block, sizes: Sizes) -> tuple[dict[int, float], float]:
    """Centres of the columns. A gap is as wide as its tracks and the words on the lines through it."""
    grid, at = block.grid, block.router.at
    tracks, columns = block.router.gaps.settle(), grid.by_column()
    said, after = _words(block)
    x, centres = LANE_PAD + (HEAD if grid.lanes != [""] else 0), {}
    at.gap[-1] = x - 4
    x += tracks.get(-1, 0) * TRACK
    for column in range(grid.columns):
        inside = columns.get(column, [])
        wide = max((max(sizes[key][0], _name_width(model, key)) for key in inside), default=50.0)
        centres[column] = x + wide / 2
        x += wide
        count = tracks.get(column, 0)
        at.gap[column] = x + (said.get(column, 0) if count else 0) - 2
        x += max(block.gap, said.get(column, 0) + after.get(column, 0) + 18 + TRACK * count)
    return centres, x - block.gap + LANE_PAD


def _words(block: Block) -> tuple[dict[int, float], dict[int, float]]:
    """The room in each gap for words on its lines: before the tracks, and after them where lines part."""
    before: dict[int, float] = {}
    after: dict[int, float] = {}
    for link in block.grid.links:
        if link.flow in block.router.long:
            continue
        column, wide = block.grid.column[link.source], label_size(link)[0]
        side = after if link.flow in block.router.shared else before
        if link.flow in block.router.feet:
            wide -= 25
        if wide > side.get(column, 0):
            side[column] = wide
    return before, after


def _name_width(model: Model, key: str) -> float:
    """The room that the name under an event or gateway wants; a little of it may hang over into the gaps."""
    element = model.elements[key]
    if element.kind not in EVENTS | GATEWAYS or not element.name:
        return 0.0
    return max(text_width(line) for line in wrap(element.name, 96 / PIXELS)) * PIXELS - OVERHANG


def _name_height(model: Model, key: str) -> float:
    element = model.elements[key]
    if element.kind in ACTIVITIES or element.kind == "textAnnotation":
        return 0.0
    return len(wrap(model.label(element), 90 / LABEL)) * LABEL * 1.25 + 6


def _measure_rows(
    model: Model,
    block: Block,
    sizes: Sizes,
    tracks: dict[int, int],
    *,
    more: float = 0.0,
) -> float:
    """Middles of the rows and the boxes of the lanes, each `more` higher than need be; the whole height."""
    grid, at = block.grid, block.router.at
    rows = grid.by_row()
    block.lane_boxes.clear()
    y, row = 0.0, 0
    for lane, count in zip(grid.lanes, grid.rows_in, strict=True):
        high = sum(_row_height(model, block, sizes, rows.get(each, [])) for each in range(row, row + count))
        high += sum(_channel_height(block, tracks, each) for each in range(row, row + count)) + LANE_PAD
        pad = max(_name_length(model, lane) - high, 0) + more
        top = y
        y += (LANE_PAD + pad) / 2
        for _ in range(count):
            y += _channel_height(block, tracks, row)
            at.channel[row] = y - tracks.get(row, 0) * block.router.track(row)
            at.row[row] = y + _rise(model, block, sizes, rows.get(row, [])) + ROW_GAP / 2
            y += _row_height(model, block, sizes, rows.get(row, []))
            row += 1
        y += (LANE_PAD + pad) / 2
        if lane:
            block.lane_boxes.append((lane, Bounds(0, top, 0, y - top)))
    extra = _channel_height(block, tracks, row)
    at.channel[row] = y - LANE_PAD / 2 + extra - tracks.get(row, 0) * block.router.track(row)
    if block.lane_boxes and extra:
        block.lane_boxes[-1][1].height += extra
    return y + extra


def _channel_height(block: Block, tracks: dict[int, int], channel: int) -> float:
    words = (label_size(link)[1] for link in block.router.worded.get(channel, ()))
    over = max((max(LABEL + 4, high - 8) for high in words), default=0.0)
    return tracks.get(channel, 0) * block.router.track(channel) + over


def _row_height(
    model: Model, block: Block, sizes: dict[str, tuple[float, float]], inside: list[str]
) -> float:
    half = max((sizes[key][1] / 2 for key in inside), default=25.0)
    below = max((_reach(model, block, sizes, key) for key in inside), default=half)
    bound = 46.0 if any(block.grid.bound.get(key) for key in inside) else 0.0
    return _rise(model, block, sizes, inside) + max(half + bound, below) + ROW_GAP


def _reach(model: Model, block: Block, sizes: Sizes, key: str) -> float:
    """How far a node reaches under the middle of its row with its name."""
    beside = name_side(model, block, key) == "beside"
    return (under(block) if beside else sizes[key][1] / 2) + _name_height(model, key)


def under(block: Block) -> float:
    """How far under the middle of its row a gateway's name stands when it must pass the step beside it."""
    return max(block.step[1] / 2, 25.0)


def _rise(model: Model, block: Block, sizes: Sizes, inside: list[str]) -> float:
    """How far a row reaches over its middle: the name of a gateway may stand on top."""
    tall = (
        sizes[key][1] / 2 + (_name_height(model, key) if name_side(model, block, key) == "top" else 0)
        for key in inside
    )
    return max(tall, default=25.0)


def _name_length(model: Model, lane: str) -> float:
    """The height a lane wants for its name, which runs upwards."""
    return min(text_width(model.elements[lane].name) * PIXELS + 16, LONGEST_NAME) if lane else 0.0


def label_size(link: Link) -> tuple[float, float]:
    if not link.label:
        return 0.0, 0.0
    lines = wrap(link.label, 76 / LABEL)
    return max(text_width(line) for line in lines) * LABEL + 4, len(lines) * LABEL * 1.25


def name_side(model: Model, block: Block, key: str) -> str:
    """Where a gateway's name stands: on the first side where no line leaves or arrives, else beside."""
    if model.elements[key].kind not in GATEWAYS or not model.elements[key].name:
        return ""
    used = block.router.exits.get(key, set())
    return next((side for side in ("bottom", "top") if side not in used), "beside")
