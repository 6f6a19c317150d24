"""The life of an åtgärd: who works on it, who judges its effect, and what that does to its cases."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.formats import date_format

from improvement import actions
from improvement.actions import measures
from improvement.enums import Effect, MeasureStatus
from improvement.models import Deviation, EffectCheck, Measure
from improvement.workflow import DEVIATION, MEASURE
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.workflow import Blocked
from tests.cast import PEOPLE
from tests.factories import AbsenceFactory, dated, days
from tests.improvement.cases import fresh
from tests.improvement.factories import ANSWER, assessed, bring_to, described, judged, plan, report

M = MeasureStatus
HANDLES = {"chef", "ersattare"}
# ombud is responsible for the åtgärd.
ALLOWED = {
    "accept": {"ombud"},
    "send_back": {"ombud"},
    "start": HANDLES | {"ombud"},
    "done": HANDLES | {"ombud"},
    "judge": HANDLES,
    "postpone": HANDLES,
    "judge_again": HANDLES,
    "postpone_again": HANDLES,
    "reopen": HANDLES,
    "drop": HANDLES,
    "settle": set(),
}
# Asked of who was asked to take it, and of åtgärder with a round left: to others there is nothing to answer.
WHILE = {"accept": {M.PLANNED}, "judge_again": {M.DONE, M.JUDGED}, "postpone_again": {M.DONE, M.JUDGED}}
POSSIBLE = {
    M.PLANNED: {"accept", "send_back", "start", "done", "drop"},
    M.ONGOING: {"send_back", "done", "drop"},
    M.DONE: {"judge", "postpone"},
    M.JUDGED: {"judge_again", "postpone_again", "reopen"},
    M.DROPPED: set(),
}
ASKED = {
    "judge": {"effect": "yes", "effect_text": "Det syns i listan."},
    "postpone": {"effect_on": 200},
    "judge_again": {"effect": "no", "effect_text": "Det syns i listan."},
    "postpone_again": {"effect_on": 200},
    "reopen": {"due": 20},
}


def outcome(measure, name, user):
    try:
        with transaction.atomic():
            measures.change_status(measure, name, user=user, comment="Därför.", **dated(ASKED.get(name, {})))
            raise KeyError("undo")
    except KeyError:
        return "done"
    except PermissionDenied:
        return "denied"
    except Blocked:
        return "blocked"


def in_status(cast, status):
    measure = plan(bring_to(report(cast), cast, "received"), cast)
    ways = {M.ONGOING: "start", M.DONE: "done", M.DROPPED: "drop"}
    if status in ways:
        measure = measures.change_status(measure, ways[status], user=cast.chef, comment="Därför.")
    if status == M.JUDGED:
        measure = judged(measure, by=cast.chef)
    Measure.objects.filter(pk=measure.pk).update(due=days(-1), effect_on=days(0))
    EffectCheck.objects.open().filter(measure=measure).update(due=days(0))
    return Measure.objects.get(pk=measure.pk)


def expected(who, status, name):
    if who not in ALLOWED[name] or status not in WHILE.get(name, M.values):
        return "denied"
    return "done" if name in POSSIBLE[status] else "blocked"


def test_every_transition_stands_in_the_table():
    assert set(MEASURE.transitions) == set(ALLOWED)


@pytest.mark.parametrize("status", M.values)
def test_transition_from_every_status_for_every_role(cast, status):
    measure = in_status(cast, status)
    found = {(who, name): outcome(measure, name, cast[who]) for who in PEOPLE for name in ALLOWED}
    assert found == {(who, name): expected(who, status, name) for who in PEOPLE for name in ALLOWED}


def test_handlaggare_of_the_case_judges_and_who_is_javig_does_nothing(cast):
    measure = in_status(cast, M.DONE)
    actions.hand_over(measure.deviation, person=cast.handlaggare, user=cast.chef)
    assert outcome(measure, "judge", fresh(cast.handlaggare)) == "done"
    grants.deny(cast.ombud, measure.deviation, reason="Närstående", by=cast.admin)
    assert outcome(in_status(cast, M.PLANNED), "start", fresh(cast.ombud)) == "done"
    assert outcome(measure, "start", fresh(cast.ombud)) == "denied"


def test_ersattare_works_in_the_name_of_the_absent(cast):
    AbsenceFactory(user=cast.ombud, substitute=cast.grann_ombud)
    measure = in_status(cast, M.PLANNED)
    measures.change_status(measure, "done", user=fresh(cast.grann_ombud))
    assert measure.transitions.get(name="done").on_behalf_of == cast.ombud
    measures.change_status(measure, "judge", user=fresh(cast.ersattare), **ASKED["judge"])
    assert measure.transitions.get(name="judge").on_behalf_of == cast.chef


def test_effect_is_judged_on_its_day_and_in_words(cast):
    measure = in_status(cast, M.DONE)
    Measure.objects.filter(pk=measure.pk).update(effect_on=days(1))
    with pytest.raises(Blocked, match=f"tidigast {date_format(days(1), 'j F Y')}"):
        measures.change_status(measure, "judge", user=cast.chef, **ASKED["judge"])
    Measure.objects.filter(pk=measure.pk).update(effect_on=days(0))
    with pytest.raises(Blocked, match="Välj om"):
        measures.change_status(measure, "judge", user=cast.chef, effect="kanske", effect_text="Nja.")
    with pytest.raises(Blocked, match="hur effekten syns"):
        measures.change_status(measure, "judge", user=cast.chef, effect="yes", effect_text=" ")


def test_too_early_moves_the_day_forward_only(cast):
    measure = in_status(cast, M.DONE)
    for day in (None, days(-1), days(0)):
        with pytest.raises(Blocked, match="senare dag"):
            measures.change_status(measure, "postpone", user=cast.chef, comment="Tidigt.", effect_on=day)
    later = measures.change_status(measure, "postpone", user=cast.chef, comment="Tidigt.", effect_on=days(9))
    assert (later.status, later.effect_on) == (M.DONE, days(9))


@pytest.mark.parametrize("name", ["judge", "postpone"])
def test_who_may_not_is_told_so_before_what_is_missing(cast, name):
    with pytest.raises(PermissionDenied):
        measures.change_status(in_status(cast, M.DONE), name, user=cast.grannchef)


def acted_with_further(cast):
    """An acted case, and one of the neighbour's unit that the same åtgärd answers, acted too."""
    own = bring_to(report(cast), cast, "acting")
    measure = own.measures.get()
    further = report(cast, unit="neighbour")
    receiver = cast.grannchef
    actions.change_status(further, "receive", user=receiver)
    described(assessed(further, by=receiver), by=receiver)
    actions.change_status(further, "investigate", user=receiver)
    actions.add_cause(further, user=receiver, area="procedures", sentence="Rutinen saknades.")
    actions.hand_over(further, person=cast.chef, user=receiver)
    chef = fresh(cast.chef)
    measures.answer_case(measure, deviation=further, user=chef)
    actions.take_back(further, person=cast.chef, user=receiver)
    measures.change_status(measure, "done", user=chef)
    actions.change_status(further, "act", user=receiver)
    for case, user in ((own, chef), (further, receiver)):
        actions.change_status(case, "finish", user=user, answer=ANSWER)
    return own, further, Measure.objects.get(pk=measure.pk)


def status_of(deviation):
    return Deviation.objects.get(pk=deviation.pk).status


def test_no_effect_takes_every_acted_case_back_to_work_and_tells(cast):
    own, further, measure = acted_with_further(cast)
    Notification.objects.all().delete()
    judged(measure, by=fresh(cast.chef), effect=Effect.NO)
    assert (status_of(own), status_of(further)) == ("acting", "acting")
    assert Notification.objects.filter(user=cast.grannchef, sentence__contains="Effekten uteblev").exists()
    with pytest.raises(Blocked, match="Ingen åtgärd återstår"):
        actions.change_status(further, "finish", user=cast.grannchef, answer=ANSWER)


@pytest.mark.parametrize("effect", [Effect.YES, Effect.PARTLY])
def test_effect_leaves_the_cases_to_be_closed(cast, effect):
    own, further, measure = acted_with_further(cast)
    judged(measure, by=fresh(cast.chef), effect=effect)
    assert actions.change_status(own, "close", user=fresh(cast.chef)).status == "closed"
    assert actions.change_status(further, "close", user=cast.grannchef).status == "closed"


def test_no_effect_opens_a_case_that_is_closed(cast):
    own, further, measure = acted_with_further(cast)
    measure.cases.all().delete()
    second = plan(own, cast)
    judged(measure, by=fresh(cast.chef))
    judged(second, by=fresh(cast.chef))
    actions.change_status(own, "close", user=fresh(cast.chef))
    third = plan(further, cast, by=cast.grannchef, unit=cast.units.neighbour)
    third.cases.create(deviation=own, created_by=cast.grannchef)
    judged(third, by=cast.grannchef, effect=Effect.NO)
    assert (status_of(own), status_of(further)) == ("acting", "acting")
    assert Deviation.objects.get(pk=own.pk).closed_at is None


def test_one_who_judges_nothing_takes_no_case_of_others_back(cast):
    _, further, _measure = acted_with_further(cast)
    with pytest.raises(PermissionDenied):
        actions.change_status(further, "redo", user=fresh(cast.chef), comment="Gör om.")


def reasons(deviation, user, name):
    rows = DEVIATION.available(user, Deviation.objects.get(pk=deviation.pk))
    return next(" ".join(one.reasons) for one in rows if one.transition.name == name)


def test_what_is_missing_is_said_in_every_state(cast):
    case, chef = report(cast, unit=None), cast.chef
    assert "ingen enhet" in reasons(case, cast.samordnare, "receive")
    moved = {"unit": cast.units.home, "comment": "Det hände där."}
    case = actions.change_status(case, "redirect", user=cast.samordnare, **moved)
    actions.change_status(case, "receive", user=chef)
    assert "Kategori" in reasons(case, chef, "investigate")
    assert "Allvarlighet" in reasons(case, chef, "close_simply")
    described(assessed(case, by=chef), by=chef)
    assert "grön" in reasons(case, chef, "close_simply")
    actions.change_status(case, "investigate", user=chef)
    assert "Ingen orsak" in reasons(case, chef, "act")
    cause = actions.add_cause(case, user=chef, area="procedures", sentence="Rutinen saknades.")
    assert reasons(case, chef, "act") == "Ingen åtgärd är planerad. Lägg till minst en."
    measure = plan(case, cast)
    actions.change_status(case, "act", user=chef)
    assert reasons(case, chef, "finish") == "En åtgärd är inte genomförd än."
    actions.strike_cause(cause, user=chef)
    assert "Ingen orsak" in reasons(case, chef, "finish")
    actions.add_cause(case, user=chef, area="procedures", sentence="Rutinen var gammal.")
    measures.change_status(measure, "done", user=chef)
    with pytest.raises(Blocked, match="vad ni ändrade"):
        actions.change_status(case, "finish", user=chef, answer=" ")
    actions.change_status(case, "finish", user=chef, answer=ANSWER)
    assert f"Den bedöms {date_format(days(100), 'j F Y')}" in reasons(case, chef, "close")


def test_measures_that_are_all_dropped_are_none(cast):
    case = bring_to(report(cast), cast, "acting")
    measures.change_status(case.measures.get(), "drop", user=cast.chef, comment="Gick inte.")
    assert reasons(case, cast.chef, "finish") == "Ingen åtgärd är planerad. Lägg till minst en."


def test_case_is_not_closed_over_a_measure_planned_after_the_answer(cast):
    case = bring_to(report(cast), cast, "acted")
    judged(case.measures.get(), by=cast.chef)
    plan(case, cast)
    with pytest.raises(Blocked, match="inte genomförd"):
        actions.change_status(case, "close", user=cast.chef)


def test_simple_handling_receives_first_and_is_for_green_alone(cast):
    asked = {"user": cast.chef, "answer": ANSWER, "area": "communication"}
    case = assessed(report(cast), by=cast.chef)
    with pytest.raises(Blocked, match="grön"):
        actions.change_status(case, "close_simply", **asked)
    assert status_of(case) == "reported"
    assessed(case, by=cast.chef, likelihood=1, consequence=2)
    for missing in ({"answer": " "}, {"area": ""}, {"area": "påhittat"}):
        with pytest.raises(Blocked):
            actions.change_status(case, "close_simply", **{**asked, **missing})
    described(case, by=cast.chef)
    closed = actions.change_status(case, "close_simply", **asked)
    assert (closed.status, closed.answer, closed.received_by) == ("closed", ANSWER, cast.chef)
    assert list(closed.transitions.values_list("name", flat=True)) == ["receive", "close_simply"]
    assert closed.causes.get().area == "communication"


@pytest.mark.parametrize("who", ["utforare", "utan_roll"])
def test_only_employees_are_responsible(cast, who):
    with pytest.raises(Blocked, match="medarbetare"):
        plan(bring_to(report(cast), cast, "received"), cast, responsible=cast[who])


def test_nobody_who_is_javig_is_responsible(cast):
    case = bring_to(report(cast), cast, "received")
    measure = plan(case, cast)
    grants.deny(cast.medarbetare, case, reason="Närstående", by=cast.admin)
    with pytest.raises(Blocked, match="jävig"):
        plan(case, cast, responsible=cast.medarbetare)
    with pytest.raises(Blocked, match="jävig"):
        measures.change(measure, user=cast.chef, values={"responsible": cast.medarbetare})
