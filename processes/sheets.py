"""How a drawing lies on paper: on one page while its letters can be read there, else cut over several.

A part is drawn whole and shown in part, which for a very large map takes WeasyPrint a minute and a gigabyte
(2 000 elements on six pages, measured); so those are painted first, and laid in as pictures.

Measures are in CSS pixels; ``pdf-process.css`` has the same pages in millimetres.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from processes.bpmn.svg import FONT, Drawing
from processes.export import LETTERS, VIEW, ZOOM, painted

SIZE = re.compile(r'viewBox="[^"]*" width="\d+" height="\d+"')
# The room for a drawing on a page that lies down, under the heading.
PAGES = {"a4": (1012, 580), "a3": (1476, 905)}
# Letters of 12.5 pixels become 6.6 points, which is small and can be read.
SMALLEST = 0.7
OVERLAP = 40
MOST_PARTS = 8
# Figures times pages: more than this is painted.
MOST_DRAWN = 600
# WeasyPrint takes the first font that is named, and paints no line behind letters.
INK = {before: after for before, after in LETTERS.items() if "font-weight" in after}
INK[f'font-family="{FONT}"'] = 'font-family="Source Sans 3"'


@dataclass(frozen=True)
class Sheet:
    """One page of a drawing, as SVG or picture: ``part`` of ``parts``, on ``paper`` that lies down."""

    html: SafeString
    title: str
    paper: str
    part: int = 1
    parts: int = 1


def sheets(drawing: Drawing) -> list[Sheet]:
    """The pages of a drawing; a very large one is made smaller rather than cut in more than MOST_PARTS."""
    for paper, (wide, high) in PAGES.items():
        scale = min(1.0, wide / drawing.width, high / drawing.height)
        if scale >= SMALLEST:
            return [Sheet(_part(drawing, (0, 0, drawing.width, drawing.height), scale), drawing.title, paper)]
    scale = SMALLEST
    while (parts := len(list(_cuts(drawing, scale)))) > MOST_PARTS:
        scale *= 0.95
    return [
        Sheet(_part(drawing, cut, scale, parts), drawing.title, "a3", number, parts)
        for number, cut in enumerate(_cuts(drawing, scale), start=1)
    ]


Cut = tuple[float, float, float, float]


def _cuts(drawing: Drawing, scale: float) -> Iterator[Cut]:
    """Left, top, width and height of each part, row by row; neighbours share a strip."""
    wide, high = (length / scale for length in PAGES["a3"])
    columns = max(ceil((drawing.width - OVERLAP) / (wide - OVERLAP)), 1)
    rows = max(ceil((drawing.height - OVERLAP) / (high - OVERLAP)), 1)
    for row in range(rows):
        for column in range(columns):
            left, top = column * (wide - OVERLAP), row * (high - OVERLAP)
            yield left, top, min(wide, drawing.width - left), min(high, drawing.height - top)


def _part(drawing: Drawing, cut: Cut, scale: float, parts: int = 1) -> SafeString:
    left, top, wide, high = cut
    found = VIEW.search(drawing.svg)
    x, y, across = (float(value) for value in found.groups()) if found else (0.0, 0.0, float(drawing.width))
    unit = across / drawing.width
    view = f"{x + left * unit:.1f} {y + top * unit:.1f} {wide * unit:.1f} {high * unit:.1f}"
    width, height = round(wide * scale), round(high * scale)
    svg = SIZE.sub(f'viewBox="{view}" width="{width}" height="{height}"', drawing.svg, count=1)
    if drawing.shown * parts > MOST_DRAWN:
        return _picture(_with_letters(svg, LETTERS), drawing, width, height)
    return mark_safe(_with_letters(svg, INK))  # noqa: S308 - drawn by us, every name escaped


def _with_letters(svg: str, looks: Mapping[str, str]) -> str:
    for before, after in looks.items():
        svg = svg.replace(before, after)
    return svg


def _picture(svg: str, drawing: Drawing, width: int, height: int) -> SafeString:
    data = b64encode(painted(svg, ZOOM)).decode()
    words = f"Processkarta: {drawing.title}. Samma innehåll finns som text."
    picture = '<img src="data:image/png;base64,{}" alt="{}" width="{}" height="{}">'
    return format_html(picture, data, words, width, height)
