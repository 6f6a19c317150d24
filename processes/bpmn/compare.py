"""What differs between two maps: `compare(old, new)`.

What is in both (see `match`) is compared as a reader would tell it: name, text, kind, funktion, time limit,
where an arrow leads and on what condition. Where nothing but its place in the drawing differs it is moved;
what many were moved by to make room is nobody's move. Linear in size, and mirrored when turned round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from processes import maps
from processes.bpmn import kinds, words
from processes.bpmn.match import has_id, match
from processes.bpmn.model import (
    CONTAINERS,
    Activity,
    Data,
    Element,
    Event,
    Flow,
    FlowNode,
    Lane,
    Model,
    Pool,
)
from processes.bpmn.moved import moved
from processes.bpmn.order import Reading

LOOPS = {
    "standard": "tills det är klart",
    "parallel": "för var och en, samtidigt",
    "sequential": "en i taget",
}
DIRECTIONS = {"One": "pil i ena änden", "Both": "pil i båda ändarna"}
UNSEEN = frozenset(["message", "signal", "error", "escalation", "category", "categoryValue", "dataState"])
UNSEEN |= {"resource", "dataObject", "property"} | CONTAINERS


class Change(StrEnum):
    """How an element differs; an element that is changed may have been moved as well."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    RENUMBERED = "renumbered"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is said of the element in both maps, and not the same; "" is said by neither."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`old` and `new` are the element in each map, None where it is not. `name` is what a reader calls it."""

    change: Change
    old: Element | None
    new: Element | None
    name: str
    facts: tuple[Fact, ...] = ()
    is_moved: bool = False
    has_new_id: bool = False

    @property
    def element(self) -> Element:
        return self.new or self.old  # type: ignore[return-value]  # one of them is always there

    @property
    def is_step(self) -> bool:
        return kinds.is_step(self.element)


@dataclass(frozen=True, slots=True)
class _Said:
    """A fact of one map. `ref` is the element it is about, which then decides what is the same."""

    what: str
    text: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`same` leads from ids of the old map to those of the new. The differences are in the order they are
    told: steps first, in the order they are read, then the rest of the map.
    """

    same: dict[str, str]
    differences: list[Difference]


def compare(old: Model, new: Model) -> Comparison:
    """Everything that differs and can be seen in a map."""
    same = match(old, new)
    before, after = _Side(old), _Side(new)
    known = set(same.values())
    differences = list(_in_both(before, after, same))
    differences += [before.alone(key, Change.REMOVED) for key in old.elements if key not in same]
    differences += [after.alone(key, Change.ADDED) for key in new.elements if key not in known]
    shown = [each for each in differences if _is_shown(each)]
    return Comparison(same, sorted(shown, key=lambda each: _place(each, before, after)))


def _is_shown(difference: Difference) -> bool:
    """What cannot be seen in a map is not told apart; that a map changed its name or text is."""
    element = difference.element
    return element.kind not in UNSEEN or (element.kind in CONTAINERS and difference.change == Change.CHANGED)


def _place(difference: Difference, before: _Side, after: _Side) -> tuple[int, int, int]:
    """Steps, then what else stands in the flow, then lines, then the rest; each in the order it is read."""
    side = after if difference.new else before
    element = difference.element
    group = 0 if difference.is_step else 1 if isinstance(element, FlowNode) else 3
    if isinstance(element, Flow):
        return 2, side.rank.get(element.source, side.last), side.reading.rank[element.id]
    return group, side.rank.get(element.id, side.last), side.reading.rank[element.id]


def _in_both(before: _Side, after: _Side, same: Mapping[str, str]) -> Iterator[Difference]:
    """What differs of the elements that are in both maps."""
    back = {other: one for one, other in same.items()}
    elsewhere = moved(before.model, after.model, same)
    for one, other in same.items():
        old, new = before.model.elements[one], after.model.elements[other]
        facts = tuple(_facts(before.said(old), after.said(new), back))
        is_moved = one in elsewhere
        renumbered = one != other and has_id(old) and has_id(new)
        if facts or is_moved or (renumbered and kinds.is_step(new)):
            change = Change.CHANGED if facts else Change.MOVED if is_moved else Change.RENUMBERED
            yield Difference(change, old, new, after.name(new), facts, is_moved, renumbered)


def _facts(said: list[_Said], now: list[_Said], back: Mapping[str, str]) -> Iterator[Fact]:
    earlier = {each.what: each for each in said}
    later = {each.what: each for each in now}
    for what in dict.fromkeys([*earlier, *later]):
        one, other = earlier.get(what, _Said(what, "")), later.get(what, _Said(what, ""))
        there = back.get(other.ref) if other.ref else ""
        if one.ref != there if one.ref or other.ref else one.text != other.text:
            yield Fact(what, one.text, other.text)


class _Side:
    """One of the two maps, with what is asked of it again and again."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.reading = Reading(model)
        self.rank = {key: place for place, key in enumerate(self._read())}
        self.last = len(model.elements)

    def _read(self) -> Iterator[str]:
        """The flow nodes in the order they are read, each followed by what is inside it."""
        waiting = [top.id for top in reversed(self.reading.tops)]
        while waiting:
            key = waiting.pop()
            yield key
            if key in self.model.children:
                waiting += reversed(self.reading.order(key))

    def alone(self, key: str, change: Change) -> Difference:
        element = self.model.elements[key]
        one, other = (None, element) if change == Change.ADDED else (element, None)
        return Difference(change, one, other, self.name(element))

    def name(self, element: Element) -> str:
        """Its own name; an arrow is called by its ends, and what has no name by what it is."""
        if isinstance(element, Flow):
            ends = f"{self._called(element.source)} → {self._called(element.target)}"
            return f"{ends} (”{element.name}”)" if element.name else ends
        return self.model.label(element) or "utan namn"

    def _called(self, key: str) -> str:
        element = self.model.elements.get(key)
        if element is None:
            return "okänt"
        return self.model.label(element) or kinds.word(element)

    def said(self, element: Element) -> list[_Said]:
        """What a reader is told of the element, empty things left out."""
        return [each for each in self._all(element) if each.text or each.ref]

    def _all(self, element: Element) -> Iterator[_Said]:
        said = maps.facts(element.documentation)
        yield _Said("Text" if isinstance(element, Flow) else "Namn", self.model.label(element))
        yield _Said("Slag", kinds.word(element))
        yield _Said("Beskrivning", said.text)
        yield _Said("Tidsgräns", said.deadline or words.time_limit(element.documentation))
        yield _Said("Systemstöd", said.system_support)
        if isinstance(element, FlowNode):
            yield from self._node(element)
        elif isinstance(element, Flow):
            yield from self._flow(element)
        elif isinstance(element, Data):
            yield _Said("Tillstånd", element.state)
            yield _Said("Flera", "ja" if element.collection else "")
        elif isinstance(element, Pool):
            yield _Said("Flera", "ja" if element.is_multiple else "")

    def _node(self, node: FlowNode) -> Iterator[_Said]:
        lane = self._lane(node)
        yield _Said("Funktion", lane.name if lane else "", lane.id if lane else "")
        yield _Said("Ligger i", self._called(node.parent), node.parent)
        if isinstance(node, Activity):
            yield _Said("Upprepas", LOOPS.get(node.loop, ""))
            yield _Said("Görs i fri ordning", "ja" if node.ad_hoc else "")
            yield _Said("Återställer", "ja" if node.compensation else "")
            yield _Said("Startas av en händelse", "ja" if node.event_sub_process else "")
            yield _Said("Annan karta", node.called)
        if isinstance(node, Event):
            yield from self._event(node)

    def _lane(self, node: FlowNode) -> Lane | None:
        lane = self.model.elements.get(node.lane)
        return lane if isinstance(lane, Lane) and lane.name else None

    def _event(self, event: Event) -> Iterator[_Said]:
        each = event.definitions
        yield _Said("När", ", ".join(filter(None, (words.duration(one.value) or one.value for one in each))))
        named = (self.model.elements.get(one.ref) for one in each if one.ref)
        yield _Said("Gäller", ", ".join(one.name for one in named if one and one.name))
        yield _Said("Länk", ", ".join(one.link for one in each if one.link))
        if event.position == "boundary":
            yield _Said("Sitter på", self._called(event.attached_to), event.attached_to)
        yield _Said("Avbryter inte det som pågår", "" if event.interrupting else "ja")

    def _flow(self, flow: Flow) -> Iterator[_Said]:
        yield _Said("Från", self._called(flow.source), flow.source)
        yield _Said("Till", self._called(flow.target), flow.target)
        yield _Said("Villkor", flow.condition)
        yield _Said("Annars-väg", "ja" if flow.is_default else "")
        yield _Said("Riktning", DIRECTIONS.get(flow.direction, ""))
        message = self.model.elements.get(flow.message)
        yield _Said("Meddelande", message.name if message else "")
