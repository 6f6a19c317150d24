"""Draws a Model as SVG: one drawing a plane, every figure of the file in it, every linked box an <a> in
flow order.

Only classes and presentation attributes, so a strict Content-Security-Policy holds; map.css gives the look
and the dark
mode, and without it (PDF, a saved file) the attributes are the light look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from processes.bpmn.model import Activity, Model, Plane
from processes.bpmn.order import Reading
from processes.bpmn.svg import text
from processes.bpmn.svg.page import Painter
from processes.bpmn.svg.pen import Badge, Link, Pen

__all__ = ["Badge", "Drawing", "Link", "render"]

SCALES = (1.0, 1.12, 1.25, 1.4, 1.6)
MARGIN = 10.0
# A drawing a little wider than a page is shown smaller there, so long as its letters stay 12 pixels high.
PAGE = 1182
SMALLEST = 12 / text.PIXELS
STEP = 100
FONT = "'Source Sans 3 Variable', 'Source Sans 3', sans-serif"
SAFE = ("/", "#", "?", "https://", "http://")


@dataclass(frozen=True, slots=True)
class Drawing:
    """One plane. `shown` counts the file's own shapes and edges in it; `element` is what the plane is the
    inside of.
    """

    element: str
    title: str
    svg: str
    shown: int
    width: int
    height: int
    anchor: str

    @property
    def fit(self) -> str:
        """The class of its frame: how wide a page must be to show it whole, as map.css has it."""
        if self.width > PAGE / SMALLEST:
            return "wide"
        return f"w{min(-(-self.width // STEP), PAGE // STEP + 1)}"


def render(
    model: Model, *, links: Mapping[str, Link] | None = None, title: str = "", prefix: str = "karta"
) -> list[Drawing]:
    """All drawings of a model, the main one first. Linear in the number of elements.

    `links` maps element ids to where their boxes lead; a collapsed sub-process without a link leads to its
    own drawing.
    `prefix` keeps ids unique when a page has several maps. Raises ValueError for an href that is not plain.
    """
    links = links or {}
    anchors: set[str] = set()
    for key, link in links.items():
        if not _is_safe(link.href):
            raise ValueError(f"Länken för {key} leder inte till en vanlig adress.")
    reading = Reading(model)
    planes = {plane.element: index for index, plane in enumerate(model.planes) if index}
    drawings = []
    for index, plane in enumerate(model.planes):
        pen = Pen(
            model=model,
            plane=plane,
            links=links,
            prefix=f"{prefix}-{index}",
            planes=planes,
            anchors=anchors,
        )
        drawings.append(_draw(pen, Painter(pen, reading, prefix), _title(model, plane, title)))
    return drawings


def _is_safe(href: str) -> bool:
    plain = not href or (href.startswith(SAFE) and not href.startswith(("//", "/\\")))
    return plain and not any(char in href for char in "\x00\r\n\t")


def _draw(pen: Pen, painter: Painter, title: str) -> Drawing:
    pen.place()
    scale = _scale(painter)
    pen.size = text.PIXELS / scale
    return _sheet(pen, painter.paint(), title, scale)


def _title(model: Model, plane: Plane, title: str) -> str:
    """The sub-process's name, the caller's title, or the best name in the file that is not a machine's id.

    The caller's title is the main drawing's; another has first the name that it was given in the file.
    """
    element = model.elements.get(plane.element)
    name = model.label(element) if element else ""
    if isinstance(element, Activity):
        return name or plane.name or title or "Delprocess"
    own = (plane.name, name)
    names = (title, *own, model.name) if plane is model.planes[0] else (*own, title, model.name)
    return next((each for each in names if each and (" " in each or len(each) < 25)), "Karta")


def _scale(painter: Painter) -> float:
    """How much larger than drawn the map is shown, so that names fit their boxes in letters of at least 12
    pixels.
    """
    rooms = [room for room in painter.rooms() if room.name]
    for scale in SCALES:
        if all(room.fits(text.PIXELS / scale) for room in rooms):
            return scale
    return SCALES[-1]


def _sheet(pen: Pen, body: str, name: str, scale: float) -> Drawing:
    if pen.left > pen.right:
        pen.reach(0, 0, 200, 60)
    x, y = pen.left - MARGIN, pen.top - MARGIN
    wide, high = pen.right + MARGIN - x, pen.bottom + MARGIN - y
    view = " ".join(text.number(value) for value in (x, y, wide, high))
    width, height = round(wide * scale), round(high * scale)
    steps = sum(isinstance(pen.model.elements.get(key), Activity) for key in pen.boxes)
    key = pen.prefix
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{key}" viewBox="{view}"'
        f' width="{width}" height="{height}" role="group"'
        f' aria-labelledby="{key}-t" aria-describedby="{key}-d">'
        f'<title id="{key}-t">{escape(name)}</title>'
        f'<desc id="{key}-d">Processkarta med {steps} steg. Samma innehåll finns som text.</desc>'
        f'<g font-family="{FONT}" font-size="{pen.size:.2f}">{body}</g></svg>'
    )
    return Drawing(pen.plane.element, name, svg, pen.shown, width, height, key)
