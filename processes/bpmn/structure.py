"""A map as words: its steps in flow order, what leads on to what, and the tree they form by `parent`.

`steps(model)` is the source of the numbered text, the table and the rows that publishing makes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from processes.bpmn import leads, told, words
from processes.bpmn.leads import Lead
from processes.bpmn.model import Activity, Element, Flow, Lane, Model, Pool
from processes.bpmn.order import Reading

__all__ = ["Lead", "Step", "normalise", "steps"]


@dataclass(frozen=True, slots=True)
class Step:
    """One activity as text. `number` is "3" or "3.2"; `pool` is empty when the map has one process only.

    `leads_to` has every way on, for the table; `sentences` only what the order of the text does not
    already say; `begins` how the process begins, at its first step; `messages` what is sent and got.
    """

    element_id: str
    number: str
    order: int
    level: int
    kind: str
    name: str
    is_unnamed: bool
    documentation: str
    lane: str
    pool: str
    process_id: str
    parent: str
    time_limit: str
    leads_to: tuple[Lead, ...] = ()
    sentences: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    has_children: bool = False
    called: str = ""


def normalise(name: str) -> str:
    """The form in which two names are the same step: case, spaces, hyphens and end marks do not count."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("\u00ad", "")
    return " ".join(re.sub(r"[^\w\s]", " ", plain).split())


def steps(model: Model, reading: Reading | None = None) -> list[Step]:
    """Every activity of the map in the order it is read, sub-processes followed by their contents."""
    reading = reading or Reading(model)
    found = list(_all(model, reading))
    numbers = {step.element_id: (step.number, step.name, step.order) for step in found}
    sent = _messages(model)
    containers = list(dict.fromkeys(step.parent or step.process_id for step in found))
    begins = told.before(reading, containers, sent)
    on_the_way = told.after(reading, containers, sent)
    expected = _expected(found)
    return [
        replace(
            _with_flow(reading, step, numbers, expected[step.order]),
            begins=tuple(begins.get(step.element_id, ())),
            messages=(*sent.get(step.element_id, ()), *on_the_way.get(step.element_id, ())),
        )
        for step in found
    ]


def _all(model: Model, reading: Reading) -> Iterator[Step]:
    """Steps without their ways on, numbered through all processes."""
    tops = reading.tops
    several = sum(bool(reading.steps(top.id)) for top in tops) > 1
    pools = _pool_names(model)
    order = count = 0
    for top in tops:
        pool = (pools.get(top.id) or top.name) if several else ""
        for activity in reading.steps(top.id):
            count += 1
            for step in _unfold(reading, activity, str(count), 1, ""):
                order += 1
                yield replace(step, order=order, pool=pool, process_id=top.id)


def _unfold(reading: Reading, activity: Activity, number: str, level: int, parent: str) -> Iterator[Step]:
    model, inner = reading.model, reading.steps(activity.id)
    yield Step(
        element_id=activity.id,
        number=number,
        order=0,
        level=level,
        kind=activity.kind,
        name=activity.name or f"Namnlöst steg {number}",
        is_unnamed=not activity.name,
        documentation=activity.documentation,
        lane=_lane_name(model, activity),
        pool="",
        process_id="",
        parent=parent,
        time_limit=words.time_limit(activity.documentation) or _timer_limit(model, reading, activity),
        has_children=bool(inner),
        called=activity.called,
    )
    for index, child in enumerate(inner, start=1):
        yield from _unfold(reading, child, f"{number}.{index}", level + 1, activity.id)


def _lane_name(model: Model, activity: Activity) -> str:
    """The funktion: the innermost lane, else that of the sub-process around."""
    node: Element | None = activity
    for _ in range(100):
        lane = model.elements.get(getattr(node, "lane", ""))
        if isinstance(lane, Lane) and lane.name:
            return lane.name
        node = model.elements.get(node.parent) if node else None
        if node is None:
            break
    return ""


def _timer_limit(model: Model, reading: Reading, activity: Activity) -> str:
    """A timer on the step's border is its time limit, when it says how long."""
    for key in reading.graph(activity.parent).after.get(activity.id, ()):
        event = model.elements[key]
        if getattr(event, "attached_to", "") == activity.id and getattr(event, "symbol", "") == "timer":
            definition = event.definitions[0]  # type: ignore[attr-defined]
            duration = words.duration(definition.value) if definition.value_kind == "timeDuration" else ""
            return duration or event.name
    return ""


def _pool_names(model: Model) -> dict[str, str]:
    return {pool.process: pool.name for pool in model.of(Pool) if pool.process}


def _partners(model: Model) -> dict[str, str]:
    """For each element and pool the name of the pool it stands in, to say whom a message goes to."""
    names = _pool_names(model)
    partners = {pool.id: pool.name for pool in model.of(Pool)}
    for key, element in model.elements.items():
        top: Element | None = element
        for _ in range(100):
            if top is None or not top.parent or top.kind == "process":
                break
            top = model.elements.get(top.parent)
        if top is not None and top.id in names:
            partners.setdefault(key, names[top.id])
    return partners


def _with_flow(reading: Reading, step: Step, numbers: leads.Numbers, expected: int) -> Step:
    ways = leads.follow(reading, step.element_id, numbers)
    sentences = tuple(words.sentences(ways, step.order, expected, inner=step.level > 1))
    return replace(step, leads_to=tuple(ways), sentences=sentences)


def _expected(found: Sequence[Step]) -> dict[int, int]:
    """For each step the next one on its level or above: where a reader goes without being told."""
    following: dict[int, int] = {}
    result: dict[int, int] = {}
    for step in reversed(found):
        result[step.order] = min(
            (order for level, order in following.items() if level <= step.level), default=0
        )
        following = {level: order for level, order in following.items() if level < step.level}
        following[step.level] = step.order
    return result


def _messages(model: Model) -> dict[str, list[str]]:
    """What each element sends and gets across pools, as sentences."""
    partners = _partners(model)
    found: dict[str, list[str]] = {}
    for flow in model.of(Flow):
        if flow.kind != "messageFlow":
            continue
        what = flow.name or getattr(model.elements.get(flow.message), "name", "")
        found.setdefault(flow.source, []).append(
            words.message("Skickar till", partners.get(flow.target, ""), what)
        )
        found.setdefault(flow.target, []).append(
            words.message("Tar emot från", partners.get(flow.source, ""), what)
        )
    return found
