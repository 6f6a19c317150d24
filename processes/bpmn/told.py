"""What the events of a map say that no step says itself: how the work begins, what is sent on the way.

Each is told at one step: a beginning at the first step after it, what an event on the way sends or gets at
the step before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from processes.bpmn import words
from processes.bpmn.model import Activity, Event, FlowNode
from processes.bpmn.order import Reading

MOST_PASSED = 200
Told = dict[str, list[str]]


def before(reading: Reading, containers: Sequence[str], messages: Mapping[str, Sequence[str]]) -> Told:
    """By step how the process, or the delprocess it is the first of, begins."""
    found: Told = {}
    for container in containers:
        element = reading.model.elements.get(container)
        whole = "delprocessen" if isinstance(element, Activity) else "processen"
        for key in reading.order(container):
            event = reading.model.elements[key]
            if isinstance(event, Event) and event.position == "start":
                said = [*words.beginning(_name(event), whole), *messages.get(key, ())]
                first = next(_after(reading, container, key, Activity), "")
                if first and said:
                    found.setdefault(first, []).extend(said)
    return found


def after(reading: Reading, containers: Sequence[str], messages: Mapping[str, Sequence[str]]) -> Told:
    """By step what the events send and get that follow before the next step."""
    found: Told = {}
    told: set[str] = set()
    for container in containers:
        for step in reading.steps(container):
            for key in _after(reading, container, step.id, Event):
                if key in messages and key not in told:
                    told.add(key)
                    found.setdefault(step.id, []).extend(messages[key])
    return found


def _name(event: Event) -> str:
    if event.name or event.symbol != "timer":
        return event.name
    value = event.definitions[0].value
    return f"efter {span}" if (span := words.duration(value)) else "på en bestämd tid"


def _after(reading: Reading, container: str, start: str, kind: type[FlowNode]) -> Iterator[str]:
    """The nodes of one kind that follow a node, up to and with the next steps."""
    graph = reading.graph(container)
    waiting, seen = list(graph.after.get(start, ())), {start}
    while waiting and len(seen) < MOST_PASSED:
        key = waiting.pop(0)
        if key in seen:
            continue
        seen.add(key)
        node = reading.model.elements[key]
        if isinstance(node, kind):
            yield key
        if not isinstance(node, Activity):
            waiting += graph.after.get(key, ())
