"""Advice on how a map is drawn: `advise(model)`. Nothing here stops anybody; what stops stands in `parse`.

The rules are those that bpmnlint recommends, under its names, without `global` (about definitions that no
drawing shows) and `no-bpmndi` (what is not drawn is laid out, and told in the remarks). They are our own
because bpmnlint ships no file that a browser can load without a build step, and because here the same advice
comes with an imported file, a draft and a drawing, in Swedish. Two differences are meant: an empty
sub-process stands for a page of its own and needs no start and end, and a name on an arrow says as much as a
condition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from processes.bpmn import advice_place
from processes.bpmn.model import (
    CHOREOGRAPHY,
    SUB_PROCESSES,
    Activity,
    Element,
    Event,
    Flow,
    FlowNode,
    Gateway,
    Lane,
    Model,
    Pool,
)
from processes.bpmn.said import said

MOST = 100
CONTAINERS = (SUB_PROCESSES | {"process"}) - CHOREOGRAPHY
SILENT_GATEWAYS = frozenset(["parallelGateway", "eventBasedGateway"])
Found = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Advice:
    """`rule` is bpmnlint's name of it, `element` the id of what it is about, `text` a Swedish sentence."""

    rule: str
    element: str
    text: str


def advise(model: Model) -> list[Advice]:
    """What would make the map easier to read, in the order of the rules; the first hundred."""
    found: list[Advice] = []
    for rule, look in RULES.items():
        found += [Advice(rule, element, text) for element, text in look(model)]
    return found[:MOST]


def _nodes(model: Model) -> Iterator[FlowNode]:
    """Activities, events and gateways; what parties of a choreography say is nobody's step."""
    return (node for node in model.of(FlowNode) if node.kind not in CHOREOGRAPHY)


def _steps_and_events(model: Model) -> Iterator[FlowNode]:
    return (node for node in _nodes(model) if isinstance(node, Activity | Event))


def _containers(model: Model) -> Iterator[Element]:
    return (one for one in model.elements.values() if one.kind in CONTAINERS)


def _inside(model: Model, container: Element, kind: str) -> list[Element]:
    return [one for one in model.inside(container.id) if one.kind == kind]


def _is_loose(model: Model, node: FlowNode) -> bool:
    """Whether the order of work says nothing of the node: BPMN lets it stand without arrows."""
    parent = model.elements.get(node.parent)
    if parent is not None and parent.kind == "adHocSubProcess":
        return True
    return isinstance(node, Activity) and (node.compensation or node.event_sub_process)


def _has(event: FlowNode, *kinds: str) -> bool:
    """Whether every definition of the event is of one of the kinds, and there is one."""
    definitions = getattr(event, "definitions", [])
    return bool(definitions) and all(one.kind in kinds for one in definitions)


def _whole(container: Element) -> str:
    return "Processen" if container.kind == "process" else said(container)


def _ordered(model: Model) -> Iterator[Element]:
    """Containers that hold work in some order."""
    for one in _containers(model):
        if one.kind == "process" or (one.kind != "adHocSubProcess" and model.inside(one.id)):
            yield one


def _start_required(model: Model) -> Found:
    for one in _ordered(model):
        if not _inside(model, one, "startEvent"):
            yield one.id, f"{_whole(one)} saknar start. Rita en startsymbol där arbetet börjar."


def _end_required(model: Model) -> Found:
    for one in _ordered(model):
        if not _inside(model, one, "endEvent"):
            yield one.id, f"{_whole(one)} saknar slut. Rita en slutsymbol där arbetet är klart."


def _single_blank_start(model: Model) -> Found:
    for one in _containers(model):
        blank = [start for start in _inside(model, one, "startEvent") if not getattr(start, "definitions", 0)]
        if len(blank) > 1:
            yield one.id, f"{_whole(one)} har flera starter. Behåll en, eller säg vad som utlöser var och en."


def _label_required(model: Model) -> Found:
    for one in model.elements.values():
        if not one.name and _wants_label(one):
            yield one.id, f"{said(one, model)} har inget namn. Skriv vad som görs eller händer."


def _wants_label(one: Element) -> bool:
    if one.kind in SILENT_GATEWAYS or one.kind in SUB_PROCESSES:
        return False
    if isinstance(one, Gateway):
        return len(one.outgoing) > 1
    if isinstance(one, Flow):
        return one.kind == "sequenceFlow" and one.is_conditional
    return isinstance(one, FlowNode | Lane | Pool) and not one.kind.endswith("onversation")


def _disconnected(model: Model) -> Found:
    for node in _nodes(model):
        is_linked = _is_loose(model, node) or _has(node, "compensate") or node.kind == "callActivity"
        if not is_linked and not node.incoming and not node.outgoing:
            yield node.id, f"{said(node)} hänger inte ihop med något. Dra en pil dit eller ta bort det."


def _implicit_start(model: Model) -> Found:
    for node in _nodes(model):
        begins = node.kind in ("startEvent", "boundaryEvent")
        catches = node.kind == "intermediateCatchEvent" and _has(node, "link")
        if not node.incoming and not (begins or catches or _is_loose(model, node)):
            yield node.id, f"{said(node)} har ingen pil in. Dra en pil dit, eller rita en startsymbol före."


def _implicit_end(model: Model) -> Found:
    tied = {one.source for one in model.of(Flow) if one.kind == "association"}
    for node in _nodes(model):
        throws = node.kind == "intermediateThrowEvent" and _has(node, "link")
        undoes = node.kind == "boundaryEvent" and _has(node, "compensate") and node.id in tied
        is_end = node.kind == "endEvent" or throws or undoes
        if not node.outgoing and not (is_end or _is_loose(model, node)):
            yield (
                node.id,
                f"{said(node)} leder ingenstans. Dra en pil vidare, eller rita en slutsymbol.",
            )


def _flows(model: Model, node: FlowNode) -> list[Flow]:
    return [flow for key in node.outgoing if isinstance(flow := model.elements.get(key), Flow)]


def _implicit_split(model: Model) -> Found:
    for node in _steps_and_events(model):
        plain = [one for one in _flows(model, node) if not one.is_conditional and not one.is_default]
        if len(plain) > 1:
            yield (
                node.id,
                f"{said(node)} har flera pilar ut. Rita ett beslut efter, så syns valet.",
            )


def _fake_join(model: Model) -> Found:
    for node in _steps_and_events(model):
        if len(node.incoming) > 1:
            yield node.id, f"{said(node)} har flera pilar in. Samla dem i ett beslut före steget."


def _join_fork(model: Model) -> Found:
    for gate in model.of(Gateway):
        if len(gate.incoming) > 1 and len(gate.outgoing) > 1:
            yield gate.id, f"{said(gate)} både samlar och delar. Rita två: ett som samlar, ett som delar."


def _superfluous_gateway(model: Model) -> Found:
    for gate in model.of(Gateway):
        if len(gate.incoming) == 1 and len(gate.outgoing) == 1:
            yield gate.id, f"{said(gate)} har bara en väg in och en väg ut. Det kan tas bort."


def _conditional_flows(model: Model) -> Found:
    for node in _nodes(model):
        flows = _flows(model, node)
        if any(one.is_conditional or one.is_default for one in flows):
            for one in flows:
                if not (one.name or one.is_conditional or one.is_default):
                    yield one.id, f"{said(one, model)} saknar villkor, fast andra vägar därifrån har det."


def _event_gateway(model: Model) -> Found:
    for gate in model.of(Gateway):
        if gate.kind == "eventBasedGateway":
            if len(gate.outgoing) < 2:
                yield gate.id, f"{said(gate)} väntar på en händelse och behöver minst två vägar ut."
            for one in _flows(model, gate):
                if one.is_conditional:
                    yield one.id, f"{said(one, model)} har ett villkor, men vägen väljs av det som händer."


def _duplicate_flows(model: Model) -> Found:
    seen: set[tuple[str, str, str]] = set()
    for one in model.of(Flow):
        key = (one.source, one.target, one.condition)
        if one.kind == "sequenceFlow" and key in seen:
            yield one.id, f"{said(one, model)} finns två gånger. Ta bort den ena."
        seen.add(key)


def _discouraged(kind: str, instead: str) -> Callable[[Model], Found]:
    def look(model: Model) -> Found:
        for one in model.elements.values():
            if one.kind == kind:
                yield one.id, f"{said(one)} är av ett slag som få läser rätt. {instead}"

    return look


def _single_definition(model: Model) -> Found:
    for event in model.of(Event):
        if len(event.definitions) > 1:
            yield event.id, f"{said(event)} har flera orsaker. Rita en händelse för varje."


def _inner(sub_process: Element) -> str:
    return f"delprocessen ”{sub_process.name[:80]}”" if sub_process.name else "delprocessen"


def _sub_process_start(model: Model) -> Found:
    for one in model.of(Activity):
        if one.kind in CONTAINERS and not one.event_sub_process:
            for start in _inside(model, one, "startEvent"):
                if getattr(start, "definitions", []):
                    yield (
                        start.id,
                        f"Starten i {_inner(one)} ska vara tom: den börjar utifrån.",
                    )


def _event_sub_process_start(model: Model) -> Found:
    for one in model.of(Activity):
        if one.kind in CONTAINERS and one.event_sub_process:
            for start in _inside(model, one, "startEvent"):
                if not getattr(start, "definitions", []):
                    yield start.id, f"Starten i {_inner(one)} ska säga vilken händelse som utlöser den."


def _ad_hoc(model: Model) -> Found:
    for one in model.of(Activity):
        if one.kind == "adHocSubProcess":
            for inner in model.inside(one.id):
                if inner.kind in ("startEvent", "endEvent"):
                    yield (
                        inner.id,
                        f"{said(one)} görs i valfri ordning och har varken start eller slut.",
                    )


def _links(model: Model) -> Found:
    groups: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in model.of(Event):
        name = next((one.link for one in event.definitions if one.kind == "link"), None)
        if name is not None:
            groups[event.parent, name].append(event)
    for (_, name), events in groups.items():
        catching = [event for event in events if event.position == "catch"]
        if not name:
            for event in events:
                yield event.id, f"{said(event)} är en länk utan namn. Ge båda ändarna samma namn."
        elif len(catching) != 1 or len(events) == 1:
            for event in catching if len(catching) > 1 else events:
                yield event.id, f"Länken ”{name}” ska ha en mottagande ände och minst en som leder dit."


def _superfluous_label(model: Model) -> Found:
    for one in model.of(Flow):
        source = model.elements.get(one.source)
        if one.kind != "sequenceFlow" or not one.name or one.is_conditional or one.is_default:
            continue
        decides = source is not None and source.kind in ("exclusiveGateway", "inclusiveGateway")
        if not decides or len(getattr(source, "outgoing", ())) < 2:
            yield one.id, f"{said(one, model)} har en text fast det inte finns något att välja."


def _superfluous_termination(model: Model) -> Found:
    for container in _containers(model):
        ends = [one for one in model.inside(container.id) if isinstance(one, FlowNode) and not one.outgoing]
        stops = [one for one in ends if one.kind == "endEvent" and "terminate" in _definition_kinds(one)]
        if len(stops) == 1 and all(one in stops or _interrupts(model, one) for one in ends):
            yield (
                stops[0].id,
                f"{said(stops[0])} stoppar allt, fast inget annat pågår. Ett vanligt räcker.",
            )


def _definition_kinds(node: FlowNode) -> list[str]:
    return [one.kind for one in getattr(node, "definitions", [])]


def _interrupts(model: Model, node: FlowNode) -> bool:
    starts = _inside(model, node, "startEvent") if getattr(node, "event_sub_process", False) else []
    return any(getattr(start, "interrupting", False) for start in starts)


PLAIN = "Ett vanligt beslut med frågan som namn är lättare."
RULES: dict[str, Callable[[Model], Found]] = {
    "start-event-required": _start_required,
    "end-event-required": _end_required,
    "single-blank-start-event": _single_blank_start,
    "label-required": _label_required,
    "no-disconnected": _disconnected,
    "no-implicit-start": _implicit_start,
    "no-implicit-end": _implicit_end,
    "no-implicit-split": _implicit_split,
    "fake-join": _fake_join,
    "no-gateway-join-fork": _join_fork,
    "superfluous-gateway": _superfluous_gateway,
    "conditional-flows": _conditional_flows,
    "event-based-gateway": _event_gateway,
    "no-duplicate-sequence-flows": _duplicate_flows,
    "no-complex-gateway": _discouraged("complexGateway", PLAIN),
    "no-inclusive-gateway": _discouraged("inclusiveGateway", PLAIN),
    "single-event-definition": _single_definition,
    "sub-process-blank-start-event": _sub_process_start,
    "event-sub-process-typed-start-event": _event_sub_process_start,
    "ad-hoc-sub-process": _ad_hoc,
    "link-event": _links,
    "superfluous-label": _superfluous_label,
    "superfluous-termination": _superfluous_termination,
    "no-overlapping-elements": advice_place.overlapping,
}
