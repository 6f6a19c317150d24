"""The list behind a figure holds as many rows as the figure counts, for who sees all that it counts."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from documents.actions import link, new_revision
from documents.models import Document, Revision
from improvement.actions import measures
from improvement.enums import DeviationStatus
from improvement.models import Measure
from kvalitet.versions import RevisionStatus
from processes.actions import set_units
from processes.models import Process
from reports.enums import ReportStatus
from reports.statistics import gather
from tests.documents.factories import bring_to, checked, make_in_force, make_in_force_since
from tests.improvement import factories as cases
from tests.processes.factories import bpmn, make_process, publish
from tests.reports.factories import printed
from tests.reports.test_statistics import came_in, noon

LISTS = ("/avvikelser/", "/atgarder/", "/dokument/", "/rapporter/statistik/")


@pytest.fixture
def year(cast):
    """Cases in several states of two units, and an åtgärd that another unit sees to."""
    cases.bring_to(cases.report(cast), cast, DeviationStatus.CLOSED)
    acting = cases.bring_to(cases.report(cast), cast, DeviationStatus.ACTING)
    Measure.objects.filter(deviation=acting).update(unit=cast.units.neighbour)
    for aside in (DeviationStatus.NOT_DEVIATION, DeviationStatus.MERGED, DeviationStatus.WITHDRAWN):
        cases.bring_to(cases.assessed(cases.report(cast), by=cast.chef), cast, aside)
    cases.report(cast, unit="neighbour", by=cast.grannmedarbetare)
    process = make_process(cast)
    set_units(process, [cast.units.home])
    publish(cast, process, map_bytes=bpmn(("a", "Ta emot"), ("b", "Utreda")))
    link(make_in_force(cast), process=Process.objects.get(element_id="a"), user=cast.samordnare)
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


def decided_on(day, document, **dates):
    """The document's version fastställd on ``day``; what is frozen by then is set with triggers at rest."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Revision.objects.filter(document=document).update(approved_at=noon(day), **dates)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_lists_of_a_past_year_are_as_they_were(cast, client_for):
    """What was open, in force or late on its last day, whatever has happened since."""
    last, after = date(2025, 12, 31), date(2026, 1, 1)
    answered = {"answered_at": noon(last), "answered_by": cast.chef}
    over = {"status": DeviationStatus.NOT_DEVIATION, "closed_by": cast.chef, **answered}
    came_in(cast, last)
    came_in(cast, after)
    came_in(cast, last, closed_at=noon(last), **over)
    came_in(cast, last, closed_at=noon(after), **over)
    since, longer = date(2025, 3, 1), date(2022, 3, 1)
    held, late, replaced, coming = (make_in_force_since(cast, day) for day in (since, longer, longer, after))
    for one, day in ((held, since), (late, longer), (coming, after)):
        decided_on(day, one)
    decided_on(longer, replaced, valid_to=after)
    Document.objects.filter(pk=late.pk).update(next_review=date(2024, 3, 1))
    Document.objects.filter(pk=replaced.pk).update(review_months=24, next_review=date(2030, 1, 1))
    Document.objects.filter(pk=held.pk).update(next_review=date(2027, 3, 1))
    client, found = client_for("samordnare"), gather(cast.units.board, 2025)
    expected = {
        "open": 2,
        "documents_new": 1,
        "documents_changed": 0,
        "documents_in_force": 3,
        "documents_overdue": 2,
    }
    assert {key: found.figure(key).value for key in expected} == expected
    urls = {key: found.figure(key).url for key in expected}
    assert {key: client.get(url).context["table"].paginator.count for key, url in urls.items()} == expected


def test_what_is_not_assessed_yet_opens_its_list(cast, client_for):
    cases.report(cast)
    cases.assessed(cases.report(cast), by=cast.chef)
    client, found = client_for("chef"), gather(cast.units.home, timezone.localdate().year)
    for key in ("deviations_by_category", "deviations_by_zone"):
        row = next(one for one in found.table(key).rows if one.label == "Inte bedömd än")
        assert row.cells[0].value == client.get(row.cells[0].url).context["table"].paginator.count == 1


@pytest.mark.parametrize(
    ("who", "is_open"), [("samordnare", False), ("avdelningschef", False), ("chef", True)]
)
def test_causes_open_a_list_for_those_who_read_the_cases(cast, client_for, year, who, is_open):
    page = client_for(who).get(f"/rapporter/statistik/?enhet={cast.units.home.slug}").text
    assert ("orsak=" in page) is is_open
    assert "öppnar listan bakom" in page


def test_figures_of_processes_count_and_list_the_same(cast, client_for, year):
    client, found = client_for("chef"), gather(cast.units.home, year)
    assert [found.figure(key).value for key in ("processes_published", "activities_without_routine")] == [
        1,
        1,
    ]
    page = client.get(found.figure("activities_without_routine").url).text
    assert "Utreda" in page
    assert "Ta emot" not in page


def test_two_new_versions_of_a_document_are_one_document(cast, client_for):
    document = make_in_force(cast)
    for text in ("Nu ringer vi.", "Nu ringer vi alltid."):
        made = new_revision(document, user=cast.ombud, content=checked(text), change_note="Nytt sätt.")
        bring_to(made, cast, RevisionStatus.APPROVED)
    figure = gather(cast.units.board, timezone.localdate().year).figure("documents_changed")
    assert figure.value == client_for("samordnare").get(figure.url).context["table"].paginator.count == 1


@pytest.mark.parametrize(("who", "is_open"), [("medarbetare", True), ("anonym", False)])
def test_lists_for_employees_are_opened_from_a_published_report_by_them_alone(cast, client_for, who, is_open):
    report = printed(cast, ReportStatus.PUBLISHED, unit=cast.units.board, year=timezone.localdate().year)
    page = client_for(who).get(f"/rapporter/kvalitetsberattelser/{report.pk}/").text
    assert ("/rapporter/statistik/processversioner/" in page) is is_open


def test_the_lists_ask_as_little_for_three_as_for_one(cast, client_for, year, django_assert_max_num_queries):
    client, counts = client_for("chef"), []
    for number in range(3):
        for url in ("/rapporter/statistik/processversioner/", "/rapporter/statistik/utan-rutin/"):
            client.get(url)
            with django_assert_max_num_queries(12) as counted:
                assert client.get(url).status_code == 200
            counts.append(len(counted))
        publish(cast, make_process(cast, f"Ny {number}"), map_bytes=bpmn(("x", f"Steg {number}")))
    assert len(set(counts[::2])) == len(set(counts[1::2])) == 1
