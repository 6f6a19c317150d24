"""Lines between pools: bent in the space between them, beside what stands in the way."""

from __future__ import annotations

from itertools import pairwise

from processes.bpmn.model import FLOW_NODES, Bounds, Edge, Flow, Model, Plane, Pool
from processes.bpmn.svg.text import width, wrap

SPACE = 35
TURN = 10.0
ASIDE = 6.0
LABEL = 12.0
Point = tuple[float, float]


def draw(model: Model, plane: Plane) -> None:
    """Adds an edge for every message flow whose ends are drawn in the plane."""
    boxes = {shape.element: shape.bounds for shape in plane.shapes}
    bars = [shape.bounds for shape in plane.shapes if isinstance(model.elements.get(shape.element), Pool)]
    nodes = {key: box for key, box in boxes.items() if _is_solid(model, key)}
    used: dict[str, int] = {}
    between: dict[float, int] = {}
    for flow in model.of(Flow):
        source_key, target_key = _shown(model, flow.source, boxes), _shown(model, flow.target, boxes)
        source, target = boxes.get(source_key), boxes.get(target_key)
        if flow.kind != "messageFlow" or source is None or target is None:
            continue
        bar = next((bar for bar in bars if bar.y <= source.cy <= bar.bottom), source)
        down = target.cy > source.cy
        level = bar.bottom if down else bar.y
        count = between[level] = between.get(level, 0) + 1
        middle = level + (10 + count * 9 % SPACE) * (1 if down else -1)
        x, goal = _columns(model, flow, source, target, used)
        solid = [box for key, box in nodes.items() if key not in (source_key, target_key)]
        points = _line(source, target, (x, goal), middle, solid)
        edge = Edge(id=f"{flow.id}_di", element=flow.id, points=points, generated=True)
        if flow.name:
            edge.label = _label_place(flow.name, points, level, middle)
        plane.edges.append(edge)


def _shown(model: Model, key: str, boxes: dict[str, Bounds]) -> str:
    """The element itself, else the closed sub-process it lies in."""
    while key and key not in boxes:
        element = model.elements.get(key)
        key = element.parent if element else ""
    return key


def _is_solid(model: Model, key: str) -> bool:
    element = model.elements.get(key)
    return element is not None and element.kind in FLOW_NODES


def _columns(model: Model, flow: Flow, source: Bounds, target: Bounds, used: dict[str, int]) -> Point:
    """Where a message leaves and arrives, several at one box side by side; a pool takes it straight."""
    places = []
    for key, box in ((flow.source, source), (flow.target, target)):
        count = used[key] = used.get(key, -1) + 1
        places.append(box.cx + (0, 24, -24, 12, -12)[count % 5] * min(box.width / 100, 1))
    if isinstance(model.elements.get(flow.source), Pool):
        return places[1], places[1]
    if isinstance(model.elements.get(flow.target), Pool):
        return places[0], places[0]
    return places[0], places[1]


def _line(source: Bounds, target: Bounds, columns: Point, middle: float, solid: list[Bounds]) -> list[Point]:
    """Upright to the space between the pools, along it, upright to the target; beside what stands there."""
    (x, goal), down = columns, target.cy > source.cy
    start, end = (source.bottom, target.y) if down else (source.y, target.bottom)
    turn = TURN if down else -TURN
    leave, enter = _beside(x, start, middle, solid), _beside(goal, middle, end, solid)
    points = [(x, start)]
    if leave != x:
        points += [(x, start + turn), (leave, start + turn)]
    if abs(leave - enter) >= 1:
        points += [(leave, middle), (enter, middle)]
    if enter != goal:
        points += [(enter, end - turn), (goal, end - turn)]
    return [*points, (goal, end)]


def _beside(x: float, start: float, end: float, solid: list[Bounds]) -> float:
    """Where an upright line passes the nodes in its way: at x when there are none, else to their right."""
    low, high = min(start, end), max(start, end)
    while True:
        hit = [box for box in solid if box.x - 4 < x < box.right + 4 and box.bottom > low and box.y < high]
        if not hit:
            return x
        x = max(box.right for box in hit) + ASIDE


def _label_place(name: str, points: list[Point], level: float, middle: float) -> Bounds:
    """Beside the line where it passes between the pools."""
    lines = wrap(name, 110 / LABEL)
    wide, high = max(width(line) for line in lines) * LABEL, len(lines) * LABEL * 1.25
    crossing = (
        x for (x, y), (_, to_y) in pairwise(points) if min(y, to_y) <= level + 1 and max(y, to_y) >= level - 1
    )
    x = next(crossing, points[0][0])
    return Bounds(x + 6, (level + middle) / 2 - high / 2, wide, high)
