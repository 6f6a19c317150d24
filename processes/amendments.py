"""The redaktionella ändringen: which words of a version may be mended without a new granskning.

A misspelt name is no new decision. Another step, another order, another function, another time limit is.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from processes import maps
from processes.bpmn import structure
from processes.bpmn.model import Element, Model
from processes.bpmn.parse import parse

# What may differ between two maps of the same work; "line" is only where it stands in the file.
WORDS = ("name", "documentation", "line")
MORE_THAN_WORDS = (
    "Kartan har fått andra steg, annan ordning, andra funktioner eller andra tidsgränser. "
    "Det behöver granskas. Gör ändringen till en ny version."
)
UNCHANGED = "Inget är ändrat än. Ändra texten eller namnen i kartan först."


def base_of(revision: Any) -> Any:
    """The published version that the change is of: the one in force of the same number."""
    published = revision.process.revisions.published().filter(major=revision.major)
    return published.select_related("map").exclude(pk=revision.pk).order_by("-minor").first()


def is_same_work(before: bytes, after: bytes) -> bool:
    """Two maps that differ in nothing but their words and how they are drawn."""
    return before == after or _work(parse(before)) == _work(parse(after))


def _work(model: Model) -> tuple[Any, ...]:
    elements = {key: _without_words(element) for key, element in model.elements.items()}
    limits = {
        one.element_id: maps.facts(one.documentation).deadline or one.time_limit
        for one in structure.steps(model)
    }
    return elements, limits


def _without_words(element: Element) -> dict[str, Any]:
    facts = {"type": type(element).__name__, **asdict(element)}
    return {name: _unordered(value) for name, value in facts.items() if name not in WORDS}


def _unordered(value: Any) -> Any:
    """Which ways lead out of a step is work; in which order the file names them is not."""
    return sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


def stops(revision: Any, texts: Iterable[str]) -> Iterable[str]:
    """Why the version cannot be published as a redaktionell ändring, in Swedish; ``texts`` are its fields."""
    base = base_of(revision)
    if base is None:
        yield "Det finns ingen publicerad version att ändra i."
    elif not _is_mended(base, revision, texts):
        yield UNCHANGED
    elif not _is_same_map(base, revision):
        yield MORE_THAN_WORDS


def _is_mended(before: Any, after: Any, texts: Iterable[str]) -> bool:
    return before.map_id != after.map_id or any(getattr(before, one) != getattr(after, one) for one in texts)


def _is_same_map(before: Any, after: Any) -> bool:
    if before.map_id is None or after.map_id is None:
        return before.map_id is None and after.map_id is None
    return is_same_work(bytes(before.map.data), bytes(after.map.data))
