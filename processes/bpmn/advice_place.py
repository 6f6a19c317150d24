"""What lies over something else, or outside what it belongs to. Near linear: a sweep from left to right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from processes.bpmn.model import DATA, FLOW_NODES, Bounds, Element, Model, Pool
from processes.bpmn.said import said

DRAWN = (FLOW_NODES | DATA) - {"dataObject", "dataStore", "dataInput", "dataOutput", "property"}
Placed = tuple[Element, Bounds]


def overlapping(model: Model) -> Iterator[tuple[str, str]]:
    """Elements that touch a sibling, and those outside the pool or open sub-process around them."""
    boxes = _boxes(model)
    groups: dict[str, list[Placed]] = defaultdict(list)
    for key, bounds in boxes.items():
        element = model.elements.get(key)
        if element is not None and (element.kind in DRAWN or isinstance(element, Pool)):
            groups[element.parent].append((element, bounds))
    frames = _frames(model, boxes)
    for parent, placed in groups.items():
        touching = _touching(placed)
        for element, bounds in placed:
            frame = frames.get(parent)
            if element.id in touching:
                yield element.id, f"{said(element)} ligger över något annat. Flytta isär dem."
            if frame and element.kind != "dataStoreReference" and not _holds(frame, bounds):
                yield element.id, f"{said(element)} ligger utanför den ram som det hör till."


def _boxes(model: Model) -> dict[str, Bounds]:
    return {shape.element: shape.bounds for plane in model.planes for shape in plane.shapes}


def _frames(model: Model, boxes: dict[str, Bounds]) -> dict[str, Bounds]:
    """By process or sub-process: the box that its contents should lie in."""
    frames = {pool.process: boxes[pool.id] for pool in model.of(Pool) if pool.process and pool.id in boxes}
    opened = (shape for plane in model.planes for shape in plane.shapes if shape.expanded)
    frames |= {shape.element: shape.bounds for shape in opened if shape.element in model.children}
    return frames


def _touching(placed: Sequence[Placed]) -> set[str]:
    found: set[str] = set()
    ordered = sorted(placed, key=lambda one: one[1].x)
    for place, (element, box) in enumerate(ordered):
        for other, beside in ordered[place + 1 :]:
            if beside.x > box.right:
                break
            apart = beside.y > box.bottom or box.y > beside.bottom
            if not apart and not _sits_on(element, other):
                found |= {element.id, other.id}
    return found


def _sits_on(one: Element, other: Element) -> bool:
    return getattr(one, "attached_to", "") == other.id or getattr(other, "attached_to", "") == one.id


def _holds(frame: Bounds, box: Bounds) -> bool:
    return frame.x <= box.x and frame.y <= box.y and box.right <= frame.right and box.bottom <= frame.bottom
