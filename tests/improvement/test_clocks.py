"""The day each clock of a case gets, and what moves it: clock by event."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from improvement import actions, clocks
from improvement.enums import CaseLaw, Clock, Zone
from improvement.models import DeadlineRule, Deviation
from kvalitet.working_days import working_days_after
from tests.factories import days
from tests.improvement.factories import assessed, bring_to, plan, report


def set_days(case, **values):
    Deviation.objects.filter(pk=case.pk).update(**values)
    case.refresh_from_db()
    return case


def test_report_starts_all_three(cast):
    case = report(cast)
    assert case.receive_by == working_days_after(days(0), 2)
    assert case.investigate_by == working_days_after(days(0), 20)
    assert case.answer_by == days(30)


def test_own_rule_of_zone_weighs_more_than_of_law_and_that_more_than_the_general(db):
    DeadlineRule.objects.create(clock=Clock.INVESTIGATE, law=CaseLaw.HSL, days=15)
    rules = clocks.all_rules()

    def found(law, zone):
        return clocks.best(rules, Clock.INVESTIGATE, law, zone).days

    assert [found("sol", "green"), found("hsl", "green"), found("hsl", "red"), found("", "")] == [
        20,
        15,
        10,
        20,
    ]


def test_red_moves_the_inquiry_closer_counted_from_the_report(cast):
    case = assessed(report(cast), by=cast.chef, likelihood=4, consequence=4)
    assert case.zone == Zone.RED
    assert case.investigate_by == working_days_after(days(0), 10)
    assert case.receive_by == working_days_after(days(0), 2)
    assert case.answer_by == days(30)


def test_nothing_becomes_late_by_being_judged_graver(cast):
    case = report(cast)
    Deviation.objects.filter(pk=case.pk).update(investigate_by=working_days_after(days(0), 2))
    rule = DeadlineRule.objects.get(clock=Clock.INVESTIGATE, zone=Zone.RED)
    DeadlineRule.objects.filter(pk=rule.pk).update(days=1, remind_before=0)
    assert clocks._moved(days(20), days(-3)) == working_days_after(days(0), 1)
    assert clocks._moved(days(-5), days(-8)) == days(-5), "nor less late"
    assert clocks._moved(days(5), days(9)) == days(9)
    case = assessed(case, by=cast.chef, likelihood=4, consequence=4)
    assert case.investigate_by >= working_days_after(days(0), 1)


def test_the_same_judgement_once_more_moves_nothing(cast):
    case = assessed(report(cast), by=cast.chef)
    set_days(case, investigate_by=days(50))
    assert assessed(case, by=cast.chef).investigate_by == days(50)


def test_right_unit_lets_only_the_receiving_begin_anew(cast):
    case = bring_to(report(cast), cast, "received")
    set_days(case, receive_by=days(-5), investigate_by=days(3), answer_by=days(4))
    moved = actions.change_status(case, "redirect", user=cast.chef, comment="Där.", unit=cast.units.neighbour)
    assert moved.receive_by == working_days_after(days(0), 2)
    assert (moved.investigate_by, moved.answer_by) == (days(3), days(4))


def test_moved_day_is_told_in_the_history(cast, client_for):
    case = assessed(report(cast), by=cast.chef, likelihood=4, consequence=4)
    page = client_for("chef").get(f"{case.get_absolute_url()}historik/")
    assert "utredd senast" in page.text.lower()


@pytest.mark.parametrize("status", ["closed", "not_deviation"])
def test_clocks_stop_when_the_case_is_over(cast, status):
    case = bring_to(report(cast), cast, status)
    set_days(case, receive_by=days(-9), investigate_by=days(-9), answer_by=days(-9))
    assert clocks.late_clocks(case) == []
    assert not any(clocks.is_running(case, one) for one in Clock)


@pytest.mark.parametrize(
    ("status", "running"),
    [
        ("reported", {Clock.RECEIVE, Clock.INVESTIGATE, Clock.ANSWER}),
        ("received", {Clock.INVESTIGATE, Clock.ANSWER}),
        ("investigating", {Clock.INVESTIGATE, Clock.ANSWER}),
        ("acting", {Clock.ANSWER}),
        ("acted", set()),
    ],
)
def test_each_step_stops_its_clock(cast, status, running):
    case = bring_to(report(cast), cast, status)
    assert {one for one in Clock if clocks.is_running(case, one)} == running


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 30), "4 arbetsdagar kvar"),
        (date(2026, 12, 22), "sista dagen är i dag"),
        (date(2026, 12, 21), "1 arbetsdag försenad"),
        (date(2026, 12, 17), "3 arbetsdagar försenad"),
    ],
)
def test_days_left_in_words(day, words):
    rule = DeadlineRule(is_working_days=True)
    assert clocks.left_in_words(rule, day, date(2026, 12, 22)) == words


def test_late_over_a_weekend_is_not_yet_a_day_late():
    friday, sunday = date(2026, 11, 27), date(2026, 11, 29)
    assert clocks.left_in_words(DeadlineRule(is_working_days=True), friday, sunday) == "gick ut nyss"
    assert clocks.left_in_words(DeadlineRule(is_working_days=False), friday, sunday) == "2 dagar försenad"


def test_every_clock_stands_on_the_case(cast, client_for):
    case = bring_to(report(cast), cast, "received")
    set_days(case, investigate_by=days(-1), answer_by=days(1))
    text = (
        client_for("chef")
        .get(case.get_absolute_url())
        .text.partition('id="klockor"')[2]
        .partition("</section>")[0]
    )
    assert "Mottagen" in text
    assert "av Jorid Chef" in text
    assert "Utreda" in text
    assert "försenad" in text or "nyss" in text
    assert "1 dag kvar" in text


@pytest.mark.parametrize(
    ("clock", "field", "status"),
    [
        ("ta-emot", "receive_by", "reported"),
        ("utreda", "investigate_by", "investigating"),
        ("svara", "answer_by", "acting"),
    ],
)
def test_list_filters_by_late_clock(cast, client_for, clock, field, status):
    late, fine = bring_to(report(cast), cast, status), bring_to(report(cast), cast, status)
    set_days(late, **{field: days(-4)})
    client = client_for("chef")
    for asked in (clock, "nagon"):
        page = client.get("/avvikelser/", {"forsenad": asked})
        assert f"/avvikelser/{late.pk}/" in page.text
        assert f"/avvikelser/{fine.pk}/" not in page.text
    others = {"ta-emot", "utreda", "svara"} - {clock}
    for other in others:
        assert f"/avvikelser/{late.pk}/" not in client.get("/avvikelser/", {"forsenad": other}).text


def test_mitt_arbete_tells_the_nearest_day_and_the_week_the_late_clocks(cast, client_for):
    case, other = report(cast), bring_to(report(cast), cast, "received")
    third = bring_to(report(cast), cast, "received")
    set_days(case, receive_by=days(-4))
    for one in (other, third):
        set_days(one, investigate_by=days(-4))
    client = client_for("chef")
    assert days(-4).isoformat() in client.get("/mitt-arbete/").text
    page = client.get("/")
    assert "1 inte mottagen i tid" in page.text
    assert "2 försenade utredningar" in page.text
    assert "urval=mitt&amp;forsenad=utreda" in page.text


def test_case_page_asks_no_more_for_many_rules_and_measures(cast, client_for, django_assert_max_num_queries):
    case = bring_to(report(cast), cast, "acting")
    for number in range(2):
        plan(case, cast, title=f"Åtgärd {number}")
    with django_assert_max_num_queries(12):
        client_for("chef").get(case.get_absolute_url())


def test_database_keeps_the_general_rule_and_what_a_rule_is_of(db):
    rule = DeadlineRule.objects.get(clock=Clock.ANSWER)
    with pytest.raises(DatabaseError), transaction.atomic():
        rule.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        DeadlineRule.objects.filter(pk=rule.pk).update(zone=Zone.RED)
    with pytest.raises(DatabaseError), transaction.atomic():
        DeadlineRule.objects.create(clock=Clock.ANSWER, days=5)
    with pytest.raises(DatabaseError), transaction.atomic():
        DeadlineRule.objects.filter(pk=rule.pk).update(days=rule.remind_before)


def test_reopened_case_is_counted_from_that_day(cast):
    case = bring_to(report(cast), cast, "closed")
    set_days(case, investigate_by=days(-40), answer_by=days(-40))
    found = clocks.restarted(case, "reopen", case.law)
    assert found == {"investigate_by": working_days_after(days(0), 20), "answer_by": days(30)}
    restored = clocks.restarted(case, "restore", case.law)
    assert restored["receive_by"] == working_days_after(days(0), 2)
    assert timedelta(0) < restored["answer_by"] - days(0)


@pytest.mark.parametrize("who", ["avdelningschef", "samordnare"])
def test_summary_shows_the_clocks_that_run_and_no_names(cast, client_for, who):
    case = bring_to(report(cast), cast, "received")
    text = client_for(who).get(case.get_absolute_url()).text
    told = text.partition('id="klockor"')[2].partition("</section>")[0]
    assert "20 arbetsdagar kvar" in told
    assert "Jorid Chef" not in told
