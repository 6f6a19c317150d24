"""From the bytes of a BPMN 2.0 file to a Model: `parse(data)`. The bytes are only read."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from lxml import etree

from processes.bpmn import diagram, repair
from processes.bpmn.model import (
    ACTIVITIES,
    CONTAINERS,
    CONVERSATIONS,
    DATA,
    EVENTS,
    FLOWS,
    GATEWAYS,
    SUB_PROCESSES,
    Activity,
    BpmnError,
    Container,
    Data,
    Element,
    Event,
    EventDefinition,
    Flow,
    Gateway,
    Lane,
    Model,
    Pool,
)
from processes.bpmn.reader import BPMN, read

MAX_ELEMENTS = 5_000
MAX_FLOWS = 10_000
MAX_NAME = 500
MAX_NOTE = 4_000
NAMESPACE = f"{{{BPMN}}}"
POSITIONS = {
    "startEvent": "start",
    "endEvent": "end",
    "intermediateCatchEvent": "catch",
    "intermediateThrowEvent": "throw",
    "implicitThrowEvent": "throw",
    "boundaryEvent": "boundary",
    "event": "catch",
}
GLOBAL_TASKS = frozenset(
    ["globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask"]
)
NAMED = frozenset(
    ["message", "signal", "error", "escalation", "category", "categoryValue", "dataState", "resource"]
)
HIDDEN = NAMED | GLOBAL_TASKS
BREAKS = re.compile(r"<(?:br|/p|/li|/div|/h\d)\b[^<>]{0,200}>", re.IGNORECASE)
TAGS = re.compile(r"<[^<>]{1,500}>")


def parse(data: bytes) -> Model:
    """A Model of the file, with generated drawings where it had none.

    Raises BpmnError with a Swedish sentence when the file cannot be read, and nothing else;
    what could be repaired stands in `Model.remarks`. The caller keeps the bytes.
    """
    model = Model()
    root = read(data, model.remarks)
    model.name = _clean(root.get("name"))
    builder = _Builder(model)
    builder.walk(root, "")
    if not any(element.kind in CONTAINERS for element in model.elements.values()):
        raise BpmnError(
            "Filen är BPMN men har ingen process eller samverkan i sig. Exportera kartan på nytt."
        )
    repair.references(model)
    diagram.read_planes(root, model)
    repair.drawings(model)
    return model


def _clean(value: str | None) -> str:
    """A name as one line: line breaks and runs of spaces are the drawing tool's, not the author's."""
    return " ".join((value or "").split())


def _local(node: etree._Element) -> str:
    """The BPMN name of an XML element, or "" for anything from another namespace."""
    tag = node.tag
    return tag[len(NAMESPACE) :] if isinstance(tag, str) and tag.startswith(NAMESPACE) else ""


def _flag(node: etree._Element, name: str, default: bool = False) -> bool:
    value = node.get(name)
    return default if value is None else value.strip() in ("true", "1")


def _texts(node: etree._Element, name: str) -> list[str]:
    return ["".join(map(str, child.itertext())).strip() for child in node.iterchildren(NAMESPACE + name)]


def _text(node: etree._Element, name: str) -> str:
    return next(iter(_texts(node, name)), "")


def plain(text: str) -> str:
    """Documentation as plain text: tools put HTML there, and it is never shown as such."""
    if "<" in text and TAGS.search(text):
        text = html.unescape(TAGS.sub("", BREAKS.sub("\n", text)))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def local_id(reference: str | None) -> str:
    """A QName reference without its prefix; ids themselves cannot hold a colon."""
    return (reference or "").strip().rpartition(":")[2]


class _Builder:
    """Walks the XML once, in document order."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.shapes = 0
        self.flows = 0
        self.unnamed = 0

    def walk(self, node: etree._Element, parent: str) -> None:
        for child in node:
            kind = _local(child)
            if not kind or kind == "extensionElements":
                continue
            factory = FACTORIES.get(kind)
            if factory is None:
                self.walk(child, parent)
                continue
            element = factory(child, self._common(child, kind, parent))
            self._add(element)
            inner = element.id if kind in CONTAINERS or kind in SUB_PROCESSES else parent
            self.walk(child, inner)

    def _common(self, node: etree._Element, kind: str, parent: str) -> dict[str, object]:
        documentation = "\n\n".join(filter(None, (plain(text) for text in _texts(node, "documentation"))))
        return {
            "id": self._identity(node, kind),
            "kind": kind,
            "name": self._name(node),
            "documentation": documentation,
            "line": node.sourceline or 0,
            "parent": parent,
        }

    def _name(self, node: etree._Element) -> str:
        name = _clean(node.get("name"))
        if len(name) <= MAX_NAME:
            return name
        self.model.remark(
            f"Rad {node.sourceline}: namnet ”{name[:40]}…” är över {MAX_NAME} tecken och visas avkortat."
        )
        return name[: MAX_NAME - 1] + "…"

    def _identity(self, node: etree._Element, kind: str) -> str:
        """The id, made unique; an id that came twice is told, because links can only go to the first."""
        given = (node.get("id") or "").strip()
        if not given:
            self.unnamed += 1
            return f"{kind}-utan-id-{self.unnamed}"
        if given not in self.model.elements:
            return given
        first, number = self.model.elements[given], 2
        while f"{given}--{number}" in self.model.elements:
            number += 1
        self.model.remark(
            f"Två element har samma id ”{given[:80]}” (rad {first.line} och {node.sourceline}). Det "
            f"andra läses som ”{given[:80]}--{number}”."
        )
        return f"{given}--{number}"

    def _add(self, element: Element) -> None:
        if element.kind in FLOWS:
            self.flows += 1
        elif element.kind not in HIDDEN | CONTAINERS:
            self.shapes += 1
        if self.shapes > MAX_ELEMENTS or self.flows > MAX_FLOWS:
            raise BpmnError(
                "Kartan har fler än 5 000 element eller 10 000 pilar (gränsen passeras på rad "
                f"{element.line}). Dela upp den i flera kartor."
            )
        self.model.elements[element.id] = element
        self.model.children.setdefault(element.parent, []).append(element.id)


Common = dict[str, object]


def _flow_node(node: etree._Element) -> dict[str, object]:
    return {"default": (node.get("default") or "").strip()}


def _activity(node: etree._Element, common: Common) -> Element:
    loops = {_local(child): child for child in node}
    multi = loops.get("multiInstanceLoopCharacteristics")
    loop = "standard" if "standardLoopCharacteristics" in loops else ""
    if multi is not None:
        loop = "sequential" if _flag(multi, "isSequential") else "parallel"
    kind = str(common["kind"])
    return Activity(
        **common,  # type: ignore[arg-type]
        **_flow_node(node),  # type: ignore[arg-type]
        loop=loop or _choreography_loop(node),
        compensation=_flag(node, "isForCompensation"),
        ad_hoc=kind == "adHocSubProcess",
        event_sub_process=_flag(node, "triggeredByEvent"),
        instantiate=_flag(node, "instantiate"),
        called=local_id(node.get("calledElement") or node.get("calledChoreographyRef")),
    )


def _choreography_loop(node: etree._Element) -> str:
    loops = {
        "Standard": "standard",
        "MultiInstanceSequential": "sequential",
        "MultiInstanceParallel": "parallel",
    }
    return loops.get(node.get("loopType") or "", "")


def _definition(node: etree._Element, kind: str) -> EventDefinition:
    timers = {name: _text(node, name) for name in ("timeDuration", "timeDate", "timeCycle")}
    value_kind = next((name for name, text in timers.items() if text), "")
    refs = ("messageRef", "signalRef", "errorRef", "escalationRef", "activityRef")
    return EventDefinition(
        kind=kind,
        value=timers.get(value_kind, "") or _text(node, "condition"),
        value_kind=value_kind,
        ref=next((local_id(node.get(name)) for name in refs if node.get(name)), ""),
        link=_clean(node.get("name")) if kind == "link" else "",
    )


def _event(node: etree._Element, common: Common) -> Element:
    definitions = []
    for child in node:
        kind = _local(child)
        if kind.endswith("EventDefinition") and kind != "eventDefinition":
            definitions.append(_definition(child, kind.removesuffix("EventDefinition")))
        elif kind == "eventDefinitionRef":
            definitions.append(EventDefinition(kind="", ref=local_id(child.text)))
    interrupting = _flag(node, "isInterrupting", True) and _flag(node, "cancelActivity", True)
    return Event(
        **common,  # type: ignore[arg-type]
        **_flow_node(node),  # type: ignore[arg-type]
        position=POSITIONS[str(common["kind"])],
        definitions=definitions,
        parallel_multiple=_flag(node, "parallelMultiple"),
        interrupting=interrupting,
        attached_to=local_id(node.get("attachedToRef")),
    )


def _gateway(node: etree._Element, common: Common) -> Element:
    return Gateway(
        **common,  # type: ignore[arg-type]
        **_flow_node(node),  # type: ignore[arg-type]
        instantiate=_flag(node, "instantiate"),
        parallel_events=node.get("eventGatewayType") == "Parallel",
    )


def _data(node: etree._Element, common: Common) -> Element:
    state = next(node.iterchildren(NAMESPACE + "dataState"), None)
    reference = node.get("dataObjectRef") or node.get("dataStoreRef")
    return Data(
        **common,  # type: ignore[arg-type]
        collection=_flag(node, "isCollection"),
        state=_clean(state.get("name")) if state is not None else "",
        ref=local_id(reference),
    )


def _flow(node: etree._Element, common: Common) -> Element:
    conditions = _texts(node, "conditionExpression")
    source = node.get("sourceRef") or _text(node, "sourceRef")
    target = node.get("targetRef") or _text(node, "targetRef")
    owner = node.getparent()
    if common["kind"] == "dataInputAssociation" and owner is not None:
        target = owner.get("id") or ""
    if common["kind"] == "dataOutputAssociation" and owner is not None:
        source = owner.get("id") or ""
    return Flow(
        **common,  # type: ignore[arg-type]
        source=local_id(source),
        target=local_id(target),
        condition=_clean(conditions[0]) if conditions else "",
        is_conditional=bool(conditions),
        direction=node.get("associationDirection") or "None",
        message=local_id(node.get("messageRef")),
    )


def _lane(node: etree._Element, common: Common) -> Element:
    return Lane(
        **common,  # type: ignore[arg-type]
        members=[local_id(text) for text in _texts(node, "flowNodeRef")],
    )


def _pool(node: etree._Element, common: Common) -> Element:
    multiple = next(node.iterchildren(NAMESPACE + "participantMultiplicity"), None)
    many = multiple is not None and multiple.get("maximum") not in ("0", "1")
    return Pool(**common, process=local_id(node.get("processRef")), is_multiple=many)  # type: ignore[arg-type]


def _annotation(node: etree._Element, common: Common) -> Element:
    return Element(**{**common, "name": plain(_text(node, "text"))[:MAX_NOTE]})  # type: ignore[arg-type]


def _group(node: etree._Element, common: Common) -> Element:
    return Data(**common, ref=local_id(node.get("categoryValueRef")))  # type: ignore[arg-type]


def _named(node: etree._Element, common: Common) -> Element:
    name = common["name"] or _clean(node.get("value"))
    return Element(**{**common, "name": name})  # type: ignore[arg-type]


def _conversation(node: etree._Element, common: Common) -> Element:
    return Activity(
        **common,  # type: ignore[arg-type]
        called=local_id(node.get("calledCollaborationRef")),
    )


def _container(node: etree._Element, common: Common) -> Element:
    return Container(**common)  # type: ignore[arg-type]


FACTORIES: dict[str, Callable[[etree._Element, Common], Element]] = {
    **dict.fromkeys(ACTIVITIES, _activity),
    **dict.fromkeys(EVENTS, _event),
    **dict.fromkeys(GATEWAYS, _gateway),
    **dict.fromkeys(DATA, _data),
    **dict.fromkeys(FLOWS, _flow),
    **dict.fromkeys(CONVERSATIONS, _conversation),
    **dict.fromkeys(CONTAINERS, _container),
    **dict.fromkeys(HIDDEN, _named),
    "lane": _lane,
    "participant": _pool,
    "textAnnotation": _annotation,
    "group": _group,
}
