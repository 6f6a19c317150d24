"""Which element of one map is which of another: `match(old, new)`.

By id first. A drawing tool often gives new ids to the same things, so what is left is tied by name within the
same surroundings, as publication does with steps; gateways and events by what stands before and after them,
for they seldom have names; arrows by their ends. Linear in size, and the same from either side.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from processes.bpmn.model import Activity, Container, Element, Event, Flow, FlowNode, Model, Pool
from processes.bpmn.structure import normalise

WITHOUT_ID = "-utan-id-"
Key = Callable[[Any], Hashable]


def has_id(element: Element) -> bool:
    """Whether the file itself gave the id; one that the reading gave means nothing in another file."""
    return not element.id.startswith(element.kind + WITHOUT_ID)


def match(old: Model, new: Model) -> dict[str, str]:
    """Ids of `new` by ids of `old`, for everything that is in both."""
    return _Matching(old, new).found


class _Matching:
    """`found` leads from old to new, `back` the other way; `inside` are the containers still to look into."""

    def __init__(self, old: Model, new: Model) -> None:
        self.old, self.new = old, new
        self.found: dict[str, str] = {}
        self.back: dict[str, str] = {}
        self.inside: deque[tuple[str, str]] = deque([("", "")])
        self.pools = [{pool.process: pool.name for pool in model.of(Pool)} for model in (old, new)]
        for key, element in old.elements.items():
            other = new.elements.get(key)
            if other is not None and has_id(element) and _form(element) == _form(other):
                self._tie(element, other)
        while self.inside:
            self._tie_inside(*self.inside.popleft())
        self._tie_flows(with_name=True)
        self._tie_flows(with_name=False)

    def _tie(self, one: Element, other: Element) -> None:
        self.found[one.id], self.back[other.id] = other.id, one.id
        if one.id in self.old.children:
            self.inside.append((one.id, other.id))

    def _tie_inside(self, one: str, other: str) -> None:
        """What lies directly in two containers that are the same: by name, by neighbours, by being alone."""
        self._tie_by(self._named(0), self._named(1), one, other)
        self._tie_by(
            _between(self.old, self.found, str), _between(self.new, self.back, self.back.get), one, other
        )
        self._tie_by(_alone(self.old, one, self.found), _alone(self.new, other, self.back), one, other)

    def _tie_by(self, left: Key, right: Key, one: str, other: str) -> None:
        self._pair(left, right, _loose(self.old, one, self.found), _loose(self.new, other, self.back))

    def _pair(self, left: Key, right: Key, ones: Iterable[Element], others: Iterable[Element]) -> None:
        """Ties those that have the same key, the first with the first; None ties nothing."""
        waiting: dict[Hashable, deque[Element]] = {}
        for key, element in _keyed(left, ones):
            waiting.setdefault(key, deque()).append(element)
        for key, element in _keyed(right, others):
            if waiting.get(key):
                self._tie(waiting[key].popleft(), element)

    def _named(self, side: int) -> Key:
        def key(element: Element) -> Hashable:
            name = normalise(element.name or self.pools[side].get(element.id, ""))
            return (_form(element), name) if name else None

        return key

    def _tie_flows(self, *, with_name: bool) -> None:
        def key_of(place: Callable[[str], str | None]) -> Key:
            return lambda flow: (
                flow.kind,
                place(flow.source),
                place(flow.target),
                normalise(flow.name) if with_name else "",
            )

        ones = [flow for flow in self.old.of(Flow) if flow.id not in self.found]
        others = [flow for flow in self.new.of(Flow) if flow.id not in self.back]
        self._pair(key_of(str), key_of(self.back.get), ones, others)


def _form(element: Element) -> Any:
    """What may be the same thing: any two kinds of step, of gateway, of start; a note only a note."""
    if isinstance(element, Event):
        return Event, element.position
    return type(element) if type(element) is not Element else element.kind


def _loose(model: Model, container: str, known: dict[str, str]) -> Iterator[Element]:
    inside = model.inside(container)
    return (element for element in inside if element.id not in known and not isinstance(element, Flow))


def _keyed(key: Key, elements: Iterable[Element]) -> list[tuple[Hashable, Element]]:
    found = [(key(element), element) for element in elements]
    return [(value, element) for value, element in found if value is not None]


def _ends(model: Model, node: FlowNode, way: str) -> Iterator[str]:
    for key in node.incoming if way == "source" else node.outgoing:
        flow = model.elements.get(key)
        if isinstance(flow, Flow):
            yield getattr(flow, way)


def _between(model: Model, known: dict[str, str], place: Callable[[str], str | None]) -> Key:
    """What is known to stand before and after a gateway or an event; `place` gives an id of the old map."""

    def seen(keys: Iterable[str]) -> frozenset[str | None]:
        return frozenset(place(key) for key in keys if key in known)

    def key(element: Element) -> Hashable:
        if not isinstance(element, FlowNode) or isinstance(element, Activity):
            return None
        before, after = (seen(_ends(model, element, way)) for way in ("source", "target"))
        on = seen([element.attached_to] if isinstance(element, Event) else [])
        return (_form(element), before, after, on) if before or after or on else None

    return key


def _alone(model: Model, container: str, known: dict[str, str]) -> Key:
    """A start or a whole process is the same when nothing else of its kind is left in the same place."""
    left: dict[str, int] = {}
    for element in _loose(model, container, known):
        left[element.kind] = left.get(element.kind, 0) + 1

    def key(element: Element) -> Hashable:
        is_one = element.kind == "startEvent" or isinstance(element, Container)
        return element.kind if is_one and left[element.kind] == 1 else None

    return key
