"""A strip above the first page of a PDF. Runs inside the limited process: the file is somebody's."""

from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name

MAX_SCALE = 1.6
# What a page may measure, in points: outside, something is wrong with it.
SMALLEST, LARGEST = 72, 14_400
MAX_DEPTH = 50


class CannotStamp(Exception):
    """The file is signed, or its first page is not as pages are."""


def stamp(file: BinaryIO, strip: BinaryIO, target: BinaryIO) -> None:
    """Write ``file`` to ``target`` with the one page of ``strip`` above its first page.

    The page grows upwards as it is shown, so nothing is covered, and what stood outside its edge stays
    hidden. The strip is an artifact: whoever listens to the document hears what it heard before.
    """
    with pikepdf.open(file) as pdf, pikepdf.open(strip) as drawn:
        if int(pdf.Root.get("/AcroForm", Dictionary()).get("/SigFlags", 0)):
            raise CannotStamp("a signature holds for the file as it is")
        form = pdf.copy_foreign(drawn.pages[0].as_form_xobject())
        _put_above(pdf, pdf.pages[0], form)
        pdf.save(target, deterministic_id=True)


def _put_above(pdf: pikepdf.Pdf, page: pikepdf.Page, form: Any) -> None:
    left, bottom, right, top = box = _shown_box(page)
    turned = int(_inherited(page, "/Rotate") or 0) % 360
    if turned % 90:
        raise CannotStamp("a page is turned by quarters")
    across = right - left if turned % 180 == 0 else top - bottom
    width, height = float(form.BBox[2]), float(form.BBox[3])
    scale = min(across / width, MAX_SCALE)
    rise = height * scale
    grown, matrix = {
        0: ((left, bottom, right, top + rise), (scale, 0, 0, scale, left, top)),
        90: ((left - rise, bottom, right, top), (0, scale, -scale, 0, left, bottom)),
        180: ((left, bottom - rise, right, top), (-scale, 0, 0, -scale, right, bottom)),
        270: ((left, bottom, right + rise, top), (0, -scale, scale, 0, right, top)),
    }[turned]
    page.obj.MediaBox = page.obj.CropBox = Array([round(one, 3) for one in grown])
    _draw(pdf, page, form, matrix, box)


def _draw(
    pdf: pikepdf.Pdf, page: pikepdf.Page, form: Any, matrix: tuple[float, ...], box: tuple[float, ...]
) -> None:
    """Before all else on the page, where nothing has moved the ground yet; the rest keeps to its old box."""
    name = _add_drawing(page, form)
    left, bottom, right, top = box
    places = " ".join(f"{one:.4f}" for one in matrix)
    area = f"{left:.3f} {bottom:.3f} {right - left:.3f} {top - bottom:.3f}"
    before = f"/Artifact BMC q {places} cm {name} Do Q EMC\nq {area} re W n\n"
    own = page.obj.get("/Contents")
    parts = list(own) if isinstance(own, Array) else [own] if own is not None else []
    page.obj.Contents = Array([pdf.make_stream(before.encode()), *parts, pdf.make_stream(b"\nQ\n")])


def _add_drawing(page: pikepdf.Page, form: Any) -> str:
    """The name of the strip among the page's own resources, which it may have shared with others."""
    resources = Dictionary(dict((_inherited(page, "/Resources") or Dictionary()).items()))
    drawings = Dictionary(dict(resources.get("/XObject", Dictionary()).items()))
    name = "/KvStrip"
    while name in drawings:
        name += "1"
    drawings[name] = form
    resources[Name.XObject] = drawings
    page.obj.Resources = resources
    return name


def _shown_box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """What is shown of the page: CropBox within MediaBox, each corner where it belongs."""
    media = _corners(_inherited(page, "/MediaBox"))
    crop = _corners(_inherited(page, "/CropBox") or _inherited(page, "/MediaBox"))
    box = (*map(max, media[:2], crop[:2]), *map(min, media[2:], crop[2:]))
    left, bottom, right, top = box
    if not all(SMALLEST <= side <= LARGEST for side in (right - left, top - bottom)):
        raise CannotStamp("a page of no ordinary size")
    return left, bottom, right, top


def _corners(box: Any) -> tuple[float, float, float, float]:
    if not isinstance(box, Array) or len(box) != 4:
        raise CannotStamp("a page without edges")
    a, b, c, d = (float(one) for one in box)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _inherited(page: pikepdf.Page, key: str) -> Any:
    """What the page says of ``key``, or else the nearest group of pages that it lies in."""
    node: Any = page.obj
    for _ in range(MAX_DEPTH):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    raise CannotStamp("pages within pages without end")
