"""Puts one plane together: what is painted first, what is a link, what a screen reader hears."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from processes.bpmn.model import (
    ACTIVITIES,
    CHOREOGRAPHY,
    CONVERSATIONS,
    DATA,
    Activity,
    Bounds,
    Data,
    Edge,
    Element,
    Event,
    FlowNode,
    Gateway,
    Lane,
    Pool,
    Shape,
)
from processes.bpmn.order import Reading
from processes.bpmn.svg import areas, edges, marks, nodes, text
from processes.bpmn.svg.pen import Link, Pen, look
from processes.bpmn.svg.space import Space

n = text.number
WORDS = {
    "startEvent": "Start",
    "endEvent": "Slut",
    "intermediateCatchEvent": "Händelse",
    "intermediateThrowEvent": "Händelse",
    "boundaryEvent": "Händelse vid steget",
    "exclusiveGateway": "Vägval",
    "inclusiveGateway": "Vägval, ett eller flera",
    "parallelGateway": "Samtidigt",
    "complexGateway": "Sammansatt vägval",
    "eventBasedGateway": "Väntar på händelse",
    "textAnnotation": "Anteckning",
    "group": "Grupp",
}


class Painter:
    """Paints areas, then level by level flows and nodes in flow order, then the lines that cross levels."""

    def __init__(self, pen: Pen, reading: Reading, prefix: str) -> None:
        self.pen = pen
        self.reading = reading
        self.prefix = prefix
        self.tops = {top.id: index for index, top in enumerate(reading.tops)}
        self.expanded = self._expanded()
        self.inside: dict[str, list[Shape]] = {}
        self.lines: dict[str, list[Edge]] = {}
        self._sort()

    def _expanded(self) -> set[str]:
        shapes = self.pen.plane.shapes
        parents = {getattr(self.pen.element(shape), "parent", "") for shape in shapes}
        return {
            shape.element
            for shape in shapes
            if isinstance(self.pen.element(shape), Activity)
            and shape.element != self.pen.plane.element
            and (shape.element in parents or (shape.expanded and self._is_sub(shape)))
        }

    def _is_sub(self, shape: Shape) -> bool:
        element = self.pen.element(shape)
        return element is not None and element.kind not in CONVERSATIONS

    def _home(self, element: Element | None) -> str:
        """The expanded box an element is painted in, or "" for the plane itself."""
        key = element.parent if element else ""
        for _ in range(100):
            if not key or key in self.expanded:
                return key
            above = self.pen.model.elements.get(key)
            key = above.parent if above else ""
        return ""

    def _sort(self) -> None:
        for shape in self.pen.plane.shapes:
            element = self.pen.element(shape)
            home = self._home(element)
            self.inside.setdefault("" if home == shape.element else home, []).append(shape)
        for edge in self.pen.plane.edges:
            flow = self.pen.model.elements.get(edge.element)
            level = flow is not None and flow.kind == "sequenceFlow"
            self.lines.setdefault(self._home(flow) if level else "above", []).append(edge)

    def rooms(self) -> Iterator[nodes.Room]:
        """The space for the name of every box that holds its name inside."""
        for shape in self.pen.plane.shapes:
            element = self.pen.element(shape)
            if (
                isinstance(element, Activity)
                and element.kind in ACTIVITIES
                and shape.element not in self.expanded
            ):
                yield nodes.room(self.pen, shape, element)

    def _occupy(self) -> None:
        """Tells the labels what they should not lie on."""
        boxes = [shape.bounds for shape in self.pen.plane.shapes]
        reach = max((max(box.right, box.bottom) for box in boxes), default=0.0)
        space = self.pen.space = Space(reach - min((min(box.x, box.y) for box in boxes), default=0.0))
        for edge in self.pen.plane.edges:
            space.add_line(edge.points)
        for shape in self.pen.plane.shapes:
            marks.occupy(self.pen, shape)
            element, box = self.pen.element(shape), shape.bounds
            if isinstance(element, (Pool, Lane)) or shape.element in self.expanded:
                space.add_line(box.corners())
                if areas.is_level(shape) and shape.element not in self.expanded:
                    space.add_box(Bounds(box.x, box.y, areas.HEAD, box.height))
            elif isinstance(element, (FlowNode, Data)) and element.kind != "group":
                space.add_box(box)
                if shape.element in self.pen.links:
                    space.add_box(Bounds(box.right - 14, box.y - 10, 24, 20))

    def paint(self) -> str:
        self._occupy()
        parts = [self._areas(), self._level("")]
        above = self.lines.get("above", [])
        parts += [_hidden(self._lines(above)), _hidden(self._line_names(above))]
        return "".join(parts)

    def _areas(self) -> str:
        parts = []
        for kind in (Pool, Lane):
            for shape in self.pen.plane.shapes:
                element = self.pen.element(shape)
                if isinstance(element, kind) and not shape.band:
                    self.pen.drawn(shape.bounds, generated=shape.generated)
                    parts.append(areas.draw(self.pen, shape, element) + marks.area(self.pen, shape))
        return "".join(parts)

    def _level(self, home: str) -> str:
        """Everything directly in one box: its lines below, its nodes in flow order, its names on top."""
        level = self.lines.get(home, [])
        parts = [_hidden(self._lines(level))]
        shapes = [shape for shape in self.inside.get(home, []) if not self._is_area(shape)]
        parts += [self._node(shape) for shape in self._in_order(home, shapes)]
        parts.append(_hidden(self._line_names(level)))
        return "".join(parts)

    def _lines(self, lines: list[Edge]) -> list[str]:
        return [marks.along(self.pen, edge) + edges.draw(self.pen, edge) for edge in lines]

    def _line_names(self, lines: list[Edge]) -> list[str]:
        return [edges.label(self.pen, edge) + marks.tag_of_line(self.pen, edge) for edge in lines]

    def _is_area(self, shape: Shape) -> bool:
        return isinstance(self.pen.element(shape), (Pool, Lane)) and not shape.band

    def _in_order(self, home: str, shapes: list[Shape]) -> list[Shape]:
        """Flow order; a boundary event right after its step, data and notes last, groups on top of all."""
        homes = dict.fromkeys(getattr(self.pen.element(shape), "parent", "") for shape in shapes)
        tops = sorted(homes, key=self._container_rank)
        rank: dict[str, int] = {}
        for container in tops:
            for node in self.reading.order(container):
                rank[node] = len(rank) * 2
        for shape in shapes:
            element = self.pen.element(shape)
            if isinstance(element, Event) and element.attached_to in rank:
                rank[shape.element] = rank[element.attached_to] + 1
        return sorted(shapes, key=lambda shape: rank.get(shape.element, self._last(shape)))

    def _container_rank(self, container: str) -> tuple[int, int]:
        return self.tops.get(container, -1), self.reading.rank.get(container, 0)

    def _last(self, shape: Shape) -> int:
        element = self.pen.element(shape)
        return 2_000_000 if element is not None and element.kind == "group" else 1_000_000

    def _node(self, shape: Shape) -> str:
        pen, element = self.pen, self.pen.element(shape)
        pen.drawn(shape.bounds, generated=shape.generated)
        expanded = shape.element in self.expanded
        drawn = (
            nodes.band(pen, shape, element)
            if shape.band and element
            else nodes.draw(pen, shape, element, expanded=expanded)
        )
        inner = self._level(shape.element) if expanded else ""
        drawn += self._label(shape, element) + marks.around(pen, shape, element)
        link = self._link(shape, element)
        if link is not None:
            return self._linked(shape, element, link, drawn) + inner
        words = marks.heard(pen, shape, self._words(element))
        role = f' role="img" aria-label="{escape(words)}"' if words else ' aria-hidden="true"'
        return f"<g{role}>{drawn}</g>{inner}"

    def _label(self, shape: Shape, element: Element | None) -> str:
        beside = isinstance(element, (Event, Gateway)) or (
            element is not None and element.kind in DATA | CONVERSATIONS
        )
        return areas.label(self.pen, shape, element) if beside and element is not None else ""

    def _words(self, element: Element | None) -> str:
        if element is None:
            return ""
        name = self.pen.name(element)
        if isinstance(element, Activity):
            return f"Steg: {name}" if name else "Steg utan namn"
        word = WORDS.get(element.kind, "")
        if not isinstance(element, FlowNode) and not name:
            return ""
        return ": ".join(filter(None, (word, name)))

    def _link(self, shape: Shape, element: Element | None) -> Link | None:
        link = self.pen.links.get(shape.element)
        if link is None and isinstance(element, Activity) and shape.element in self.pen.planes:
            place = self.pen.planes[shape.element]
            if shape.element != self.pen.plane.element:
                return Link(
                    f"#{self.prefix}-{place}", label=f"{self.pen.name(element)}: visa delprocessens karta"
                )
        return link

    def _linked(self, shape: Shape, element: Element | None, link: Link, drawn: str) -> str:
        name = link.label or self.pen.name(element) or "Steg utan namn"
        heard = ", ".join([name, *(badge.label for badge in link.badges)])
        if link.number:
            heard = f"{link.number}. {heard}"
        heard = marks.heard(self.pen, shape, heard)
        extras = self._number(shape, link) + self._badges(shape, link)
        named = f'{self._anchor(link)} aria-label="{escape(heard)}" data-element="{escape(shape.element)}"'
        if not link.href:
            return f'<g role="img"{named}>{drawn}{extras}</g>'
        return f'<a href="{escape(link.href)}"{named}>{drawn}{extras}</a>'

    def _anchor(self, link: Link) -> str:
        """A step that is drawn in several places is led to in the first."""
        if not link.anchor or link.anchor in self.pen.anchors:
            return ""
        self.pen.anchors.add(link.anchor)
        return f' id="{escape(link.anchor)}"'

    def _number(self, shape: Shape, link: Link) -> str:
        """The step's number in the text, on the upper right corner; a choreography has its bands there."""
        if not link.number:
            return ""
        box, element = shape.bounds, self.pen.element(shape)
        has_bands = element is not None and element.kind in CHOREOGRAPHY
        y = box.cy if has_bands and shape.element not in self.expanded else box.y + 1
        return self._coin(box.right - 3, y, link.number, "number")

    def _badges(self, shape: Shape, link: Link) -> str:
        """Below the lower edge, clear of the markers that stand on its middle."""
        x, y, parts = shape.bounds.right - 6, shape.bounds.bottom + 0.55 * self.pen.size, []
        for badge in link.badges:
            css = f"badge-{badge.tone}" if badge.tone in ("good", "warn", "bad") else "number"
            parts.append(self._coin(x, y, badge.text, css))
            x -= text.width(badge.text) * self.pen.size + 2 * self.pen.size
        return "".join(parts)

    def _coin(self, x: float, y: float, words: str, css: str) -> str:
        size = self.pen.size
        half = max(text.width(words) * size * 0.9 + 0.55 * size, 1.5 * size) / 2
        high = 0.75 * size
        self.pen.reach(x - half, y - high, x + half, y + high)
        coin = (
            f'<rect {look("number").replace("number", css, 1)} x="{n(x - half)}" y="{n(y - high)}"'
            f' width="{n(2 * half)}" height="{n(2 * high)}" rx="{n(high)}"/>'
        )
        attributes = f'{look("number-text")} text-anchor="middle" font-size="{size * 0.9:.2f}"'
        return coin + text.lines_svg([words], x, y - size * 0.52, size * 0.9, attributes)


def _hidden(parts: list[str]) -> str:
    body = "".join(parts)
    return f'<g aria-hidden="true">{body}</g>' if body else ""
