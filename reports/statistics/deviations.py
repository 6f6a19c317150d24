"""Avvikelser of a unit and a year. They count by the day they came in and the unit tree of that day.

One statement reads the year's cases once and counts them by all that is told, the median from its counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from improvement.enums import COUNTED_WORDS, NOT_COUNTED, CaseLaw, CauseArea, DeviationStatus, Zone
from improvement.models import DeviationCategory
from reports.statistics.figures import Area, Cell, Figure, Row, Table
from reports.statistics.scope import QUARTERS, YEARS_BEFORE, Scope, Units, rows

MORE_IS_NOT_WORSE = (
    "Fler rapporter kan betyda att fler vågar rapportera. Antalet säger inte hur bra en enhet är."
)
NOT_ASSESSED = "Inte bedömd än"
DIMENSIONS = ("category", "child", "law", "zone", "days", "status")
CAUSE, JUDGED = -1, -2
# The list behind a number that counts only cases of their own.
COUNTED: dict[str, Any] = {"raknas": "ja"}

# Grouping sets count in one reading of the year's cases; each row of the answer belongs to one of them. What
# belongs to a case was written after it came in, so older causes and åtgärder are passed over. What came in
# counts by quarter, unit and status; what it was about and how it went counts only cases of their own.
COUNTS = """
    WITH cases AS MATERIALIZED (
        SELECT id, category_id AS category, law, zone, status, status <> ALL(%(not_counted)s) AS counted,
            unit_path[array_position(unit_path, %(above)s) + 1] AS child,
            (answered_at AT TIME ZONE %(time_zone)s)::date - reported_on AS days
        FROM improvement_deviation WHERE {in_tree} AND reported_on BETWEEN %(first)s AND %(last)s
    )
    SELECT grouping(category, child, law, zone, days, status), category, child, law, zone, days, status,
        NULL, count(*)
    FROM cases GROUP BY GROUPING SETS (
        (category, counted), (law, counted), (zone, counted), (days, counted), (child), (status), ())
    HAVING counted IS NOT FALSE
    UNION ALL
    SELECT {cause}, NULL, NULL, NULL, NULL, NULL, NULL, area, count(*)
    FROM (
        SELECT DISTINCT cause.deviation_id, cause.area FROM improvement_cause cause
        JOIN cases ON cases.id = cause.deviation_id
        WHERE cases.counted AND cause.struck_at IS NULL AND cause.created_at >= %(first_at)s
    ) AS once GROUP BY area
    UNION ALL
    SELECT {judged}, NULL, NULL, NULL, NULL, NULL, NULL, NULL, count(*)
    FROM cases WHERE status = 'closed' AND id IN (
        SELECT deviation_id FROM improvement_measure WHERE status = 'judged' AND created_at >= %(first_at)s
        UNION ALL SELECT link.deviation_id FROM improvement_measurecase link
        JOIN improvement_measure measure ON measure.id = link.measure_id WHERE measure.status = 'judged'
    )
"""
BY_DAY = """
    SELECT reported_on, count(*), count(*) FILTER (WHERE closed_at IS NULL OR closed_at >= %(after_day)s)
    FROM improvement_deviation WHERE {in_tree} AND reported_on <= %(last)s GROUP BY reported_on
"""


class Counts:
    """What is counted of the cases: by quarter of three years, and of the year by each dimension."""

    def __init__(self, scope: Scope, above: int) -> None:
        given = {**scope.parameters(), "above": above, "not_counted": list(NOT_COUNTED)}
        self.quarters: dict[tuple[int, int], int] = defaultdict(int)
        self.by: dict[str, dict[Any, int]] = defaultdict(dict)
        self.causes: dict[str, int] = {}
        self.total = self.judged = self.open = 0
        for day, count, still_open in rows(BY_DAY.format(in_tree=scope.in_tree), given):
            self.open += still_open
            if day >= given["before"]:
                self.quarters[day.year, (day.month + 2) // 3] += count
        sql = COUNTS.format(in_tree=scope.in_tree, cause=CAUSE, judged=JUDGED)
        for told, *values, area, count in rows(sql, given):
            self._take(told, values, area, count)

    def _take(self, told: int, values: list[Any], area: str, count: int) -> None:
        if told == CAUSE:
            self.causes[area] = count
            return
        if told == JUDGED:
            self.judged = count
            return
        # A bit is set for each dimension that the row is not about; the first has the highest bit.
        last = len(DIMENSIONS) - 1
        about = next((at for at in range(last + 1) if not told & (1 << (last - at))), None)
        if about is None:
            self.total = count
        else:
            self.by[DIMENSIONS[about]][values[about]] = count


def area(scope: Scope, units: Units) -> Area:
    counts = Counts(scope, units.above.pk)
    tables = [by_quarter(scope, counts), by_category(scope, counts), by_unit(scope, counts, units)]
    tables += [by_law(scope, counts), by_zone(scope, counts), by_cause(scope, counts)]
    return Area(
        "area_deviations", "Avvikelser", tuple(_figures(scope, counts)), tuple(one for one in tables if one)
    )


def _figures(scope: Scope, counts: Counts) -> Iterable[Figure]:
    year, where = scope.year, scope.words()
    yield from _came_in(scope, counts)
    yield Figure(
        "median_days",
        "Mittersta svarstid",
        median(counts.by["days"]),
        f"Så många dagar tog svaret för den mittersta av de besvarade, av dem som kom in {year} hos {where}. "
        f"{COUNTED_WORDS}",
        scope.cases(urval="besvarade", **COUNTED),
        unit_word="dagar",
        whole=sum(count for days, count in counts.by["days"].items() if days is not None),
    )
    yield _closed_with_effect(scope, counts.judged, counts.by["status"].get(DeviationStatus.CLOSED, 0))
    yield Figure(
        "open",
        "Öppna vid årets slut",
        counts.open,
        f"Avvikelser som inte var avslutade {scope.day}, vilket år de än kom in, hos {where}.",
        scope.still_open(),
    )


def _came_in(scope: Scope, counts: Counts) -> Iterable[Figure]:
    """How many came in, and how many of those are no case of their own."""
    year, where, status = scope.year, scope.words(), counts.by["status"]
    yield Figure(
        "deviations",
        "Inkomna avvikelser",
        counts.total,
        f"Avvikelser som kom in {year} hos {where}. Också de som senare bedömdes inte vara avvikelser, "
        "slogs ihop med en annan eller togs tillbaka. En händelse under två lagar är två.",
        scope.cases(),
    )
    yield Figure(
        "dismissed",
        "Bedömda att inte vara avvikelser",
        status.get(DeviationStatus.NOT_DEVIATION, 0),
        f"De som har bedömts inte vara avvikelser, av dem som kom in {year} hos {where}.",
        scope.cases(status=DeviationStatus.NOT_DEVIATION),
    )
    for key, name, which, words in ASIDE:
        yield Figure(
            key,
            name,
            status.get(which, 0),
            f"{words}, av de avvikelser som kom in {year} hos {where}.",
            scope.cases(status=which),
        )


ASIDE = (
    ("merged", "Sammanslagna med en annan", DeviationStatus.MERGED, "De som handlar om samma händelse"),
    ("withdrawn", "Återtagna", DeviationStatus.WITHDRAWN, "De som rapportören tog tillbaka"),
)


def _closed_with_effect(scope: Scope, judged: int, closed: int) -> Figure:
    return Figure(
        "closed_with_effect",
        "Avslutade med bedömd effekt",
        percent(judged, closed),
        "Andelen där effekten av minst en åtgärd är bedömd, av de avslutade som kom in "
        f"{scope.year} hos {scope.words()}. Enkel hantering räknas med, och har sällan någon åtgärd.",
        scope.cases(status=DeviationStatus.CLOSED),
        unit_word="procent",
        part=judged,
        whole=closed,
    )


def median(counts: Mapping[int | None, int]) -> float | int | None:
    """The middle of values given as how many there are of each; None has no value."""
    known = sorted((value, count) for value, count in counts.items() if value is not None and count)
    total = sum(count for _, count in known)
    if not total:
        return None
    low, high = _at(known, (total - 1) // 2), _at(known, total // 2)
    return low if low == high else (low + high) / 2


def _at(known: list[tuple[int, int]], place: int) -> int:
    for value, count in known:
        if place < count:
            return value
        place -= count
    raise IndexError(place)


def percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _years(scope: Scope, counts: Counts) -> list[int]:
    """The year and those before it, from the first in which anything came in: nothing was reported before."""
    first = min([*(year for year, _ in counts.quarters), scope.year])
    return [year for year in range(scope.year - YEARS_BEFORE, scope.year + 1) if year >= first]


def by_quarter(scope: Scope, counts: Counts) -> Table:
    years = _years(scope, counts)
    made = [
        Row(
            name,
            tuple(
                Cell(counts.quarters.get((year, number), 0), scope.quarter(year, number)) for year in years
            ),
        )
        for number, name in enumerate(QUARTERS, start=1)
    ]
    return Table(
        "deviations_by_quarter",
        "Avvikelser per kvartal",
        f"Avvikelser som kom in under kvartalet hos {scope.words()}. Upp till två år innan visas bredvid.",
        tuple(map(str, years)),
        tuple(made),
        remark=MORE_IS_NOT_WORSE,
        label_word="Kvartal",
        is_upright=True,
    )


def _table(scope: Scope, key: str, what: str, definition: str, made: Iterable[Row], **values: Any) -> Table:
    words = f"Avvikelser som kom in {scope.year} hos {scope.words()}. De fördelas efter {definition}"
    return Table(key, f"Avvikelser per {what}", words, (str(scope.year),), tuple(made), **values)


def by_category(scope: Scope, counts: Counts) -> Table:
    """By heading; what is chosen below a heading counts there."""
    headings: dict[int | None, int] = defaultdict(int)
    categories = {one.pk: one for one in DeviationCategory.objects.all()}
    for pk, count in counts.by["category"].items():
        chosen = categories.get(pk)
        headings[(chosen.parent_id or chosen.pk) if chosen else None] += count
    order = [one for one in categories.values() if headings.get(one.pk)]
    made = [
        Row(one.name, (Cell(headings[one.pk], scope.cases(kategori=one.code, **COUNTED)),)) for one in order
    ]
    made += _rest(headings.get(None, 0), url=scope.cases(kategori="ingen", **COUNTED))
    made += _aside(scope, counts)
    return _table(
        scope,
        "deviations_by_category",
        "kategori",
        f"den kategori som mottagaren har valt, på rubriknivå. {COUNTED_WORDS}",
        made,
        label_word="Kategori",
        remark="Varje avvikelse har en kategori. Den som handlägger avvikelsen väljer den.",
    )


def _rest(count: int, label: str = NOT_ASSESSED, url: str = "") -> list[Row]:
    return [Row(label, (Cell(count, url),))] if count else []


def _aside(scope: Scope, counts: Counts) -> list[Row]:
    """The column still adds up to what came in, so that no small number is told by the difference."""
    count = sum(counts.by["status"].get(one, 0) for one in NOT_COUNTED)
    return _rest(count, "Inte egna ärenden", scope.cases(raknas="nej"))


def by_unit(scope: Scope, counts: Counts, units: Units) -> Table | None:
    """By the units that it divides into; those that have reported nothing stand there with 0."""
    found = counts.by["child"]
    shown = [*units.children, *(units.all[pk] for pk in found if pk in units.all)]
    ordered = list({one.pk: one for one in shown}.values())
    if not ordered:
        return None
    made = [Row(one.name, (Cell(found.get(one.pk, 0), scope.cases(enhet=one.slug)),)) for one in ordered]
    return _table(
        scope,
        "deviations_by_unit",
        "enhet",
        f"enhet närmast under {units.above.name}.",
        [*made, *_rest(found.get(None, 0), f"{units.above.name} direkt, eller ingen enhet än")],
        label_word="Enhet",
        remark="Enheter är olika stora och rapporterar olika mycket. Jämför en enhet med sig själv över tid.",
    )


def by_law(scope: Scope, counts: Counts) -> Table:
    found = counts.by["law"]
    made = [
        Row(str(one.label), (Cell(found.get(one, 0), scope.cases(lag=one.value, **COUNTED)),))
        for one in CaseLaw
    ]
    definition = f"den lagstiftning som insatsen ges enligt. {COUNTED_WORDS}"
    return _table(
        scope,
        "deviations_by_law",
        "lagstiftning",
        definition,
        [*made, *_rest(found.get("", 0), url=scope.cases(lag="ingen", **COUNTED)), *_aside(scope, counts)],
        label_word="Lagstiftning",
    )


def by_zone(scope: Scope, counts: Counts) -> Table:
    found = counts.by["zone"]
    made = [
        Row(str(one.label), (Cell(found.get(one, 0), scope.cases(zon=one.value, **COUNTED)),)) for one in Zone
    ]
    definition = "allvarlighet: sannolikhet att det händer igen gånger konsekvens i riskmatrisen. "
    definition += COUNTED_WORDS
    return _table(
        scope,
        "deviations_by_zone",
        "allvarlighet",
        definition,
        [*made, *_rest(found.get("", 0), url=scope.cases(zon="ingen", **COUNTED)), *_aside(scope, counts)],
        label_word="Allvarlighet",
    )


def by_cause(scope: Scope, counts: Counts) -> Table:
    found = counts.causes
    made = [
        Row(str(one.label), (Cell(found[one.value], scope.cases(orsak=one.value, **COUNTED)),))
        for one in CauseArea
        if found.get(one.value)
    ]
    return _table(
        scope,
        "deviations_by_cause",
        "orsaksområde",
        f"de orsaker som inte är strukna. Den som har flera orsaker räknas i flera områden. {COUNTED_WORDS}",
        made,
        label_word="Orsaksområde",
        remark="Orsaker anges när en avvikelse utreds. De andra syns inte här.",
    )
