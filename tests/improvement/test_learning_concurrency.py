"""Many at once: a unit answers once, a vote counts once, a case is asked of once."""

from functools import partial

import pytest

from improvement.actions import proposals, spread
from improvement.models import Proposal, ProposalVote, SpreadPrompt
from kvalitet.models import Notification
from kvalitet.organisation.enums import Role
from tests.cast import make_cast
from tests.factories import RoleAssignmentFactory
from tests.improvement.cases import fresh
from tests.improvement.learning import answer_of, ask, learnt_case, propose
from tests.improvement.test_concurrency import blocked
from tests.processes.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_managers_who_answer_at_once_one_is_told_of_the_other():
    cast = make_cast()
    RoleAssignmentFactory(user=cast.grann_ombud, unit=cast.units.neighbour, role=Role.MANAGER)
    row = answer_of(ask(learnt_case(cast), cast), cast.units.neighbour)
    answers = ((cast.grannchef, "yes"), (cast.grann_ombud, "no"))
    results = at_once([partial(spread.answer, row, user=fresh(who), answer=one) for who, one in answers])
    assert blocked(results) == 1
    row.refresh_from_db()
    assert (row.answered_by, row.answer) in answers


def test_the_last_two_units_that_answer_at_once_tell_the_asker_once():
    cast = make_cast()
    prompt = ask(learnt_case(cast), cast)
    rows = ((cast.grannchef, cast.units.neighbour), (cast.samordnare, cast.units.other))
    at_once(
        [partial(spread.answer, answer_of(prompt, unit), user=fresh(who), answer="no") for who, unit in rows]
    )
    told = Notification.objects.filter(sentence__startswith="Alla enheter har svarat", user=cast.chef)
    assert told.count() == 1


def test_case_asked_of_eight_times_at_once_is_asked_of_once():
    cast = make_cast()
    case = learnt_case(cast)
    results = at_once([lambda: ask(case, cast, by=fresh(cast.chef))] * 8)
    assert blocked(results) == 7
    assert SpreadPrompt.objects.count() == 1


def test_votes_at_once_are_all_counted_and_each_once():
    cast = make_cast()
    proposal = propose(cast)
    people = [cast.ombud, cast.chef, cast.grannchef, cast.handlaggare] * 2
    at_once([partial(proposals.vote, proposal, user=fresh(one), is_for=True) for one in people])
    assert ProposalVote.objects.count() == 4
    assert Proposal.objects.get().votes == 4
    votes = [partial(proposals.vote, proposal, user=fresh(one), is_for=False) for one in people]
    at_once(votes)
    assert Proposal.objects.get().votes == ProposalVote.objects.count() == 0
