"""From a map back to the plain description that ``bpmn.build`` makes it of, and what that cannot hold."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from processes import maps
from processes.bpmn import drawing
from processes.bpmn.build import DEFINITIONS, KINDS
from processes.bpmn.edit import Sheet
from processes.bpmn.edit.sheet import local
from processes.bpmn.model import SUB_PROCESSES, Activity, Element, Event, Flow, FlowNode, Lane, Model, Pool

Step = dict[str, Any]
Spec = dict[str, Any]
KIND_OF = {tag: kind for kind, tag in KINDS.items() if "_" not in kind}
# What a description can hold.
HELD = {
    *KINDS.values(),
    "definitions", "process", "laneSet", "lane", "flowNodeRef", "sequenceFlow", "incoming", "outgoing",
    "documentation", "collaboration", "participant", "messageFlow", *DEFINITIONS.values(),
}  # fmt: skip


def spec_of(model: Model) -> Spec:
    """The description of a map with one process: build(spec_of(parse(build(spec)))) gives the same bytes."""
    process = max(model.processes, key=lambda one: len(model.inside(one.id)), default=None)
    if process is None:
        return {"name": model.name, "step": []}
    found: Spec = {"name": process.name, "slug": process.id.removeprefix("process_")}
    found["lanes"] = [lane.name for lane in model.of(Lane)]
    found["step"] = list(_steps(model, process.id))
    for pool in model.of(Pool):
        if pool.process == process.id:
            found["pool"] = pool.name
        else:
            found.setdefault("party", []).append({"id": pool.id, "name": pool.name})
    messages = [flow for flow in model.of(Flow) if flow.kind == "messageFlow"]
    if messages:
        found["message"] = [_message(flow) for flow in messages]
    return found


def _message(flow: Flow) -> Step:
    label = {"label": flow.name} if flow.name else {}
    return {"from": flow.source, "to": flow.target, **label}


def _steps(model: Model, container: str) -> Iterator[Step]:
    flows = [one for one in model.inside(container) if isinstance(one, Flow) and one.kind == "sequenceFlow"]
    for node in model.inside(container):
        if isinstance(node, FlowNode):
            yield _step(model, node, [flow for flow in flows if flow.source == node.id])


def _step(model: Model, node: FlowNode, flows: list[Flow]) -> Step:
    said = maps.facts(node.documentation)
    values: Step = {"id": node.id, "kind": _kind(node), "name": node.name, "lane": _lane(model, node)}
    values["calls"] = node.called if isinstance(node, Activity) else ""
    values |= {"text": said.text, "deadline": said.deadline, "system": said.system_support}
    step = {key: value for key, value in values.items() if value}
    if flows:
        step["next"] = [[flow.target, flow.name] if flow.name else [flow.target] for flow in flows]
    default = next((flow.target for flow in flows if flow.id == node.default), "")
    if default:
        step["default"] = default
    inner = list(_steps(model, node.id)) if node.kind in SUB_PROCESSES else []
    return {**step, "step": inner} if inner else step


def _lane(model: Model, node: FlowNode) -> str:
    lane = model.elements.get(node.lane)
    return lane.name if lane is not None else ""


def _kind(node: Element) -> str:
    kind = KIND_OF.get(node.kind, "task")
    symbol = node.symbol if isinstance(node, Event) else ""
    return f"{symbol}_{kind}" if f"{symbol}_{kind}" in KINDS else kind


def losses(sheet: Sheet) -> list[str]:
    """What would be gone if the map were made anew from its description, in words for the person."""
    found: list[str] = []
    if not sheet.is_own:
        found.append("var rutor och pilar är placerade")
    kinds = {local(node) for node in sheet.root.iter(etree.Element)} - {""} - HELD
    if kinds & {"dataObjectReference", "dataStoreReference", "dataObject", "textAnnotation", "group"}:
        found.append("dokument, anteckningar och ramar i kartan")
    if kinds & {"boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"}:
        found.append("händelser mitt i flödet eller på ett steg")
    if _has_foreign(sheet.root) or kinds - {"textAnnotation", "group", "boundaryEvent"}:
        found.append("färger och annat som ritverktyget har lagt till")
    if sum(local(node) == "process" and len(node) > 0 for node in sheet.root.iter(etree.Element)) > 1:
        found.append("det som ligger i andra pooler")
    return found


def _has_foreign(root: etree._Element) -> bool:
    """Whether another namespace than BPMN's own and ours is used."""
    own = {drawing.OWN, *drawing.PREFIXES.values()}
    for node in root.iter(etree.Element):
        spaces = {etree.QName(name).namespace for name in node.attrib}
        space = etree.QName(node).namespace
        if (spaces - own - {None}) or (space not in own and not local(node)):
            return True
    return False
