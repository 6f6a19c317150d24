"""Writes the drawing (BPMN DI) of a map into its XML: `redraw(root)` lays everything out anew.

A drawing that was laid out here says so, by a digest of its geometry on the plane. As long as that holds,
nobody has moved anything by hand, and the drawing may be made anew without a question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from processes.bpmn.diagram import DC, DD, DI
from processes.bpmn.model import Bounds, Edge, Model, Plane, Shape
from processes.bpmn.parse import parse

OWN = "urn:kvalitet:ritning"
LAID = f"{{{OWN}}}utlagd"
PREFIXES = {"bpmndi": DI[1:-1], "dc": DC[1:-1], "di": DD[1:-1], "kv": OWN}
DIAGRAM, PLANE, SHAPE, EDGE, LABEL = (
    DI + name for name in ("BPMNDiagram", "BPMNPlane", "BPMNShape", "BPMNEdge", "BPMNLabel")
)
Known = dict[str, etree._Element]


def redraw(root: etree._Element) -> None:
    """Replace the drawing by one laid out from the content alone; colours and the like of figures stay."""
    bare = deepcopy(root)
    for old in bare.findall(DIAGRAM):
        bare.remove(old)
    model = parse(etree.tostring(bare))
    known = {figure_of(node): node for node in root.iter(SHAPE, EDGE)}
    planes = {figure_of(node): node for node in root.iter(PLANE)}
    for old in root.findall(DIAGRAM):
        root.remove(old)
    for plane in model.planes:
        root.append(diagram_node(model, plane, planes.get(plane.element), known))
    sign(root)


def figure_of(node: etree._Element) -> str:
    """The id of what a figure stands for, without the prefix that a QName may have."""
    return (node.get("bpmnElement") or "").strip().rpartition(":")[2]


def sign(root: etree._Element) -> None:
    """Say of every plane that its geometry is ours."""
    for plane in root.iter(PLANE):
        plane.set(LAID, _digest(plane))


def is_own(root: etree._Element) -> bool:
    """Whether the drawing is as it was laid out here; true when there is none to lose."""
    return all(plane.get(LAID) == _digest(plane) for plane in root.iter(PLANE))


def _digest(plane: etree._Element) -> str:
    """Of what stands where, to the whole unit: tools write the same number in several ways."""
    figures = sorted(
        ",".join((figure_of(node), *_numbers(node))) for node in plane if node.tag in (SHAPE, EDGE)
    )
    return hashlib.sha256("\n".join(figures).encode()).hexdigest()[:16]


def _numbers(figure: etree._Element) -> Iterator[str]:
    for place in figure.iterchildren(DC + "Bounds", DD + "waypoint"):
        for name in ("x", "y", "width", "height"):
            value = place.get(name)
            if value is not None:
                yield _whole(value)


def _whole(value: str) -> str:
    try:
        return str(round(float(value)))
    except (ValueError, OverflowError):
        return value


def diagram_node(
    model: Model, plane: Plane, old: etree._Element | None = None, known: Known | None = None
) -> etree._Element:
    """The plane with its figures, in the frame it had before when it had one."""
    known = known or {}
    frame = old.getparent() if old is not None else None
    if frame is None or old is None:
        frame = etree.Element(DI + "BPMNDiagram", {"id": f"diagram_{plane.element}"}, nsmap=PREFIXES)
        old = etree.SubElement(frame, PLANE, id=plane.id, bpmnElement=plane.element)
    for figure in [child for child in old if child.tag in (SHAPE, EDGE)]:
        old.remove(figure)
    for shape in plane.shapes:
        old.append(shape_node(model, shape, known.get(shape.element)))
    for edge in plane.edges:
        old.append(edge_node(edge, known.get(edge.element)))
    return frame


def shape_node(model: Model, shape: Shape, old: etree._Element | None = None) -> etree._Element:
    """A figure where `shape` says, otherwise as `old` was."""
    node = _again(SHAPE, old, id=shape.id, bpmnElement=shape.element)
    if shape.horizontal:
        node.set("isHorizontal", "true")
    if shape.expanded is not None:
        node.set("isExpanded", "true" if shape.expanded else "false")
    if model.elements[shape.element].kind == "exclusiveGateway":
        node.set("isMarkerVisible", node.get("isMarkerVisible") or "true")
    node.append(bounds_node(shape.bounds))
    _label(node, shape.label, old)
    return node


def plain_shape(shape: Shape) -> etree._Element:
    """A new figure."""
    node = etree.Element(SHAPE, id=shape.id, bpmnElement=shape.element)
    node.append(bounds_node(shape.bounds))
    return node


def edge_node(edge: Edge, old: etree._Element | None = None) -> etree._Element:
    """A line along the points of `edge`, otherwise as `old` was."""
    node = _again(EDGE, old, id=edge.id, bpmnElement=edge.element)
    for x, y in edge.points:
        etree.SubElement(node, DD + "waypoint", x=f"{x:.1f}", y=f"{y:.1f}")
    _label(node, edge.label, old)
    return node


def _again(tag: str, old: etree._Element | None, **values: str) -> etree._Element:
    """A figure with all of the old one but its geometry."""
    node = etree.Element(tag, values)
    if old is None:
        return node
    for name, value in old.attrib.items():
        node.set(name, value)
    for child in old:
        if child.tag not in (DC + "Bounds", DD + "waypoint", LABEL):
            node.append(deepcopy(child))
    return node


def _label(node: etree._Element, bounds: Bounds | None, old: etree._Element | None) -> None:
    if bounds is None:
        return
    before = old.find(LABEL) if old is not None else None
    label = etree.SubElement(node, LABEL)
    for name, value in before.attrib.items() if before is not None else ():
        label.set(name, value)
    label.append(bounds_node(bounds))


def bounds_node(bounds: Bounds) -> etree._Element:
    values = {"x": bounds.x, "y": bounds.y, "width": bounds.width, "height": bounds.height}
    return etree.Element(DC + "Bounds", {name: f"{value:.1f}" for name, value in values.items()})
