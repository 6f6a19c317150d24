"""A process as lines of text, as one writes them on a projector: ``read`` makes a description of them.

    Socialsekreterare: Ta emot anmälan
    Gruppledare: Ska utredning inledas?
      nej: slut
      ja: vidare
    Socialsekreterare: Utred

A line is a step, with its funktion before a colon; without one the funktion before it goes on. A line that
ends with a question mark is a choice, and the lines under it, set in, are its ways.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from processes.bpmn.edit.verbs import key_of
from processes.bpmn.reader import FORBIDDEN
from processes.maps import normalised

MAX_LINES = 200
MAX_NAME = 200
MAX_LANE = 80
TAB = 4
MARK = re.compile(
    r"(?P<levels>\d{1,3}(?:\.\d{1,3})+)\.?\s+"
    r"|(?P<number>\d{1,3})(?:[.)]\s*|\t\s*)"
    r"|(?:[-–—•*·▪‣◦\uf0b7\uf0a7]|o(?=\t)|[a-z][.)])\s+",
)
GO = re.compile(r"(?:gå |tillbaka |åter |fortsätt )+till\s+(?:steg(?:et)?\s+)?(?P<goal>.+)", re.IGNORECASE)
ON = re.compile(r"(?:gå )?(?:vidare|fortsätt)|nästa(?: steg)?", re.IGNORECASE)
END = re.compile(r"(?:slut|avsluta|klart?)(?:\s*:\s*(?P<name>.+))?", re.IGNORECASE)
BEGIN = re.compile(r"start\s*:\s*(?P<name>.+)", re.IGNORECASE)
TOGETHER = re.compile(r"samtidigt\s*:?", re.IGNORECASE)
ANSWER = re.compile(r"(?:ja|nej|annars|om\s[^:]{1,60})\s*:", re.IGNORECASE)
LANE = re.compile(rf"(?P<lane>[^:?]{{1,{MAX_LANE}}}?)\s*:\s+(?P<rest>.+)")
WAY = re.compile(r"(?P<label>[^:]{1,100}?)\s*:(?:\s+(?P<rest>.*))?")
OTHER = {"ja": "Nej", "nej": "Ja"}
Step = dict[str, Any]
Open = tuple[str, str]


@dataclass
class Item:
    """One line with those set in under it; ``number`` is what the writer called it."""

    row: int
    text: str
    number: str = ""
    below: list["Item"] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """``spec`` as ``build`` takes it; ``problems`` are sentences that name the line."""

    spec: dict[str, Any]
    problems: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(step["kind"] not in ("start", "end") for step in self.spec["step"])


def read(text: str, *, name: str, before: dict[str, Any] | None = None) -> Reading:
    """The description that the lines stand for. What cannot be understood is told and left out.

    ``before`` is the description of the map as it was: a step with the same name is the same step, and keeps
    its id, its text and its facts.
    """
    items, problems = _items(text)
    writer = _Writer(before or {}, problems)
    return Reading(writer.spec(items, name), tuple(problems))


def _items(text: str) -> tuple[list[Item], list[str]]:
    """The lines as a tree by how far they are set in; empty ones do not count."""
    top: list[Item] = []
    stack: list[tuple[int, Item]] = []
    problems: list[str] = []
    for count, (row, indent, number, words) in enumerate(_rows(text)):
        if count >= MAX_LINES:
            problems.append(f"Det är fler än {MAX_LINES} rader. Rad {row} och resten är inte med. Dela upp.")
            break
        if len(words) > MAX_NAME + MAX_LANE:
            problems.append(f"Rad {row} är för lång. Skriv högst {MAX_NAME} tecken, resten i beskrivningen.")
        item = Item(row, words[: MAX_NAME + MAX_LANE], number)
        while stack and stack[-1][0] >= indent:
            stack.pop()
        last = top[-1] if top else None
        if not stack and last is not None and last.text.endswith("?") and ANSWER.match(words):
            last.below.append(item)
        elif stack:
            stack[-1][1].below.append(item)
        else:
            top.append(item)
        stack.append((indent, item))
    return top, problems


def _rows(text: str) -> Iterator[tuple[int, int, str, str]]:
    for row, line in enumerate(FORBIDDEN.sub("", text).splitlines(), start=1):
        words = line.replace("\u00a0", " ").lstrip()
        if not words.strip():
            continue
        before = line[: len(line) - len(line.lstrip())]
        indent = len(before.replace("\t", " " * TAB))
        mark = MARK.match(words)
        number = (mark["levels"] or mark["number"] or "") if mark else ""
        words = words[mark.end() :] if mark else words
        if not indent and "." in number:
            indent = TAB * number.count(".")
        if words.strip():
            yield row, indent, number, " ".join(words.split())


class _Writer:
    """Makes steps of items, and ties them: ``open`` are the ends that wait for what comes next."""

    def __init__(self, before: dict[str, Any], problems: list[str]) -> None:
        self.before = before
        self.problems = problems
        self.old = {normalised(step.get("name", "")): step for step in reversed(before.get("step", []))}
        self.taken = {step["id"] for step in _every(before.get("step", []))}
        self.taken |= {party["id"] for party in before.get("party", [])}
        self.steps: list[Step] = []
        self.lanes: list[str] = []
        self.lane = ""
        self.jumps: list[tuple[int, str, list[Open]]] = []
        self.numbers: dict[str, str] = {}
        self.written: dict[str, str] = {}
        self.used: set[str] = set()
        self.ends: dict[str, str] = {}

    def spec(self, items: list[Item], name: str) -> dict[str, Any]:
        begin = BEGIN.fullmatch(items[0].text) if items else None
        start = self._add("start", begin["name"] if begin else "Start")
        ends = self._chain(items[1:] if begin else items, [(start["id"], "")])
        if ends:
            self._lead(ends, self._the_end(""))
        for row, goal, sources in self.jumps:
            self._jump(row, goal, sources)
        self._settle_defaults()
        self._settle_lanes()
        kept = {key: self.before[key] for key in ("slug", "pool", "party") if self.before.get(key)}
        found = {"name": self.before.get("name") or name, **kept, "lanes": self.lanes, "step": self.steps}
        return {**found, **self._messages()}

    def _messages(self) -> dict[str, Any]:
        """Messages to and from others stay as long as the steps that send and take them do."""
        there = {step["id"] for step in _every(self.steps)}
        there |= {party["id"] for party in self.before.get("party", [])}
        messages = self.before.get("message", [])
        kept = [one for one in messages if one["from"] in there and one["to"] in there]
        return {"message": kept} if kept else {}

    def _settle_defaults(self) -> None:
        """The way that is taken when no other holds stays so, as long as it is there."""
        before = {step["id"]: step.get("default") for step in self.before.get("step", [])}
        for step in self.steps:
            default = before.get(step["id"])
            if default in [way[0] for way in step.get("next", ())]:
                step["default"] = default

    def _settle_lanes(self) -> None:
        """Start and end stand with what they lead to and come from; lanes come in the order they had."""
        for step in self.steps:
            if not self.lanes:
                step.pop("lane", None)
            elif step.get("lane") not in self.lanes:
                step["lane"] = self.lanes[0]
        order = [lane for lane in self.before.get("lanes", []) if lane in self.lanes]
        self.lanes = order + [lane for lane in self.lanes if lane not in order]

    def _chain(self, items: Iterable[Item], ends: list[Open]) -> list[Open]:
        for item in items:
            ends = self._item(item, ends)
        return ends

    def _item(self, item: Item, ends: list[Open]) -> list[Open]:
        if TOGETHER.fullmatch(item.text) and item.below:
            return self._together(item, ends)
        if (go := GO.fullmatch(item.text)) and not item.below:
            self.jumps.append((item.row, go["goal"], ends))
            return []
        if end := END.fullmatch(item.text):
            self._lead(ends, self._the_end(end["name"] or ""))
            return []
        if ON.fullmatch(item.text):
            return ends
        name = self._take_lane(item.text)
        if name.endswith("?") or _has_ways(item):
            return self._choice(item, name, ends)
        step = self._add("task", name, item)
        self._lead(ends, step["id"])
        return self._chain(item.below, [(step["id"], "")])

    def _take_lane(self, text: str) -> str:
        found = LANE.fullmatch(text)
        if not found:
            return text
        self.lane = found["lane"].strip()
        if self.lane not in self.lanes:
            self.lanes.append(self.lane)
        return found["rest"]

    def _choice(self, item: Item, name: str, ends: list[Open]) -> list[Open]:
        step = self._add("decision", "" if name == "?" else name, item)
        self._lead(ends, step["id"])
        lane, onward = self.lane, []
        labels = []
        for way in item.below:
            found = WAY.fullmatch(way.text)
            label, rest = (found["label"], found["rest"] or "") if found else ("", way.text)
            labels.append(label)
            self.lane = lane
            first = [Item(way.row, rest, below=way.below)] if rest else way.below
            onward += self._chain(first, [(step["id"], label[:1].upper() + label[1:])])
        self.lane = lane
        if len(labels) < 2:
            onward.append((step["id"], OTHER.get(labels[0].lower(), "Annars") if labels else ""))
        if not labels:
            self.problems.append(f"Rad {item.row} är ett val. Skriv dess vägar indragna under: ja: … nej: …")
        return onward

    def _together(self, item: Item, ends: list[Open]) -> list[Open]:
        split, lane = self._add("parallel", ""), self.lane
        self._lead(ends, split["id"])
        waiting: list[Open] = []
        for branch in item.below:
            self.lane = lane
            waiting += self._item(branch, [(split["id"], "")])
        self.lane = lane
        if not waiting:
            return []
        join = self._add("parallel", "")
        self._lead(waiting, join["id"])
        return [(join["id"], "")]

    def _the_end(self, name: str) -> str:
        """The end of that name; all that end alike end in one."""
        key = normalised(name) or "slut"
        if key not in self.ends:
            self.ends[key] = self._add("end", name or "Slut")["id"]
        return self.ends[key]

    def _lead(self, ends: list[Open], target: str) -> None:
        by_id = {step["id"]: step for step in self.steps}
        for source, label in ends:
            by_id[source].setdefault("next", []).append([target, label] if label else [target])

    def _jump(self, row: int, goal: str, sources: list[Open]) -> None:
        target = self._find(goal)
        if not target:
            self.problems.append(f"Rad {row}: det finns inget steg ”{goal[:60]}” att gå till.")
            target = self._the_end("")
        self._lead(sources, target)

    def _find(self, goal: str) -> str:
        """A step by the number it was written with, by its number in the map, or by its name."""
        wanted = goal.rstrip(".")
        if wanted.replace(".", "").isdigit():
            return self.written.get(wanted) or self.numbers.get(wanted, "")
        names = {normalised(step.get("name", "")): step["id"] for step in reversed(self.steps)}
        return names.get(normalised(wanted), "")

    def _add(self, kind: str, name: str, item: Item | None = None) -> Step:
        """A step, the one it was before when there was one of that name and family."""
        name = name[:MAX_NAME]
        old = self._same(kind, name)
        step: Step = {"id": old["id"] if old else self._new_id(name or kind), "kind": kind, "name": name}
        if old:
            kept = ("kind", "text", "deadline", "system", "step", *(("name",) if kind == "parallel" else ()))
            step |= {key: old[key] for key in kept if key in old}
            if kind in ("start", "end") and not old.get("name") and name in ("Start", "Slut"):
                del step["name"]
        lane = old.get("lane", "") if old and kind not in ("task", "decision") else self.lane
        if lane or self.lane:
            step["lane"] = lane or self.lane
        self.used.add(step["id"])
        self.steps.append(step)
        if kind == "task":
            self.numbers[str(len(self.numbers) + 1)] = step["id"]
        if item is not None and item.number:
            self.written.setdefault(item.number, step["id"])
        return step

    def _same(self, kind: str, name: str) -> Step | None:
        found = self.old.get(normalised(name)) if name else self._next_unnamed(kind)
        if found is None and kind in ("start", "end"):
            alike = [one for one in self.before.get("step", []) if _family(one.get("kind", "task")) == kind]
            found = alike[0] if len(alike) == 1 and name in ("Start", "Slut") else None
        if found is None or found["id"] in self.used or _family(found.get("kind", "task")) != _family(kind):
            return None
        return found

    def _next_unnamed(self, kind: str) -> Step | None:
        """Choices and joins without a name are told apart by their order alone."""
        for step in self.before.get("step", []):
            unnamed = kind == "parallel" or not step.get("name")
            if unnamed and step["id"] not in self.used and _family(step.get("kind", "task")) == _family(kind):
                return dict(step)
        return None

    def _new_id(self, name: str) -> str:
        wanted = key_of(name)
        key, number = wanted, 2
        while key in self.taken or key in self.used:
            key, number = f"{wanted}-{number}", number + 1
        return key


def _every(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _every(step.get("step", ()))


def _family(kind: str) -> str:
    """What one kind of step may have been before it was written again as a line."""
    last = kind.rpartition("_")[2]
    if last in ("start", "end", "parallel"):
        return last
    return "decision" if last in ("decision", "inclusive") else "task"


def _has_ways(item: Item) -> bool:
    return bool(item.below) and all(ANSWER.match(one.text) for one in item.below)
