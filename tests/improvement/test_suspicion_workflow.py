"""A suspicion of missförhållande: who may raise it and who alone may rule it out, in every state."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from improvement import actions
from improvement.enums import Suspicion
from improvement.models import Deviation
from improvement.workflow import DEVIATION, SUSPICION
from kvalitet.models import Notification
from kvalitet.workflow import Blocked
from tests.cast import PEOPLE
from tests.factories import AbsenceFactory
from tests.improvement.cases import KINDS, fresh
from tests.improvement.factories import ANSWER, assessed, bring_to, report

READS = {"chef", "ersattare"}
# The lex Sarah-ansvarig reads what is or has been suspected.
RAISES = {"none": READS, "suspected": READS | {"lexansvarig"}, "returned": READS | {"lexansvarig"}}
POSSIBLE = {"none": {"suspect"}, "suspected": {"return", "inquire"}, "returned": {"suspect"}}
MADE = {"none": "plain", "suspected": "suspected", "returned": "returned"}


def outcome(deviation, name, user, **asked):
    try:
        with transaction.atomic():
            actions.change_status(deviation, name, user=user, comment="Därför.", **asked)
            raise KeyError("undo")
    except KeyError:
        return "done"
    except PermissionDenied:
        return "denied"
    except Blocked:
        return "blocked"


def expected(who, state, name):
    allowed = RAISES[state] if name == "suspect" else {"lexansvarig"}
    if who not in allowed:
        return "denied"
    return "done" if name in POSSIBLE[state] else "blocked"


def test_every_transition_and_state_stands_in_the_table():
    assert set(SUSPICION.transitions) == {"suspect", "return", "inquire"}
    assert {*MADE, "inquiry"} == set(Suspicion.values)


@pytest.mark.parametrize("state", MADE)
def test_transition_from_every_state_for_every_role(cast, state):
    pk = KINDS[MADE[state]](cast).pk
    names = set(SUSPICION.transitions)
    found = {
        (who, name): outcome(Deviation.objects.get(pk=pk), name, fresh(cast[who]), dnr="LS-2026-1")
        for who in PEOPLE
        for name in names
    }
    assert found == {(who, name): expected(who, state, name) for who in PEOPLE for name in names}


@pytest.mark.parametrize("status", ["closed", "not_deviation", "to_inquiry"])
def test_nothing_is_judged_in_a_case_that_is_over(cast, status):
    deviation = bring_to(report(cast), cast, status)
    assert outcome(deviation, "suspect", cast.chef) in {"blocked"}


@pytest.mark.parametrize("name", ["close_simply", "dismiss"])
def test_a_suspected_case_is_not_written_off_by_the_chef(cast, name):
    deviation = actions.change_status(report(cast, is_suspected=True), "receive", user=cast.chef)
    assessed(deviation, by=cast.chef, likelihood=1, consequence=1)
    with pytest.raises(Blocked, match="Lex Sarah-ansvarig bedömer"):
        actions.change_status(
            deviation, name, user=cast.chef, comment="Ringa.", answer=ANSWER, area="procedures"
        )


def test_the_chef_acts_at_once_though_it_is_suspected(cast):
    deviation = bring_to(report(cast, is_suspected=True), cast, "acted")
    assert deviation.suspicion == "suspected"
    (close,) = [one for one in DEVIATION.available(cast.chef, deviation) if one.transition.name == "close"]
    assert any("Lex Sarah-ansvarig bedömer" in reason for reason in close.reasons)


def test_returned_case_goes_on_and_the_chef_is_told(cast):
    deviation = report(cast, is_suspected=True)
    Notification.objects.all().delete()
    deviation = actions.change_status(deviation, "return", user=cast.lexansvarig, comment="Ordinär.")
    assert deviation.suspicion_judged_by == cast.lexansvarig
    assert {one.user for one in Notification.objects.all()} == {cast.chef, cast.ersattare}
    assert outcome(deviation, "dismiss", cast.chef) == "done"


def test_inquiry_needs_dnr_and_takes_the_case_over(cast):
    deviation = report(cast, is_suspected=True)
    with pytest.raises(Blocked, match="diarienummer"):
        actions.change_status(deviation, "inquire", user=cast.lexansvarig, dnr="  ")
    deviation = actions.change_status(deviation, "inquire", user=cast.lexansvarig, dnr="LS-2026-7")
    assert (deviation.status, deviation.suspicion, deviation.inquiry_dnr) == (
        "to_inquiry",
        "inquiry",
        "LS-2026-7",
    )
    assert Notification.objects.filter(user=cast.medarbetare, sentence__contains="svar").exists()


def test_reason_is_required_to_raise_and_to_return(cast):
    with pytest.raises(Blocked, match="kommentar"):
        actions.change_status(report(cast), "suspect", user=cast.chef, comment=" ")
    with pytest.raises(Blocked, match="kommentar"):
        actions.change_status(report(cast, is_suspected=True), "return", user=cast.lexansvarig)


def test_raising_tells_the_lex_sarah_ansvarig_at_once(cast):
    actions.change_status(report(cast), "suspect", user=cast.chef, comment="Skada.")
    assert Notification.objects.get(user=cast.lexansvarig).urgent


def test_ersattare_judges_in_the_name_of_the_absent(cast):
    AbsenceFactory(user=cast.lexansvarig, substitute=cast.registrator)
    first = actions.change_status(report(cast), "suspect", user=fresh(cast.ersattare), comment="Skada.")
    assert first.transitions.get(name="suspect").on_behalf_of == cast.chef
    actions.change_status(first, "inquire", user=fresh(cast.registrator), dnr="LS-2026-8")
    names = first.transitions.filter(on_behalf_of=cast.lexansvarig).values_list("name", flat=True)
    assert set(names) == {"inquire", "to_inquiry"}
