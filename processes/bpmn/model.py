"""What a BPMN 2.0 file says, as plain dataclasses.

The stored bytes stay the truth; this is only a reading of them. Kinds are BPMN's own local names ("userTask",
"exclusiveGateway"), so that a model, a file and the standard use one word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

TASKS = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
    ]
)
SUB_PROCESSES = frozenset(["subProcess", "transaction", "adHocSubProcess", "subChoreography"])
CALLS = frozenset(["callActivity", "callChoreography"])
CHOREOGRAPHY = frozenset(["choreographyTask", "subChoreography", "callChoreography"])
ACTIVITIES = TASKS | SUB_PROCESSES | CALLS | {"choreographyTask"}
EVENTS = frozenset(
    [
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "implicitThrowEvent",
        "event",
    ]
)
GATEWAYS = frozenset(
    ["exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"]
)
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS
DATA = frozenset(
    [
        "dataObject",
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "dataInput",
        "dataOutput",
        "property",
    ]
)
FLOWS = frozenset(
    [
        "sequenceFlow",
        "messageFlow",
        "association",
        "dataInputAssociation",
        "dataOutputAssociation",
        "conversationLink",
    ]
)
CONVERSATIONS = frozenset(["conversation", "subConversation", "callConversation"])
CONTAINERS = frozenset(
    ["process", "choreography", "globalChoreographyTask", "collaboration", "globalConversation"]
)


class BpmnError(Exception):
    """A file that cannot be read; str() is a Swedish sentence for the person who sent it."""


@dataclass(slots=True, kw_only=True)
class Element:
    """Anything in the file that has an identity; `parent` is the id of the process or sub-process around
    it.
    """

    id: str
    kind: str
    name: str = ""
    documentation: str = ""
    line: int = 0
    parent: str = ""


Kind = TypeVar("Kind", bound=Element)


@dataclass(slots=True, kw_only=True)
class FlowNode(Element):
    lane: str = ""
    incoming: list[str] = field(default_factory=list)
    outgoing: list[str] = field(default_factory=list)
    default: str = ""


@dataclass(slots=True, kw_only=True)
class Activity(FlowNode):
    """`loop` is "", "standard", "parallel" or "sequential"; `called` the id of what a call activity calls."""

    loop: str = ""
    compensation: bool = False
    ad_hoc: bool = False
    event_sub_process: bool = False
    instantiate: bool = False
    called: str = ""


@dataclass(slots=True, kw_only=True)
class EventDefinition:
    """`kind` is "message", "timer", "error" …; `value` the timer's expression, `ref` the message, signal
    or error.
    """

    kind: str
    value: str = ""
    value_kind: str = ""
    ref: str = ""
    link: str = ""


@dataclass(slots=True, kw_only=True)
class Event(FlowNode):
    """`position` is start, catch, throw, boundary or end."""

    position: str
    definitions: list[EventDefinition] = field(default_factory=list)
    parallel_multiple: bool = False
    interrupting: bool = True
    attached_to: str = ""

    @property
    def symbol(self) -> str:
        if len(self.definitions) > 1:
            return "parallelMultiple" if self.parallel_multiple else "multiple"
        return self.definitions[0].kind if self.definitions else ""


@dataclass(slots=True, kw_only=True)
class Gateway(FlowNode):
    instantiate: bool = False
    parallel_events: bool = False


@dataclass(slots=True, kw_only=True)
class Data(Element):
    """Data objects, stores, inputs and outputs; `ref` is what a reference points at."""

    collection: bool = False
    state: str = ""
    ref: str = ""


@dataclass(slots=True, kw_only=True)
class Flow(Element):
    """Every kind of line. `direction` is an association's None, One or Both."""

    source: str = ""
    target: str = ""
    condition: str = ""
    is_conditional: bool = False
    is_default: bool = False
    direction: str = ""
    message: str = ""


@dataclass(slots=True, kw_only=True)
class Lane(Element):
    members: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Pool(Element):
    """A participant; without `process` it is a black box."""

    process: str = ""
    is_multiple: bool = False


@dataclass(slots=True, kw_only=True)
class Container(Element):
    """A process, choreography or collaboration: the top of a tree of elements."""


@dataclass(slots=True)
class Bounds:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def cx(self) -> float:
        return self.x + self.width / 2

    @property
    def cy(self) -> float:
        return self.y + self.height / 2

    def corners(self) -> list[tuple[float, float]]:
        """The outline, closed."""
        x, y, right, bottom = self.x, self.y, self.right, self.bottom
        return [(x, y), (right, y), (right, bottom), (x, bottom), (x, y)]

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x <= self.right and self.y <= y <= self.bottom


@dataclass(slots=True, kw_only=True)
class Shape:
    """One BPMNShape. `generated` is True when the file had none and we laid it out."""

    id: str
    element: str
    bounds: Bounds
    label: Bounds | None = None
    expanded: bool | None = None
    horizontal: bool | None = None
    marker_visible: bool = True
    message_visible: bool = False
    band: str = ""
    fill: str = ""
    stroke: str = ""
    generated: bool = False


@dataclass(slots=True, kw_only=True)
class Edge:
    """One BPMNEdge; waypoints in the diagram's units, at least two."""

    id: str
    element: str
    points: list[tuple[float, float]]
    label: Bounds | None = None
    message: str = ""
    stroke: str = ""
    generated: bool = False


@dataclass(slots=True, kw_only=True)
class Plane:
    """One drawing: the whole collaboration or process, or the inside of one collapsed sub-process."""

    id: str
    element: str
    name: str = ""
    shapes: list[Shape] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Model:
    """The whole file. `elements` is in document order; `remarks` are Swedish sentences about what was
    repaired.
    """

    name: str = ""
    elements: dict[str, Element] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=dict)
    planes: list[Plane] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    di_count: int = 0

    def of(self, kind: type[Kind]) -> Iterator[Kind]:
        return (element for element in self.elements.values() if isinstance(element, kind))

    @property
    def processes(self) -> list[Element]:
        return [element for element in self.elements.values() if element.kind == "process"]

    def inside(self, container: str) -> list[Element]:
        """The elements directly in a process or sub-process, in document order."""
        return [self.elements[key] for key in self.children.get(container, ())]

    def label(self, element: Element) -> str:
        """The words that stand at an element: its own name, else that of what it refers to."""
        if element.name or not isinstance(element, Data) or not element.ref:
            return element.name
        target = self.elements.get(element.ref)
        return target.name if target else ""

    def remark(self, text: str) -> None:
        """Adds a remark once; past a hundred only the first are kept, so that a bad file cannot fill a
        page.
        """
        if text not in self.remarks and len(self.remarks) < 100:
            self.remarks.append(text)
