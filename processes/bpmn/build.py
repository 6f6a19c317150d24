"""From a plain description of a process to BPMN 2.0 with a drawing: `build(spec)`.

The description is what a person can write in a form or a text file: funktioner, steps, what each leads to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from processes.bpmn import drawing
from processes.bpmn.reader import BPMN

Spec = Mapping[str, Any]

KINDS = {
    "start": "startEvent",
    "message_start": "startEvent",
    "timer_start": "startEvent",
    "end": "endEvent",
    "message_end": "endEvent",
    "task": "task",
    "user": "userTask",
    "service": "serviceTask",
    "send": "sendTask",
    "receive": "receiveTask",
    "manual": "manualTask",
    "script": "scriptTask",
    "rule": "businessRuleTask",
    "decision": "exclusiveGateway",
    "parallel": "parallelGateway",
    "inclusive": "inclusiveGateway",
    "subprocess": "subProcess",
    "call": "callActivity",
}
DEFINITIONS = {"message": "messageEventDefinition", "timer": "timerEventDefinition"}
# What stands on lines of its own in a step's documentation, for want of a place in BPMN.
FACTS = (("Tidsgräns", "deadline"), ("Systemstöd", "system"))
IDENTITY = re.compile(r"[A-Za-z_åäöÅÄÖ][\w.-]*")
NAMESPACES: dict[Any, str] = {
    None: BPMN,
    **drawing.PREFIXES,
}
MODEL = f"{{{BPMN}}}"


def build(spec: Spec) -> bytes:
    """BPMN 2.0 XML, UTF-8, the same bytes for the same description.

    `spec` has name, optional slug and pool (its pool's name), lanes (names in order), step, and optionally
    party and message. A step has id, name, kind (a key of KINDS), lane (a name), text, deadline, system,
    next ([[target, label?], …]), default (a target), for a call calls (the address of a process), and for a
    subprocess its own step. A party has id and name; a message from, to (ids of steps or parties) and label.
    Raises ValueError that names the step that is wrong.
    """
    steps = list(_all_steps(spec.get("step", ())))
    _check(spec, steps)
    root = _definitions(spec, steps)
    drawing.redraw(root)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _all_steps(steps: Sequence[Spec]) -> Iterator[Spec]:
    for step in steps:
        yield step
        yield from _all_steps(step.get("step", ()))


def _check(spec: Spec, steps: list[Spec]) -> None:
    parties = [party["id"] for party in spec.get("party", ())]
    known = [step["id"] for step in steps] + parties
    for key in known:
        if not IDENTITY.fullmatch(key):
            raise ValueError(
                f"”{key}” kan inte vara id: börja med en bokstav, använd bara bokstäver, siffror, _ - ."
            )
    if len(set(known)) != len(known):
        twice = next(key for key in known if known.count(key) > 1)
        raise ValueError(f"Två steg har id ”{twice}”.")
    for step in steps:
        _check_step(spec, step, set(known))
    for message in spec.get("message", ()):
        for end in (message["from"], message["to"]):
            if end not in known:
                raise ValueError(f"Ett meddelande går till eller från ”{end}”, som inte finns.")


def _check_step(spec: Spec, step: Spec, known: set[str]) -> None:
    key = step["id"]
    if step.get("kind", "task") not in KINDS:
        raise ValueError(f"Steget ”{key}” har slaget ”{step['kind']}”, som inte finns.")
    if step.get("lane") and step["lane"] not in spec.get("lanes", ()):
        raise ValueError(f"Steget ”{key}” har funktionen ”{step['lane']}”, som inte står i listan.")
    targets = _targets(step)
    for target in targets:
        if target not in known:
            raise ValueError(f"Steget ”{key}” leder till ”{target}”, som inte finns.")
    if step.get("default") and step["default"] not in targets:
        raise ValueError(
            f"Steget ”{key}” har ett standardflöde till ”{step['default']}”, dit det inte leder."
        )


def _definitions(spec: Spec, steps: list[Spec]) -> etree._Element:
    slug = spec.get("slug") or "karta"
    root = etree.Element(MODEL + "definitions", nsmap=NAMESPACES, id=f"def_{slug}", name=spec["name"])
    root.set("targetNamespace", f"urn:kvalitet:karta:{slug}")
    if spec.get("pool") or spec.get("party"):
        _collaboration(root, spec)
    process = etree.SubElement(
        root, MODEL + "process", id=f"process_{slug}", name=spec["name"], isExecutable="false"
    )
    _lanes(process, spec)
    _content(process, spec.get("step", ()))
    for message in spec.get("message", ()):
        flow = etree.Element(MODEL + "messageFlow", id=f"meddelande_{message['from']}_{message['to']}")
        if message.get("label"):
            flow.set("name", message["label"])
        flow.set("sourceRef", message["from"])
        flow.set("targetRef", message["to"])
        root[0].append(flow)
    return root


def _collaboration(root: etree._Element, spec: Spec) -> None:
    slug = spec.get("slug") or "karta"
    frame = etree.SubElement(root, MODEL + "collaboration", id=f"samverkan_{slug}")
    own = {"id": f"pool_{slug}", "name": spec.get("pool") or spec["name"], "processRef": f"process_{slug}"}
    etree.SubElement(frame, MODEL + "participant", own)
    for party in spec.get("party", ()):
        etree.SubElement(frame, MODEL + "participant", {"id": party["id"], "name": party["name"]})


def _lanes(process: etree._Element, spec: Spec) -> None:
    lanes = list(spec.get("lanes", ()))
    if not lanes:
        return
    lane_set = etree.SubElement(process, MODEL + "laneSet", id="funktioner")
    for number, name in enumerate(lanes, start=1):
        lane = etree.SubElement(lane_set, MODEL + "lane", id=f"funktion_{number}", name=name)
        for step in spec.get("step", ()):
            if (step.get("lane") or lanes[0]) == name:
                etree.SubElement(lane, MODEL + "flowNodeRef").text = step["id"]


def _content(parent: etree._Element, steps: Sequence[Spec]) -> None:
    """Nodes, then flows; a flow's id is made of its ends, so that it stays when others are added."""
    for step in steps:
        _node(parent, step, steps)
    for step in steps:
        for way, key in zip(step.get("next", ()), _flow_ids(step), strict=True):
            flow = etree.SubElement(parent, MODEL + "sequenceFlow", id=key)
            if len(way) > 1 and way[1]:
                flow.set("name", way[1])
            flow.set("sourceRef", step["id"])
            flow.set("targetRef", way[0])


def _flow_id(source: str, target: str) -> str:
    return f"flode_{source}_till_{target}"


def _flow_ids(step: Spec) -> list[str]:
    """Ids of the ways on from a step; the second to the same goal has a number."""
    found: list[str] = []
    for target in _targets(step):
        key, number = _flow_id(step["id"], target), 2
        while key in found:
            key, number = f"{_flow_id(step['id'], target)}_{number}", number + 1
        found.append(key)
    return found


def _targets(step: Spec) -> list[str]:
    return [way[0] for way in step.get("next", ())]


def _listed_flows(node: etree._Element, step: Spec, siblings: Sequence[Spec]) -> None:
    for other in siblings:
        for target, flow in zip(_targets(other), _flow_ids(other), strict=True):
            if target == step["id"]:
                etree.SubElement(node, MODEL + "incoming").text = flow
    for flow in _flow_ids(step):
        etree.SubElement(node, MODEL + "outgoing").text = flow


def _node(parent: etree._Element, step: Spec, siblings: Sequence[Spec]) -> None:
    kind, key = step.get("kind", "task"), step["id"]
    node = etree.SubElement(parent, MODEL + KINDS[kind], id=key)
    default = _flow_id(key, step["default"]) if step.get("default") else ""
    given = {"name": step.get("name"), "calledElement": step.get("calls"), "default": default}
    for name, value in given.items():
        if value:
            node.set(name, value)
    words = [step.get("text", "")] + [f"{label}: {step[name]}" for label, name in FACTS if step.get(name)]
    if any(words):
        etree.SubElement(node, MODEL + "documentation").text = "\n".join(filter(None, words))
    _listed_flows(node, step, siblings)
    if kind.partition("_")[0] in DEFINITIONS:
        etree.SubElement(node, MODEL + DEFINITIONS[kind.partition("_")[0]], id=f"{key}_handelse")
    _content(node, step.get("step", ()))
