"""What every drawing function needs: the model, the sizes, the links, and where the drawing reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from processes.bpmn.model import Bounds, Element, Model, Plane, Shape
from processes.bpmn.svg import colour, text
from processes.bpmn.svg.icons import Symbol
from processes.bpmn.svg.space import Space

# The light look, as presentation attributes: they hold where no style sheet reaches (PDF, a saved file);
# map.css overrides them by class.
INK, SOFT, PAPER, LINE = "#17222d", "#4a5765", "#ffffff", "#d9d6cd"
LOOK = {
    "step": 'fill="#e3f0f1" stroke="#0a5a66" stroke-width="1.5"',
    "step open": 'fill="#ffffff" stroke="#0a5a66" stroke-width="1.5"',
    "gate": 'fill="#fcf0d8" stroke="#7a4d00" stroke-width="1.5"',
    "event": 'fill="#ffffff" stroke="#1f6a3a" stroke-width="2"',
    "event mid": 'fill="#ffffff" stroke="#0a5a66" stroke-width="1.4"',
    "event end": 'fill="#ffffff" stroke="#a3261f" stroke-width="4"',
    "area": 'fill="#ffffff" stroke="#8b949d" stroke-width="1.2"',
    "lane": 'fill="none" stroke="#d9d6cd" stroke-width="1"',
    "area-head": 'fill="#f5f4f0" stroke="#8b949d" stroke-width="1.2"',
    "flow": 'fill="none" stroke="#4a5765" stroke-width="1.6"',
    "flow cut": 'fill="none" stroke="#ffffff" stroke-width="2"',
    "arrow": 'fill="#4a5765" stroke="#4a5765" stroke-width="1"',
    "arrow open": 'fill="#ffffff" stroke="#4a5765" stroke-width="1.3"',
    "arrow line": 'fill="none" stroke="#4a5765" stroke-width="1.5"',
    "data": 'fill="#ffffff" stroke="#4a5765" stroke-width="1.4"',
    "note": 'fill="none" stroke="#4a5765" stroke-width="1.4"',
    "group": 'fill="none" stroke="#4a5765" stroke-width="1.4" stroke-dasharray="9 4 2 4"',
    "unknown": 'fill="none" stroke="#4a5765" stroke-width="1.2" stroke-dasharray="3 3"',
    "band": 'fill="#ffffff" stroke="#0a5a66" stroke-width="1.2"',
    "band other": 'fill="#d9d6cd" stroke="#0a5a66" stroke-width="1.2"',
    "sign": 'fill="#ffffff" stroke="#17222d" stroke-width="1.2"',
    "sign solid": 'fill="#17222d" stroke="#17222d" stroke-width="1"',
    "sign line": 'fill="none" stroke="#17222d" stroke-width="1.2"',
    "sign cut": 'fill="none" stroke="#ffffff" stroke-width="1.2"',
    "sign heavy": 'fill="none" stroke="#17222d" stroke-width="2.4"',
    "sign band": 'fill="#b9c0c6" stroke="#17222d" stroke-width="1.2"',
    "label": f'fill="{INK}"',
    "lane-name": f'fill="{SOFT}"',
    "number": 'fill="#0a5a66"',
    "mark added": 'fill="none" stroke="#1f6a3a" stroke-width="3"',
    "mark removed": 'fill="none" stroke="#a3261f" stroke-width="3" stroke-dasharray="3 4"',
    "mark changed": 'fill="none" stroke="#7a4d00" stroke-width="3" stroke-dasharray="10 4"',
    "mark moved": 'fill="none" stroke="#6a3d7c" stroke-width="3" stroke-dasharray="10 4 2 4"',
    "mark renumbered": 'fill="none" stroke="#0a5a66" stroke-width="3" stroke-dasharray="2 3"',
    "tag added": 'fill="#1f6a3a"',
    "tag removed": 'fill="#a3261f"',
    "tag changed": 'fill="#7a4d00"',
    "tag moved": 'fill="#6a3d7c"',
    "tag renumbered": 'fill="#0a5a66"',
    "number-text": 'fill="#ffffff"',
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A count on a step, such as open deviations: `text` is drawn, `label` is read out."""

    text: str
    label: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a box leads, or nowhere: on paper a box has its number only.

    `label` is its accessible name (else the step's name), `number` its place in the text, `anchor` the id by
    which others lead to the box.
    """

    href: str = ""
    label: str = ""
    number: str = ""
    badges: Sequence[Badge] = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A box or line that is marked out: `tone` is a mark of LOOK, `symbol` stands at it, and before its name
    is heard `word`. `anchor` makes its id, with the drawing's own before it.
    """

    tone: str
    symbol: str
    word: str
    anchor: str


def look(name: str) -> str:
    """class and presentation attributes of one part of the look."""
    return f'class="{name}" {LOOK[name]}'


@dataclass(slots=True)
class Pen:
    """Carries one plane while it is drawn. `size` is the font size in the drawing's units."""

    model: Model
    plane: Plane
    links: Mapping[str, Link]
    prefix: str
    size: float = 12.0
    boxes: dict[str, Shape] = field(default_factory=dict)
    planes: Mapping[str, int] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)
    space: Space = field(default_factory=Space)
    covered: dict[str, float] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    anchored: set[str] = field(default_factory=set)
    left: float = float("inf")
    top: float = float("inf")
    right: float = float("-inf")
    bottom: float = float("-inf")
    shown: int = 0

    def reach(self, x: float, y: float, right: float, bottom: float) -> None:
        """Makes the drawing large enough to hold this rectangle."""
        self.left, self.top = min(self.left, x), min(self.top, y)
        self.right, self.bottom = max(self.right, right), max(self.bottom, bottom)

    def drawn(self, bounds: Bounds, *, generated: bool) -> None:
        self.reach(bounds.x, bounds.y, bounds.right, bounds.bottom)
        self.shown += not generated or not self.model.di_count

    def place(self) -> None:
        """Notes where everything stands, and how much of each box its boundary events cover from below."""
        for shape in self.plane.shapes:
            self.boxes.setdefault(shape.element, shape)
        for shape in self.plane.shapes:
            host = self.boxes.get(getattr(self.element(shape), "attached_to", ""))
            if (
                host
                and abs(shape.bounds.cx - host.bounds.cx) < host.bounds.width * 0.3
                and shape.bounds.cy > host.bounds.cy
            ):
                self.covered[host.element] = min(
                    max(host.bounds.bottom - shape.bounds.y - 4, 0), host.bounds.height / 3
                )

    def element(self, shape: Shape) -> Element | None:
        return self.model.elements.get(shape.element)

    def name(self, element: Element | None) -> str:
        return self.model.label(element) if element else ""

    def block(self, lines: Sequence[str], x: float, y: float, css: str, *, anchor: str = "middle") -> str:
        """Lines of text with the block's top at y, counted into the drawing's reach."""
        widest = max((text.width(line) for line in lines), default=0.0) * self.size
        left = {"middle": x - widest / 2, "start": x, "end": x - widest}[anchor]
        self.reach(left, y, left + widest, y + text.height(lines, self.size))
        attributes = f'class="{css}" text-anchor="{anchor}"'
        return text.lines_svg(lines, x, y, self.size, attributes)

    def extent(self, lines: Sequence[str], x: float, y: float, *, anchor: str = "middle") -> Bounds:
        """The rectangle a label fills when its block starts at y and is anchored at x."""
        wide = max((text.width(line) for line in lines), default=0.0) * self.size * 0.95
        left = {"middle": x - wide / 2, "start": x, "end": x - wide}[anchor]
        return Bounds(left, y, wide, text.height(lines, self.size))

    def free_label(self, lines: Sequence[str], places: Iterable[Bounds]) -> str:
        """The label where it lies on the least."""
        place = self.space.best(places)
        return self.block(lines, place.cx, place.y, "label")


@lru_cache(maxsize=64)
def _parts(base: str) -> dict[str, str]:
    return dict(re.findall(r'([a-z-]+)="([^"]*)"', LOOK[base]))


def paint(base: str, shape: Shape, *, area: bool = False) -> str:
    """Attributes of a filled part: the author's checked colour where it may stand, else the look's.

    With an author's colour the class is split ("fill-step", "stroke-step"), so that no theme covers it.
    """
    own_fill, own_stroke = colour.fill(shape.fill), colour.stroke(shape.stroke)
    if not own_fill and not own_stroke:
        return look(base)
    parts, name = dict(_parts(base)), base.replace(" ", "-")
    words = [f"fill-{name}", f"stroke-{name}"]
    if own_fill:
        parts["fill"] = own_fill
        words[0] = "own-area" if area else "own-fill"
        if area and colour.contrast(own_fill, INK) < 7:
            parts["fill-opacity"] = "0.15"
    if own_stroke:
        parts["stroke"] = own_stroke
        words[1] = "own-stroke faint" if colour.is_faint(own_stroke) else "own-stroke"
    body = " ".join(f'{key}="{value}"' for key, value in parts.items())
    return f'class="{" ".join(words)}" {body}'


def tone(shape: Shape) -> str:
    """Class of text and symbols that stand on a shape with an author's fill, or ""."""
    own = colour.fill(shape.fill)
    return colour.text_class(own) if own else ""


def symbol(parts: Symbol, x: float, y: float, scale: float = 1.0, on: str = "") -> str:
    """A symbol centred on (x, y); `on` is the tone() of what it stands on."""
    place = f"translate({text.number(x)} {text.number(y)})"
    if abs(scale - 1) > 0.02:
        place += f" scale({scale:.2f})"
    paths = "".join(f'<path {look(name)} d="{path}"/>' for name, path in parts)
    extra = f' class="{on}"' if on else ""
    if on == "on-dark":
        paths = paths.replace(f'fill="{PAPER}"', 'fill="none"').replace(INK, PAPER)
    return f'<g transform="{place}"{extra}>{paths}</g>'


def rect(bounds: Bounds, attributes: str, *, radius: float = 0, inset: float = 0) -> str:
    n = text.number
    rounded = f' rx="{n(radius)}"' if radius else ""
    wide, high = max(bounds.width - 2 * inset, 0.1), max(bounds.height - 2 * inset, 0.1)
    place = f'x="{n(bounds.x + inset)}" y="{n(bounds.y + inset)}" width="{n(wide)}" height="{n(high)}"'
    return f"<rect {attributes} {place}{rounded}/>"
