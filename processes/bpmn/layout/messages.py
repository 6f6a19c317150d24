"""Lines between pools: bent in the space between them, beside what stands in the way."""

from __future__ import annotations

from processes.bpmn.model import FLOW_NODES, Bounds, Edge, Flow, Model, Plane, Pool

SPACE = 35
Point = tuple[float, float]


def draw(model: Model, plane: Plane) -> None:
    """Adds an edge for every message flow whose ends are drawn in the plane."""
    boxes = {shape.element: shape.bounds for shape in plane.shapes}
    bars = [shape.bounds for shape in plane.shapes if isinstance(model.elements.get(shape.element), Pool)]
    nodes = {key: box for key, box in boxes.items() if _is_solid(model, key)}
    used: dict[str, int] = {}
    between: dict[float, int] = {}
    for flow in model.of(Flow):
        source, target = boxes.get(flow.source), boxes.get(flow.target)
        if flow.kind != "messageFlow" or source is None or target is None:
            continue
        bar = next((bar for bar in bars if bar.y <= source.cy <= bar.bottom), source)
        down = target.cy > source.cy
        level = bar.bottom if down else bar.y
        count = between[level] = between.get(level, 0) + 1
        middle = level + (10 + count * 9 % SPACE) * (1 if down else -1)
        x, goal = _columns(model, flow, source, target, used)
        points = _line(source, target, x, goal, middle)
        solid = [box for key, box in nodes.items() if key not in (flow.source, flow.target)]
        points = _past(points, solid, into_pool=flow.target not in nodes)
        plane.edges.append(Edge(id=f"{flow.id}_di", element=flow.id, points=points, generated=True))


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


def _line(source: Bounds, target: Bounds, x: float, goal: float, middle: float) -> list[Point]:
    down = target.cy > source.cy
    start, end = (source.bottom, target.y) if down else (source.y, target.bottom)
    if abs(goal - x) < 1:
        return [(x, start), (x, end)]
    return [(x, start), (x, middle), (goal, middle), (goal, end)]


def _past(points: list[Point], solid: list[Bounds], *, into_pool: bool) -> list[Point]:
    """Moves a straight upright line aside where it would cross a node; a pool takes it where it comes."""
    if len(points) != 2:
        return points
    (x, start), (_, end) = points
    low, high = min(start, end), max(start, end)
    hit = [box for box in solid if box.x - 4 < x < box.right + 4 and box.bottom > low and box.y < high]
    if not hit:
        return points
    aside = max(box.right for box in hit) + 12
    turn = 12 if end > start else -12
    return [
        (x, start),
        (x, start + turn),
        (aside, start + turn),
        (aside, end - turn),
        (x, end - turn),
        (x, end),
    ]
