"""Åtgärder of a unit and a year, where the case that they were born from lay that day, or where the analysis,
granskning or förslag lies today.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from improvement.enums import Effect, MeasureStatus, Strength
from reports.statistics.deviations import percent
from reports.statistics.figures import Area, Cell, Figure, Row, Table
from reports.statistics.scope import Scope, rows

COUNTS = """
    WITH measures AS (
        SELECT measure.status, measure.strength, measure.effect,
            measure.created_at >= %(first_at)s AND measure.created_at < %(after_at)s AS is_new,
            measure.judged_at >= %(first_at)s AND measure.judged_at < %(after_at)s AS is_judged,
            measure.done_at >= %(first_at)s AND measure.done_at < %(after_at)s AS is_done,
            measure.done_at < (measure.due + 1)::timestamp AT TIME ZONE %(time_zone)s AS is_in_time
        FROM improvement_measure measure
        LEFT JOIN improvement_deviation deviation ON deviation.id = measure.deviation_id
        LEFT JOIN improvement_analysis analysis ON analysis.id = measure.analysis_id
        LEFT JOIN improvement_externalreview review ON review.id = measure.review_id
        LEFT JOIN improvement_proposal proposal ON proposal.id = measure.proposal_id
        WHERE ({in_tree} OR COALESCE(analysis.unit_id, review.unit_id, proposal.unit_id) IN (
            SELECT below.id FROM organisation_unit below JOIN organisation_unit top ON top.id = %(unit)s
            WHERE below.tree_id = top.tree_id AND below.lft BETWEEN top.lft AND top.rght
        )) AND measure.created_at < %(after_at)s
        AND (measure.created_at >= %(first_at)s OR measure.done_at >= %(first_at)s
            OR measure.judged_at >= %(first_at)s)
    )
    SELECT grouping(status, strength, effect), status, strength, effect, count(*) FILTER (WHERE is_new),
        count(*) FILTER (WHERE is_judged), count(*) FILTER (WHERE is_done),
        count(*) FILTER (WHERE is_done AND is_in_time)
    FROM measures GROUP BY GROUPING SETS ((status), (strength), (effect), ())
"""
# The topmost unit has every åtgärd, wherever its case lies.
JOIN = " JOIN improvement_deviation deviation ON deviation.id = deviation_id"
ABOUT = {0b011: "status", 0b101: "strength", 0b110: "effect"}


def area(scope: Scope) -> Area:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    planned = done = in_time = 0
    sql = (COUNTS.replace(JOIN, "") if scope.is_whole else COUNTS).format(in_tree=scope.in_tree)
    for told, *values, new, judged, all_done, on_time in rows(sql, scope.parameters()):
        about = ABOUT.get(told)
        if about is None:
            planned, done, in_time = new, all_done, on_time
        else:
            value = next(one for one in values if one is not None)
            found[about][value] = judged if about == "effect" else new
    figures = _figures(scope, planned, done, in_time, found["effect"])
    tables = tuple(_table(scope, one, found[one.name]) for one in KINDS)
    return Area("area_measures", "Åtgärder och effekt", tuple(figures), tables)


def _where(scope: Scope) -> str:
    return f"för avvikelser hos {scope.words()}"


def _figures(
    scope: Scope, planned: int, done: int, in_time: int, effects: dict[str, int]
) -> Iterable[Figure]:
    year, where = scope.year, _where(scope)
    judged = sum(count for value, count in effects.items() if value)
    yield Figure(
        "measures",
        "Planerade åtgärder",
        planned,
        f"Åtgärder som planerades {year} {where}.",
        scope.measures("planerad"),
    )
    yield Figure(
        "measures_in_time",
        "Genomförda i tid",
        percent(in_time, done),
        f"Andelen som var klara senast på den planerade dagen, av dem som genomfördes {year} {where}.",
        scope.measures("genomford"),
        unit_word="procent",
        part=in_time,
        whole=done,
    )
    yield Figure(
        "measures_with_effect",
        "Hade effekt",
        percent(effects.get(Effect.YES, 0), judged),
        f"Andelen som hade den effekt som var tänkt, av dem som bedömdes {year} {where}.",
        scope.measures("bedomd", effekt=Effect.YES.value),
        unit_word="procent",
        part=effects.get(Effect.YES, 0),
        whole=judged,
    )


@dataclass(frozen=True)
class Kind:
    """A way to divide the åtgärder: ``did`` says which, ``listed`` and ``filter`` find them in the list."""

    name: str
    what: str
    choices: type[TextChoices]
    did: str
    listed: str
    filter: str
    definition: str
    remark: str = ""


KINDS = (
    Kind(
        "status",
        "läge",
        MeasureStatus,
        "planerades",
        "planerad",
        "status",
        "läget den dag siffrorna hämtades.",
    ),
    Kind(
        "strength",
        "styrka",
        Strength,
        "planerades",
        "planerad",
        "styrka",
        "styrka: hur mycket åtgärden hänger på att människor minns den.",
    ),
    Kind(
        "effect",
        "effekt",
        Effect,
        "fick sin effekt bedömd",
        "bedomd",
        "effekt",
        "bedömningen: om åtgärden hade den effekt som var tänkt.",
        "Delvis och nej är också kunskap: då planeras en starkare åtgärd.",
    ),
)


def _table(scope: Scope, kind: Kind, found: dict[str, int]) -> Table:
    made = (
        Row(label, (Cell(found.get(value, 0), scope.measures(kind.listed, **{kind.filter: value})),))
        for value, label in kind.choices.choices
    )
    return Table(
        f"measures_by_{kind.name}",
        f"Åtgärder per {kind.what}",
        f"Åtgärder som {kind.did} {scope.year} {_where(scope)}. De fördelas efter {kind.definition}",
        (str(scope.year),),
        tuple(made),
        remark=kind.remark,
        label_word=kind.what.capitalize(),
        unit_word="åtgärder",
    )
