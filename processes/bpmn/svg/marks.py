"""Marks out what differs from another map: a frame with its own dashes, and a tag with symbol and word."""

from __future__ import annotations

from html import escape

from processes.bpmn.model import Activity, Bounds, Edge, Element, Shape
from processes.bpmn.svg import edges, text
from processes.bpmn.svg.pen import Mark, Pen, look, rect

n = text.number
OUTSIDE = 5.0


def heard(pen: Pen, shape: Shape, words: str) -> str:
    """What a screen reader says of a box, with the mark first."""
    mark = pen.marks.get(shape.element)
    return ". ".join(filter(None, (mark.word, words))) if mark else words


def occupy(pen: Pen, shape: Shape) -> None:
    """Keeps other names away from the tag of a box."""
    if shape.element in pen.marks:
        tall = 1.5 * pen.size
        pen.space.add_box(Bounds(shape.bounds.x - OUTSIDE, shape.bounds.y - tall, 1.6 * tall, tall + OUTSIDE))


def around(pen: Pen, shape: Shape, element: Element | None) -> str:
    """The frame around a box, and its tag at the upper left corner; the word only where there is room."""
    mark = pen.marks.get(shape.element)
    if mark is None:
        return ""
    box = shape.bounds
    frame = rect(box, _frame(pen, mark), radius=8, inset=-OUTSIDE)
    words = f"{mark.symbol} {mark.word}" if isinstance(element, Activity) else mark.symbol
    return frame + _tag(pen, mark, words, box.x - OUTSIDE, box.y - 0.6 * pen.size)


def area(pen: Pen, shape: Shape) -> str:
    """The frame of a pool or lane lies inside it, for the next one begins at its edge."""
    mark = pen.marks.get(shape.element)
    if mark is None:
        return ""
    box = shape.bounds
    tag = _tag(pen, mark, mark.symbol, box.x + OUTSIDE, box.y + OUTSIDE + 0.75 * pen.size)
    frame = rect(box, _frame(pen, mark), radius=4, inset=3)
    words = escape(heard(pen, shape, pen.name(pen.element(shape))))
    return f'<g role="img" aria-label="{words}">{frame}{tag}</g>'


def along(pen: Pen, edge: Edge) -> str:
    """A broad band under a line."""
    mark = pen.marks.get(edge.element)
    if mark is None:
        return ""
    band = _frame(pen, mark).replace('stroke-width="3"', 'stroke-width="9" stroke-opacity="0.35"')
    return f'<path {band} d="{edges.path(edge.points)}"/>'


def tag_of_line(pen: Pen, edge: Edge) -> str:
    """The symbol in the middle of the line, on top of all."""
    mark = pen.marks.get(edge.element)
    if mark is None:
        return ""
    x, y, _ = edges.middle(edge.points)
    return _tag(pen, mark, mark.symbol, x - 0.75 * pen.size, y)


def _frame(pen: Pen, mark: Mark) -> str:
    """Attributes of the frame; it carries the id, the first time an element is drawn."""
    key = f"{pen.prefix}-{mark.anchor}"
    identity = "" if key in pen.anchored else f'id="{escape(key)}" '
    pen.anchored.add(key)
    return identity + look(f"mark {mark.tone}")


def _tag(pen: Pen, mark: Mark, words: str, x: float, y: float) -> str:
    """A filled label that begins at x and has y in its middle."""
    size = pen.size
    wide, high = max(text.width(words) * size + 0.8 * size, 1.5 * size), 1.5 * size
    pen.reach(x - 3, y - high, x + wide, y + high)
    box = Bounds(x, y - high / 2, wide, high)
    attributes = f'{look("number-text")} text-anchor="middle"'
    line = text.lines_svg([words], box.cx, y - size * text.LINE / 2, size, attributes)
    return f'<g class="tag-{mark.tone}">{rect(box, look(f"tag {mark.tone}"), radius=4)}{line}</g>'
