"""Lays out what a file does not draw: everything when it has no drawing, else only what is missing.

Left to right along the flow, a lane a row of rows, loops over the top. Linear in the size, deterministic.
"""

from __future__ import annotations

from processes.bpmn.layout import messages
from processes.bpmn.layout.block import Block, lay, size_of
from processes.bpmn.layout.ink import add_shape, draw, straight
from processes.bpmn.model import FLOW_NODES, SUB_PROCESSES, Bounds, Element, Flow, Model, Plane, Pool
from processes.bpmn.order import Reading

__all__ = ["complete", "plane_of", "size_of", "straight"]

POOL_GAP = 50.0
HEAD = 30.0
BLACK_BOX = 40.0


def complete(model: Model) -> None:
    """Adds the planes and shapes that are missing, and a remark for each kind of addition."""
    reading = Reading(model)
    if not model.planes:
        model.remark("Filen har ingen ritning. Kartan lades ut automatiskt.")
        _everything(model, reading)
    else:
        for plane in model.planes:
            _missing(model, reading, plane)
    _undrawn(model, reading)


def _everything(model: Model, reading: Reading) -> None:
    pools = list(model.of(Pool))
    if pools:
        _collaboration(model, reading, pools)
    elif reading.tops:
        model.planes.append(plane_of(model, reading, reading.tops[0].id))
    if not model.planes:
        model.planes.append(Plane(id="plan", element=""))


def plane_of(model: Model, reading: Reading, container: str) -> Plane:
    """A drawing of its own of what is directly in a process or sub-process."""
    plane = Plane(id=f"{container}_plan", element=container)
    draw(model, lay(model, reading, container), plane, 0, 0)
    return plane


def _collaboration(model: Model, reading: Reading, pools: list[Pool]) -> None:
    """Pools under each other, black boxes as flat bars on the side they talk to, message flows between
    them.
    """
    plane = Plane(id="samverkan_plan", element=pools[0].parent)
    blocks = {
        pool.id: lay(model, reading, pool.process, name=pool.name)
        for pool in pools
        if _has_nodes(model, pool.process)
    }
    width = max((block.width for block in blocks.values()), default=600.0) + HEAD
    y = 0.0
    for pool in _stacked(model, pools, blocks):
        block = blocks.get(pool.id)
        height = block.height if block else BLACK_BOX
        add_shape(plane, pool.id, Bounds(0, y, width, height), horizontal=True)
        if block:
            for _, box in block.lane_boxes:
                box.width = width - HEAD
            draw(model, block, plane, HEAD, y)
        y += height + POOL_GAP
    messages.draw(model, plane)
    model.planes.append(plane)


def _stacked(model: Model, pools: list[Pool], blocks: dict[str, Block]) -> list[Pool]:
    """Around one drawn pool the black boxes go above or below it, where what they talk to is nearer."""
    if len(blocks) != 1:
        return pools
    (own,) = (pool for pool in pools if pool.id in blocks)
    block = blocks[own.id]
    places = block.router.at.box
    depth: dict[str, float] = {}
    for pool in pools:
        talks = [
            (flow.source, flow.target) for flow in model.of(Flow) if pool.id in (flow.source, flow.target)
        ]
        found = [places[key].cy for pair in talks for key in pair if key in places]
        depth[pool.id] = sum(found) / len(found) if found else block.height
    others = sorted((pool for pool in pools if pool is not own), key=lambda pool: depth[pool.id])
    above = [pool for pool in others if depth[pool.id] <= block.height / 2]
    if len(others) > 1:
        above = others[: len(others) // 2]
    return [*above, own, *(pool for pool in others if pool not in above)]


def _has_nodes(model: Model, container: str) -> bool:
    return any(element.kind in FLOW_NODES for element in model.inside(container))


def _missing(model: Model, reading: Reading, plane: Plane) -> None:
    """Nodes without a shape whose siblings are drawn here: laid in rows of their own under the drawing."""
    drawn = {shape.element for each in model.planes for shape in each.shapes}
    homes = dict.fromkeys(_home(model, shape.element) for shape in plane.shapes)
    for container in filter(None, homes):
        lost = [element for element in model.inside(container) if _is_lost(element, drawn)]
        if not lost:
            continue
        bottom = max((shape.bounds.bottom for shape in plane.shapes), default=0.0)
        left = min((shape.bounds.x for shape in plane.shapes), default=0.0)
        block = lay(model, reading, container, only={element.id for element in lost})
        block.lane_boxes.clear()
        draw(model, block, plane, left, bottom + 30)
        for element in lost:
            name = (element.name or element.id)[:80]
            model.remark(f"Rad {element.line}: ”{name}” fanns inte i ritningen. Det lades under den.")


def _home(model: Model, key: str) -> str:
    element = model.elements.get(key)
    return element.parent if element is not None and element.kind in FLOW_NODES else ""


def _is_lost(element: Element, drawn: set[str]) -> bool:
    return element.kind in FLOW_NODES and element.id not in drawn


def _undrawn(model: Model, reading: Reading) -> None:
    """A plane for each process or sub-process with contents of which nothing is drawn anywhere."""
    drawn = {shape.element for plane in model.planes for shape in plane.shapes}
    for element in list(model.elements.values()):
        if element.kind not in SUB_PROCESSES | {"process", "choreography"} or not _has_nodes(
            model, element.id
        ):
            continue
        inside = [child.id for child in model.inside(element.id) if child.kind in FLOW_NODES]
        if drawn.isdisjoint(inside):
            plane = plane_of(model, reading, element.id)
            model.planes.append(plane)
            drawn.update(shape.element for shape in plane.shapes)
            name = (element.name or element.id)[:80]
            if model.di_count:
                model.remark(
                    f"Rad {element.line}: ”{name}” har ett innehåll som inte är ritat. Det fick en "
                    "egen karta."
                )
