"""The XML of a stored map, opened for changes. What is not changed is written back as it was."""

from __future__ import annotations

from lxml import etree

from processes.bpmn import diagram, drawing, reader
from processes.bpmn.model import FLOW_NODES, Bounds

BPMN = f"{{{reader.BPMN}}}"
FLOW, LANE, LANE_SET, REF = (BPMN + name for name in ("sequenceFlow", "lane", "laneSet", "flowNodeRef"))
INCOMING, OUTGOING, DOCUMENTATION = (BPMN + name for name in ("incoming", "outgoing", "documentation"))
# What the schema wants to stand before the flows of a node.
FIRST = {
    BPMN + name
    for name in ("documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef")
}
# What it wants to stand before the nodes of a process.
BEFORE_NODES = FIRST | {
    BPMN + name for name in ("supportedInterfaceRef", "ioSpecification", "ioBinding", "property", "laneSet")
}
Points = list[tuple[float, float]]


class EditError(Exception):
    """The change cannot be made; str() is a Swedish sentence for whoever wanted it."""


def local(node: etree._Element) -> str:
    """The BPMN name of an element, "" for anything else."""
    tag = node.tag
    return tag[len(BPMN) :] if isinstance(tag, str) and tag.startswith(BPMN) else ""


class Sheet:
    """One map while it is changed. `homeless` nodes and `loose` flows still want a place in the drawing.

    `hints` has a way to go for a flow, when nothing better is found. `moved` says that the content changed in
    a way that the drawing shows.
    """

    def __init__(self, data: bytes) -> None:
        self.root = reader.tree(data)
        self.is_drawn = self.root.find(drawing.DIAGRAM) is not None
        self.is_own = drawing.is_own(self.root)
        self.nodes = self._index()
        self.homeless: dict[str, str] = {}
        self.loose: list[str] = []
        self.hints: dict[str, Points] = {}
        self.moved = False
        self._flows: list[etree._Element] | None = None

    def bytes(self) -> bytes:
        return etree.tostring(self.root.getroottree(), xml_declaration=True, encoding="UTF-8") + b"\n"

    def _index(self) -> dict[str, etree._Element]:
        """Every element of the content by its id; an id that stands twice leads to none of them."""
        found: dict[str, etree._Element] = {}
        twice: set[str] = set()
        for node in self.root.iter(etree.Element):
            key = (node.get("id") or "").strip()
            if key and local(node):
                if key in found:
                    twice.add(key)
                found[key] = node
        return {key: node for key, node in found.items() if key not in twice}

    def node(self, key: str) -> etree._Element:
        """The flow node with that id; raises EditError when there is none to change."""
        found = self.nodes.get(key)
        if found is None or local(found) not in FLOW_NODES:
            raise EditError("Steget finns inte i kartan längre. Någon annan kan ha tagit bort det.")
        return found

    def container(self, key: str) -> etree._Element:
        """The process or sub-process that a node stands in."""
        parent = self.node(key).getparent()
        if parent is None:
            raise EditError("Steget ligger utanför kartan och kan inte ändras här.")
        return parent

    def siblings(self, key: str) -> list[etree._Element]:
        """The flow nodes beside a node, and itself, as in the file."""
        return [child for child in self.container(key) if local(child) in FLOW_NODES]

    def flows(self) -> list[etree._Element]:
        """Every sequence flow, in the order of the file."""
        if self._flows is None:
            self._flows = list(self.root.iter(FLOW))
        return self._flows

    def flow(self, key: str) -> etree._Element:
        found = self.nodes.get(key)
        if found is None or found.tag != FLOW:
            raise EditError("En av vägarna finns inte längre. Läs om sidan och försök igen.")
        return found

    def leaving(self, key: str) -> list[etree._Element]:
        return [flow for flow in self.flows() if flow.get("sourceRef") == key]

    def arriving(self, key: str) -> list[etree._Element]:
        return [flow for flow in self.flows() if flow.get("targetRef") == key]

    def boundary(self, key: str) -> list[str]:
        """Ids of the events on a step's border."""
        found = self.root.iter(BPMN + "boundaryEvent")
        return [node.get("id", "") for node in found if node.get("attachedToRef") == key]

    def new_id(self, wanted: str) -> str:
        taken = {node.get("id") for node in self.root.iter(etree.Element)}
        key, number = wanted, 2
        while key in taken or f"{key}_di" in taken:
            key, number = f"{wanted}_{number}", number + 1
        return key

    def insert(self, parent: etree._Element, node: etree._Element, index: int) -> None:
        """Put a node in, on a line of its own like those beside it."""
        before = parent[index - 1].tail if index else parent.text
        parent.insert(index, node)
        self._flows = None
        node.tail = before if index else (parent[1].tail if len(parent) > 1 else before)
        if key := node.get("id"):
            self.nodes[key] = node

    def drop(self, node: etree._Element) -> None:
        """Take an element out with all that is in it, and what is drawn of it."""
        parent = node.getparent()
        gone = [one.get("id", "") for one in node.iter(etree.Element) if one.get("id")]
        if parent is not None:
            parent.remove(node)
        self._flows = None
        for key in gone:
            self.nodes.pop(key, None)
        self._erase(set(gone))

    def _erase(self, gone: set[str]) -> None:
        for figure in list(self.root.iter(drawing.SHAPE, drawing.EDGE, drawing.PLANE)):
            if drawing.figure_of(figure) not in gone:
                continue
            whole = figure.getparent() if figure.tag == drawing.PLANE else figure
            around = whole.getparent() if whole is not None else None
            if whole is not None and around is not None:
                around.remove(whole)

    # flows

    def connect(
        self, source: str, target: str, label: str = "", *, after: etree._Element | None = None
    ) -> str:
        """A new way from one node to another beside it; returns its id."""
        key = self.new_id(f"flode_{source}_till_{target}")
        flow = etree.Element(FLOW, id=key, sourceRef=source, targetRef=target)
        if label:
            flow.set("name", label)
        parent = self.container(source)
        last = max((parent.index(one) for one in parent if one.tag == FLOW), default=self._last_node(parent))
        self.insert(parent, flow, (parent.index(after) if after is not None else last) + 1)
        self.relist(source, target)
        self.loosen(key)
        return key

    def _last_node(self, parent: etree._Element) -> int:
        return max((parent.index(one) for one in parent if local(one) in FLOW_NODES), default=len(parent) - 1)

    def lead(self, flow: etree._Element, *, source: str = "", target: str = "") -> None:
        """Let a way begin or end somewhere else; it keeps its id, its words and its condition."""
        ends = (flow.get("sourceRef", ""), flow.get("targetRef", ""))
        flow.set("sourceRef", source or ends[0])
        flow.set("targetRef", target or ends[1])
        if source and source != ends[0]:
            self._forget_default(ends[0], flow.get("id", ""))
        self.relist(*ends, source, target)
        self.loosen(flow.get("id", ""))

    def cut(self, flow: etree._Element) -> None:
        """Take a way out."""
        ends, key = (flow.get("sourceRef", ""), flow.get("targetRef", "")), flow.get("id", "")
        self._forget_default(ends[0], key)
        self.drop(flow)
        self.loose = [one for one in self.loose if one != key]
        self.relist(*ends)
        self.moved = True

    def _forget_default(self, source: str, flow: str) -> None:
        node = self.nodes.get(source)
        if node is not None and node.get("default") == flow:
            del node.attrib["default"]

    def loosen(self, key: str) -> None:
        """The line of a flow wants to be drawn anew."""
        self.moved = True
        if key not in self.loose:
            self.loose.append(key)

    def relist(self, *keys: str) -> None:
        """Write the lists of incoming and outgoing flows that the nodes carry."""
        for key in filter(None, dict.fromkeys(keys)):
            node = self.nodes.get(key)
            if node is None:
                continue
            for old in [child for child in node if child.tag in (INCOMING, OUTGOING)]:
                node.remove(old)
            listed = [(INCOMING, flow) for flow in self.arriving(key)]
            listed += [(OUTGOING, flow) for flow in self.leaving(key)]
            place = sum(child.tag in FIRST for child in node)
            for tag, flow in listed:
                one = etree.Element(tag)
                one.text = flow.get("id")
                self.insert(node, one, place)
                place += 1

    # lanes

    def lane_of(self, key: str) -> etree._Element | None:
        """The innermost lane that lists a node."""
        found = None
        for ref in self.root.iter(REF):
            if (ref.text or "").strip() == key:
                found = ref.getparent()
        return found

    def set_lane(self, key: str, name: str) -> None:
        """Let the lane of that name hold a node; a new lane comes last, an emptied one of ours goes."""
        for ref in [one for one in self.root.iter(REF) if (one.text or "").strip() == key]:
            lane = ref.getparent()
            if lane is not None:
                lane.remove(ref)
                self._drop_if_empty(lane)
        if name:
            lane = self._lane_named(self.container(key), name)
            ref = etree.Element(REF)
            ref.text = key
            self.insert(lane, ref, sum(child.tag in FIRST or child.tag == REF for child in lane))
        self.moved = True

    def _drop_if_empty(self, lane: etree._Element) -> None:
        if self.is_own and len(lane) == 0:
            lanes = lane.getparent()
            self.drop(lane)
            if lanes is not None and len(lanes) == 0 and lanes.tag == LANE_SET:
                self.drop(lanes)

    def _lane_named(self, process: etree._Element, name: str) -> etree._Element:
        found = [lane for lane in process.iter(LANE) if " ".join((lane.get("name") or "").split()) == name]
        if found:
            return found[0]
        lane_set = process.find(LANE_SET)
        if lane_set is None:
            lane_set = etree.Element(LANE_SET, id=self.new_id("funktioner"))
            place = sum(child.tag in BEFORE_NODES for child in process)
            self.insert(process, lane_set, place)
        lane = etree.Element(LANE, id=self.new_id("funktion"), name=name)
        self.insert(lane_set, lane, len(lane_set))
        return lane

    # the drawing

    def figure(self, key: str) -> etree._Element | None:
        """The box or line that is drawn for an element."""
        figures = self.root.iter(drawing.SHAPE, drawing.EDGE)
        return next((one for one in figures if drawing.figure_of(one) == key), None)

    def box(self, key: str) -> Bounds | None:
        figure = self.figure(key)
        return diagram.bounds_of(figure) if figure is not None else None

    def hint(self, flow: etree._Element, onward: etree._Element) -> None:
        """The way through a box that is about to go: along the line to it, on along the line from it."""
        lines = [self.figure(one.get("id", "")) for one in (flow, onward)]
        if lines[0] is None or lines[1] is None:
            return
        first, second = (diagram.points_of(line) for line in lines if line is not None)
        if len(first) < 2 or len(second) < 2:
            return
        (x, y), (to_x, to_y) = first[-1], second[0]
        middle = [(to_x, y)] if abs(x - to_x) > 1 and abs(y - to_y) > 1 else []
        points = [*first, *middle, *second]
        self.hints[flow.get("id", "")] = [
            point
            for index, point in enumerate(points)
            if not _on_the_way(points[index - 1 : index + 2] if index else [])
        ]

    def swap_boxes(self, one: str, other: str) -> None:
        """Let two boxes of a size and a lane change places; else both want a new place."""
        if self.is_own or not self.is_drawn:
            return
        figures = (self.figure(one), self.figure(other))
        boxes = (self.box(one), self.box(other))
        same_lane = self.lane_of(one) is self.lane_of(other)
        if figures[0] is None or figures[1] is None or boxes[0] is None or boxes[1] is None:
            return
        size = (boxes[0].width, boxes[0].height) == (boxes[1].width, boxes[1].height)
        if not same_lane or not size:
            self.homeless |= {one: "", other: ""}
            return
        places = [[one.get("x", "0"), one.get("y", "0")] for one in map(_bounds_of, figures)]
        for figure, (x, y) in zip(figures, reversed(places), strict=True):
            _bounds_of(figure).set("x", x)
            _bounds_of(figure).set("y", y)


def _bounds_of(figure: etree._Element | None) -> etree._Element:
    found = figure.find(diagram.DC + "Bounds") if figure is not None else None
    return found if found is not None else etree.Element(diagram.DC + "Bounds")


def _on_the_way(points: Points) -> bool:
    """Whether the middle one of three points lies straight between the others."""
    if len(points) < 3:
        return False
    (x, y), (mid_x, mid_y), (to_x, to_y) = points
    return x == mid_x == to_x or y == mid_y == to_y
