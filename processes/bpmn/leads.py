"""Where a step leads: follows the flow through gateways and events until the next steps or ends."""

from __future__ import annotations

from dataclasses import dataclass

from processes.bpmn.model import Activity, Event, Flow, FlowNode, Gateway
from processes.bpmn.order import Reading, link_name

MAX_WAYS = 40
MAX_VISITS = 200
MAX_DEPTH = 60
Numbers = dict[str, tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Condition:
    """One bend on the way: `kind` is choice, otherwise, any, together, event, timer, error or boundary.

    `question` is the gateway's name, `answer` the flow's or the event's.
    """

    kind: str
    question: str = ""
    answer: str = ""
    interrupts: bool = True


@dataclass(frozen=True, slots=True)
class Lead:
    """One way on from a step: to another step (`number`, `order`), or to an end (`number` is "")."""

    element_id: str
    number: str
    name: str
    order: int
    conditions: tuple[Condition, ...] = ()

    @property
    def is_end(self) -> bool:
        return not self.number


def follow(reading: Reading, start: str, numbers: Numbers) -> list[Lead]:
    """All ways on from one step, in reading order; bounded, so that a web of gateways cannot grow without
    end.
    """
    return _Walk(reading, numbers).leads(start)


class _Walk:
    """One depth-first walk; `path` holds the gateways and events passed, so that a loop ends where it
    began.
    """

    def __init__(self, reading: Reading, numbers: Numbers) -> None:
        self.model = reading.model
        self.reading = reading
        self.numbers = numbers
        self.found: list[Lead] = []
        self.visits = 0

    def leads(self, start: str) -> list[Lead]:
        node = self.model.elements.get(start)
        if isinstance(node, FlowNode):
            self._onward(node, (), frozenset())
            for event in self._bound_events(node):
                self._onward(event, (_boundary(event),), frozenset())
        return self.found

    def _bound_events(self, node: FlowNode) -> list[Event]:
        after = self.reading.graph(node.parent).after.get(node.id, ())
        events = (self.model.elements[key] for key in after)
        return [event for event in events if isinstance(event, Event) and event.attached_to == node.id]

    def _onward(self, node: FlowNode, conditions: tuple[Condition, ...], path: frozenset[str]) -> None:
        self.visits += 1
        if len(self.found) >= MAX_WAYS or self.visits >= MAX_VISITS or len(path) > MAX_DEPTH:
            return
        flows = [self.model.elements[key] for key in node.outgoing]
        ways = [flow for flow in flows if isinstance(flow, Flow) and flow.target in self.model.elements]
        ways.sort(key=lambda flow: (flow.is_default, *self.reading.key(flow.target)))
        for flow in ways:
            self._arrive(flow.target, conditions + _bend(node, flow, len(ways)), path)

    def _arrive(self, key: str, conditions: tuple[Condition, ...], path: frozenset[str]) -> None:
        node = self.model.elements[key]
        if isinstance(node, Activity):
            number, name, order = self.numbers.get(key, ("", node.name, 0))
            self.found.append(Lead(key, number, name, order, conditions))
        elif isinstance(node, Event) and node.position == "end":
            self.found.append(Lead(key, "", node.name, 0, conditions))
        elif isinstance(node, FlowNode) and key not in path:
            path |= {key}
            if isinstance(node, Event):
                conditions = (*conditions, *_pass(node))
                for target in self._linked(node):
                    self._arrive(target, conditions, path)
            self._onward(node, conditions, path)

    def _linked(self, event: Event) -> list[str]:
        if event.position != "throw" or event.symbol != "link":
            return []
        name = link_name(event)
        others = self.model.inside(event.parent)
        return [
            other.id
            for other in others
            if isinstance(other, Event)
            and other.position == "catch"
            and other.symbol == "link"
            and link_name(other) == name
        ]


def _bend(node: FlowNode, flow: Flow, ways: int) -> tuple[Condition, ...]:
    """The condition that stands on one way out of a node, or nothing when it is the only way."""
    if ways == 1 and not flow.is_conditional:
        return (Condition("choice", "", flow.name),) if flow.name and isinstance(node, Gateway) else ()
    if node.kind == "eventBasedGateway":
        return ()
    if node.kind == "parallelGateway" or (
        not isinstance(node, Gateway) and not flow.is_conditional and not flow.is_default
    ):
        return (Condition("together", node.name),)
    if flow.is_default and not flow.name:
        return (Condition("otherwise", node.name),)
    question = node.name if isinstance(node, Gateway) else ""
    kind = "any" if node.kind in ("inclusiveGateway", "complexGateway") else "choice"
    return (Condition(kind, question, flow.name or _readable(flow.condition)),)


def _readable(condition: str) -> str:
    """A condition a person wrote; an expression for a machine says nothing to a reader."""
    is_code = any(sign in condition for sign in "${}=<>|&();_") or len(condition) > 80
    return "" if is_code else condition


def _pass(event: Event) -> tuple[Condition, ...]:
    """What one waits for on the way; events that only send are told by the messages."""
    if event.position != "catch" or event.symbol == "link":
        return ()
    kind = "timer" if event.symbol == "timer" else "event"
    return (Condition(kind, "", _event_words(event)),)


def _boundary(event: Event) -> Condition:
    kind = {"timer": "timer", "error": "error"}.get(event.symbol, "boundary")
    return Condition(kind, "", _event_words(event), event.interrupting)


def _event_words(event: Event) -> str:
    value = event.definitions[0].value if len(event.definitions) == 1 else ""
    return event.name or (value if event.symbol == "timer" else "")
