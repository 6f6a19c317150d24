"""What an element is called in a sentence: `said(element)` gives 'Steget ”Utreda”' or 'Starten utan namn'."""

from __future__ import annotations

from processes.bpmn.model import ACTIVITIES, EVENTS, SUB_PROCESSES, Element, Flow, Model

KINDS = {
    "startEvent": "Starten",
    "endEvent": "Slutet",
    "parallelGateway": "Förgreningen",
    "eventBasedGateway": "Väntan",
    "lane": "Banan",
    "participant": "Poolen",
    "process": "Processen",
}
GROUPS = ((SUB_PROCESSES, "Delprocessen"), (ACTIVITIES, "Steget"), (EVENTS, "Händelsen"))


def said(element: Element, model: Model | None = None) -> str:
    """Kind and name. An arrow is told by its ends, which needs the ``model``."""
    if isinstance(element, Flow) and model is not None:
        return f"Pilen från {_quoted(model, element.source)} till {_quoted(model, element.target)}"
    word = KINDS.get(element.kind)
    word = word or next((word for kinds, word in GROUPS if element.kind in kinds), "Beslutet")
    return f"{word} ”{element.name[:80]}”" if element.name else f"{word} utan namn"


def _quoted(model: Model, key: str) -> str:
    element = model.elements.get(key)
    if element is None:
        return "ingenting"
    word = said(element)
    return f"”{element.name[:80]}”" if element.name else word[0].lower() + word[1:]
