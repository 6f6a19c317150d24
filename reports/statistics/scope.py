"""What is counted over: a unit, a year, and the addresses of the lists behind the numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from kvalitet.organisation.enums import Law
from kvalitet.organisation.models import Unit

YEARS_BEFORE = 2
FIRST_YEAR = 2000
QUARTERS = ("Kvartal 1", "Kvartal 2", "Kvartal 3", "Kvartal 4")


@dataclass(frozen=True)
class Scope:
    """``unit`` and those below it in ``year``. Cases follow the tree of their own day, documents today's."""

    unit: Unit
    year: int

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31)

    @property
    def day(self) -> date:
        """The day on which what is open or late is counted: the last of the year, or today before that."""
        return min(self.last, timezone.localdate())

    @property
    def is_running(self) -> bool:
        """Whether the year is not over, so that what is late or open is so today."""
        return self.day < self.last

    @property
    def is_whole(self) -> bool:
        """The topmost unit also counts what lies on no unit yet."""
        return self.unit.parent_id is None

    @property
    def in_tree(self) -> str:
        """SQL for the cases of the unit: the topmost has all, and needs not look."""
        return "true" if self.is_whole else "unit_path @> ARRAY[%(unit)s]::bigint[]"

    def parameters(self) -> dict[str, Any]:
        return {
            "unit": self.unit.pk,
            "first": self.first,
            "last": self.last,
            "before": date(self.year - YEARS_BEFORE, 1, 1),
            "day": self.day,
            "first_at": _midnight(self.first),
            "after_at": _midnight(self.last + timedelta(days=1)),
            "after_day": _midnight(self.day + timedelta(days=1)),
            "time_zone": settings.TIME_ZONE,
            "year": self.year,
            "today": timezone.localdate(),
        }

    def cases(self, *, first: date | None = None, last: date | None = None, **values: Any) -> str:
        """The list of avvikelser that came in on those days, filtered as ``improvement.filters`` names it."""
        days = {"rapporterad_after": first or self.first, "rapporterad_before": last or self.last}
        return self._list("improvement:deviations", {**self._place(), **days, **values})

    def still_open(self) -> str:
        """Those that came in until the end of the year; in the year that runs, the open ones of them."""
        first = date(FIRST_YEAR, 1, 1)
        if self.is_running:
            return self.cases(first=first, urval="oppna")
        return self.cases(first=first, oppna_den=self.last.isoformat())

    def measures(self, did: str, **values: Any) -> str:
        """The list of åtgärder that were planned, done or judged in the year."""
        days = {f"{did}_after": self.first, f"{did}_before": self.last}
        place = {} if self.is_whole else {"arendets_enhet": self.unit.slug}
        return self._list("improvement:measures", {**place, **days, **values})

    def documents(self, **values: Any) -> str:
        return self._list("documents:library", {**self._place(), **values})

    def behind(self, name: str) -> str:
        """A list of our own, of what has none elsewhere."""
        return self._list(name, {"enhet": self.unit.slug, "ar": self.year})

    def _place(self) -> dict[str, str]:
        """Of the topmost unit everything, also what has no unit yet."""
        return {} if self.is_whole else {"enhet": self.unit.slug}

    def quarter(self, year: int, number: int) -> str:
        first = date(year, 3 * number - 2, 1)
        after = date(year + number // 4, 3 * number % 12 + 1, 1)
        return self.cases(first=first, last=after - timedelta(days=1))

    @staticmethod
    def _list(name: str, values: dict[str, Any]) -> str:
        return f"{reverse(name)}?{urlencode(values)}"

    def words(self) -> str:
        """Where, as the definitions say it."""
        return f"{self.unit.name} och enheterna under, så som organisationen såg ut den dagen"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


@dataclass(frozen=True)
class Units:
    """The units of today's tree, read once. ``above`` is the one whose children a table by unit shows."""

    below: tuple[int, ...]
    above: Unit
    children: tuple[Unit, ...]
    all: dict[int, Unit]


def units_of(scope: Scope, tree: Iterable[Unit]) -> Units:
    """Those below the unit today, the children of the first that has several, and all by id."""
    found = {one.pk: one for one in tree}
    unit = found[scope.unit.pk]
    below = [
        one.pk for one in found.values() if one.tree_id == unit.tree_id and unit.lft <= one.lft <= unit.rght
    ]
    above, children = unit, _children(unit, scope, found.values())
    while len(children) == 1 and (further := _children(children[0], scope, found.values())):
        above, children = children[0], further
    return Units(tuple(below), above, tuple(children), found)


def _children(unit: Unit, scope: Scope, tree: Iterable[Unit]) -> list[Unit]:
    """Those that existed at some time of the year and work under a law that counts here."""
    return [
        one
        for one in tree
        if one.parent_id == unit.pk
        and one.law != Law.SCHOOL
        and (one.valid_from is None or one.valid_from <= scope.last)
        and (one.valid_to is None or one.valid_to >= scope.first)
    ]
