"""A map as the tree of processes sees it: which of its steps are rows, with the facts of each.

Drawing tools have a documentation text but no field for time limits or systems, so a line of that text that
begins with "Tidsgräns:" or "Systemstöd:" is read as that fact, whichever tool wrote it.
"""

import re
from dataclasses import dataclass

from processes.bpmn import structure
from processes.bpmn.model import Model

FACT = re.compile(r"^\s*(Tidsgräns|Tidsfrist|Systemstöd|System)\s*:\s*(.+)$", re.IGNORECASE)
DEADLINE_WORDS = ("tidsgräns", "tidsfrist")
LEVELS = 3
ADDRESS = re.compile(r"[a-z0-9][a-z0-9_-]{0,119}")
MOST_CALLS = 500
normalised = structure.normalise


@dataclass(frozen=True, slots=True)
class Step:
    """One activity that is or will be a row: ``element_id`` ties it to the map, ``children`` are inside."""

    element_id: str
    title: str
    description: str = ""
    function: str = ""
    deadline: str = ""
    system_support: str = ""
    children: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    text: str
    deadline: str = ""
    system_support: str = ""


def facts(documentation: str) -> Facts:
    """A documentation text with its lines of time limit and system taken out of it."""
    lines: list[str] = []
    found: dict[str, str] = {}
    for line in documentation.splitlines():
        match = FACT.match(line)
        if not match:
            lines.append(line)
            continue
        name = "deadline" if match[1].lower() in DEADLINE_WORDS else "system_support"
        found[name] = f"{found[name]}; {match[2].strip()}" if name in found else match[2].strip()
    return Facts("\n".join(lines).strip(), **{name: text[:300] for name, text in found.items()})


def called(element: str) -> str:
    """The address of the process that a call activity calls, by its ``calledElement``; "" when it is none.

    An id in XML cannot begin with a digit, so before a digit stands a low line, which no address begins with.
    """
    address = element.removeprefix("_")
    return address if ADDRESS.fullmatch(address) else ""


def calls(model: Model) -> list[str]:
    """Every address that the map's steps go on in; whether there is a process there is not asked."""
    found = {called(step.called) for step in structure.steps(model)}
    return sorted(found - {""})[:MOST_CALLS]


def steps(model: Model, *, level: int) -> tuple[Step, ...]:
    """The steps of a map of a process on ``level`` (0 = first) that are rows of their own, in flow order.

    A choreography shows what parties say to each other, so what it holds are not steps of anyone's process.
    """
    inside: dict[str, list[structure.Step]] = {}
    for one in structure.steps(model):
        container = model.elements.get(one.process_id)
        if container is not None and container.kind == "process":
            inside.setdefault(one.parent, []).append(one)
    return _tree(inside, "", level + 1)


def _tree(inside: dict[str, list[structure.Step]], parent: str, level: int) -> tuple[Step, ...]:
    if level >= LEVELS:
        return ()
    return tuple(_step(one, _tree(inside, one.element_id, level + 1)) for one in inside.get(parent, ()))


def _step(one: structure.Step, children: tuple[Step, ...]) -> Step:
    said = facts(one.documentation)
    return Step(
        element_id=one.element_id,
        title=one.name[:200],
        description=said.text,
        function=one.lane[:200],
        deadline=said.deadline or one.time_limit[:300],
        system_support=said.system_support,
        children=children,
    )
