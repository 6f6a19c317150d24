"""Where the demo's cases happen, how many, and who works and decides there on a day."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, Unit

# With the four that nobody has placed yet: 900, of which 40, 30, 15 and 15 per cent.
TOTALS = {"hemtjanst": 359, "boende": 269, "lss": 134, "ifo": 134}
QUARTERS = 12
QUIET = timedelta(days=560)
DECIDES = (Role.MANAGER, Role.CONTRACT_MANAGER)
WORKS = (Role.EMPLOYEE, Role.REPRESENTATIVE, Role.CASE_WORKER)

Quarter = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """A unit in the demo: its share, its kind of texts, the least number a quarter, and its weight beyond
    that. ``beside`` is how many at least are not told in a thread. ``is_quiet`` has reported nothing for 18
    months; ``reporters`` names another unit whose people report.
    """

    unit: str
    group: str
    sector: str
    least: int = 0
    weight: int = 0
    beside: int = 0
    is_quiet: bool = False
    reporters: str = ""


PLACES = [
    Place("hemtjanst-ost-norra", "hemtjanst", "hemtjanst", 5, 1),
    Place("hemtjanst-ost-sodra", "hemtjanst", "hemtjanst", 5, 1),
    Place("hemtjanst-ost", "hemtjanst", "hemtjanst", 5, 1, beside=4),
    Place("hemtjanst-vast", "hemtjanst", "hemtjanst", 7, 8),
    Place("trygga-hemmet", "hemtjanst", "hemtjanst", 5, 1, reporters="bistandsenheten-aldre"),
    Place("ekbacken", "boende", "boende", 12, 12),
    Place("gruppbostad-almen", "boende", "lss", 5, 1),
    Place("servicebostad-linden", "boende", "lss", 1, 0, is_quiet=True),
    Place("daglig-verksamhet-verkstan", "lss", "lss", 5, 2),
    Place("myndighet-lss", "lss", "ifo", 5, 1),
    Place("boendestod", "lss", "lss", 0, 2),
    Place("mottagning-barn-och-unga", "ifo", "ifo", 5, 2, beside=1),
    Place("ekonomiskt-bistand-mottagning", "ifo", "ifo", 1, 4),
    Place("ekonomiskt-bistand-planering", "ifo", "ifo", 0, 2),
    Place("utredning-barn-0-12", "ifo", "ifo", 0, 3),
    Place("utredning-ungdom", "ifo", "ifo", 0, 2),
    Place("familjehem", "ifo", "ifo", 0, 2),
    Place("oppenvard-resursteam", "ifo", "ifo", 0, 1),
    Place("vuxen-beroende", "ifo", "ifo", 0, 2),
    Place("vald-i-nara-relation", "ifo", "ifo", 0, 1),
]
BY_UNIT = {one.unit: one for one in PLACES}


def quarter_of(day: date) -> Quarter:
    return day.year, (day.month + 2) // 3


def first_day(quarter: Quarter) -> date:
    return date(quarter[0], quarter[1] * 3 - 2, 1)


def following(quarter: Quarter) -> Quarter:
    year, number = quarter
    return (year, number + 1) if number < 4 else (year + 1, 1)


def last_quarters(today: date, count: int = QUARTERS) -> list[Quarter]:
    """The last ``count`` quarters, oldest first, with the one that is running."""
    year, number = quarter_of(today)
    ends = year * 4 + number - 1
    return [(place // 4, place % 4 + 1) for place in range(ends - count + 1, ends + 1)]


def elapsed(quarter: Quarter, today: date) -> float:
    """How much of the quarter has gone: 1 for one that is over."""
    start, end = first_day(quarter), first_day(following(quarter))
    return min(1.0, (today - start).days / (end - start).days)


class World:
    """Units and roles, read once."""

    def __init__(self) -> None:
        self.units = {one.slug: one for one in Unit.objects.all()}
        self.by_pk = {one.pk: one for one in self.units.values()}
        rows = RoleAssignment.objects.filter(user__is_active=True, user__email__endswith="@demo.invalid")
        self.roles = list(rows.select_related("user").order_by("-is_main_recipient", "pk"))

    def person(self, login: str) -> Any:
        return next(row.user for row in self.roles if row.user.email == f"{login}@demo.invalid")

    def is_open(self, slug: str, day: date) -> bool:
        unit = self.units[slug]
        starts, ends = unit.valid_from or date.min, unit.valid_to or date.max
        return starts <= day <= ends

    def staff(self, slug: str, day: date) -> list[Any]:
        """Those who work there that day, always in the same order; the manager where nobody else does."""
        unit = self.units[slug]
        rows = [row for row in self.roles if row.unit_id == unit.pk and row.role in WORKS and row.is_on(day)]
        found = {row.user.email: row.user for row in sorted(rows, key=lambda row: row.pk)}
        return list(found.values()) or [self.manager(slug, day)]

    def manager(self, slug: str, day: date, *, above: int = 0) -> Any:
        """Who answers for the unit that day, or the one ``above`` so many links further up."""
        unit = self.units[slug]
        if unit.valid_to and unit.valid_to < day and unit.successor_id:
            unit = self.by_pk[unit.successor_id]
        found: list[Any] = []
        while unit is not None:
            here = [
                row.user
                for row in self.roles
                if row.unit_id == unit.pk and row.role in DECIDES and row.is_on(day)
            ]
            found += here[:1]
            unit = self.by_pk.get(unit.parent_id) if unit.parent_id else None
        return found[min(above, len(found) - 1)]


def spread(
    world: World, today: date, told: Mapping[tuple[str, Quarter], int], rng: Random
) -> Counter[tuple[str, Quarter]]:
    """How many cases each unit has each quarter besides those ``told``; the totals come out even."""
    found: Counter[tuple[str, Quarter]] = Counter()
    for place in PLACES:
        for quarter in _quarters(place, world, today):
            part = elapsed(quarter, today)
            least = max(place.least - told.get((place.unit, quarter), 0), place.beside)
            found[place.unit, quarter] = least if part == 1 else int(least * part)
    for group, total in TOTALS.items():
        here = [one for one in PLACES if one.group == group]
        units = {one.unit for one in here}
        placed = sum(count for table in (found, told) for (unit, _), count in table.items() if unit in units)
        spots, weights = _spots(here, world, today)
        for spot in rng.choices(spots, weights=weights, k=max(0, total - placed)):
            found[spot] += 1
    return found


def _spots(here: list[Place], world: World, today: date) -> tuple[list[tuple[str, Quarter]], list[float]]:
    """Where the rest may fall, and how often: the quarter that is running has so much less."""
    spots, weights = [], []
    for place in here:
        for quarter in _quarters(place, world, today) if place.weight else ():
            spots.append((place.unit, quarter))
            weights.append(place.weight * elapsed(quarter, today))
    return spots, weights


def _quarters(place: Place, world: World, today: date) -> list[Quarter]:
    """Those in which the unit is there, and reports."""
    found = [one for one in last_quarters(today) if world.is_open(place.unit, first_day(one))]
    if place.is_quiet:
        return [one for one in found if first_day(following(one)) <= today - QUIET]
    return found
