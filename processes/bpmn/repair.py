"""Makes a parsed model whole: references that lead nowhere, lanes nobody filled in, figures without a place.

Nothing here is an error: each repair is a Swedish remark that names the element, and the stored bytes stay
as they came.
"""

from __future__ import annotations

import math

from processes.bpmn import layout
from processes.bpmn.model import (
    Bounds,
    Edge,
    Element,
    Event,
    Flow,
    FlowNode,
    Lane,
    Model,
    Plane,
    Pool,
)


def references(model: Model) -> None:
    """Ties flows, lanes, boundary events and pools to what they name, and tells what they name in vain."""
    for flow in model.of(Flow):
        _tie_flow(model, flow)
    for lane in model.of(Lane):
        _tie_lane(model, lane)
    for event in model.of(Event):
        if event.position == "boundary":
            _check(model, event, "attached_to", "sitter på ett steg som inte finns")
    for pool in model.of(Pool):
        _check(model, pool, "process", "hänvisar till en process som inte finns")


def _what(element: Flow | Lane | Event | Pool) -> str:
    return f"Rad {element.line}: ”{(element.name or element.id)[:80]}”"


def _check(model: Model, element: Flow | Lane | Event | Pool, attribute: str, problem: str) -> None:
    reference = getattr(element, attribute)
    if reference and reference not in model.elements:
        model.remark(f"{_what(element)} {problem} ({reference[:80]}).")
        setattr(element, attribute, "")


def _tie_flow(model: Model, flow: Flow) -> None:
    for attribute, words in (("source", "börjar i"), ("target", "leder till")):
        if not getattr(flow, attribute) and flow.kind == "sequenceFlow":
            model.remark(f"{_what(flow)} saknar {'början' if attribute == 'source' else 'slut'}.")
        _check(model, flow, attribute, f"{words} ett element som inte finns")
    if flow.kind != "sequenceFlow":
        return
    source, target = model.elements.get(flow.source), model.elements.get(flow.target)
    if isinstance(source, FlowNode) and isinstance(target, FlowNode):
        source.outgoing.append(flow.id)
        target.incoming.append(flow.id)
        flow.is_default = source.default == flow.id


def _tie_lane(model: Model, lane: Lane) -> None:
    """The innermost lane wins; an inner lane stands after its outer one in the file, so the last write is
    it.
    """
    missing = [member for member in lane.members if member not in model.elements]
    if missing:
        model.remark(f"{_what(lane)} räknar upp ett steg som inte finns ({missing[0][:80]}).")
    for member in lane.members:
        node = model.elements.get(member)
        if isinstance(node, FlowNode):
            node.lane = lane.id


def drawings(model: Model) -> None:
    """Gives every shape a place and every visible flow node a shape; fills in lanes from the drawing."""
    for plane in model.planes:
        _drop_or_place(model, plane)
    _lanes_from_drawing(model)
    layout.complete(model)
    for plane in model.planes:
        _draw_lost_edges(model, plane)


def _drop_or_place(model: Model, plane: Plane) -> None:
    """A shape without a place is put in a row under the drawing, in the size its kind has."""
    placed = [shape for shape in plane.shapes if not math.isnan(shape.bounds.x)]
    x = min((shape.bounds.x for shape in placed), default=0.0)
    y = max((shape.bounds.bottom for shape in placed), default=0.0) + 40
    for shape in plane.shapes:
        if math.isnan(shape.bounds.x):
            element = model.elements.get(shape.element)
            width, height = layout.size_of(element)
            shape.bounds = Bounds(x, y, width, height)
            x += width + 60
        if shape.element not in model.elements:
            model.remark(
                f"Ritningen har en ruta för ”{shape.element[:80]}”, som inte finns i modellen. Den "
                "ritas streckad."
            )


def _lanes_from_drawing(model: Model) -> None:
    """Some tools draw lanes but do not list their members: then the smallest lane around a node is its
    lane.
    """
    for plane in model.planes:
        lanes = [shape for shape in plane.shapes if isinstance(model.elements.get(shape.element), Lane)]
        if not lanes:
            continue
        lanes.sort(key=lambda shape: shape.bounds.width * shape.bounds.height)
        for shape in plane.shapes:
            node = model.elements.get(shape.element)
            if isinstance(node, FlowNode) and not node.lane:
                around = (lane for lane in lanes if lane.bounds.holds(shape.bounds.cx, shape.bounds.cy))
                node.lane = next((lane.element for lane in around), "")


def _draw_lost_edges(model: Model, plane: Plane) -> None:
    """A straight line for an edge without usable points, and for a flow between drawn nodes that has none."""
    boxes: dict[str, Bounds] = {}
    for shape in plane.shapes:
        boxes.setdefault(shape.element, shape.bounds)
    for edge in plane.edges:
        flow = model.elements.get(edge.element)
        if flow is None and edge.element:
            name = edge.element[:80]
            model.remark(f"Ritningen har en pil för ”{name}”, som inte finns i modellen. Den ritas ändå.")
        if not edge.points:
            edge.points = _between(boxes, flow)
    drawn = {edge.element for each in model.planes for edge in each.edges}
    for flow in model.of(Flow):
        wanted = flow.kind in ("sequenceFlow", "messageFlow") and flow.id not in drawn
        if wanted and flow.source in boxes and flow.target in boxes:
            points = _between(boxes, flow)
            plane.edges.append(Edge(id=f"{flow.id}-lagd", element=flow.id, points=points, generated=True))
            if model.di_count:
                model.remark(f"{_what(flow)} saknade pil i ritningen. Den drogs.")


def _between(boxes: dict[str, Bounds], flow: Element | None) -> list[tuple[float, float]]:
    """A line between a flow's ends, or a short one where an end is not drawn."""
    source, target = boxes.get(getattr(flow, "source", "")), boxes.get(getattr(flow, "target", ""))
    nowhere = Bounds(0, 0, 60, 10)
    if source is None or target is None or source is target:
        known = source or target or nowhere
        return [(known.cx, known.bottom), (known.cx, known.bottom + 30)]
    return layout.straight(source, target)
