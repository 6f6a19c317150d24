"""The count of before and after that the app suggests when the effect of an åtgärd is judged."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.urls import reverse

from improvement import effect
from improvement.actions import measures
from improvement.models import Deviation, DeviationCategory, Measure
from tests.factories import days
from tests.improvement.factories import assessed, plan, report

pytestmark = pytest.mark.django_db

SUMMER, AUTUMN, WINTER = date(2025, 7, 14), date(2025, 11, 3), date(2026, 2, 3)
TODAY = date(2026, 5, 20)


def _came_in(deviation, day):
    """The report itself is frozen, so its day is moved past the trigger, as a bulk load would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Deviation.objects.filter(pk=deviation.pk).update(reported_on=day, happened_on=day)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _case(cast, day, **values):
    code = values.pop("code", "UTF-1")
    deviation = report(cast, **values)
    manager = {"home": cast.chef, "neighbour": cast.grannchef}[values.get("unit", "home")]
    deviation = assessed(deviation, by=manager, code=code)
    _came_in(deviation, day)
    return deviation


@pytest.fixture
def done(cast):
    """An åtgärd for a case of the summer of 2025, done on 11 August."""
    found = plan(_case(cast, SUMMER), cast)
    measures.change_status(found, "done", user=cast.chef)
    Measure.objects.filter(pk=found.pk).update(done_at=datetime(2025, 8, 11, 9, tzinfo=UTC))
    return Measure.objects.select_related("deviation__unit", "deviation__category").get(pk=found.pk)


def test_counts_the_quarter_of_the_case_and_the_latest_whole_one(cast, done):
    for day in (SUMMER, date(2025, 9, 30), AUTUMN, WINTER, date(2026, 4, 1)):
        _case(cast, day)
    found = effect.counted(done, TODAY)
    assert (found.before, found.after, found.now) == (3, 1, 1)
    assert (found.before_name, found.after_name) == ("kvartal 3 2025", "kvartal 1 2026")
    assert found.initial == {"per_quarter_before": 3, "per_quarter_after": 1}
    assert found.chart.series[0].values == (3, 1, 1)


def test_leaves_out_other_kinds_other_units_and_what_is_no_deviation(cast, done):
    _case(cast, SUMMER, code="BEM-1")
    _case(cast, SUMMER, unit="neighbour")
    _came_in(report(cast), SUMMER)
    assert effect.counted(done, TODAY).before == 1


def test_a_heading_counts_what_lies_below_it(cast, done):
    _case(cast, SUMMER, code="UTF-2")
    done.deviation.category = DeviationCategory.objects.get(code="UTF")
    assert effect.counted(done, TODAY).before == 2


def test_without_a_whole_quarter_nothing_is_filled_in(cast, done):
    found = effect.counted(done, date(2025, 9, 1))
    assert (found.after, found.initial, found.chart) == (None, {}, None)


def test_without_category_or_unit_there_is_nothing_to_count(cast, done):
    done.deviation.category = None
    assert effect.counted(done, TODAY) is None


def test_every_bar_opens_the_cases_behind_it(cast, done, client):
    other = _case(cast, date(2025, 9, 2))
    url = effect.counted(done, TODAY).chart.series[0].urls[0]
    client.force_login(cast.chef)
    shown = [row.record.pk for row in client.get(url).context["table"].page.object_list]
    assert sorted(shown) == sorted([done.deviation_id, other.pk])


def test_the_form_is_filled_in_for_who_judges(cast, done, client):
    Measure.objects.filter(pk=done.pk).update(due=days(-1), effect_on=days(0))
    client.force_login(cast.chef)
    response = client.get(reverse("improvement:measure_transition", args=[done.pk, "judge"]))
    assert response.context["form"].initial["per_quarter_before"] == 1
    assert "Så många har rapporterats per kvartal" in response.content.decode()
