"""Draws the lines: flows, associations, their heads and tails."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from processes.bpmn.model import Activity, Bounds, Edge, Event, Flow, Gateway, Shape
from processes.bpmn.svg import colour, nodes, text
from processes.bpmn.svg.pen import LOOK, Pen, look
from processes.bpmn.svg.space import beside

Point = tuple[float, float]
n = text.number
ROUND = 6.0
DASHES = {
    "messageFlow": "7 4",
    "association": "1.5 3.5",
    "dataInputAssociation": "1.5 3.5",
    "dataOutputAssociation": "1.5 3.5",
}


def draw(pen: Pen, edge: Edge) -> str:
    """The line with its ends; the label is separate, because it is painted above everything."""
    flow = pen.model.elements.get(edge.element)
    kind = flow.kind if isinstance(flow, Flow) else ""
    points = _cropped(pen, edge, flow if isinstance(flow, Flow) else None)
    for x, y in points:
        pen.reach(x - 4, y - 4, x + 4, y + 4)
    pen.shown += not edge.generated or not pen.model.di_count
    if kind == "conversationLink":
        return _double(points)
    dash = DASHES.get(kind) or ("" if kind == "sequenceFlow" else "3 3")
    extra = f' stroke-dasharray="{dash}"' if dash else ""
    if kind == "sequenceFlow":
        points = [*points[:-1], _towards(points[-1], points[-2], 3)]
    line = f'<path {_paint(edge)}{extra} d="{path(points)}"/>'
    return line + (_ends(pen, edge, flow, points) if isinstance(flow, Flow) else "")


def _paint(edge: Edge) -> str:
    """An author's colour on a line is kept where it can be seen on paper."""
    own = colour.stroke(edge.stroke)
    if not own or colour.is_faint(own):
        return look("flow")
    return f'class="own-stroke flow-own" {LOOK["flow"]}'.replace("#4a5765", own)


def _double(points: Sequence[Point]) -> str:
    data = path(points)
    outer = look("flow").replace('stroke-width="1.6"', 'stroke-width="4.5"')
    return f'<path {outer} d="{data}"/><path {look("flow cut")} d="{data}"/>'


def path(points: Sequence[Point]) -> str:
    """Path data with softly rounded corners."""
    parts = [f"M{n(points[0][0])} {n(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(math.dist(before, corner), math.dist(corner, after)) / 2
        radius = min(ROUND, room)
        if radius < 1:
            parts.append(f"L{n(corner[0])} {n(corner[1])}")
            continue
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(f"L{n(start[0])} {n(start[1])}Q{n(corner[0])} {n(corner[1])} {n(end[0])} {n(end[1])}")
    parts.append(f"L{n(points[-1][0])} {n(points[-1][1])}")
    return "".join(parts)


def _towards(start: Point, goal: Point, distance: float) -> Point:
    whole = math.dist(start, goal)
    if whole < 0.01:
        return start
    part = min(distance / whole, 1)
    return start[0] + (goal[0] - start[0]) * part, start[1] + (goal[1] - start[1]) * part


def _cropped(pen: Pen, edge: Edge, flow: Flow | None) -> list[Point]:
    """Lines that a tool drew to the middle of a box are cut at its border, so that the arrowhead shows."""
    points = list(edge.points)
    if flow is None:
        return points
    points = _crop_end(points, pen, flow.target)
    return _crop_end(points[::-1], pen, flow.source)[::-1]


def _crop_end(points: list[Point], pen: Pen, element: str) -> list[Point]:
    shape = pen.boxes.get(element)
    if shape is None or not isinstance(pen.model.elements.get(element), (Activity, Event, Gateway)):
        return points
    node = pen.model.elements[element]
    if not _inside(shape, node, points[-1], 1.5):
        return points
    while len(points) > 2 and _inside(shape, node, points[-2], 0):
        points = points[:-1]
    outer, inner = points[-2], points[-1]
    if _inside(shape, node, outer, 0):
        return points
    for _ in range(14):
        middle = ((outer[0] + inner[0]) / 2, (outer[1] + inner[1]) / 2)
        if _inside(shape, node, middle, 0):
            inner = middle
        else:
            outer = middle
    return [*points[:-1], outer]


def _inside(shape: Shape, node: object, point: Point, margin: float) -> bool:
    box = shape.bounds
    dx, dy = abs(point[0] - box.cx), abs(point[1] - box.cy)
    half_x, half_y = box.width / 2 - margin, box.height / 2 - margin
    if half_x <= 0 or half_y <= 0:
        return False
    if isinstance(node, Gateway):
        return dx / half_x + dy / half_y <= 1
    if isinstance(node, Event):
        return math.hypot(dx / half_x, dy / half_y) <= 1
    return dx <= half_x and dy <= half_y


def _head(name: str, data: str, tip: Point, before: Point) -> str:
    angle = math.degrees(math.atan2(tip[1] - before[1], tip[0] - before[0]))
    turn = f" rotate({n(angle)})" if abs(angle) > 0.05 else ""
    return f'<path {name} transform="translate({n(tip[0])} {n(tip[1])}){turn}" d="{data}"/>'


def _ends(pen: Pen, edge: Edge, flow: Flow, points: list[Point]) -> str:
    """Head at the target, mark at the source. The line of a sequence flow stops 3 short, inside its head."""
    tip, before, start, second = points[-1], points[-2], points[0], points[1]
    if flow.kind == "sequenceFlow":
        own = colour.stroke(edge.stroke)
        name = look("arrow") if not own or colour.is_faint(own) else f'class="own-fill" fill="{own}"'
        return _head(name, "M3 0-7-4.5V4.5Z", tip, before) + _tail(pen, flow, start, second)
    if flow.kind == "messageFlow":
        head = _head(look("arrow open"), "M0 0-9-4.5V4.5Z", tip, before)
        ring = f'<circle {look("arrow open")} cx="{n(start[0])}" cy="{n(start[1])}" r="3.5"/>'
        return head + ring + _message(pen, edge, points)
    parts = []
    if flow.kind != "association" or flow.direction in ("One", "Both"):
        parts.append(_head(look("arrow line"), "M-7-4.5 0 0-7 4.5", tip, before))
    if flow.kind == "association" and flow.direction == "Both":
        parts.append(_head(look("arrow line"), "M-7-4.5 0 0-7 4.5", start, second))
    return "".join(parts)


def _tail(pen: Pen, flow: Flow, start: Point, second: Point) -> str:
    """A slash on the default flow, a diamond on a conditional flow that leaves a step."""
    if flow.is_default:
        return _head(look("arrow line"), "M-3-5 3 5", _towards(start, second, 11), start)
    if flow.is_conditional and isinstance(pen.model.elements.get(flow.source), Activity):
        return _head(
            look("arrow open"),
            "M0 0 7-4.5 14 0 7 4.5Z",
            start,
            (2 * start[0] - second[0], 2 * start[1] - second[1]),
        )
    return ""


def _message(pen: Pen, edge: Edge, points: list[Point]) -> str:
    if not edge.message:
        return ""
    x, y, _ = middle(points)
    return nodes.envelope(pen, Bounds(x - 14, y - 10, 28, 20), filled=edge.message == "non_initiating")


def middle(points: Sequence[Point]) -> tuple[float, float, bool]:
    """Middle of the longest part of a line, and whether that part is level."""
    pairs = list(itertools.pairwise(points))
    first, last = max(pairs, key=lambda pair: math.dist(*pair))
    level = abs(last[1] - first[1]) <= abs(last[0] - first[0])
    return (first[0] + last[0]) / 2, (first[1] + last[1]) / 2, level


def label(pen: Pen, edge: Edge) -> str:
    """The flow's name at the place the drawing gives, else by the longest part of the line."""
    flow = pen.model.elements.get(edge.element)
    name = flow.name if flow else ""
    if not name and isinstance(flow, Flow) and flow.message:
        name = pen.name(pen.model.elements.get(flow.message))
    if not name:
        return ""
    if edge.label:
        lines = text.wrap(name, max(edge.label.width + 6, 76) / pen.size, 12)
        y = edge.label.cy - text.height(lines, pen.size) / 2
        return pen.free_label(lines, beside(pen.extent(lines, edge.label.cx, y)))
    x, y, level = middle(edge.points)
    lines = text.wrap(name, 110 / pen.size, 6)
    tall = text.height(lines, pen.size)
    if level:
        return pen.free_label(lines, beside(pen.extent(lines, x, y - tall - 2)))
    return pen.free_label(lines, beside(pen.extent(lines, x + 6, y - tall / 2, anchor="start")))
