"""Reads the drawing (BPMN DI): planes, shapes, edges, labels and the two namespaces of BPMN in colour."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from lxml import etree

from processes.bpmn.model import Bounds, BpmnError, Edge, Model, Plane, Shape

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
BIOC = "{http://bpmn.io/schema/bpmn/biocolor/1.0}"
COLOR = "{http://www.omg.org/spec/BPMN/non-normative/color/1.0}"
HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
MAX_COORDINATE = 100_000.0
MAX_DRAWN = 20_000
MAX_POINTS = 500


def read_planes(root: etree._Element, model: Model) -> None:
    """Fills model.planes and model.di_count; a shape whose place is not a number is left for the layout."""
    drawn = 0
    for node in root.iter(DI + "BPMNPlane"):
        diagram = node.getparent()
        name = " ".join(((diagram.get("name") if diagram is not None else "") or "").split())
        plane = Plane(id=node.get("id") or f"plan-{len(model.planes)}", element=_ref(node, model), name=name)
        for child in node:
            drawn += child.tag in (DI + "BPMNShape", DI + "BPMNEdge")
            if drawn > MAX_DRAWN:
                raise BpmnError(
                    f"Ritningen har fler än {MAX_DRAWN // 1000} 000 figurer (rad {child.sourceline}). "
                    "Dela upp kartan."
                )
            if child.tag == DI + "BPMNShape":
                _add_shape(child, plane, model)
            elif child.tag == DI + "BPMNEdge":
                _add_edge(child, plane, model)
        model.planes.append(plane)
    model.di_count = drawn


def _ref(node: etree._Element, model: Model) -> str:
    """The element a figure stands for; a QName may carry a prefix, an id with a colon may not be split."""
    given = (node.get("bpmnElement") or "").strip()
    return given if given in model.elements else given.rpartition(":")[2]


def _add_shape(node: etree._Element, plane: Plane, model: Model) -> None:
    element = _ref(node, model)
    bounds = _bounds(node.find(DC + "Bounds"))
    if bounds is None:
        model.remark(
            f"Rad {node.sourceline}: rutan för ”{_name(model, element)}” saknar giltig plats. Den "
            "placerades om."
        )
        bounds = Bounds(math.nan, math.nan, 0, 0)
    plane.shapes.append(
        Shape(
            id=node.get("id") or f"figur-{node.sourceline}",
            element=element,
            bounds=bounds,
            label=_label(node),
            expanded=_flag(node, "isExpanded"),
            horizontal=_flag(node, "isHorizontal"),
            marker_visible=_flag(node, "isMarkerVisible") is not False,
            message_visible=bool(_flag(node, "isMessageVisible")),
            band=node.get("participantBandKind") or "",
            fill=_colour(node, BIOC + "fill", COLOR + "background-color"),
            stroke=_colour(node, BIOC + "stroke", COLOR + "border-color"),
        )
    )


def _add_edge(node: etree._Element, plane: Plane, model: Model) -> None:
    element = _ref(node, model)
    points = list(_points(node))
    if len(points) < 2:
        model.remark(
            f"Rad {node.sourceline}: pilen ”{_name(model, element)}” saknar giltiga punkter. Den drogs om."
        )
        points = []
    plane.edges.append(
        Edge(
            id=node.get("id") or f"linje-{node.sourceline}",
            element=element,
            points=points,
            label=_label(node),
            message=node.get("messageVisibleKind") or "",
            stroke=_colour(node, BIOC + "stroke", COLOR + "border-color"),
        )
    )


def _name(model: Model, key: str) -> str:
    element = model.elements.get(key)
    return (element.name if element and element.name else key)[:80]


def _points(node: etree._Element) -> Iterator[tuple[float, float]]:
    for index, point in enumerate(node.iterchildren(DD + "waypoint")):
        x, y = _number(point.get("x")), _number(point.get("y"))
        if x is not None and y is not None and index < MAX_POINTS:
            yield x, y


def _label(node: etree._Element) -> Bounds | None:
    label = node.find(DI + "BPMNLabel")
    return _bounds(label.find(DC + "Bounds")) if label is not None else None


def bounds_of(shape: etree._Element) -> Bounds | None:
    """Where a figure stands; None when that is not a place."""
    return _bounds(shape.find(DC + "Bounds"))


def points_of(edge: etree._Element) -> list[tuple[float, float]]:
    """The points of a line."""
    return list(_points(edge))


def _bounds(node: etree._Element | None) -> Bounds | None:
    if node is None:
        return None
    x, y, width, height = (_number(node.get(name)) for name in ("x", "y", "width", "height"))
    if x is None or y is None or width is None or height is None or width <= 0 or height <= 0:
        return None
    return Bounds(x, y, width, height)


def _number(text: str | None) -> float | None:
    """A usable coordinate: finite and within what a page can show."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= MAX_COORDINATE else None


def _flag(node: etree._Element, name: str) -> bool | None:
    value = node.get(name)
    return None if value is None else value.strip() in ("true", "1")


def _colour(node: etree._Element, *names: str) -> str:
    """A checked hex colour, six digits and lower case, or ""."""
    for name in names:
        value = (node.get(name) or "").strip()
        if HEX.fullmatch(value):
            value = value.lower()
            return value if len(value) == 7 else "#" + "".join(digit * 2 for digit in value[1:])
    return ""
