"""Draws what lies under the flow: pools, lanes, and the names that stand beside nodes."""

from __future__ import annotations

from collections.abc import Iterator

from processes.bpmn.model import Bounds, Data, Element, Event, Lane, Pool, Shape
from processes.bpmn.svg import icons, text
from processes.bpmn.svg.pen import Pen, paint, rect, symbol
from processes.bpmn.svg.space import around

HEAD = 30.0
WIDE = 600.0
n = text.number


def draw(pen: Pen, shape: Shape, node: Pool | Lane) -> str:
    return f"<g>{pool(pen, shape, node) if isinstance(node, Pool) else lane(pen, shape, node)}</g>"


def pool(pen: Pen, shape: Shape, node: Pool) -> str:
    """A pool with its name in a band; a black box has the name in the middle, a wide one where it begins."""
    box = shape.bounds
    name = node.name or pen.name(pen.model.elements.get(node.process))
    parts = [rect(box, paint("area", shape, area=True))]
    if _is_black_box(pen, shape, node):
        lines = text.wrap(
            name, max(box.width - 16, 30) / pen.size, max(int(box.height / (pen.size * text.LINE)), 1)
        )
        if box.height > 2.5 * box.width:
            parts.append(_turned(pen, name, box, box.cx))
        else:
            y = box.cy - text.height(lines, pen.size) / 2
            if box.width > WIDE:
                parts.append(pen.block(lines, box.x + 14, y, "lane-name", anchor="start"))
            else:
                parts.append(pen.block(lines, box.cx, y, "lane-name"))
    else:
        parts.append(_head(pen, shape, name))
    if node.is_multiple:
        parts.append(symbol(icons.MARKERS["parallel"], box.cx, box.bottom - 9))
    return "".join(parts)


def _is_black_box(pen: Pen, shape: Shape, node: Pool) -> bool:
    if not node.process or shape.expanded is False:
        return True
    return not any(child.id in pen.boxes for child in pen.model.inside(node.process))


def is_level(shape: Shape) -> bool:
    """Whether a pool or lane runs from left to right; without a word about it, its form tells."""
    return (
        shape.horizontal if shape.horizontal is not None else shape.bounds.width >= shape.bounds.height * 0.6
    )


def _head(pen: Pen, shape: Shape, name: str) -> str:
    box = shape.bounds
    if is_level(shape):
        head = Bounds(box.x, box.y, min(HEAD, box.width / 3), box.height)
        return rect(head, paint("area-head", shape, area=True)) + _turned(pen, name, head, head.cx)
    head = Bounds(box.x, box.y, box.width, min(HEAD, box.height / 3))
    return rect(head, paint("area-head", shape, area=True)) + _level(pen, name, head)


def _turned(pen: Pen, name: str, box: Bounds, x: float) -> str:
    """A name that runs upwards in a band, on as many lines as the band is wide."""
    most = max(int((HEAD - 2) / (pen.size * text.LINE)), 1)
    lines = text.wrap(name, (box.height - 8) / pen.size, most)
    words = text.lines_svg(
        lines, 0, -text.height(lines, pen.size) / 2, pen.size, 'class="lane-name" text-anchor="middle"'
    )
    return f'<g transform="translate({n(x)} {n(box.cy)}) rotate(-90)">{words}</g>'


def _level(pen: Pen, name: str, box: Bounds) -> str:
    lines = text.wrap(name, (box.width - 8) / pen.size, max(int(HEAD / (pen.size * text.LINE)), 1))
    return pen.block(lines, box.cx, box.cy - text.height(lines, pen.size) / 2, "lane-name")


def lane(pen: Pen, shape: Shape, node: Lane) -> str:
    box = shape.bounds
    outline = rect(box, paint("lane", shape, area=True))
    if not node.name:
        return outline
    if is_level(shape):
        return outline + _turned(pen, node.name, box, box.x + HEAD / 2)
    return outline + _level(pen, node.name, Bounds(box.x, box.y, box.width, HEAD))


def label(pen: Pen, shape: Shape, node: Element) -> str:
    """The name beside an event, gateway, data object or conversation."""
    name = pen.name(node)
    if isinstance(node, Data) and node.state and node.state not in name:
        name = f"{name} [{node.state}]".strip()
    if not name:
        return ""
    return pen.free_label(*_label_places(pen, shape, node, name))


def _label_places(pen: Pen, shape: Shape, node: Element, name: str) -> tuple[list[str], Iterator[Bounds]]:
    """Where the drawing puts the label, else under its node, else where there is room."""
    box, place = shape.bounds, shape.label
    if place is None:
        lines = text.wrap(name, max(box.width + 54, 96) / pen.size, 6)
        if isinstance(node, Event) and node.position == "boundary":
            return lines, around(pen.extent(lines, box.cx + 6, box.bottom + 1, anchor="start"), box)
        return lines, around(pen.extent(lines, box.cx, box.bottom + 3), box)
    lines = text.wrap(name, max(place.width + 10, 84) / pen.size, 12)
    return lines, around(_grown(pen, lines, box, place), box)


def _grown(pen: Pen, lines: list[str], box: Bounds, place: Bounds) -> Bounds:
    """Our letters may be larger than the drawing tool's, so a label grows away from its node."""
    tall = text.height(lines, pen.size)
    level_with = place.bottom > box.y and place.y < box.bottom
    if level_with and place.x >= box.right - 2:
        return pen.extent(lines, place.x, place.cy - tall / 2, anchor="start")
    if level_with and place.right <= box.x + 2:
        return pen.extent(lines, place.right, place.cy - tall / 2, anchor="end")
    if place.cy < box.y:
        return pen.extent(lines, place.cx, min(place.bottom, box.y - 1) - tall)
    if place.cy > box.bottom:
        return pen.extent(lines, place.cx, max(place.y, box.bottom + 1))
    return pen.extent(lines, place.cx, place.cy - tall / 2)
