"""Avvikelser of a unit and a year. They count by the day they came in and the unit tree of that day.

One statement reads the cases once and counts them by everything that is told; medians come from its counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from improvement.enums import CaseLaw, CauseArea, DeviationStatus, Zone
from improvement.models import DeviationCategory
from reports.statistics.figures import Area, Cell, Figure, Row, Table
from reports.statistics.scope import QUARTERS, YEARS_BEFORE, Scope, Units, rows

MORE_IS_NOT_WORSE = (
    "Fler rapporter kan betyda att fler vågar rapportera. Antalet säger inte hur bra en enhet är."
)
NOT_ASSESSED = "Inte bedömd än"
DIMENSIONS = ("quarter", "category", "child", "law", "zone", "days", "status")
IN_TREE = "(unit_path @> ARRAY[%(unit)s]::bigint[] OR %(is_whole)s AND unit_path = '{}')"

# Grouping sets count in one reading of the table; each row of the answer belongs to one of them.
COUNTS = f"""
    WITH cases AS (
        SELECT extract(year FROM reported_on)::int AS year,
            extract(year FROM reported_on)::int * 4 + extract(quarter FROM reported_on)::int - 1 AS quarter,
            category_id AS category, unit_path[array_position(unit_path, %(unit)s) + 1] AS child, law, zone,
            (answered_at AT TIME ZONE '{settings.TIME_ZONE}')::date - reported_on AS days, status,
            reported_on >= %(first)s AS is_now,
            closed_at IS NULL OR (closed_at AT TIME ZONE '{settings.TIME_ZONE}')::date > %(day)s AS is_open
        FROM improvement_deviation
        WHERE {IN_TREE} AND reported_on <= %(last)s
        AND (reported_on >= %(before)s OR closed_at IS NULL OR closed_at >= %(first)s)
    )
    SELECT grouping(quarter, category, child, law, zone, days, status) AS told,
        quarter, category, child, law, zone, days, status,
        count(*) FILTER (WHERE year >= %(year)s - {YEARS_BEFORE}), count(*) FILTER (WHERE is_now),
        count(*) FILTER (WHERE is_open)
    FROM cases
    GROUP BY GROUPING SETS ((quarter), (category), (child), (law), (zone), (days), (status), ())
"""  # noqa: S608 (made of constants)
CAUSES = f"""
    SELECT cause.area, count(DISTINCT cause.deviation_id) FROM improvement_cause cause
    JOIN improvement_deviation deviation ON deviation.id = cause.deviation_id
    WHERE cause.struck_at IS NULL AND {IN_TREE} AND reported_on BETWEEN %(first)s AND %(last)s
    GROUP BY cause.area
"""  # noqa: S608
JUDGED = f"""
    SELECT count(*) FROM improvement_deviation deviation
    WHERE {IN_TREE} AND reported_on BETWEEN %(first)s AND %(last)s AND status = 'closed' AND (
        EXISTS (SELECT FROM improvement_measure m WHERE m.deviation_id = deviation.id AND m.status = 'judged')
        OR EXISTS (
            SELECT FROM improvement_measurecase link JOIN improvement_measure m ON m.id = link.measure_id
            WHERE link.deviation_id = deviation.id AND m.status = 'judged'))
"""  # noqa: S608


class Counts:
    """The answer of ``COUNTS``, by dimension and value."""

    def __init__(self, scope: Scope) -> None:
        self.quarters: dict[int, int] = {}
        self.now: dict[str, dict[Any, int]] = defaultdict(dict)
        self.total = self.open = 0
        for told, *values, in_years, now, is_open in rows(COUNTS, scope.parameters()):
            self._take(told, values, in_years, now, is_open)

    def _take(self, told: int, values: list[Any], in_years: int, now: int, is_open: int) -> None:
        # A bit is set for each dimension that the row is not about; the first has the highest bit.
        last = len(DIMENSIONS) - 1
        about = next((at for at in range(last + 1) if not told & (1 << (last - at))), None)
        if about is None:
            self.total, self.open = now, is_open
        elif DIMENSIONS[about] == "quarter":
            self.quarters[values[about]] = in_years
        else:
            self.now[DIMENSIONS[about]][values[about]] = now


def area(scope: Scope, units: Units) -> Area:
    counts = Counts(scope)
    tables = [by_quarter(scope, counts), by_category(scope, counts), by_unit(scope, counts, units)]
    tables += [by_law(scope, counts), by_zone(scope, counts), by_cause(scope)]
    return Area(
        "area_deviations", "Avvikelser", tuple(_figures(scope, counts)), tuple(one for one in tables if one)
    )


def _figures(scope: Scope, counts: Counts) -> Iterable[Figure]:
    year, where = scope.year, scope.words()
    status = counts.now["status"]
    yield Figure(
        "deviations",
        "Inkomna avvikelser",
        counts.total,
        f"Avvikelser som kom in {year} hos {where}. Också de som senare bedömdes inte vara avvikelser.",
        scope.cases(),
    )
    yield Figure(
        "dismissed",
        "Bedömda att inte vara avvikelser",
        status.get(DeviationStatus.NOT_DEVIATION, 0),
        f"De som har bedömts inte vara avvikelser, av dem som kom in {year} hos {where}.",
        scope.cases(status=DeviationStatus.NOT_DEVIATION),
    )
    yield Figure(
        "median_days",
        "Mittersta svarstid",
        median(counts.now["days"]),
        f"Så många dagar tog svaret för den mittersta av de besvarade, av dem som kom in {year} hos {where}.",
        unit_word="dagar",
        whole=sum(count for days, count in counts.now["days"].items() if days is not None),
    )
    yield _closed_with_effect(scope, status.get(DeviationStatus.CLOSED, 0))
    yield Figure(
        "open",
        "Öppna vid årets slut",
        counts.open,
        f"Avvikelser som inte var avslutade {scope.day}, vilket år de än kom in, hos {where}.",
        scope.still_open(),
    )


def _closed_with_effect(scope: Scope, closed: int) -> Figure:
    judged = rows(JUDGED, scope.parameters())[0][0]
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


def by_quarter(scope: Scope, counts: Counts) -> Table:
    years = range(scope.year - YEARS_BEFORE, scope.year + 1)
    made = [
        Row(
            name,
            tuple(Cell(counts.quarters.get(year * 4 + at, 0), scope.quarter(year, at + 1)) for year in years),
        )
        for at, name in enumerate(QUARTERS)
    ]
    return Table(
        "deviations_by_quarter",
        "Avvikelser per kvartal",
        f"Avvikelser som kom in under kvartalet hos {scope.words()}. De två åren innan visas bredvid.",
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
    for pk, count in counts.now["category"].items():
        chosen = categories.get(pk)
        headings[(chosen.parent_id or chosen.pk) if chosen else None] += count
    order = [one for one in categories.values() if headings.get(one.pk)]
    made = [Row(one.name, (Cell(headings[one.pk], scope.cases(kategori=one.code)),)) for one in order]
    made += _rest(headings.get(None, 0))
    return _table(
        scope,
        "deviations_by_category",
        "kategori",
        "den kategori som mottagaren har valt, på rubriknivå.",
        made,
        label_word="Kategori",
        remark="En händelse har en kategori: den som den som handlägger tyckte passade bäst.",
    )


def _rest(count: int, label: str = NOT_ASSESSED) -> list[Row]:
    return [Row(label, (Cell(count),))] if count else []


def by_unit(scope: Scope, counts: Counts, units: Units) -> Table | None:
    """The children of the unit; those that have reported nothing stand there with 0."""
    found = counts.now["child"]
    shown = [*units.children, *(units.all[pk] for pk in found if pk in units.all)]
    ordered = list({one.pk: one for one in shown}.values())
    if not ordered:
        return None
    made = [Row(one.name, (Cell(found.get(one.pk, 0), scope.cases(enhet=one.slug)),)) for one in ordered]
    return _table(
        scope,
        "deviations_by_unit",
        "enhet",
        f"enhet närmast under {scope.unit.name}.",
        [*made, *_rest(found.get(None, 0), f"{scope.unit.name} direkt, eller ingen enhet än")],
        label_word="Enhet",
        remark="Enheter är olika stora och rapporterar olika mycket. Jämför en enhet med sig själv över tid.",
    )


def by_law(scope: Scope, counts: Counts) -> Table:
    found = counts.now["law"]
    made = [Row(str(one.label), (Cell(found.get(one, 0), scope.cases(lag=one.value)),)) for one in CaseLaw]
    definition = "den lagstiftning som insatsen ges enligt."
    return _table(
        scope,
        "deviations_by_law",
        "lagstiftning",
        definition,
        [*made, *_rest(found.get("", 0))],
        label_word="Lagstiftning",
    )


def by_zone(scope: Scope, counts: Counts) -> Table:
    found = counts.now["zone"]
    made = [Row(str(one.label), (Cell(found.get(one, 0), scope.cases(zon=one.value)),)) for one in Zone]
    definition = "allvarlighet: sannolikhet att det händer igen gånger konsekvens i riskmatrisen."
    return _table(
        scope,
        "deviations_by_zone",
        "allvarlighet",
        definition,
        [*made, *_rest(found.get("", 0))],
        label_word="Allvarlighet",
    )


def by_cause(scope: Scope) -> Table:
    found = dict(rows(CAUSES, scope.parameters()))
    made = [
        Row(str(one.label), (Cell(found[one.value], scope.cases(orsak=one.value)),))
        for one in CauseArea
        if found.get(one.value)
    ]
    return _table(
        scope,
        "deviations_by_cause",
        "orsaksområde",
        "de orsaker som inte är strukna. Den som har flera orsaker räknas i flera områden.",
        made,
        label_word="Orsaksområde",
        remark="Orsaker anges när en avvikelse utreds. De andra syns inte här.",
    )
