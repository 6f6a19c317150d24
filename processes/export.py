"""The map of a version as a file that stands on its own: SVG and PNG, in light colours and without links.

All drawings of the map lie under one another in one picture, with a line below that says which version it is.
"""

import re
from dataclasses import dataclass
from html import escape
from math import sqrt

from django.conf import settings
from django.utils.formats import date_format

from kvalitet.versions import Standing
from processes.bpmn import structure
from processes.bpmn.order import Reading
from processes.bpmn.parse import parse
from processes.bpmn.svg import FONT, Drawing, Link, render
from processes.models import ProcessRevision

FONTS = settings.VAR / "vendor/source-sans-3"
CUTS = ("latin-regular", "latin-bold", "latin-ext-regular", "latin-ext-bold")
VIEW = re.compile(r'viewBox="(\S+) (\S+) (\S+) \S+"')
# What a title may hold and XML may not.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What the page's style sheet says of letters, as attributes.
HALO = 'stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
LETTERS = {
    'class="label"': f'class="label" {HALO}',
    'class="step-name"': 'class="step-name" font-weight="600"',
    'class="lane-name"': 'class="lane-name" font-weight="600"',
}
MARGIN, HEADING, SMALL = 24, 18, 13
NARROWEST = 480
# Twice as large as on the page, but no more than this, which takes some 50 MB while it is painted.
ZOOM, MOST_PIXELS = 2.0, 12_000_000
# Below this no letter can be told from a dot.
LEAST_ZOOM = 0.1


class TooLarge(Exception):
    """No picture of so wide or high a map shows anything; the message is Swedish, for the user."""

    def __init__(self) -> None:
        super().__init__("Kartan är för stor för att bli en bild. Hämta den som SVG i stället.")


@dataclass(frozen=True)
class Picture:
    """A whole SVG file, and its size in pixels."""

    svg: str
    width: int
    height: int


def writable(text: str) -> str:
    return UNWRITABLE.sub(" ", text)


def drawings(data: bytes, *, title: str, prefix: str = "karta") -> list[Drawing]:
    """The drawings of a map as on paper: every box has its number in the text, and no box is a link."""
    model = parse(data)
    reading = Reading(model)
    steps = structure.steps(model, reading)
    numbers = {step.element_id: Link(label=step.name, number=step.number) for step in steps}
    return render(model, links=numbers, title=writable(title), prefix=prefix)


def picture(revision: ProcessRevision) -> Picture:
    """The map of a version that has one. Raises BpmnError for what cannot be read."""
    data = bytes(revision.map.data) if revision.map else b""
    made = drawings(data, title=revision.title)
    width = max(NARROWEST, MARGIN * 2 + max(one.width for one in made))
    parts, y = [], MARGIN
    for one in made:
        if one is not made[0]:
            parts.append(_words(one.title, y, HEADING))
            y += HEADING * 2
        parts.append(placed(one, y))
        y += one.height + MARGIN
    parts.append(_words(_origin(revision), y, SMALL))
    return sheet(made[0].title, "".join(parts), width, y + SMALL + MARGIN)


def png(made: Picture) -> bytes:
    """The same as PNG, as large as the limit lets it be; up to two seconds. Raises TooLarge."""
    zoom = min(ZOOM, sqrt(MOST_PIXELS / (made.width * made.height)))
    if zoom < LEAST_ZOOM:
        raise TooLarge
    return painted(made.svg, zoom)


def painted(svg: str, zoom: float) -> bytes:
    """An SVG of ours as PNG, in the page's own font."""
    import resvg_py

    fonts = [str(FONTS / f"source-sans-3-{cut}.ttf") for cut in CUTS]
    return resvg_py.svg_to_bytes(
        svg_string=svg, zoom=zoom, background="#ffffff", skip_system_fonts=True, font_files=fonts
    )


def sheet(title: str, body: str, width: int, height: int) -> Picture:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="group" aria-labelledby="titel"><title id="titel">{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{body}</svg>'
    )
    return Picture(svg, width, height)


def placed(one: Drawing, y: int) -> str:
    """A drawing as a group that stands at ``y``: not every program shows an SVG inside an SVG."""
    opening, body = one.svg.split(">", 1)
    found = VIEW.search(opening)
    left, top, wide = (float(value) for value in found.groups()) if found else (0.0, 0.0, float(one.width))
    scale = one.width / wide
    for before, after in LETTERS.items():
        body = body.replace(before, after)
    place = f"translate({MARGIN} {y}) scale({scale:.4f}) translate({-left:.1f} {-top:.1f})"
    return f'<g transform="{place}">{body.removesuffix("</svg>")}</g>'


def _words(words: str, y: int, size: int) -> str:
    attributes = f'font-family="{FONT}" font-size="{size}" fill="#4a5765"'
    return f'<text x="{MARGIN}" y="{y + size}" {attributes}>{escape(words)}</text>'


def _origin(revision: ProcessRevision) -> str:
    standing = revision.standing()
    parts = [f"{writable(revision.title)}, version {revision.label}", standing.label.lower()]
    if revision.valid_from and standing != Standing.DISCARDED:
        parts.append(f"från {date_format(revision.valid_from, 'j F Y')}")
    return f"{settings.ORGANISATION_NAME}: {', '.join(parts)}"
