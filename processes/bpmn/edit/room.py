"""A place for what is new in a drawing that somebody made by hand; nothing that stands there is moved.

What finds no place asks for the whole map to be laid out anew, which only happens after a yes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

from lxml import etree

from processes.bpmn import diagram, drawing
from processes.bpmn.edit.sheet import LANE, Points, Sheet, local
from processes.bpmn.model import ACTIVITIES, DATA, FLOW_NODES, GATEWAYS, SUB_PROCESSES, Bounds, Edge, Shape

AIR = 12.0
STEP = 20.0
REACH = 460.0
TRIES = 300
HEAD = 30.0
SOLID = FLOW_NODES | DATA | {"textAnnotation"}
SIDES = {"right": (1, 0), "left": (-1, 0), "bottom": (0, 1), "top": (0, -1)}


class NeedsRedraw(Exception):
    """The change has no room in the drawing as it is."""


def settle(sheet: Sheet, *, redraw: bool = False) -> None:
    """Draw what was changed. Raises NeedsRedraw when a drawing made by hand has no room for it.

    A drawing of ours, or none, is laid out anew; so is any when `redraw` says yes.
    """
    if redraw or (sheet.moved and sheet.is_own):
        drawing.redraw(sheet.root)
        return
    if not sheet.moved:
        return
    for key, near in sheet.homeless.items():
        _place(sheet, key, near)
    for key in sheet.loose:
        if (flow := sheet.nodes.get(key)) is not None:
            _draw_line(sheet, flow)


class _Paper:
    """What stands in the plane around a node."""

    def __init__(self, sheet: Sheet, near: str) -> None:
        figure = sheet.figure(near)
        plane = figure.getparent() if figure is not None else None
        if figure is None or plane is None:
            raise NeedsRedraw
        self.plane = plane
        self.boxes: dict[str, Bounds] = {}
        self.lines: list[Points] = []
        around = {one.get("id", "") for one in sheet.node(near).iterancestors()}
        for one in plane:
            self._add(sheet, one, around)

    def _add(self, sheet: Sheet, figure: etree._Element, around: set[str]) -> None:
        key = drawing.figure_of(figure)
        if figure.tag == drawing.EDGE:
            self.lines.append(diagram.points_of(figure))
            return
        node, box = sheet.nodes.get(key), diagram.bounds_of(figure)
        if box is None or node is None or key in around:
            return
        if local(node) in SOLID and local(node) != "boundaryEvent":
            self.boxes[key] = box

    def is_free(self, box: Bounds, *, but: str) -> bool:
        wide = Bounds(box.x - AIR, box.y - AIR, box.width + 2 * AIR, box.height + 2 * AIR)
        if any(_overlap(wide, other) for key, other in self.boxes.items() if key != but):
            return False
        return not any(crosses(line, box) for points in self.lines for line in pairwise(points))


def _overlap(one: Bounds, other: Bounds) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def crosses(line: tuple[tuple[float, float], tuple[float, float]], box: Bounds) -> bool:
    """Whether a level or upright line runs through a box."""
    (x, y), (to_x, to_y) = line
    level = min(x, to_x) < box.right - 1 and max(x, to_x) > box.x + 1
    return level and min(y, to_y) < box.bottom - 1 and max(y, to_y) > box.y + 1


def _place(sheet: Sheet, key: str, near: str) -> None:
    """Put a node beside the one it follows, in its lane, where its lines can be drawn as well."""
    if near not in sheet.nodes:
        raise NeedsRedraw
    paper = _Paper(sheet, near)
    source = paper.boxes.get(near)
    if source is None:
        raise NeedsRedraw
    for old in [one for one in paper.plane if drawing.figure_of(one) == key]:
        paper.plane.remove(old)
        paper.boxes.pop(key, None)
    wide, high = _size(sheet, key, source)
    area = _area(sheet, key)
    for box in _places(source, wide, high):
        if area is not None and not _within(box, area):
            continue
        if paper.is_free(box, but=key) and _can_be_reached(sheet, paper, key, box):
            _put(sheet, paper.plane, key, box)
            return
    raise NeedsRedraw


def _size(sheet: Sheet, key: str, near: Bounds) -> tuple[float, float]:
    """Like the steps that are drawn beside it."""
    tag = local(sheet.node(key))
    if tag in GATEWAYS:
        return 50, 50
    if tag not in ACTIVITIES:
        return 36, 36
    for node in sheet.siblings(key):
        box = sheet.box(node.get("id", ""))
        is_open = local(node) in SUB_PROCESSES and box is not None and box.width > 2 * 120
        if local(node) in ACTIVITIES and box is not None and not is_open:
            return box.width, box.height
    return 100, 80


def _area(sheet: Sheet, key: str) -> Bounds | None:
    """Where a node must stand: its lane, the opened sub-process around it, or its pool; None is anywhere."""
    lane, parent = sheet.lane_of(key), sheet.container(key)
    if lane is not None:
        box = sheet.box(lane.get("id", ""))
        if box is None:
            raise NeedsRedraw
        return Bounds(box.x + HEAD, box.y, box.width - HEAD, box.height)
    if any(sheet.figure(one.get("id", "")) is not None for one in parent.iter(LANE)):
        raise NeedsRedraw
    if local(parent) in SUB_PROCESSES:
        figure = sheet.figure(parent.get("id", ""))
        inside = figure is not None and figure.get("isExpanded") == "true"
        return sheet.box(parent.get("id", "")) if inside else None
    pools = (one for one in sheet.nodes.values() if local(one) == "participant")
    pool = next((one for one in pools if one.get("processRef") == parent.get("id")), None)
    return sheet.box(pool.get("id", "")) if pool is not None else None


def _within(box: Bounds, area: Bounds) -> bool:
    inside = box.x >= area.x + AIR and box.right <= area.right - AIR
    return inside and box.y >= area.y + AIR and box.bottom <= area.bottom - AIR


def _places(source: Bounds, wide: float, high: float) -> Iterator[Bounds]:
    """Straight on first, then ever farther to the right, under and over."""
    right, level = source.right + 40, source.cy - high / 2
    shifts = [(x, y) for x in range(0, int(REACH), int(STEP)) for y in range(-240, 260, int(STEP))]
    shifts += [(-x, y) for x in range(40, 240, int(STEP)) for y in (-160, -140, -120, 120, 140, 160)]
    shifts.sort(key=lambda shift: (abs(shift[0]) + 1.4 * abs(shift[1]), shift))
    for x, y in shifts[: TRIES * 2]:
        yield Bounds(right + x, level + y, wide, high)


def _can_be_reached(sheet: Sheet, paper: _Paper, key: str, box: Bounds) -> bool:
    """Whether every line to and from the node can be drawn around the boxes."""
    for flow in [*sheet.leaving(key), *sheet.arriving(key)]:
        other = flow.get("targetRef" if flow.get("sourceRef") == key else "sourceRef", "")
        place = paper.boxes.get(other)
        if place is None:
            continue
        ends = (box, place) if flow.get("sourceRef") == key else (place, box)
        solid = [one for name, one in paper.boxes.items() if name not in (other, key)]
        if _route(*ends, solid) is None:
            return False
    return True


def _put(sheet: Sheet, plane: etree._Element, key: str, box: Bounds) -> None:
    name = f"{key}_di"
    figure = drawing.plain_shape(Shape(id=name, element=key, bounds=box))
    if local(sheet.node(key)) == "exclusiveGateway":
        figure.set("isMarkerVisible", "true")
    if local(sheet.node(key)) in SUB_PROCESSES:
        figure.set("isExpanded", "false")
    sheet.insert(plane, figure, len(plane))


def _draw_line(sheet: Sheet, flow: etree._Element) -> None:
    """Draw a flow anew between its ends; where nothing else goes, the way that was hinted at."""
    key, source, target = flow.get("id", ""), flow.get("sourceRef", ""), flow.get("targetRef", "")
    if sheet.box(source) is None and sheet.box(target) is None:
        return
    paper = _Paper(sheet, source)
    ends = paper.boxes.get(source) or sheet.box(source), paper.boxes.get(target) or sheet.box(target)
    if ends[0] is None or ends[1] is None:
        raise NeedsRedraw
    solid = [box for name, box in paper.boxes.items() if name not in (source, target)]
    hint = sheet.hints.get(key)
    if hint is not None and any(crosses(line, box) for line in pairwise(hint) for box in solid):
        hint = None
    points = hint or _route(ends[0], ends[1], solid)
    if points is None:
        raise NeedsRedraw
    old = sheet.figure(key)
    figure = drawing.edge_node(Edge(id=f"{key}_di", element=key, points=points), old)
    if old is not None and (frame := old.getparent()) is not None:
        figure.tail = old.tail
        frame.replace(old, figure)
        return
    sheet.insert(paper.plane, figure, len(paper.plane))


def _route(source: Bounds, target: Bounds, solid: list[Bounds]) -> Points | None:
    """The shortest of the plain ways between two boxes that runs through no other; None when all do."""
    best: tuple[float, Points] | None = None
    for leave, enter in product(SIDES, SIDES):
        for points in _ways(source, target, leave, enter):
            lines = list(pairwise(points))
            length = sum(abs(x - to_x) + abs(y - to_y) for (x, y), (to_x, to_y) in lines)
            length += 15 * len(points) + (0 if (leave, enter) == ("right", "left") else 25)
            if best is not None and length >= best[0]:
                continue
            own = [crosses(line, box) for line in lines for box in (source, target)]
            if not any(own) and not any(crosses(line, box) for line in lines for box in solid):
                best = (length, points)
    return best[1] if best else None


def _ways(source: Bounds, target: Bounds, leave: str, enter: str) -> Iterator[Points]:
    """Lines with at most three bends that leave and enter by those sides."""
    start, end = _port(source, leave), _port(target, enter)
    out, into = SIDES[leave], SIDES[enter]
    level_out, level_in = out[1] == 0, into[1] == 0
    if level_out != level_in:
        corner = (end[0], start[1]) if level_out else (start[0], end[1])
        yield [start, corner, end]
        return
    axis = 0 if level_out else 1
    if start[1 - axis] == end[1 - axis] and leave != enter:
        yield [start, end]
    for turn in _turns(source, target, axis, out[axis], into[axis]):
        first = (turn, start[1]) if axis == 0 else (start[0], turn)
        second = (turn, end[1]) if axis == 0 else (end[0], turn)
        yield [start, first, second, end]


def _turns(source: Bounds, target: Bounds, axis: int, out: int, into: int) -> Iterator[float]:
    """Where a line with two bends may turn: between the boxes, or outside both."""
    low = (source.x, target.x) if axis == 0 else (source.y, target.y)
    high = (source.right, target.right) if axis == 0 else (source.bottom, target.bottom)
    if out == into:
        for away in (20.0, 35.0, 50.0):
            yield max(high) + away if out > 0 else min(low) - away
        return
    near, far = (high[0], low[1]) if out > 0 else (low[0], high[1])
    if (far - near) * out > 0:
        for part in (0.5, 0.3, 0.7):
            yield near + (far - near) * part


def _port(box: Bounds, side: str) -> tuple[float, float]:
    return {
        "right": (box.right, box.cy),
        "left": (box.x, box.cy),
        "top": (box.cx, box.y),
        "bottom": (box.cx, box.bottom),
    }[side]
