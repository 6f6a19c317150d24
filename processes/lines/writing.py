"""From the description of a map to the lines that stand for it, to go on with in the workshop."""

from collections.abc import Generator, Iterator, Mapping
from typing import Any

from processes.lines.reading import read
from processes.maps import normalised

INDENT = "  "
MAX_DEPTH = 12
Step = Mapping[str, Any]


class _Untold(Exception):
    """The lines have no words for this."""


def write(spec: Mapping[str, Any]) -> str | None:
    """Lines that read back as the same map; None when the map says something that lines cannot."""
    try:
        text = "\n".join(_Teller(spec).lines())
    except _Untold:
        return None
    again = read(text, name=spec["name"], before=dict(spec))
    return text if not again.problems and _meaning(again.spec) == _meaning(spec) else None


def _meaning(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What a map says, without the order of the file."""
    names = ("kind", "name", "text", "deadline", "system", "step", "default")
    found = {}
    for step in spec["step"]:
        ways = sorted((way[0], way[1] if len(way) > 1 else "") for way in step.get("next", ()))
        lane = step.get("lane", "") if step["kind"].rpartition("_")[2] not in ("start", "end") else ""
        found[step["id"]] = ([step.get(name) or "" for name in names], lane, ways)
    return found


class _Teller:
    """Follows the flow; ``told`` are the steps that have a line, others that lead there jump."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.steps: dict[str, Step] = {step["id"]: step for step in spec["step"]}
        self.told: set[str] = set()
        names = [normalised(step.get("name", "")) for step in spec["step"]]
        self.once = {name for name in names if name and names.count(name) == 1}

    def lines(self) -> Iterator[str]:
        starts = [step for step in self.steps.values() if _kind(step) == "start"]
        if len(starts) != 1 or len(_targets(starts[0])) != 1:
            raise _Untold
        self.told.add(starts[0]["id"])
        if starts[0].get("name", "Start") != "Start":
            yield f"Start: {starts[0]['name']}"
        found = list(self._chain(_targets(starts[0])[0], "", None))
        yield from found[:-1] if found and found[-1] == "slut" else found
        if len(self.told) != len(self.steps):
            raise _Untold

    def _chain(self, key: str | None, indent: str, stop: str | None) -> Iterator[str]:
        """The lines from a step on, up to ``stop``, where the branch meets the others."""
        if len(indent) > MAX_DEPTH * len(INDENT):
            raise _Untold
        while key is not None and key != stop:
            step = self.steps[key]
            if _kind(step) == "end":
                yield indent + self._end(step)
                return
            if key in self.told:
                yield f"{indent}gå till {self._goal(step)}"
                return
            self.told.add(key)
            kind, targets = _kind(step), _targets(step)
            if kind == "parallel":
                key = yield from self._together(step, indent)
            elif kind in ("decision", "inclusive"):
                key = yield from self._choice(step, indent)
            elif kind == "task" and len(targets) == 1:
                yield indent + _words(step)
                key = targets[0]
            else:
                raise _Untold

    def _end(self, step: Step) -> str:
        self.told.add(step["id"])
        name = step.get("name") or "Slut"
        return "slut" if name == "Slut" else f"slut: {name}"

    def _goal(self, step: Step) -> str:
        name = str(step.get("name", ""))
        if normalised(name) not in self.once:
            raise _Untold
        return name

    def _choice(self, step: Step, indent: str) -> Generator[str, None, str | None]:
        meeting = self._meeting(step)
        name = step.get("name") or "?"
        yield indent + (_words(step) if step.get("name") else _words({**step, "name": name}))
        for way in step.get("next", ()):
            label = way[1] if len(way) > 1 else ""
            inner = list(self._chain(way[0], "", meeting))
            first, rest = (inner[0], inner[1:]) if inner else ("vidare", [])
            yield f"{indent}{INDENT}{label[:1].lower()}{label[1:]}: {first}"
            yield from (f"{indent}{INDENT * 2}{line}" for line in rest)
        return meeting

    def _together(self, step: Step, indent: str) -> Generator[str, None, str | None]:
        meeting = self._meeting(step)
        join = self.steps[meeting] if meeting else {}
        if not meeting or _kind(join) != "parallel" or len(_targets(join)) != 1:
            raise _Untold
        yield f"{indent}samtidigt:"
        for target in _targets(step):
            first, *rest = self._chain(target, "", meeting)
            yield f"{indent}{INDENT}{first}"
            yield from (f"{indent}{INDENT * 2}{line}" for line in rest)
        self.told.add(meeting)
        return str(_targets(join)[0])

    def _meeting(self, step: Step) -> str | None:
        """Where the ways that go on meet again: the first that all of them come to."""
        reached = [found for target in _targets(step) if (found := self._ahead(target))]
        if not reached:
            return None
        return next((key for key in reached[0] if all(key in other for other in reached[1:])), None)

    def _ahead(self, key: str) -> list[str]:
        """What a way comes to, nearest first: not what is told already, and no ends."""
        found: list[str] = []
        waiting = [key]
        while waiting:
            key = waiting.pop(0)
            if key in found or key in self.told or _kind(self.steps[key]) == "end":
                continue
            found.append(key)
            waiting += _targets(self.steps[key])
        return found


def _kind(step: Step) -> str:
    kind = str(step.get("kind", "task")).rpartition("_")[2]
    return kind if kind in ("start", "end", "decision", "inclusive", "parallel") else "task"


def _targets(step: Step) -> list[str]:
    return [way[0] for way in step.get("next", ())]


def _words(step: Step) -> str:
    lane = f"{step['lane']}: " if step.get("lane") else ""
    return f"{lane}{step['name']}"
