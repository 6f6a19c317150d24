"""Figures against cases counted by hand: whose tree, which day, and what is hidden from whom."""

import itertools
import random
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from improvement.enums import CauseArea, DeviationStatus, Effect
from improvement.models import Cause, Deviation, DeviationCategory, Measure
from kvalitet import trees
from kvalitet.organisation.models import Unit
from reports.statistics import Cell, Figure, Row, Statistics, Table, for_outsiders, from_json, gather
from reports.statistics.deviations import median
from reports.statistics.figures import FEW, WITHHELD
from reports.statistics.hiding import hide_column
from tests.improvement import factories as cases

YEAR = 2025
MOST_QUERIES = 30


def came_in(cast, day, *, unit="home", count=1, **values):
    """Reports that came in on ``day``; columns that are frozen by then are set with the trigger at rest."""
    made = [cases.report(cast, unit=unit) for _ in range(count)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        pks = [one.pk for one in made]
        moved = {"reported_on": day, "happened_on": day, "reported_at": noon(day), **values}
        Deviation.objects.filter(pk__in=pks).update(**moved)
        cursor.execute("SET LOCAL session_replication_role = origin")
    return made


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Stockholm"))


def values(table, at=0):
    return {row.label: row.cells[at].value for row in table.rows}


def test_cases_count_by_the_day_they_came_in(cast):
    for day in (
        date(2023, 6, 1),
        date(2024, 12, 31),
        date(2025, 1, 1),
        date(2025, 3, 31),
        date(2025, 4, 1),
        date(2025, 12, 31),
    ):
        came_in(cast, day)
    came_in(cast, date(2026, 1, 1))
    found = gather(cast.units.board, YEAR)
    assert found.figure("deviations").value == 4
    table = found.table("deviations_by_quarter")
    assert table.columns == ("2023", "2024", "2025")
    assert values(table, 2) == {"Kvartal 1": 2, "Kvartal 2": 1, "Kvartal 3": 0, "Kvartal 4": 1}
    assert values(table, 1) == {"Kvartal 1": 0, "Kvartal 2": 0, "Kvartal 3": 0, "Kvartal 4": 1}


def test_a_unit_that_moves_takes_no_earlier_case_with_it(cast):
    came_in(cast, date(2025, 5, 5), count=2)
    trees.move(
        Unit.objects.get(pk=cast.units.home.pk), parent=Unit.objects.get(pk=cast.units.other_department.pk)
    )
    came_in(cast, date(2025, 9, 9))
    before, after = (
        gather(Unit.objects.get(pk=unit.pk), YEAR)
        for unit in (cast.units.department, cast.units.other_department)
    )
    assert before.figure("deviations").value == 2
    assert after.figure("deviations").value == 1
    assert values(before.table("deviations_by_unit"))["Mottagningen"] == 2


def test_a_merged_unit_keeps_its_cases(cast):
    came_in(cast, date(2025, 2, 2), count=3)
    home = cast.units.home
    Unit.objects.filter(pk=home.pk).update(valid_to=date(2025, 6, 30), successor=cast.units.neighbour)
    came_in(cast, date(2025, 8, 8), unit="neighbour")
    assert gather(home, YEAR).figure("deviations").value == 3
    assert gather(cast.units.neighbour, YEAR).figure("deviations").value == 1
    table = values(gather(Unit.objects.get(pk=cast.units.department.pk), YEAR).table("deviations_by_unit"))
    assert table == {"Mottagningen": 3, "Utredningen": 1}


def test_a_case_without_unit_counts_for_the_topmost_alone(cast):
    came_in(cast, date(2025, 2, 2), unit=None)
    assert gather(cast.units.board, YEAR).figure("deviations").value == 1
    assert gather(cast.units.administration, YEAR).figure("deviations").value == 0


def test_categories_count_under_their_heading(cast):
    late, missed = (DeviationCategory.objects.get(code=code) for code in ("UTF-1", "UTF-2"))
    came_in(cast, date(2025, 2, 2), count=2, category=late, law="sol")
    came_in(cast, date(2025, 2, 2), category=missed, law="lss")
    came_in(cast, date(2025, 2, 2))
    found = gather(cast.units.board, YEAR)
    assert values(found.table("deviations_by_category")) == {late.parent.name: 3, "Inte bedömd än": 1}
    # A report has the law of its unit until the receiver says another.
    assert values(found.table("deviations_by_law")) == {"SoL": 3, "LSS": 1, "HSL": 0}


def test_a_case_with_two_causes_counts_in_both_areas_once(cast):
    (made,) = came_in(cast, date(2025, 2, 2))
    for area in (CauseArea.COOPERATION, CauseArea.COOPERATION, CauseArea.TECHNOLOGY):
        Cause.objects.create(deviation=made, area=area, sentence="Att.", created_by=cast.chef)
    struck = Cause.objects.create(
        deviation=made, area=CauseArea.COMPETENCE, sentence="Fel.", created_by=cast.chef
    )
    Cause.objects.filter(pk=struck.pk).update(struck_at=noon(date(2025, 3, 3)), struck_by=cast.chef)
    table = gather(cast.units.board, YEAR).table("deviations_by_cause")
    assert values(table) == {"Samverkan": 1, "Teknik och utrustning": 1}


def test_days_to_answer_have_their_median(cast):
    for days in (3, 10, 40):
        answered = noon(date(2025, 3, 1 + days % 28)) if days < 28 else noon(date(2025, 4, 10))
        came_in(cast, date(2025, 3, 1), answered_at=answered, answered_by=cast.chef)
    came_in(cast, date(2025, 3, 1))
    assert gather(cast.units.board, YEAR).figure("median_days").value == 10


@pytest.mark.parametrize(
    ("counts", "expected"),
    [({}, None), ({None: 9}, None), ({4: 1}, 4), ({1: 1, 4: 1}, 2.5), ({1: 3, 9: 2}, 1), ({2: 2, 3: 2}, 2.5)],
)
def test_median_of_counts(counts, expected):
    assert median(counts) == expected


def test_open_at_year_end_is_as_of_that_day(cast):
    came_in(cast, date(2025, 3, 1))
    came_in(cast, date(2023, 3, 1))
    answered = {"answered_at": noon(date(2025, 3, 2)), "answered_by": cast.chef}
    over = {"status": DeviationStatus.NOT_DEVIATION, "closed_by": cast.chef, **answered}
    came_in(cast, date(2025, 3, 1), closed_at=noon(date(2025, 12, 31)), **over)
    came_in(cast, date(2025, 3, 1), closed_at=noon(date(2026, 1, 1)), **over)
    found = gather(cast.units.board, YEAR)
    assert found.figure("open").value == 3
    assert found.figure("dismissed").value == 2


def test_what_is_no_case_of_its_own_came_in_and_counts_in_nothing_else(cast):
    for status in (DeviationStatus.NOT_DEVIATION, DeviationStatus.MERGED, DeviationStatus.WITHDRAWN):
        cases.bring_to(cases.assessed(cases.report(cast), by=cast.chef), cast, status)
    cases.assessed(cases.report(cast), by=cast.chef)
    found = gather(cast.units.board, timezone.localdate().year)
    # What was merged has the one that it was merged into beside it.
    assert found.figure("deviations").value == 5
    for key in ("dismissed", "merged", "withdrawn"):
        assert found.figure(key).value == 1
    for key in ("category", "law", "zone"):
        column = values(found.table(f"deviations_by_{key}"))
        assert column.pop("Inte egna ärenden") == 3, "so that the column adds up to what came in"
        assert sum(column.values()) == 2, key
        assert "räknas för sig" in found.table(f"deviations_by_{key}").definition
    assert "räknas för sig" in found.figure("median_days").definition
    assert sum(values(found.table("deviations_by_unit")).values()) == 5


def test_measures_and_their_effect(cast):
    made = cases.bring_to(cases.report(cast), cast, DeviationStatus.CLOSED)
    cases.bring_to(cases.report(cast), cast, DeviationStatus.ACTING)
    judged = made.measures.get()
    found = gather(cast.units.board, judged.judged_at.year)
    assert found.figure("measures").value == 2
    assert values(found.table("measures_by_effect")) == {"Ja": 1, "Delvis": 0, "Nej": 0}
    assert values(found.table("measures_by_status"))["Effekt bedömd"] == 1
    assert found.figure("measures_with_effect").value == 100
    assert found.figure("closed_with_effect").value == 100
    Measure.objects.filter(pk=judged.pk).update(due=date(2020, 1, 1), effect=Effect.NO)
    later = gather(cast.units.board, judged.judged_at.year)
    assert later.figure("measures_in_time").value == 0
    assert later.figure("measures_with_effect").value == 0


def test_all_figures_take_few_queries_whatever_there_is_to_count(cast):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            gather(cast.units.board, YEAR)
        counts.append(len(captured))
        came_in(cast, date(2025, 3, 1), count=3)
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_figures_survive_json(cast):
    came_in(cast, date(2025, 3, 1), count=2)
    found = gather(cast.units.board, YEAR)
    assert from_json(found.as_json()) == found


def test_every_figure_says_what_it_counts(cast):
    found = gather(cast.units.board, YEAR)
    for area in found.areas:
        for one in (*area.figures, *area.tables):
            assert one.definition.endswith("."), one.key


def hidden(*counts):
    column = hide_column([Cell(count) for count in counts])
    return None if column is None else [cell.hidden or cell.value for cell in column]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((12, 0, 7), [12, 0, 7]),
        ((12, 3, 7), [12, FEW, WITHHELD]),  # else 3 is the total less the others
        ((6, 1, 9), [WITHHELD, FEW, WITHHELD]),  # 1 + 6 could only be 1 + 6 or 2 + 5
        ((12, 2, 3), [12, FEW, FEW]),  # 5 could be 1 + 4, 2 + 3, 3 + 2, 4 + 1
        ((12, 1, 1), [WITHHELD, FEW, FEW]),  # 2 can only be 1 + 1
        ((12, 4, 4), [WITHHELD, FEW, FEW]),  # 8 can only be 4 + 4
        ((3, 0, 0), [FEW, 0, 0]),  # the total is hidden too
        ((1, 1, 1, 1, 1), None),
        ((1, 1, 1), None),  # at most four in all: one or two each
        ((), []),
    ],
)
def test_what_is_hidden_cannot_be_computed_from_the_total(counts, expected):
    assert hidden(*counts) == expected


@pytest.mark.parametrize("seed", range(40))
def test_every_hidden_number_could_be_several(seed):
    """Whoever knows the total and all that is told finds at least three values for each hidden number."""
    counts = random.Random(seed).choices(range(9), k=5)
    column = hide_column([Cell(count) for count in counts])
    if column is None or sum(counts) < 5:
        return
    places = [at for at, cell in enumerate(column) if cell.hidden]
    total = sum(counts[at] for at in places)
    ranges = [range(1, 5) if column[at].hidden == FEW else range(5, total + 1) for at in places]
    fitting = [one for one in itertools.product(*ranges) if sum(one) == total]
    for at, place in enumerate(places):
        if column[place].hidden == FEW:
            assert len({one[at] for one in fitting}) >= 3


def test_shares_of_few_are_hidden_and_links_are_taken_away():
    figures = (
        Figure("share", "Andel", 17, "Andelen.", "/x/", part=1, whole=6),
        Figure("many", "Andel", 50, "Andelen.", "/x/", part=10, whole=20),
        Figure("few", "Antal", 3, "Antalet.", "/x/"),
        Figure("open", "Dokument", 3, "Antalet.", "/x/", is_sensitive=False),
    )
    from reports.statistics import Area

    told = for_outsiders(Statistics("Enheten", YEAR, (Area("a", "A", figures),)))
    assert [one.text for one in told.areas[0].figures] == ["visas inte", "50", "färre än 5", "3"]
    assert [one.url for one in told.areas[0].figures] == ["", "", "", "/x/"]
    assert told.figure("share").part is None


def test_what_is_told_is_in_fives():
    from reports.statistics import Area

    rows = tuple(Row(str(count), (Cell(count),)) for count in (0, 5, 9, 14))
    table = Table("t", "T", "D.", ("2025",), rows)
    figures = (
        Figure("share", "Andel", 43, "Andelen.", part=9, whole=21),
        Figure("days", "Dagar", 7.5, "Dagarna.", whole=12),
        Figure("count", "Antal", 13, "Antalet."),
    )
    told = for_outsiders(Statistics("Enheten", YEAR, (Area("a", "A", figures, (table,)),)))
    assert [one.value for one in told.areas[0].figures] == [45, 7.5, 10]
    assert [row.cells[0].value for row in told.table("t").rows] == [0, 5, 5, 10]


def test_a_table_that_gives_itself_away_is_withheld_whole():
    from reports.statistics import Area

    rows = tuple(Row(str(at), (Cell(1),)) for at in range(6))
    table = Table("t", "T", "D.", ("2025",), rows)
    told = for_outsiders(Statistics("Enheten", YEAR, (Area("a", "A", (), (table,)),))).table("t")
    assert told.is_withheld
    assert all(cell.value is None for row in told.rows for cell in row.cells)
