"""The year of a unit by category: the numbers, whom they are hidden from, and the lists behind."""

import pytest

from improvement import panels
from improvement.models import Deviation
from kvalitet import charts
from tests.factories import days
from tests.improvement.factories import assessed, report

CODES = ["UTF-1"] * 6 + ["BEM-1"] * 2 + ["ARB-1"] * 7


def chart_of(user, unit):
    panel = panels.of_unit(user, unit)
    return panel.context["chart"]


@pytest.fixture
def year(cast):
    for code in CODES:
        assessed(report(cast), by=cast.chef, code=code)
    return cast


def test_those_who_see_the_cases_get_each_number_and_its_list(year, client_for):
    chart = chart_of(year.chef, year.units.home)
    assert chart.series[0].values == (7, 6, 2)
    for (label, url), number in zip(
        zip(chart.labels, chart.series[0].urls, strict=True), (7, 6, 2), strict=True
    ):
        page = client_for("chef").get(url)
        assert page.text.count("<tr>") == number, label
    page = client_for("chef").get(year.units.home.get_absolute_url())
    assert "Kategorier de senaste tolv månaderna" in page.text
    assert "Visa siffrorna som tabell" in page.text


def test_small_numbers_are_hidden_from_others_and_cannot_be_computed(year, client_for):
    chart = chart_of(year.grannmedarbetare, year.units.home)
    assert chart.series[0].values == (5, charts.WITHHELD, None), "7 in fives"
    assert set(chart.series[0].urls) == {""}
    page = client_for("grannmedarbetare").get(year.units.home.get_absolute_url())
    assert "färre än 5" in page.text


def test_a_few_of_several_kinds_are_not_told_by_the_number_of_bars(cast):
    for code in ("UTF-1", "BEM-1", "ARB-1"):
        assessed(report(cast), by=cast.chef, code=code)
    assert chart_of(cast.grannmedarbetare, cast.units.home) is None
    assert chart_of(cast.chef, cast.units.home).series[0].values == (1, 1, 1)


def test_department_counts_what_lies_below(year):
    assert sum(chart_of(year.avdelningschef, year.units.department).series[0].values) == len(CODES)
    assert chart_of(year.chef, year.units.other) is None


def test_chef_of_another_unit_sees_no_small_number(year):
    assert None in chart_of(year.grannchef, year.units.home).series[0].values


def test_what_is_not_assessed_has_a_bar_and_what_is_old_has_none(cast):
    report(cast)
    chart = chart_of(cast.chef, cast.units.home)
    assert (chart.labels, chart.series[0].values) == (("Inte bedömd än",), (1,))
    assert "kategori=ingen" in chart.series[0].urls[0]


@pytest.mark.parametrize("count", [1, 3])
def test_unit_page_costs_the_same_for_one_and_three(cast, client_for, django_assert_max_num_queries, count):
    for code in CODES[-count:]:
        assessed(report(cast), by=cast.chef, code=code)
    with django_assert_max_num_queries(12):
        client_for("chef").get(cast.units.home.get_absolute_url())
    assert Deviation.objects.filter(reported_on=days(0)).count() == count
