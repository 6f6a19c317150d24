"""Åtgärder of every source: who sees, plans, works and judges, and that each is born from one place."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from improvement import permissions
from improvement.actions import measures
from improvement.models import Measure
from improvement.permissions import Permission
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.workflow import Blocked
from reports.statistics.measures import area
from reports.statistics.scope import Scope
from tests.cast import PEOPLE
from tests.doors import STAFF
from tests.factories import days
from tests.improvement.cases import fresh
from tests.improvement.factories import analysis, bring_to, plan, proposal, report, review

pytestmark = pytest.mark.django_db

LEADS = {"chef", "ersattare", "avdelningschef", "samordnare"}
# Source, who answers for it. Other åtgärder than those of cases every employee reads.
SOURCES = {
    "analysis": (analysis, LEADS | {"processhandledare"}),
    "review": (review, LEADS | {"processhandledare"}),
    "proposal": (proposal, LEADS),
}


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def born(cast, source):
    made = SOURCES[source][0](cast)
    return plan(made, cast, by=cast.samordnare)


@pytest.mark.parametrize("source", SOURCES)
def test_who_does_what_with_an_atgard_of_another_source(cast, source):
    measure, leads = born(cast, source), SOURCES[source][1]
    for who in PEOPLE:
        user = fresh(cast[who])
        seen = Measure.objects.visible_to(user).filter(pk=measure.pk).exists()
        assert seen == (who in STAFF), who
        assert permissions.may_plan_from(user, measure.source) == (who in leads), who
        assert permissions.may_change_measure(user, measure) == (who in leads), who
        assert permissions.may_judge_effect(user, measure) == (who in leads), who
        assert permissions.may_work_on_measure(user, measure) == (who in leads | {"ombud"}), who


@pytest.mark.parametrize("source", SOURCES)
def test_page_of_every_source_opens_and_tells_where_it_comes_from(cast, client_for, source):
    measure = born(cast, source)
    page = client_for("grannmedarbetare").get(measure.get_absolute_url()).text
    assert str(measure.source) in page
    assert "Samordnaren ringer." in page, "internal, and not secret"
    assert client_for("utforare").get(measure.get_absolute_url()).status_code == 404
    assert client_for("grannmedarbetare").get(f"{measure.get_absolute_url()}andra/").status_code == 403


@pytest.mark.parametrize("who", ["grannchef", "medarbetare", "registrator"])
def test_nobody_else_plans(cast, who):
    with pytest.raises(PermissionDenied):
        plan(review(cast), cast, by=cast[who])


@pytest.mark.parametrize("more", [("deviation", "analysis"), ("analysis", "review"), ()])
def test_database_refuses_two_sources_and_none(cast, more):
    case = bring_to(report(cast), cast, "received")
    found = {"deviation": case, "analysis": analysis(cast), "review": review(cast)}
    measure = plan(case, cast)
    changed = {"deviation": None} | {name: found[name] for name in more}
    with pytest.raises(IntegrityError, match="measure_has_one_source"), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(**changed)


def test_samlad_atgard_of_an_analysis_answers_cases_without_showing_them(cast, client_for):
    measure = plan(analysis(cast), cast, by=cast.chef)
    cases = [report(cast) for _ in range(3)]
    for case in cases:
        measures.answer_case(measure, deviation=case, user=fresh(cast.chef))
    assert all(str(case) in client_for("chef").get(measure.get_absolute_url()).text for case in cases)
    page = client_for("grannmedarbetare").get(measure.get_absolute_url()).text
    assert "3 avvikelser som du inte ser" in page
    assert not any(f"Avvikelse {case.pk}" in page for case in cases)


def test_asked_person_takes_the_atgard_or_sends_it_back(cast, client_for):
    measure = plan(bring_to(report(cast), cast, "received"), cast)
    assert "Svara om du tar åtgärden" in client_for("ombud").get("/mitt-arbete/").text
    assert Notification.objects.filter(user=cast.ombud, sentence__startswith="Svara om du tar").exists()
    client = client_for("ombud")
    url = measure.get_absolute_url()
    assert client.post(f"{url}send_back/", {"comment": " "}).status_code == 200, "asks why"
    client.post(f"{url}send_back/", {"comment": "Jag är ledig då."})
    measure.refresh_from_db()
    assert (measure.responsible, measure.awaits_answer) == (cast.chef, False)
    assert Notification.objects.filter(user=cast.chef, sentence__startswith="Tillbaka till dig").exists()
    assert "Jag är ledig då." in client_for("chef").get(f"{url}historik/").text
    assert client.get(url).status_code == 404, "it is no longer theirs"


def test_taken_atgard_is_told_to_who_planned_it(cast, client_for):
    measure = plan(bring_to(report(cast), cast, "received"), cast)
    client_for("ombud").post(f"{measure.get_absolute_url()}accept/")
    measure.refresh_from_db()
    assert (measure.accepted_by, measure.awaits_answer, measure.status) == (cast.ombud, False, "planned")
    assert Notification.objects.filter(user=cast.chef, sentence__contains=" tar: åtgärd").exists()
    measures.change(measure, user=cast.chef, values={"responsible": cast.medarbetare})
    measure.refresh_from_db()
    assert measure.awaits_answer, "somebody else is asked anew"


def test_who_starts_has_taken_it(cast):
    measure = plan(bring_to(report(cast), cast, "received"), cast)
    measure = measures.change_status(measure, "start", user=cast.ombud)
    assert measure.accepted_by == cast.ombud


def test_it_goes_to_who_handles_when_the_planner_has_become_javig(cast):
    case = bring_to(report(cast), cast, "received")
    measure = plan(case, cast)
    grants.deny(cast.chef, case, reason="Närstående", by=cast.admin)
    measures.change_status(measure, "send_back", user=fresh(cast.ombud), comment="Hinner inte.")
    measure.refresh_from_db()
    assert measure.responsible not in (cast.chef, cast.ombud)


def test_own_atgard_waits_for_nobody_and_cannot_be_sent_back(cast):
    measure = plan(bring_to(report(cast), cast, "received"), cast, responsible=cast.chef)
    assert not measure.awaits_answer
    for name in ("accept", "send_back"):
        with pytest.raises(PermissionDenied):
            measures.change_status(measure, name, user=cast.chef, comment="Nej.")


def test_done_says_what_should_change(cast):
    measure = plan(bring_to(report(cast), cast, "received"), cast, expected="")
    with pytest.raises(Blocked, match="färre eller fler"):
        measures.change_status(measure, "done", user=cast.ombud)
    done = measures.change_status(
        measure, "done", user=cast.ombud, expected="Färre missar", evidence="Schemat är nytt."
    )
    assert (done.expected, done.evidence) == ("Färre missar", "Schemat är nytt.")


def test_done_page_asks_how_it_shows(cast, client_for):
    measure = plan(review(cast), cast, by=cast.chef)
    url = f"{measure.get_absolute_url()}done/"
    client = client_for("ombud")
    assert client.post(url, {"expected": "Färre missar"}).status_code == 200
    client.post(url, {"expected": "Färre missar", "evidence": "Schemat är nytt."})
    assert Measure.objects.get().status == "done"
    assert "Schemat är nytt." in client.get(measure.get_absolute_url()).text


def test_permissions_are_told_in_the_table():
    assert {one.value for one in Permission} <= set(grants.registered())


def test_register_shows_all_sources_and_filters_by_them(cast, client_for):
    for source in SOURCES:
        born(cast, source)
    plan(bring_to(report(cast), cast, "received"), cast)
    client = client_for("chef")

    def shown(query):
        return len(client.get(f"/atgarder/?{query}").context["table"].rows)

    assert shown("") == 4
    assert [shown(f"kalla={one}") for one in ("deviation", *SOURCES)] == [1, 1, 1, 1]
    assert shown("urval=svar") == 4
    assert shown("kalla=annat") == 4


def test_cost_is_summed_and_exported(cast, client_for):
    source = analysis(cast)
    plan(source, cast, by=cast.chef, cost=12_000)
    plan(source, cast, by=cast.chef, cost=500)
    client = client_for("chef")
    assert "12\u00a0500 kr" in client.get("/atgarder/").text
    rows = client.get("/atgarder/?exportera=csv").content.decode()
    assert "12000" in rows


def test_weak_share_is_told_when_there_are_enough(cast, client_for):
    source = analysis(cast)
    for strength in ("weak", "weak", "strong", "medium"):
        plan(source, cast, by=cast.chef, strength=strength)
    client = client_for("chef")
    assert "är svaga" not in client.get("/atgarder/").text
    plan(source, cast, by=cast.chef, strength="weak")
    assert "60 %" in client.get("/atgarder/").text


def test_statistics_count_other_sources_where_they_lie(cast):
    source = review(cast)
    for _ in range(5):
        plan(source, cast, by=cast.chef)

    def planned(unit):
        found = area(Scope(unit, days(0).year))
        return next(one.value for one in found.figures if one.key == "measures")

    places = (cast.units.board, cast.units.department, cast.units.home, cast.units.neighbour)
    assert [planned(unit) for unit in places] == [5, 5, 5, 0]


@pytest.mark.parametrize("where", ["", "?visa=tavla"])
def test_register_asks_as_little_for_three_as_for_one(cast, client_for, where):
    source = analysis(cast)
    case = bring_to(report(cast), cast, "received")
    client = client_for("chef")

    def add():
        plan(source, cast, by=cast.chef, cost=10)
        plan(case, cast)

    add()
    one = queries(client, f"/atgarder/{where}")
    add()
    add()
    assert queries(client, f"/atgarder/{where}") == one <= 12
