"""The Swedish words for BPMN's kinds of element, as a reader of a map says them."""

from __future__ import annotations

from processes.bpmn.model import ACTIVITIES, CONVERSATIONS, Element, Event

KINDS = {
    "task": "steg",
    "userTask": "steg med system",
    "manualTask": "steg för hand",
    "serviceTask": "automatiskt steg",
    "scriptTask": "automatiskt steg (skript)",
    "businessRuleTask": "steg enligt regel",
    "sendTask": "steg som skickar",
    "receiveTask": "steg som tar emot",
    "subProcess": "delprocess",
    "transaction": "delprocess, allt eller inget",
    "adHocSubProcess": "delprocess i fri ordning",
    "callActivity": "steg i en annan karta",
    "choreographyTask": "utbyte",
    "subChoreography": "utbyte i flera steg",
    "callChoreography": "utbyte i en annan karta",
    "startEvent": "start",
    "endEvent": "slut",
    "boundaryEvent": "händelse vid ett steg",
    "exclusiveGateway": "vägval",
    "inclusiveGateway": "vägval, ett eller flera",
    "parallelGateway": "samtidigt",
    "complexGateway": "sammansatt vägval",
    "eventBasedGateway": "väntan på händelse",
    "sequenceFlow": "pil",
    "messageFlow": "meddelande",
    "association": "koppling",
    "dataInputAssociation": "koppling till underlag",
    "dataOutputAssociation": "koppling till underlag",
    "conversationLink": "koppling",
    "lane": "funktion",
    "participant": "deltagare",
    "textAnnotation": "anteckning",
    "group": "grupp",
    "process": "karta",
}
SYMBOLS = {
    "message": "meddelande",
    "timer": "tid",
    "error": "fel",
    "escalation": "eskalering",
    "cancel": "avbrott",
    "compensate": "återställning",
    "conditional": "villkor",
    "link": "länk",
    "signal": "signal",
    "terminate": "avslutar allt",
    "multiple": "flera",
    "parallelMultiple": "flera samtidigt",
}


def is_step(element: Element) -> bool:
    return element.kind in ACTIVITIES


def word(element: Element) -> str:
    """What the element is, in a word or two: "automatiskt steg", "slut, meddelande"."""
    if isinstance(element, Event):
        base = KINDS.get(element.kind, "händelse")
        return f"{base}, {SYMBOLS[element.symbol]}" if element.symbol in SYMBOLS else base
    if element.kind in CONVERSATIONS:
        return "samtal"
    return KINDS.get(element.kind, "underlag" if element.kind.startswith("data") else "del av kartan")


def noun(element: Element) -> str:
    """The same without detail, to begin a line with: "Steg", "Slut", "Vägval"."""
    return "Steg" if is_step(element) else word(element).split(",")[0].capitalize()
