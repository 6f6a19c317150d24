"""All the cases of the demo: the three threads, those that wait now, and the many around them."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from improvement.demo import aside, places, threads, waiting
from improvement.demo.bank import Area, Bank
from improvement.demo.life import Life
from improvement.demo.places import BY_UNIT, Quarter, World
from improvement.demo.story import Case, Plan, at, later
from improvement.enums import CaseLaw, Harm
from kvalitet.organisation.models import Unit

SEED = "Norrvik"
# The process is linked from the day it was published.
PUBLISHED = date(2025, 7, 1)
# Counted in the threads alone, so that their figures hold.
TOLD = {"mottagning-barn-och-unga": frozenset({"RATT-3"}), "hemtjanst-ost": frozenset({"UTF-1"})}
STEPS_OF = {
    "mottagning-barn-och-unga": "barn-och-unga-aktualisera/ta_emot",
    "utredning-barn-0-12": "barn-och-unga-utreda/planera",
    "utredning-ungdom": "barn-och-unga-utreda/planera",
    "familjehem": "barn-och-unga-genomfora-uppdrag/hemmet",
    "oppenvard-resursteam": "barn-och-unga-genomfora-uppdrag/oppenvard",
    "ekonomiskt-bistand-mottagning": "ekonomiskt-bistand",
    "ekonomiskt-bistand-planering": "ekonomiskt-bistand",
    "myndighet-lss": "funktionsnedsattning-utreda",
}
DAYS_BEFORE = (0, 0, 0, 0, 1, 1, 2, 3)
HARM = [Harm.NO] * 6 + [Harm.COULD_HAVE] * 8 + [Harm.YES] * 4 + [Harm.UNKNOWN] * 2


class Telling:
    """Makes the cases in order of time; the same day gives the same cases."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.rng = Random(SEED)  # noqa: S311 - made-up content
        self.bank, self.world = Bank(self.rng), World()
        self.life = Life(self.world, self.bank, self.rng, until=at(today, 0))
        self.cases: list[Case] = []

    @property
    def plans(self) -> list[Plan]:
        return self.life.plans

    def tell(self) -> None:
        threads.tell(self)
        waiting.tell(self)
        aside.tell(self)
        told = Counter(
            (one.unit, places.quarter_of(one.reported_at.date())) for one in self.cases if one.unit
        )
        counts = places.spread(self.world, self.today, told, self.rng)
        around = [
            self.ordinary(unit, self._day(quarter))
            for (unit, quarter), count in sorted(counts.items())
            for _ in range(count)
        ]
        for case in sorted(around, key=lambda one: one.reported_at):
            self.life.live(case)
        self.life.carry_out()
        self.cases += around
        self.cases.sort(key=lambda one: (one.reported_at, one.key))
        self._open_some()

    def _day(self, quarter: Quarter) -> date:
        first = places.first_day(quarter)
        last = min(places.first_day(places.following(quarter)), self.today) - timedelta(days=1)
        return first + timedelta(days=self.rng.randint(0, max(0, (last - first).days)))

    def ordinary(self, unit: str, day: date, area: Area | None = None, **given: Any) -> Case:
        """A case of the kind that happens in the unit, reported that day."""
        sector = BY_UNIT[unit].sector if unit else "hemtjanst"
        area = area or self.bank.area(sector, unit, without=TOLD.get(unit, frozenset()))
        place = given.pop("reported_in", "") or BY_UNIT[unit].reporters or unit
        happened, who = day - timedelta(days=self.rng.choice(DAYS_BEFORE)), self.bank.who(area, sector)
        moment = at(day, self.rng.randint(7, 21), self.rng.randint(0, 59))
        case = Case(
            key=f"{day}-{unit}-{len(self.cases)}-{self.rng.getrandbits(48):x}",
            unit=unit,
            sector=sector,
            area=area,
            reporter=self.rng.choice(self.world.staff(place, day)),
            reported_at=moment,
            happened_on=happened,
            happened_at=self._clock(moment, happened == day),
            what=self.bank.what(area, who),
            did=self.bank.did(area, who) if self.rng.random() < 0.9 else "",
            harm=self.rng.choice(HARM),
            law=CaseLaw.HSL if area.law == "hsl" else self._law(unit),
            is_suspected=bool(area.suspect) and self.rng.randrange(area.suspect) == 0,
        )
        if unit:
            self._link(case)
            self._unusual(case)
        for name, value in given.items():
            setattr(case, name, value)
        return case

    def _law(self, unit: str) -> str:
        law = self.world.units[unit].law if unit else ""
        return law if law in CaseLaw.values else CaseLaw.SOL

    def _clock(self, moment: datetime, is_same_day: bool) -> time | None:
        if self.rng.random() < 0.3:
            return None
        hour = (
            self.rng.randint(6, moment.hour - 1)
            if is_same_day and moment.hour > 7
            else self.rng.randint(0, 6)
        )
        return time(hour, self.rng.choice((0, 5, 10, 15, 20, 30, 40, 45, 50)))

    def _link(self, case: Case) -> None:
        """The step of the process it happened in, and the routine that says how it is done."""
        if case.happened_on >= PUBLISHED and self.rng.random() < 0.8:
            case.process = case.area.steps.get(case.sector, "") or STEPS_OF.get(case.unit, "")
        case.routine = case.area.routines.get(case.sector, "")

    def _unusual(self, case: Case) -> None:
        """At times the wrong unit was chosen, or the manager is touched by what happened."""
        chance = self.rng.random()
        if chance < 0.015:
            case.first_unit = self._neighbour(case)
        elif chance < 0.03 and not BY_UNIT[case.unit].reporters:
            case.is_manager_involved = True
            case.denied = self.world.manager(case.unit, case.reported_at.date())
            if case.denied == case.reporter:
                case.is_manager_involved, case.denied = False, None

    def _neighbour(self, case: Case) -> str:
        day = case.reported_at.date()
        parent = self.world.units[case.unit].parent_id if case.unit else None
        near: list[Unit] = [
            one
            for one in self.world.units.values()
            if parent and one.parent_id == parent and one.slug in BY_UNIT and one.slug != case.unit
        ]
        found = [
            one.slug for one in near if self.world.is_open(one.slug, day) and not BY_UNIT[one.slug].reporters
        ]
        return self.rng.choice(found) if found else ""

    def _open_some(self) -> None:
        """Managers above and the samordnare have opened some cases, with a reason; MAS those of HSL."""
        for case in self.cases:
            is_placed = bool(case.unit) and not case.is_suspected and case.denied is None
            if not is_placed or self.rng.random() > 0.06 or len(case.steps) < 2:
                continue
            when = later(case.steps[1].at, self.rng.uniform(0.5, 4))
            above = self.world.manager(case.unit, case.reported_at.date(), above=1)
            if case.law == CaseLaw.HSL:
                case.opened.append((self.world.person("mas"), "", when))
            else:
                case.opened.append(
                    (self.rng.choice((self.world.person("samordnare"), above)), self.bank.one("opened"), when)
                )
        for case in self.cases:
            case.opened = [one for one in case.opened if one[2] <= self.life.until]
