"""What a form can do to a map: each verb changes the XML of a `Sheet`, and says what wants a new place.

Ids of what is there never change: documents and cases hang on them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from processes.bpmn.edit.sheet import BPMN, DOCUMENTATION, EditError, Sheet, local
from processes.bpmn.model import ACTIVITIES, EVENTS, FLOW_NODES, GATEWAYS, SUB_PROCESSES, TASKS

TAGS = {
    "task": "userTask",
    "subprocess": "subProcess",
    "decision": "exclusiveGateway",
    "parallel": "parallelGateway",
    "inclusive": "inclusiveGateway",
    "start": "startEvent",
    "end": "endEvent",
}
SWAPPABLE = (TASKS | {"subProcess"}, GATEWAYS - {"eventBasedGateway"})
ENDS = ("messageFlow", "association", "dataInputAssociation", "dataOutputAssociation")


@dataclass(frozen=True, slots=True)
class Way:
    """One way on as a form has it; without `flow` it is new, without `target` it is to be taken out."""

    target: str
    label: str = ""
    flow: str = ""


def key_of(name: str) -> str:
    """An id made of a name: letters, digits and hyphens, never the underscores that stand in a flow's id."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return words if words[:1].isalpha() else f"steg-{words}".strip("-")


def rename(sheet: Sheet, key: str, name: str) -> None:
    """Give an element its name; the drawing shows it."""
    node = sheet.nodes.get(key)
    if node is None:
        raise EditError("Steget finns inte i kartan längre. Någon annan kan ha tagit bort det.")
    if name:
        node.set("name", name)
    elif "name" in node.attrib:
        del node.attrib["name"]
    sheet.moved = True


def describe(sheet: Sheet, key: str, text: str) -> None:
    """Write the documentation of a node, as plain text in one piece."""
    node = sheet.node(key)
    old = [child for child in node if child.tag == DOCUMENTATION]
    for child in old[0 if not text else 1 :]:
        node.remove(child)
    if not text:
        return
    if not old:
        old = [etree.Element(DOCUMENTATION)]
        sheet.insert(node, old[0], 0)
    for child in list(old[0]):
        old[0].remove(child)
    old[0].attrib.pop("textFormat", "")
    old[0].text = text


def set_kind(sheet: Sheet, key: str, kind: str) -> None:
    """Turn a node into another kind of the same family; what is in it stays."""
    node, tag = sheet.node(key), TAGS[kind]
    if local(node) == tag:
        return
    if not any({local(node), tag} <= family for family in SWAPPABLE):
        raise EditError("Steget kan inte bli av det slaget.")
    if local(node) == "subProcess" and any(local(child) in FLOW_NODES for child in node):
        raise EditError("Det finns steg inuti. Ta bort dem först.")
    node.tag = BPMN + tag
    figure = sheet.figure(key)
    if figure is not None and tag == "subProcess":
        figure.set("isExpanded", "false")
    elif figure is not None:
        figure.attrib.pop("isExpanded", "")
    sheet.moved = True


def add_after(sheet: Sheet, after: str, *, kind: str, name: str, way: str = "", label: str = "") -> str:
    """A new node after another: on its way `way`, on its only one, or, without any, on a new one.

    Returns the id. An end ends a way, so it is only put where none goes on.
    """
    node, leaving = sheet.node(after), sheet.leaving(after)
    if local(node) == "endEvent":
        raise EditError("Processen slutar här. Lägg till steget efter ett tidigare steg.")
    if local(node) not in GATEWAYS and len(leaving) == 1:
        way = way or leaving[0].get("id", "")
    if kind == "end" and way:
        raise EditError("Här fortsätter flödet. Ett slut läggs sist, eller på en ny väg från ett val.")
    key = _new(sheet, after, kind, name)
    if way:
        flow = sheet.flow(way)
        if flow.get("sourceRef") != after:
            raise EditError("Vägen går inte från det steget längre. Läs om sidan och försök igen.")
        onward = flow.get("targetRef", "")
        sheet.lead(flow, target=key)
        sheet.connect(key, onward, after=flow)
    else:
        sheet.connect(after, key, label, after=leaving[-1] if leaving else None)
    return key


def _new(sheet: Sheet, after: str, kind: str, name: str) -> str:
    """A node of its own in the file, beside another and in the same lane."""
    key = sheet.new_id(key_of(name or kind))
    node = etree.Element(BPMN + TAGS[kind], id=key)
    if name:
        node.set("name", name)
    before = sheet.node(after)
    parent = sheet.container(after)
    sheet.insert(parent, node, parent.index(before) + 1)
    lane = sheet.lane_of(after)
    if lane is not None:
        sheet.set_lane(key, " ".join((lane.get("name") or "").split()))
    sheet.homeless[key] = after
    sheet.moved = True
    return key


def add_inside(sheet: Sheet, key: str, *, name: str) -> str:
    """The first step inside an empty sub-process; returns its id."""
    node = sheet.node(key)
    if local(node) not in SUB_PROCESSES or any(local(child) in FLOW_NODES for child in node):
        raise EditError("Det finns redan steg inuti. Lägg till efter ett av dem.")
    new = sheet.new_id(key_of(name))
    child = etree.Element(BPMN + TAGS["task"], id=new, name=name)
    sheet.insert(node, child, len(node))
    sheet.homeless[new] = ""
    sheet.moved = True
    return new


def remove(sheet: Sheet, key: str) -> None:
    """Take a node out. What led to it leads on to what came after it; of several ways, to the first."""
    node = sheet.node(key)
    _close(sheet, key)
    for event in sheet.boundary(key):
        remove(sheet, event)
    for flow in [*sheet.leaving(key), *sheet.arriving(key)]:
        sheet.cut(flow)
    _forget(sheet, {one.get("id", "") for one in node.iter(etree.Element)} - {""})
    sheet.set_lane(key, "")
    sheet.drop(node)
    sheet.homeless.pop(key, None)
    sheet.moved = True


def _close(sheet: Sheet, key: str) -> None:
    """Lead what comes to a node past it."""
    leaving = [flow for flow in sheet.leaving(key) if flow.get("targetRef") != key]
    if not leaving:
        return
    onward = leaving[0].get("targetRef", "")
    there = {flow.get("sourceRef") for flow in sheet.arriving(onward)}
    for flow in sheet.arriving(key):
        source = flow.get("sourceRef", "")
        if source in (key, onward) or (source in there and local(sheet.node(source)) not in GATEWAYS):
            continue
        sheet.hint(flow, leaving[0])
        sheet.lead(flow, target=onward)


def _forget(sheet: Sheet, gone: set[str]) -> None:
    """Messages and notes that hung on what is gone, and its place in the lanes."""
    tags = [BPMN + name for name in ENDS]
    for line in list(sheet.root.iter(*tags)):
        ends = {(line.get("sourceRef") or "").strip(), (line.get("targetRef") or "").strip()}
        if ends & gone:
            sheet.drop(line)
    for key in gone:
        if sheet.lane_of(key) is not None:
            sheet.set_lane(key, "")


def set_ways(sheet: Sheet, key: str, ways: Sequence[Way]) -> None:
    """Let a node lead exactly where `ways` say; ways that stay keep their id and condition."""
    beside = {node.get("id", "") for node in sheet.siblings(key)}
    for way in ways:
        if way.target:
            _check_target(sheet, way.target, beside)
        if way.flow:
            _change_way(sheet, key, way)
        elif way.target:
            sheet.connect(key, way.target, way.label)


def _change_way(sheet: Sheet, key: str, way: Way) -> None:
    flow = sheet.flow(way.flow)
    if flow.get("sourceRef") != key:
        raise EditError("En av vägarna går inte från steget längre. Läs om sidan och försök igen.")
    if not way.target:
        sheet.cut(flow)
        return
    if way.target != flow.get("targetRef"):
        sheet.lead(flow, target=way.target)
    if way.label != " ".join((flow.get("name") or "").split()):
        rename(sheet, way.flow, way.label)


def move_to_lane(sheet: Sheet, key: str, name: str) -> None:
    """Let another funktion do a step; its box wants a place there."""
    sheet.set_lane(key, name)
    arriving, leaving = sheet.arriving(key), sheet.leaving(key)
    near = [flow.get("sourceRef", "") for flow in arriving] + [flow.get("targetRef", "") for flow in leaving]
    sheet.homeless[key] = next((one for one in near if one != key), "")
    for flow in [*arriving, *leaving]:
        sheet.loosen(flow.get("id", ""))


def _check_target(sheet: Sheet, target: str, beside: set[str]) -> None:
    if target not in beside:
        raise EditError("Det steg som en väg leder till finns inte längre. Välj ett annat.")
    if local(sheet.node(target)) in ("startEvent", "boundaryEvent"):
        raise EditError("En väg kan inte leda till en start.")


def earlier(sheet: Sheet, key: str) -> None:
    """Move a node before what leads to it."""
    before = _before(sheet, key)
    if before is None:
        raise EditError("Steget kan inte komma tidigare.")
    if _is_plain(sheet, before):
        _swap(sheet, before, key)
        return
    _unlink(sheet, key)
    for flow in sheet.arriving(before):
        sheet.lead(flow, target=key)
    sheet.connect(key, before)
    sheet.homeless[key] = before


def later(sheet: Sheet, key: str) -> None:
    """Move a node after what it leads to; past a choice, on to the first of its ways."""
    after = _after(sheet, key)
    if after is None:
        raise EditError("Steget kan inte komma senare.")
    if _is_plain(sheet, after):
        _swap(sheet, key, after)
        return
    _unlink(sheet, key)
    flow = sheet.leaving(after)[0]
    onward = flow.get("targetRef", "")
    sheet.lead(flow, target=key)
    sheet.connect(key, onward, after=flow)
    sheet.homeless[key] = after


def can_come_earlier(sheet: Sheet, key: str) -> bool:
    return _before(sheet, key) is not None


def can_come_later(sheet: Sheet, key: str) -> bool:
    return _after(sheet, key) is not None


def _is_plain(sheet: Sheet, key: str) -> bool:
    """A step or an event on the way, with one way on at most: two of them can change places."""
    tag = local(sheet.node(key))
    between = tag in EVENTS and tag.startswith("intermediate")
    return (tag in ACTIVITIES or between) and len(sheet.leaving(key)) <= 1


def _before(sheet: Sheet, key: str) -> str | None:
    """What a node can be moved before: the first in the file that leads to it and is not after it too."""
    if not _is_plain(sheet, key):
        return None
    onward = {flow.get("targetRef") for flow in sheet.leaving(key)}
    sources = [flow.get("sourceRef", "") for flow in sheet.arriving(key)]
    sources = [source for source in sources if source in sheet.nodes and source not in onward]
    if not sources or sources[0] == key:
        return None
    if local(sheet.node(sources[0])) in GATEWAYS:
        return sources[0] if onward and sheet.arriving(sources[0]) else None
    return sources[0] if _is_plain(sheet, sources[0]) else None


def _after(sheet: Sheet, key: str) -> str | None:
    """What a node can be moved after: what it leads to, unless that leads straight back."""
    leaving = sheet.leaving(key)
    after = leaving[0].get("targetRef", "") if leaving else ""
    if not _is_plain(sheet, key) or after not in sheet.nodes or after == key:
        return None
    onward = [flow.get("targetRef") for flow in sheet.leaving(after)]
    if key in onward:
        return None
    if local(sheet.node(after)) in GATEWAYS:
        return after if onward and sheet.arriving(key) else None
    return after if _is_plain(sheet, after) else None


def _unlink(sheet: Sheet, key: str) -> None:
    """Take a plain node out of the flow, but not out of the map."""
    _close(sheet, key)
    for flow in [*sheet.leaving(key), *sheet.arriving(key)]:
        sheet.cut(flow)


def _swap(sheet: Sheet, one: str, other: str) -> None:
    """Let two nodes change places in the flow and in the drawing; the lines stay where they are."""
    turned = {one: other, other: one}
    for flow in sheet.flows():
        source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
        if source in turned or target in turned:
            flow.set("sourceRef", turned.get(source, source))
            flow.set("targetRef", turned.get(target, target))
    sheet.relist(one, other)
    _swap_in_file(sheet, one, other)
    sheet.swap_boxes(one, other)
    sheet.moved = True


def _swap_in_file(sheet: Sheet, one: str, other: str) -> None:
    """The order in the file decides which branch is drawn first."""
    first, second = sheet.node(one), sheet.node(other)
    parent = sheet.container(one)
    if second.getparent() is not parent:
        return
    place, tails = (parent.index(first), parent.index(second)), (first.tail, second.tail)
    mark = etree.Comment("")
    parent.replace(first, mark)
    parent.replace(second, first)
    parent.replace(mark, second)
    first.tail, second.tail = (tails[1], tails[0]) if place[0] != place[1] else tails
