"""Many at once: one report is one case, and of two decisions the second sees the first."""

import uuid
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from improvement import actions
from improvement.actions import measures
from improvement.enums import Effect
from improvement.models import Deviation, Measure
from kvalitet.models import Notification
from kvalitet.organisation.enums import Role
from kvalitet.workflow import Blocked
from tests.cast import make_cast
from tests.factories import RoleAssignmentFactory, days
from tests.improvement.cases import fresh
from tests.improvement.factories import ANSWER, assessed, bring_to, plan, report
from tests.processes.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def blocked(results):
    return sum(isinstance(one, Blocked) for one in results)


def test_the_same_form_sent_eight_times_at_once_is_one_case_told_once():
    cast, key = make_cast(), uuid.uuid4()
    made = at_once([lambda: report(cast, by=fresh(cast.medarbetare), submission=key)] * 8)
    assert len({one.pk for one in made}) == 1
    assert Deviation.objects.count() == 1
    assert Notification.objects.filter(kind="improvement.deviation").count() == 2
    report(cast, by=fresh(cast.grannmedarbetare), submission=key)
    assert Deviation.objects.count() == 2


def test_of_two_chefs_who_receive_one_is_told():
    cast = make_cast()
    RoleAssignmentFactory(user=cast.ombud, unit=cast.units.home, role=Role.MANAGER)
    case = report(cast)
    receive = partial(actions.change_status, case, "receive")
    results = at_once([partial(receive, user=fresh(one)) for one in (cast.chef, cast.ombud)])
    assert blocked(results) == 1
    assert case.transitions.filter(name="receive").count() == 1


@pytest.mark.parametrize("_", range(3))
def test_of_two_merged_into_each_other_one_goes_on(_):
    cast = make_cast()
    first, second = report(cast), report(cast)

    def merge(one, other):
        return lambda: actions.change_status(one, "merge", user=fresh(cast.chef), into=other)

    results = at_once([merge(first, second), merge(second, first)])
    assert blocked(results) == 1
    assert sorted(Deviation.objects.values_list("status", flat=True)) == ["merged", "reported"]


def test_case_merged_while_it_is_answered_is_answered_too():
    cast = make_cast()
    goes_on, same = report(cast), report(cast)

    def dismiss():
        return actions.change_status(goes_on, "dismiss", user=fresh(cast.chef), comment=ANSWER)

    def merge():
        return actions.change_status(same, "merge", user=fresh(cast.chef), into=goes_on)

    results = at_once([dismiss, merge])
    saved = Deviation.objects.get(pk=same.pk)
    if saved.status == "merged":
        assert saved.answer == ANSWER
    else:
        assert (saved.status, blocked(results)) == ("reported", 1)


def test_event_parted_twice_at_once_has_two_parts():
    cast = make_cast()
    case = assessed(report(cast), by=cast.chef)
    results = at_once([lambda: actions.split(case, user=fresh(cast.chef), law="hsl")] * 4)
    assert blocked(results) == 3
    assert Deviation.objects.count() == 2


def test_case_moved_while_it_is_assessed_is_assessed_before_or_not_at_all():
    cast = make_cast()
    case = report(cast)
    moved = {"unit": cast.units.neighbour, "comment": "Det hände där."}

    def move():
        return actions.change_status(case, "redirect", user=fresh(cast.chef), **moved)

    def assess():
        try:
            return assessed(case, by=fresh(cast.chef))
        except PermissionDenied as denied:
            return denied

    results = at_once([move, assess])
    now = Deviation.objects.get(pk=case.pk)
    assert now.unit == cast.units.neighbour
    assert now.unit_path[-1] == cast.units.neighbour.pk
    assert bool(now.zone) is isinstance(results[1], Deviation)


def test_effect_judged_while_a_measure_is_planned_leaves_no_case_acted_on_a_failure():
    cast = make_cast()
    case = bring_to(report(cast), cast, "acted")
    measure = case.measures.get()
    Measure.objects.filter(pk=measure.pk).update(due=days(-1), effect_on=days(0))
    judgement = {"effect": Effect.NO, "effect_text": "Det syns inte."}

    def judge():
        return measures.change_status(measure, "judge", user=fresh(cast.chef), **judgement)

    results = at_once([judge, lambda: plan(case, cast, by=fresh(cast.chef))])
    assert blocked(results) == 0
    assert Deviation.objects.get(pk=case.pk).status == "acting"
    assert Measure.objects.count() == 2


@pytest.mark.parametrize("_", range(3))
def test_case_is_not_finished_on_a_measure_that_is_failing_meanwhile(_):
    cast = make_cast()
    case = bring_to(report(cast), cast, "acting")
    measure = measures.change_status(case.measures.get(), "done", user=cast.chef)
    Measure.objects.filter(pk=measure.pk).update(due=days(-1), effect_on=days(0))
    judgement = {"effect": Effect.NO, "effect_text": "Det syns inte."}

    def finish():
        return actions.change_status(case, "finish", user=fresh(cast.chef), answer=ANSWER)

    def judge():
        return measures.change_status(measure, "judge", user=fresh(cast.chef), **judgement)

    at_once([finish, judge])
    assert Measure.objects.get().effect == Effect.NO
    assert Deviation.objects.get(pk=case.pk).status == "acting"
