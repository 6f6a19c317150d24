"""Draws what stands in the flow: activities, gateways, events, data and artefacts."""

from __future__ import annotations

from dataclasses import dataclass

from processes.bpmn.model import (
    CALLS,
    CHOREOGRAPHY,
    CONVERSATIONS,
    SUB_PROCESSES,
    Activity,
    Bounds,
    Data,
    Element,
    Event,
    Gateway,
    Shape,
)
from processes.bpmn.svg import icons, text
from processes.bpmn.svg.pen import Pen, look, paint, rect, symbol, tone

INSET = 5.0
ICON = 18.0
n = text.number


def activity(pen: Pen, shape: Shape, node: Activity, *, expanded: bool) -> str:
    """A task, sub-process or call: box, type icon, name and markers."""
    box = shape.bounds
    radius = min(10.0, box.width / 5, box.height / 5)
    base = "step open" if expanded else "step"
    attributes = paint(base, shape, area=expanded)
    if node.kind in CALLS:
        attributes = attributes.replace('stroke-width="1.5"', 'stroke-width="4"').replace(
            'class="', 'class="call ', 1
        )
    if node.event_sub_process:
        attributes += ' stroke-dasharray="2 3"'
    parts = [rect(box, attributes, radius=radius)]
    if node.kind == "transaction":
        parts.append(rect(box, attributes, radius=max(radius - 2, 1), inset=3))
    on = "" if expanded else tone(shape)
    icon = task_icon(pen, node)
    if icon:
        parts.append(symbol(icon, box.x + 14, box.y + 13, 0.9, on))
    parts.append(_markers(shape, markers(pen, shape, node, expanded=expanded), on))
    parts.append(_activity_name(pen, shape, node, expanded=expanded))
    return "".join(parts)


def task_icon(pen: Pen, node: Activity) -> icons.Symbol:
    kind = node.kind
    called = pen.model.elements.get(node.called)
    if kind in CALLS and called is not None:
        kind = icons.GLOBAL_TASKS.get(called.kind, "")
    icon = icons.TASKS.get(kind, [])
    if kind == "receiveTask" and node.instantiate:
        return [(icons.OUTLINE, icons.circle(11)), *icon]
    return icon


def markers(pen: Pen, shape: Shape, node: Activity, *, expanded: bool) -> list[str]:
    """Names of the markers along the lower edge, in BPMN's order."""
    found = [node.loop] if node.loop else []
    if node.compensation:
        found.append("compensation")
    calls_process = (
        node.kind in CALLS and getattr(pen.model.elements.get(node.called), "kind", "process") == "process"
    )
    if not expanded and (node.kind in SUB_PROCESSES or calls_process or node.kind == "callChoreography"):
        found.append("collapsed")
    if node.ad_hoc:
        found.append("adHoc")
    return found


def _markers(shape: Shape, names: list[str], on: str) -> str:
    x = shape.bounds.cx - (len(names) - 1) * 8.5
    y = shape.bounds.bottom - 9
    return "".join(symbol(icons.MARKERS[name], x + index * 17, y, 1, on) for index, name in enumerate(names))


@dataclass(frozen=True, slots=True)
class Room:
    """The space for a name inside a box, in the drawing's units, and whether a type icon takes its upper
    left.
    """

    name: str
    wide: float
    high: float
    has_icon: bool

    def lines(self, size: float) -> list[str]:
        return text.wrap(self.name, self.wide / size, max(int(self.high / (size * text.LINE)), 1))

    def top(self, lines: list[str], size: float) -> float:
        """Distance from the box's top to the block's: in the middle, but under the icon where they would
        meet.
        """
        spare = self.high - text.height(lines, size)
        top = 3 + spare / 2
        meets = self.has_icon and bool(lines) and text.width(lines[0]) * size > self.wide - 2 * ICON
        return max(top, min(ICON + 3, 3 + spare)) if meets else top

    def fits(self, size: float) -> bool:
        """Whether the whole name is shown, no word divided, no icon covered."""
        if any(text.width(word) * size > self.wide for word in self.name.split()):
            return False
        lines = text.wrap(self.name, self.wide / size)
        meets = self.has_icon and bool(lines) and text.width(lines[0]) * size > self.wide - 2 * ICON
        return text.height(lines, size) <= self.high - (ICON if meets else 0)


def room(pen: Pen, shape: Shape, node: Activity) -> Room:
    below = 14 if markers(pen, shape, node, expanded=False) else pen.covered.get(node.id, 0.0)
    high = shape.bounds.height - 6 - below
    return Room(pen.name(node), shape.bounds.width - 2 * INSET, high, bool(task_icon(pen, node)))


def _activity_name(pen: Pen, shape: Shape, node: Activity, *, expanded: bool) -> str:
    box = shape.bounds
    if expanded:
        lines = text.wrap(pen.name(node), (box.width - 16) / pen.size, 2)
        return pen.block(lines, box.x + 9, box.y + 5, "step-name", anchor="start")
    space = room(pen, shape, node)
    lines = space.lines(pen.size)
    css = " ".join(filter(None, ("step-name", tone(shape))))
    return pen.block(lines, box.cx, box.y + space.top(lines, pen.size), css)


def gateway(pen: Pen, shape: Shape, node: Gateway) -> str:
    box = shape.bounds
    corners = ((box.x, box.cy), (box.cx, box.y), (box.right, box.cy), (box.cx, box.bottom))
    diamond = "M" + " ".join(f"{n(x)} {n(y)}" for x, y in corners) + "Z"
    parts = [f'<path {paint("gate", shape)} d="{diamond}"/>']
    sign = icons.GATEWAYS.get(node.kind, [])
    if node.kind == "exclusiveGateway" and not shape.marker_visible:
        sign = []
    if node.kind == "eventBasedGateway" and node.instantiate:
        sign = icons.INSTANTIATING_PARALLEL if node.parallel_events else icons.INSTANTIATING
    parts.append(symbol(sign, box.cx, box.cy, min(box.width, box.height) / 50, tone(shape)))
    return "".join(parts)


def event(pen: Pen, shape: Shape, node: Event) -> str:
    """One ring, two when intermediate, thick when end; dashed when it does not interrupt."""
    box = shape.bounds
    radius = min(box.width, box.height) / 2
    scale = radius / 18
    base = {"start": "event", "end": "event end"}.get(node.position, "event mid")
    attributes = paint(base, shape)
    if base == "event end":
        attributes = attributes.replace('stroke-width="4"', f'stroke-width="{n(min(4.0, 3.6 * scale))}"')
    if not node.interrupting:
        attributes += ' stroke-dasharray="4 3"'
    place = f'cx="{n(box.cx)}" cy="{n(box.cy)}"'
    parts = [f'<circle {attributes} {place} r="{n(radius)}"/>']
    if base == "event mid":
        parts.append(f'<circle {attributes} {place} r="{n(radius - 3 * min(scale, 1))}"/>')
    if node.symbol:
        throwing = node.position in ("throw", "end")
        parts.append(
            symbol(icons.event(node.symbol, throwing=throwing), box.cx, box.cy, scale * 0.92, tone(shape))
        )
    return "".join(parts)


def data(pen: Pen, shape: Shape, node: Data) -> str:
    box = shape.bounds
    target = pen.model.elements.get(node.ref)
    if "dataStore" in node.kind:
        return _store(shape)
    fold = min(12.0, box.width / 3)
    page = (
        f"M{n(box.x)} {n(box.y)}H{n(box.right - fold)}L{n(box.right)} "
        f"{n(box.y + fold)}V{n(box.bottom)}H{n(box.x)}Z"
        f"M{n(box.right - fold)} {n(box.y)}V{n(box.y + fold)}H{n(box.right)}"
    )
    parts = [f'<path {paint("data", shape)} d="{page}"/>']
    if node.kind in ("dataInput", "dataOutput"):
        sign = icons.OUTLINE if node.kind == "dataInput" else icons.SOLID
        arrow = "M-6-2.5H1V-6L7 0 1 6V2.5H-6Z"
        parts.append(symbol([(sign, arrow)], box.x + 11, box.y + 10, 0.9, tone(shape)))
    if node.collection or (isinstance(target, Data) and target.collection):
        parts.append(symbol(icons.MARKERS["parallel"], box.cx, box.bottom - 8, 1, tone(shape)))
    return "".join(parts)


def _store(shape: Shape) -> str:
    box = shape.bounds
    depth = min(8.0, box.height / 5)
    arc = f"A{n(box.width / 2)} {n(depth)} 0 0"
    left, right = n(box.x), n(box.right)
    body = (
        f"M{left} {n(box.y + depth)}{arc} 1 {right} {n(box.y + depth)}V{n(box.bottom - depth)}"
        f"{arc} 1 {left} {n(box.bottom - depth)}Z"
    )
    rings = "".join(
        f"M{left} {n(box.y + depth + step)}{arc} 0 {right} {n(box.y + depth + step)}" for step in (0, 4, 8)
    )
    return f'<path {paint("data", shape)} d="{body}"/><path {look("note")} d="{rings}"/>'


def annotation(pen: Pen, shape: Shape, node: Element) -> str:
    box = shape.bounds
    tip = n(min(box.x + 10, box.right))
    bracket = f"M{tip} {n(box.y)}H{n(box.x)}V{n(box.bottom)}H{tip}"
    lines = text.wrap(node.name, max(box.width - 10, 40) / pen.size, 40)
    if text.height(lines, pen.size) > box.height + 4:
        lines = text.wrap(node.name, max(box.width * 1.25, 90) / pen.size, 40)
    words = pen.block(lines, box.x + 6, box.y + 3, "label", anchor="start")
    return f'<path {look("note")} d="{bracket}"/>{words}'


def group(pen: Pen, shape: Shape, node: Element) -> str:
    name = text.wrap(pen.name(node), (shape.bounds.width - 16) / pen.size, 2)
    words = pen.block(name, shape.bounds.cx, shape.bounds.y + 4, "label")
    return (
        rect(shape.bounds, paint("group", shape, area=True).replace("own-area", "fill-group"), radius=10)
        + words
    )


def envelope(pen: Pen, bounds: Bounds, *, filled: bool) -> str:
    """A message as a thing of its own, drawn at any size."""
    sign = icons.event("message", throwing=filled)
    return symbol(sign, bounds.cx, bounds.cy, max(bounds.width / 16, 0.4))


def choreography(pen: Pen, shape: Shape, node: Activity) -> str:
    """The middle of a choreography activity; its bands are shapes of their own."""
    wide, high = shape.bounds.width - 2 * INSET, max(shape.bounds.height - 50, pen.size)
    lines = text.wrap(pen.name(node), wide / pen.size, max(int(high / (pen.size * text.LINE)), 1))
    words = pen.block(lines, shape.bounds.cx, shape.bounds.cy - text.height(lines, pen.size) / 2, "step-name")
    attributes = paint("step", shape)
    if node.kind in CALLS:
        attributes = attributes.replace('stroke-width="1.5"', 'stroke-width="4"').replace(
            'class="', 'class="call ', 1
        )
    signs = _markers(
        Shape(id="", element="", bounds=_above_band(shape.bounds)),
        markers(pen, shape, node, expanded=bool(shape.expanded)),
        "",
    )
    return rect(shape.bounds, attributes, radius=10) + words + signs


def _above_band(bounds: Bounds) -> Bounds:
    return Bounds(bounds.x, bounds.y, bounds.width, max(bounds.height - 20, 10))


def band(pen: Pen, shape: Shape, node: Element) -> str:
    """A participant inside a choreography activity: white when it begins, shaded when it answers."""
    base = "band" if shape.band.endswith("_initiating") and "non_" not in shape.band else "band other"
    lines = text.wrap(pen.name(node), (shape.bounds.width - 8) / pen.size, 1)
    words = pen.block(lines, shape.bounds.cx, shape.bounds.cy - text.height(lines, pen.size) / 2, "lane-name")
    parts = [rect(shape.bounds, paint(base, shape), radius=6), words]
    if shape.message_visible:
        above = shape.band.startswith("top")
        y = shape.bounds.y - 34 if above else shape.bounds.bottom + 34
        edge = shape.bounds.y if above else shape.bounds.bottom
        parts.append(
            f'<path {look("note")} stroke-dasharray="2 3" d="M{n(shape.bounds.cx)} {n(edge)}V{n(y)}"/>'
        )
        parts.append(envelope(pen, Bounds(shape.bounds.cx - 14, y - 10, 28, 20), filled="other" in base))
        pen.reach(shape.bounds.cx - 16, y - 12, shape.bounds.cx + 16, y + 12)
    return "".join(parts)


def conversation(pen: Pen, shape: Shape, node: Activity) -> str:
    box, cut = shape.bounds, shape.bounds.width / 4
    hexagon = (
        f"M{n(box.x)} {n(box.cy)} {n(box.x + cut)} {n(box.y)}H{n(box.right - cut)}L{n(box.right)} {n(box.cy)}"
        f" {n(box.right - cut)} {n(box.bottom)}H{n(box.x + cut)}Z"
    )
    attributes = paint("step", shape)
    if node.kind == "callConversation":
        attributes = attributes.replace('stroke-width="1.5"', 'stroke-width="4"').replace(
            'class="', 'class="call ', 1
        )
    sign = _markers(shape, ["collapsed"], tone(shape)) if node.kind == "subConversation" else ""
    return f'<path {attributes} d="{hexagon}"/>{sign}'


def unknown(pen: Pen, shape: Shape, node: Element | None) -> str:
    lines = text.wrap(pen.name(node) or shape.element, (shape.bounds.width - 8) / pen.size, 3)
    words = pen.block(lines, shape.bounds.cx, shape.bounds.cy - text.height(lines, pen.size) / 2, "label")
    return rect(shape.bounds, look("unknown")) + words


def draw(pen: Pen, shape: Shape, node: Element | None, *, expanded: bool) -> str:
    """The right function for a shape that is neither pool nor lane."""
    if isinstance(node, Activity):
        return _any_activity(pen, shape, node, expanded=expanded)
    if isinstance(node, Event):
        return event(pen, shape, node)
    if isinstance(node, Gateway):
        return gateway(pen, shape, node)
    return _beside_the_flow(pen, shape, node)


def _any_activity(pen: Pen, shape: Shape, node: Activity, *, expanded: bool) -> str:
    if node.kind in CONVERSATIONS:
        return conversation(pen, shape, node)
    if node.kind in CHOREOGRAPHY and not expanded:
        return choreography(pen, shape, node)
    return activity(pen, shape, node, expanded=expanded)


def _beside_the_flow(pen: Pen, shape: Shape, node: Element | None) -> str:
    kind = node.kind if node is not None else ""
    if kind == "group" and node is not None:
        return group(pen, shape, node)
    if isinstance(node, Data):
        return data(pen, shape, node)
    if kind == "textAnnotation" and node is not None:
        return annotation(pen, shape, node)
    if kind == "message":
        return envelope(pen, shape.bounds, filled=False)
    return unknown(pen, shape, node)
