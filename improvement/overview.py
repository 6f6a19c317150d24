"""*Processägarens sida*: one process over all its units, without the text of any case.

Who sees the cases in lists is told exact numbers, of those cases; others are told few as "färre än 5".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from documents.models import Document
from documents.reading import shares
from documents.reading.asks import in_words
from improvement import permissions
from improvement.enums import OPEN_STATUSES, CauseArea
from improvement.learning import asked
from improvement.models import Cause, Deviation, Measure
from improvement.models.measure import OPEN
from improvement.panels import YEAR
from kvalitet.small_counts import is_small, told
from processes.models import Process

SHOWN = 20
MOST = 500
UNPLACED = "Inte fördelad"


@dataclass
class UnitRow:
    """What one unit has in the process."""

    name: str
    year: str = "inga"
    open: str = "inga"
    late: int = 0
    routines: int = 0
    reading: str = ""


@dataclass(frozen=True)
class Overview:
    """``measures`` are open and ``routines`` overdue, both as far as the reader may see them."""

    units: list[UnitRow]
    causes: list[tuple[str, str]]
    measures: list[Measure]
    routines: list[Document]
    questions: list[asked.AskedRow]
    replies: tuple[str, ...] = asked.HEADINGS
    measures_left: int = 0
    routines_left: int = 0


class _Units(dict[str, UnitRow]):
    """The rows by the name of the unit, made when first asked for."""

    def __missing__(self, name: str) -> UnitRow:
        self[name] = UnitRow(name)
        return self[name]


def overview(user: Any, process: Process) -> Overview:
    """Nine queries, whatever there is."""
    lists = permissions.lists_process(user, process)
    say: Callable[[int], str] = (lambda count: str(count) if count else "inga") if lists else told
    below = {"process__tree_id": process.tree_id, "process__lft__gte": process.lft}
    below["process__rght__lte"] = process.rght
    cases = Deviation.objects.listed_for(user) if lists else Deviation.objects.all()
    cases = cases.filter(**below).counted()
    units = _Units()
    _count_cases(units, cases, is_exact=lists)
    measures = _measures(user, units, below)
    routines = _routines(user, units, process)
    return Overview(
        sorted(units.values(), key=lambda row: row.name),
        _causes(cases, say),
        measures[:SHOWN],
        routines[:SHOWN],
        asked.of_process(user, below),
        measures_left=max(len(measures) - SHOWN, 0),
        routines_left=max(len(routines) - SHOWN, 0),
    )


def _count_cases(units: _Units, cases: Any, *, is_exact: bool) -> None:
    since = timezone.localdate() - YEAR
    recent, still = Q(reported_on__gt=since), Q(status__in=OPEN_STATUSES)
    rows = cases.filter(recent | still).order_by().values_list("unit__name")
    counts = Count("pk", filter=recent), Count("pk", filter=still)
    found = list(rows.annotate(year=counts[0], still=counts[1]))
    years, opens = [row[1] for row in found], [row[2] for row in found]
    # The total of the year is told to all employees on the page of the process.
    told_years, told_opens = (asked.in_words(one, is_exact=is_exact) for one in (years, opens))
    for at, (name, year, is_open) in enumerate(found):
        # What is left of the year when the open ones are taken from it may be few too.
        gives_away = not is_exact and is_small(year - is_open)
        row = units[name or UNPLACED]
        row.year, row.open = told_years[at], asked.WITHHELD if gives_away else told_opens[at]


def _causes(cases: Any, say: Callable[[int], str]) -> list[tuple[str, str]]:
    """Areas of the causes that stand, of a year's cases, the most common first."""
    since = timezone.localdate() - YEAR
    rows = Cause.objects.standing().filter(deviation__in=cases.filter(reported_on__gt=since).order_by())
    counts = rows.order_by().values_list("area").annotate(number=Count("deviation", distinct=True))
    return [(CauseArea(area).label, say(number)) for area, number in counts.order_by("-number", "area")]


def _measures(user: Any, units: _Units, below: dict[str, int]) -> list[Measure]:
    """The open ones that the reader may see, first those that are late; those of the units are counted."""
    of_cases = Q(**{f"deviation__{path}": value for path, value in below.items()})
    rows = Measure.objects.visible_to(user).filter(of_cases | Q(**below), status__in=OPEN)
    found = list(rows.select_related("unit", "responsible").order_by("due", "pk")[:MOST])
    for one in found:
        units[one.unit.name].late += one.is_late
    return found


def _routines(user: Any, units: _Units, process: Process) -> list[Document]:
    """Documents of the process whose översyn is late; how far the reading of all of them has come is told."""
    links = {
        "links__process__tree_id": process.tree_id,
        "links__process__lft__gte": process.lft,
        "links__process__rght__lte": process.rght,
    }
    documents = Document.objects.visible_to(user).in_force().filter(**links).distinct()
    found = list(documents.select_related("owner_unit").order_by("next_review", "pk")[:MOST])
    for name, (read, of) in shares.by_unit(found).items():
        units[name].reading = in_words(read, of, is_outsider=True)
    late = [one for one in found if one.is_overdue]
    for one in late:
        units[one.owner_unit.name].routines += 1
    return late
