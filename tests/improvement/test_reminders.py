"""What is said of the clocks: before, after, and to the next chef up; once each, whatever the task does."""

from datetime import timedelta

import pytest

from improvement import notices, reminders
from improvement.enums import Clock, NoticeKind
from improvement.models import ClockNotice, Deviation
from improvement.tasks import remind
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment
from tests.cast import make_cast
from tests.factories import AbsenceFactory, RoleAssignmentFactory, days
from tests.improvement.cases import fresh
from tests.improvement.factories import WHAT, assessed, bring_to, report
from tests.processes.test_concurrency import at_once

ONE = timedelta(days=1)


def told(person, words=""):
    rows = Notification.objects.filter(user=person, kind=notices.DEVIATION_KIND, sentence__startswith=words)
    return [one.sentence for one in rows.order_by("pk")]


def only(case, **days_of):
    """The case with just the clocks given, and none of the notices of its report."""
    far = {"receive_by": None, "investigate_by": None, "answer_by": days(900)}
    Deviation.objects.filter(pk=case.pk).update(**{**far, **days_of})
    Notification.objects.all().delete()
    case.refresh_from_db()
    return case


def answering(cast, by):
    return only(bring_to(report(cast), cast, "received"), answer_by=by)


def test_before_and_after_are_said_once_a_day_however_often_the_task_runs(cast):
    case, by = answering(cast, days(100)), days(100)
    day = by - 12 * ONE
    while day <= by + 2 * ONE:
        for _ in range(3):
            reminders.send(day)
        day += ONE
    assert told(cast.chef) == [f"Svara snart: avvikelse {case.pk}", f"Försenat svar: avvikelse {case.pk}"]


def test_late_is_said_again_with_the_days_of_the_rule_between(cast):
    by = days(100)
    case = answering(cast, by)
    sent = [n for n in range(1, 23) if reminders.send(by + n * ONE)]
    assert [n for n in sent if n != 7] == [1, 8, 15, 22]
    late = ClockNotice.objects.filter(deviation=case, kind=NoticeKind.LATE).values_list("day", flat=True)
    assert list(late) == [by + n * ONE for n in (1, 8, 15, 22)]


def test_task_that_was_down_for_months_makes_no_storm(cast):
    case = answering(cast, days(-200))
    reminders.send(days(0))
    assert told(cast.chef) == [f"Försenat svar: avvikelse {case.pk}"]
    assert told(cast.avdelningschef) == [
        f"Till dig som chef ovanför, inte besvarad i tid: avvikelse {case.pk}"
    ]
    assert reminders.send(days(0)) == 0


def test_moved_day_is_a_new_clock(cast):
    case = answering(cast, days(3))
    assert reminders.send(days(0)) == 1
    only(case, answer_by=days(5))
    assert reminders.send(days(0)) == 1


@pytest.mark.parametrize("status", ["acted", "closed", "not_deviation"])
def test_stopped_clock_says_nothing(cast, status):
    case = bring_to(report(cast), cast, status)
    only(case, receive_by=days(-50), investigate_by=days(-50), answer_by=days(-50))
    assert reminders.send(days(0)) == 0


def test_escalation_passes_over_a_javig_chef(cast):
    RoleAssignmentFactory(user=cast.mas, unit=cast.units.administration, role=Role.MANAGER)
    case = answering(cast, days(-30))
    grants.deny(cast.avdelningschef, case, reason="Nära.", by=cast.lexansvarig)
    reminders.send(days(0))
    assert told(cast.avdelningschef) == []
    assert told(cast.mas, "Till dig som chef ovanför")


def test_escalation_reaches_the_samordnare_when_there_is_no_chef_above(cast):
    RoleAssignment.objects.filter(user=cast.avdelningschef).update(valid_to=days(-1))
    answering(cast, days(-30))
    reminders.send(days(0))
    assert told(cast.samordnare, "Till dig som chef ovanför")


def test_suspected_case_is_never_told_to_the_samordnare(cast):
    RoleAssignment.objects.filter(user=cast.avdelningschef).update(valid_to=days(-1))
    only(report(cast, is_suspected=True), receive_by=days(-30))
    reminders.send(days(0))
    assert told(cast.samordnare) == []
    assert told(cast.lexansvarig, "Till dig som chef ovanför")


def test_javig_chef_is_not_reminded(cast):
    case = only(report(cast, is_manager_involved=True), receive_by=days(-30))
    reminders.send(days(0))
    assert told(cast.chef) == []
    assert told(cast.avdelningschef, "Försenad att ta emot")
    assert ClockNotice.objects.filter(deviation=case).count() == 2


def test_ersattare_is_reminded_while_the_chef_is_away(cast):
    answering(cast, days(-1))
    reminders.send(days(0))
    assert told(cast.ersattare, "Försenat svar")


def test_no_word_of_the_case_is_in_any_reminder(cast):
    case = assessed(report(cast), by=cast.chef, summary="En insats uteblev.")
    only(case, receive_by=days(-30), investigate_by=days(-30), answer_by=days(-30))
    reminders.send(days(0))
    said = " ".join(Notification.objects.values_list("sentence", flat=True))
    assert said
    assert WHAT not in said
    assert "insats" not in said


def test_escalation_is_shown_on_the_case(cast, client_for):
    case = answering(cast, days(-30))
    reminders.send(days(0))
    page = client_for("chef").get(case.get_absolute_url())
    assert "Eskalerad till Birger Avdelningschef den" in page.text


def test_whoever_is_escalated_to_can_open_what_the_notice_leads_to(cast, client_for):
    case = answering(cast, days(-30))
    AbsenceFactory(user=cast.avdelningschef, substitute=cast.grannchef)
    reminders.send(days(0))
    for who in ("avdelningschef", "grannchef"):
        assert told(cast[who], "Till dig")
        assert client_for(who).get(case.get_absolute_url()).status_code == 200


def test_the_morning_task_says_both_cases_and_measures(cast):
    answering(cast, days(0))
    remind()
    assert told(cast.chef, "Svara snart")


def test_hundred_due_cost_no_query_when_all_has_been_said(cast, django_assert_max_num_queries):
    for _ in range(3):
        case = bring_to(report(cast), cast, "received")
        Deviation.objects.filter(pk=case.pk).update(answer_by=days(-30))
    reminders.send(days(0))
    with django_assert_max_num_queries(3):
        assert reminders.send(days(0)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_tasks_at_once_say_it_once():
    cast = make_cast()
    case = answering(cast, days(-1))
    at_once([lambda: reminders.send(days(0))] * 4)
    assert ClockNotice.objects.filter(deviation=case, clock=Clock.ANSWER).count() == 1
    assert len(told(fresh(cast.chef))) == 1
