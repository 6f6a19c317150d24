"""A map for the drawing tool: UTF-8, and with a drawing of everything, since it shows only what is drawn."""

from __future__ import annotations

from lxml import etree

from processes.bpmn.build import build
from processes.bpmn.drawing import PLANE, diagram_node, edge_node, shape_node
from processes.bpmn.model import Model, Plane
from processes.bpmn.parse import parse
from processes.bpmn.reader import read


def for_drawing(data: bytes) -> bytes:
    """The map with what `parse` laid out written into it; what was drawn stays where it was.

    Raises BpmnError like `parse`.
    """
    model, root = parse(data), read(data, [])
    sheets = list(root.iter(PLANE))
    for place, plane in enumerate(model.planes):
        if place < len(sheets):
            _complete(model, sheets[place], plane)
        elif plane.element:
            root.append(diagram_node(model, plane))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _complete(model: Model, sheet: etree._Element, plane: Plane) -> None:
    for shape in plane.shapes:
        if shape.generated:
            sheet.append(shape_node(model, shape))
    for edge in plane.edges:
        if edge.generated:
            sheet.append(edge_node(edge))


def empty(title: str) -> bytes:
    """What one begins to draw from when there is no map: a start."""
    return build({"name": title, "step": [{"id": "start", "kind": "start", "name": "Start"}]})
