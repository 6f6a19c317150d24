"""A map as a list of cards in the order of the flow: what the form of steps shows and changes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from processes import maps
from processes.bpmn import structure
from processes.bpmn.edit import Sheet, verbs
from processes.bpmn.model import (
    ACTIVITIES,
    EVENTS,
    GATEWAYS,
    SUB_PROCESSES,
    TASKS,
    Event,
    Flow,
    FlowNode,
    Lane,
    Model,
)
from processes.bpmn.order import Reading
from processes.bpmn.parse import parse

MAX_NODES = 200
NAMES = {
    "subProcess": "Steg med egna steg",
    "exclusiveGateway": "Val",
    "inclusiveGateway": "Val, flera vägar kan gälla",
    "eventBasedGateway": "Väntar på det som händer först",
    "complexGateway": "Sammansatt val",
    "parallelGateway": "Samtidigt",
    "startEvent": "Start",
    "endEvent": "Slut",
    "boundaryEvent": "Händelse under steget",
    "intermediateCatchEvent": "Väntar på",
    "intermediateThrowEvent": "Händelse",
    "callActivity": "Steg som finns i en annan karta",
}


@dataclass(frozen=True)
class Way:
    """One way on from a card; ``goal`` is what it leads to in words."""

    flow: str
    target: str
    label: str
    goal: str


@dataclass(frozen=True)
class Card:
    """A step, choice, start or end. ``kind`` is BPMN's word, ``number`` what the map calls the step.

    ``goals`` are the cards beside it that a way may lead to; ``remarks`` what a reader would stumble over.
    """

    id: str
    kind: str
    title: str
    number: str = ""
    level: int = 1
    name: str = ""
    lane: str = ""
    text: str = ""
    deadline: str = ""
    system: str = ""
    ways: tuple[Way, ...] = ()
    goals: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    may: frozenset[str] = frozenset()

    @property
    def kind_name(self) -> str:
        return NAMES.get(self.kind, "Steg")

    @property
    def is_step(self) -> bool:
        return self.kind in ACTIVITIES

    @property
    def is_choice(self) -> bool:
        return self.kind in GATEWAYS

    def seen(self) -> str:
        """A fingerprint of what stands on the card: who saves it has seen this."""
        ways = [(way.flow, way.target, way.label) for way in self.ways]
        parts = (self.kind, self.name, self.lane, self.text, self.deadline, self.system, ways)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Outline:
    """``is_own`` when the drawing may be made anew without a question."""

    cards: tuple[Card, ...] = ()
    lanes: tuple[str, ...] = ()
    is_own: bool = True
    count: int = 0
    by_id: dict[str, Card] = field(default_factory=dict)

    @property
    def is_too_large(self) -> bool:
        return self.count > MAX_NODES


def outline(data: bytes) -> Outline:
    """The cards of a map; none when it has more nodes than the form takes. Raises BpmnError."""
    model, sheet = parse(data), Sheet(data)
    nodes = sum(1 for _ in model.of(FlowNode))
    lanes = tuple(dict.fromkeys(lane.name for lane in model.of(Lane) if lane.name))
    if nodes > MAX_NODES:
        return Outline(lanes=lanes, is_own=sheet.is_own, count=nodes)
    cards = tuple(_Reader(model, sheet).cards())
    return Outline(cards, lanes, sheet.is_own, nodes, {card.id: card for card in cards})


class _Reader:
    """Makes the cards of one model; names each node once."""

    def __init__(self, model: Model, sheet: Sheet) -> None:
        self.model, self.sheet, self.reading = model, sheet, Reading(model)
        self.steps = {step.element_id: step for step in structure.steps(model, self.reading)}
        self.leaving: dict[str, list[Flow]] = {}
        self.reached: set[str] = set()
        for flow in model.of(Flow):
            if flow.kind == "sequenceFlow":
                self.leaving.setdefault(flow.source, []).append(flow)
                self.reached.add(flow.target)

    def cards(self) -> Iterator[Card]:
        for top in self.reading.tops:
            if top.kind == "process":
                yield from self._inside(top.id, 1)

    def _inside(self, container: str, level: int) -> Iterator[Card]:
        keys = self.reading.order(container)
        ends = [key for key in keys if self.model.elements[key].kind == "endEvent"]
        ordered = [key for key in keys if key not in ends] + ends
        goals = tuple((key, self.title(key)) for key in ordered if self._is_goal(key))
        for key in ordered:
            node = self.model.elements[key]
            if isinstance(node, FlowNode):
                yield self._card(node, level, goals)
                if node.kind in SUB_PROCESSES:
                    yield from self._inside(key, level + 1)

    def _is_goal(self, key: str) -> bool:
        return self.model.elements[key].kind not in ("startEvent", "boundaryEvent")

    def title(self, key: str) -> str:
        """What a card is called in lists: number and name, or its kind."""
        node, step = self.model.elements.get(key), self.steps.get(key)
        if step is not None:
            return f"{step.number}. {step.name}"
        kind = NAMES.get(node.kind, "Steg") if node is not None else ""
        if node is None or not node.name:
            return kind or "Steg som saknas"
        return f"{kind}: {node.name}"

    def _card(self, node: FlowNode, level: int, goals: tuple[tuple[str, str], ...]) -> Card:
        said, step = maps.facts(node.documentation), self.steps.get(node.id)
        flows = self.leaving.get(node.id, [])
        ways = tuple(Way(one.id, one.target, one.name, self.title(one.target)) for one in flows)
        lane = self.model.elements.get(node.lane)
        return Card(
            id=node.id,
            kind=node.kind,
            title=self.title(node.id),
            number=step.number if step else "",
            level=level,
            name=node.name,
            lane=lane.name if lane is not None else "",
            text=said.text,
            deadline=said.deadline,
            system=said.system_support,
            ways=ways,
            goals=tuple(goal for goal in goals if goal[0] != node.id),
            remarks=tuple(self._remarks(node, ways)),
            may=frozenset(self._may(node)),
        )

    def _remarks(self, node: FlowNode, ways: tuple[Way, ...]) -> Iterator[str]:
        if isinstance(node, Event) and node.position in ("start", "boundary"):
            if not ways:
                yield "Inget kommer efter."
            return
        if node.id not in self.reached and not getattr(node, "event_sub_process", False):
            yield "Inget steg leder hit."
        if node.kind == "endEvent":
            return
        if not ways and node.kind not in SUB_PROCESSES | TASKS:
            yield "Leder ingenstans."
        is_choice = node.kind in ("exclusiveGateway", "inclusiveGateway")
        if is_choice and len(ways) > 1 and not all(way.label for way in ways):
            yield "Skriv på varje väg när den gäller."

    def _may(self, node: FlowNode) -> Iterator[str]:
        """What can be done with a card here. An element without an id of its own can only be read."""
        key = node.id
        if key not in self.sheet.nodes:
            return
        yield "change"
        yield "remove"
        if node.kind != "endEvent":
            yield "add"
        if node.kind in EVENTS | ACTIVITIES and verbs.can_come_earlier(self.sheet, key):
            yield "earlier"
        if node.kind in EVENTS | ACTIVITIES and verbs.can_come_later(self.sheet, key):
            yield "later"
        if node.kind in SUB_PROCESSES and not self.reading.order(key):
            yield "fill"
