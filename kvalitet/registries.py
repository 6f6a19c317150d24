"""What a lower layer shows or triggers of a higher one, filled in each app's ``AppConfig.ready()``.

Imports run one way, so a process page cannot import documents; documents register a panel here instead.
Every entry is one function. The registries are plain lists in order of ``order``, then of registration.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, order=True)
class _Entry:
    order: int
    name: str
    function: Callable[..., Any] = field(compare=False)
    model_label: str = field(default="", compare=False)


class Registry:
    """An ordered list of named functions; registering the same name twice is a programming error."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self._entries: dict[str, _Entry] = {}

    def register(
        self, name: str, function: Callable[..., Any], *, order: int = 100, model_label: str = ""
    ) -> None:
        """Add ``function`` under ``name``; ``model_label`` ("processes.process") limits it to one model."""
        if name in self._entries:
            raise ValueError(f"{name} is registered twice for {self.purpose}")
        self._entries[name] = _Entry(order, name, function, model_label)

    def __iter__(self) -> Iterator[Callable[..., Any]]:
        return (entry.function for entry in sorted(self._entries.values()))

    def for_model(self, model_label: str) -> list[Callable[..., Any]]:
        """Functions registered for ``model_label``, in order."""
        entries = sorted(entry for entry in self._entries.values() if entry.model_label == model_label)
        return [entry.function for entry in entries]

    def names(self) -> list[str]:
        return [entry.name for entry in sorted(self._entries.values())]


@dataclass(frozen=True)
class Panel:
    """A section on another app's page: ``template`` is rendered with ``context`` when ``rows`` are shown."""

    title: str
    template: str
    context: dict[str, Any]


@dataclass(frozen=True)
class Task:
    """One sentence of *Att göra*: what, by when or since when, and the button that does it.

    ``starts`` is the day from which it is work; before that it is only the next date. ``since`` is the day
    from which it has waited, where no day is set by when. ``at_once`` is a second button, which does it then
    and there by a POST to ``at_once_url``.
    """

    sentence: str
    url: str
    button: str
    due: date | None = None
    starts: date | None = None
    since: date | None = None
    kind: str = ""
    unit: str = ""
    at_once: str = ""
    at_once_url: str = ""


@dataclass(frozen=True)
class Use:
    """One place where an object is used, for *Används i*."""

    label: str
    url: str
    kind: str


@dataclass(frozen=True)
class Check:
    """One thing that a process has or lacks, for *Kvalitetssäkrad*: "Processägare", done or not.

    ``fact`` says how it stands ("6 av 8 steg"), ``advice`` what to do when it lacks, at ``url`` for who may.
    """

    name: str
    is_done: bool
    fact: str
    advice: str = ""
    url: str = ""


@dataclass(frozen=True)
class StepLink:
    """Something that belongs to one step of a process, such as a routine; ``note`` says what kind of
    thing.
    """

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class PaperLink:
    """The same on paper, where no link can be followed: what the thing says of itself, as plain text."""

    label: str
    url: str
    kind: str
    number: str = ""
    version: str = ""
    valid_from: date | None = None


@dataclass(frozen=True)
class Span:
    """What the quality layer counts: of ``unit`` and those below it (None: all), since a day (None: ever)."""

    unit: Any = None
    since: date | None = None


@dataclass(frozen=True)
class Count:
    """How many there are, and how many of them the reader may open one by one."""

    all: int = 0
    seen: int = 0

    @property
    def unseen(self) -> int:
        return self.all - self.seen

    def __add__(self, other: "Count") -> "Count":
        return Count(self.all + other.all, self.seen + other.seen)


@dataclass(frozen=True)
class Layer:
    """One kind of thing counted per step of a map. ``letter`` stands before the number in the map, ``tone``
    gives its colour ("warn" or "bad"). ``list_url`` is the list behind, to which ``process=<slug>`` is added,
    "" when there is none. A few are told as few only when ``is_personal``.
    """

    name: str
    letter: str
    one: str
    many: str
    tone: str
    counts: dict[int, Count]
    list_url: str = ""
    is_personal: bool = False


@dataclass(frozen=True)
class AptPoint:
    """Something other than a document on a unit's list for its meeting (APT).

    ``parts`` are headings with what is said under each. ``remove_url`` takes a POST from who may take it off
    the list; it is empty for the others.
    """

    key: str
    title: str
    kind: str
    parts: tuple[tuple[str, str], ...] = ()
    added_by: str = ""
    url: str = ""
    remove_url: str = ""


panels = Registry("sections on a page: (user, obj) -> Panel | None")
step_links = Registry("per process or step, in one query: (user, process_ids) -> {process_id: [StepLink]}")
paper_links = Registry("the same on paper: (user, process_ids) -> {process_id: [PaperLink]}")
work = Registry("Mitt arbete: (user) -> Iterable[Task]")
week = Registry("Min enhet i veckan, for a manager: (user) -> Iterable[Task]")
news = Registry("Nytt sedan sist: (user, since) -> Iterable[Task]")
apt = Registry("what a unit takes up at its meeting besides documents: (user, unit) -> Iterable[AptPoint]")
apt_waiting = Registry("how many of them wait: (user) -> QuerySet of those whose unit is OuterRef('pk')")
apt_held = Registry(
    "those taken up at a meeting, in its transaction: (keys of AptPoint, reading, *, user) -> how many"
)
apt_record = Registry("what was taken up at one besides documents: (user, reading) -> Iterable[AptPoint]")
where_used = Registry("Används i: (user, obj) -> Iterable[Use]")
step_uses = Registry(
    "what points at steps that may disappear, in one query: (user, process_ids) -> {process_id: [Use]}"
)
step_moves = Registry(
    "let other steps take over what points at some: (moves {process_id: process_id}, *, user) -> None"
)
layers = Registry(
    "the quality layer of a map, a query or two each: (user, process_ids, Span) -> Layer, by process or step"
)
assurance = Registry(
    "Kvalitetssäkrad: what processes have and lack, in few queries: (processes) -> {process_id: [Check]}"
)
appointable_units = Registry(
    "units where a person may appoint ombud by something else than a role: (user) -> ids"
)
drafted_processes = Registry("processes whose open drafts a person may find: (user) -> ids")
demo = Registry("demo content, in order: (print) -> None")
synthetic = Registry("made-up content in bulk, in order: (kvalitet.bulk.Load) -> None")
periodic = Registry("timed Celery tasks; each has `schedule`, seconds or a crontab, for beat")
