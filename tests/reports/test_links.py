"""The list behind a figure holds as many rows as the figure counts, for who sees all that it counts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from improvement.actions import measures
from improvement.enums import DeviationStatus
from improvement.models import Measure
from reports.statistics import gather
from tests.improvement import factories as cases

# Documents and open cases of a past year open a wider list, as their pages say.
LISTS = ("/avvikelser/", "/atgarder/")


@pytest.fixture
def year(cast):
    """Cases in several states of two units, and an åtgärd that another unit sees to."""
    cases.bring_to(cases.report(cast), cast, DeviationStatus.CLOSED)
    acting = cases.bring_to(cases.report(cast), cast, DeviationStatus.ACTING)
    Measure.objects.filter(deviation=acting).update(unit=cast.units.neighbour)
    cases.bring_to(cases.report(cast), cast, DeviationStatus.NOT_DEVIATION)
    cases.report(cast, unit="neighbour", by=cast.grannmedarbetare)
    dropped = cases.plan(cases.report(cast), cast)
    measures.change_status(dropped, "drop", user=cast.chef, comment="Behövs inte.")
    return timezone.localdate(timezone.now() - timedelta(minutes=1)).year


def links(found):
    """Every counted value with an address: what it is called, the value and the address."""
    for area in found.areas:
        for figure in area.figures:
            if figure.url and figure.unit_word not in ("procent", "dagar"):
                yield figure.key, figure.value, figure.url
        for table in area.tables:
            last = [(f"{table.key} {row.label}", row.cells[-1]) for row in table.rows]
            yield from ((name, cell.value, cell.url) for name, cell in last if cell.url)


@pytest.mark.parametrize(("who", "place"), [("samordnare", "board"), ("chef", "home")])
def test_the_list_behind_a_figure_has_as_many_rows(cast, client_for, year, who, place):
    client, found = client_for(who), gather(getattr(cast.units, place), year)
    counted = [one for one in links(found) if one[2].startswith(LISTS)]
    if who == "samordnare":
        # The causes of a case are for those who read it whole.
        counted = [one for one in counted if not one[0].startswith("deviations_by_cause")]
    assert len(counted) > 12
    listed = {name: client.get(url).context["table"].paginator.count for name, _, url in counted}
    assert listed == {name: value for name, value, _ in counted}
