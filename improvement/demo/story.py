"""A case and an åtgärd as they are told, before they become rows: each step with its day."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from improvement.demo.bank import Area

# How far a judgement that is too early is moved.
POSTPONED = timedelta(days=60)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@dataclass
class Step:
    """One transition; ``values`` are the columns it writes besides status and stamp."""

    name: str
    at: datetime
    by: Any
    comment: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Case:
    key: str
    unit: str
    sector: str
    area: Area
    reporter: Any
    reported_at: datetime
    happened_on: date
    what: str
    did: str
    harm: str
    happened_at: time | None = None
    first_unit: str = ""
    is_suspected: bool = False
    is_manager_involved: bool = False
    law: str = ""
    process: str = ""
    routine: str = ""
    denied: Any = None
    worker: Any = None
    assessed: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    entries: list[tuple[str, str, str, Any, datetime]] = field(default_factory=list)
    causes: list[tuple[str, str, Any, datetime]] = field(default_factory=list)
    opened: list[tuple[Any, str, datetime]] = field(default_factory=list)
    # The first part of the event, the answers to varför? behind its causes, corrections of its first note.
    part_of: "Case | None" = None
    whys: str = ""
    corrections: list[tuple[str, str, str, Any, datetime]] = field(default_factory=list)

    def did_step(self, name: str, when: datetime, by: Any, comment: str = "", **values: Any) -> None:
        self.steps.append(Step(name, when, by, comment, values))

    @property
    def acts_from(self) -> datetime:
        """When it went on to åtgärder."""
        return next(step.at for step in self.steps if step.name == "act")


@dataclass
class Plan:
    """An åtgärd: ``cases`` are those it answers, the first the one it was born from."""

    title: str
    description: str
    type: str
    content: str
    strength: str
    expected: str
    unit: str
    responsible: Any
    by: Any
    created_at: datetime
    due: date
    effect_on: date
    cases: list[tuple[Case, datetime]]
    done_at: datetime | None = None
    effect: str = ""
    effect_text: str = ""
    is_dropped: bool = False
    is_unjudged: bool = False
    routine: tuple[str, int] | None = None
    per_quarter: tuple[int | None, int | None] = (None, None)
    steps: list[Step] = field(default_factory=list)

    def did_step(self, name: str, when: datetime, by: Any, comment: str = "", **values: Any) -> None:
        self.steps.append(Step(name, when, by, comment, values))

    def answer(self, case: Case, when: datetime) -> None:
        self.cases.append((case, when))


def later(moment: datetime, days: float) -> datetime:
    """So many days on, on a weekday between eight and five."""
    found = timezone.localtime(moment + timedelta(days=days))
    while found.weekday() > 4:
        found += timedelta(days=1)
    if not 8 <= found.hour < 17:
        found = found.replace(hour=8 + found.hour % 8)
    return max(found, moment + timedelta(minutes=20)).replace(second=0, microsecond=0)
