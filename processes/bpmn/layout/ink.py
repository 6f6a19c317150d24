"""Writes a measured block into a plane: boxes, lines, and words where they lie on nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from processes.bpmn.layout.block import LABEL, Block, label_size, name_side, under
from processes.bpmn.layout.grid import Link
from processes.bpmn.model import SUB_PROCESSES, Bounds, Edge, Flow, Model, Plane, Shape
from processes.bpmn.svg.space import Space
from processes.bpmn.svg.text import width as text_width
from processes.bpmn.svg.text import wrap


def draw(model: Model, block: Block, plane: Plane, x: float, y: float) -> None:
    """Adds a block's shapes and edges to a plane, with its corner at (x, y)."""
    for lane, box in block.lane_boxes:
        add_shape(plane, lane, Bounds(x + box.x, y + box.y, box.width, box.height), horizontal=True)
    for key, box in block.router.at.box.items():
        moved = Bounds(x + box.x, y + box.y, box.width, box.height)
        is_sub = model.elements[key].kind in SUB_PROCESSES
        shape = add_shape(plane, key, moved, expanded=False if is_sub else None)
        shape.label = _name_place(model, block, key, moved)
    drawn = plane.shapes[-len(block.router.at.box) :] if block.router.at.box else []
    edges = {}
    for link in block.grid.links:
        points = [(x + px, y + py) for px, py in block.router.points(link.flow)]
        edges[link.flow] = Edge(id=f"{link.flow}_di", element=link.flow, points=points, generated=True)
    _label_edges(block, drawn, edges)
    plane.edges.extend(edges.values())
    _associations(model, block, plane)


def _label_edges(block: Block, shapes: list[Shape], edges: dict[str, Edge]) -> None:
    """Puts the words of each line where they lie on nothing else, as far as there is such a place."""
    space = Space(max(block.width, block.height))
    begins = Counter(edge.points[0] for edge in edges.values())
    for shape in shapes:
        space.add_box(shape.bounds)
        if shape.label:
            space.add_box(shape.label)
    for edge in edges.values():
        space.add_line(edge.points)
    for link in block.grid.links:
        edge = edges[link.flow]
        shared = len(edge.points) > 2 and begins[edge.points[0]] > 1
        places = list(_label_places(link, edge.points, shared=shared, past=under(block) - 20))
        edge.label = space.best(places) if places else None


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
    side = name_side(model, block, key)
    if not side:
        return None
    lines = wrap(model.elements[key].name, 96 / LABEL)
    wide, high = max(text_width(line) for line in lines) * LABEL, len(lines) * LABEL * 1.25
    if side == "beside":
        return Bounds(box.cx - wide - 5, box.cy + under(block) + 1, wide, high)
    return Bounds(box.cx - wide / 2, box.bottom + 3 if side == "bottom" else box.y - high - 3, wide, high)


def _label_places(
    link: Link, points: list[tuple[float, float]], *, shared: bool, past: float
) -> Iterator[Bounds]:
    """Over the level parts that are long enough, near where the line begins; else beside its beginning.

    A part that several lines share is not its own. `past` is how far from a gateway the step beside it ends.
    """
    wide, high = label_size(link)
    if not wide:
        return
    parts = list(pairwise(points))[1 if shared else 0 :]
    levels = [part for part in parts if part[0][1] == part[1][1] and abs(part[1][0] - part[0][0]) >= wide + 6]
    for (x, y), (to_x, _) in levels:
        left = x + 5 if to_x > x else x - wide - 5
        yield Bounds(left, y - high - 3, wide, high)
        yield Bounds(left, y + 3, wide, high)
    x, y = points[0]
    down = points[1][1] >= y
    for away in (4, past):
        for left in (x + 5, x - wide - 5):
            yield Bounds(left, y + away if down else y - high - away, wide, high)
    for (x, y), (to_x, to_y) in parts:
        if x == to_x and abs(to_y - y) >= high + 6:
            yield Bounds(x + 5, (y + to_y - high) / 2, wide, high)
            yield Bounds(x - wide - 5, (y + to_y - high) / 2, wide, high)
        elif y == to_y:
            yield Bounds((x + to_x - wide) / 2, y - high - 3, wide, high)


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
