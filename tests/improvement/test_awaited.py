"""Answers that others wait for: their days are data, and what is said of them is said once, as of a case's
clocks. The clock is moved by the day that the task is given.
"""

import pytest
from django.db import IntegrityError, transaction

from improvement import awaited
from improvement.actions import exchanges, proposals, spread
from improvement.enums import Awaited, NoticeKind
from improvement.models import AnswerNotice, DeadlineRule, Exchange, Proposal
from improvement.tasks import remind
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.working_days import working_days_after
from tests.cast import make_cast
from tests.factories import days
from tests.improvement import learning
from tests.improvement.cases import fresh
from tests.improvement.factories import bring_to, report
from tests.improvement.learning import answer_of, ask, learnt_case, propose, shared_process
from tests.improvement.test_exchanges import make as exchange_of
from tests.processes.test_concurrency import at_once

pytestmark = pytest.mark.django_db
SETTINGS = "/avvikelser/installningar/"


def asked(cast):
    """One unit alone is asked."""
    prompt = ask(learnt_case(cast, process=None), cast, units=[cast.units.neighbour], answer_by=days(14))
    return answer_of(prompt, cast.units.neighbour)


def of_owner(cast):
    return propose(cast, process=shared_process(cast), receiver="owner")


def from_region(cast):
    case = bring_to(report(cast), cast, "received")
    values = {"party": "region", "party_name": "Regionen", "text": "?", "answer_by": days(14)}
    return exchanges.begin(case, user=cast.chef, values={**values, "direction": "in"})


def to_region(cast):
    values = {"party": "region", "party_name": "Regionen", "text": "?", "answer_by": days(14)}
    case = bring_to(report(cast), cast, "received")
    sent = exchanges.begin(case, user=cast.chef, values={**values, "direction": "out"})
    return exchanges.change_status(sent, "send", user=cast.chef)


def to_provider(cast):
    return exchange_of(cast, answer_by=days(14))


CHEF = {"chef", "ersattare"}
# What is waited for -> who is told before, when it is late, and of the chefs when it goes further up.
TOLD = {
    asked: ({"grannchef"}, {"grannchef"}, {"avdelningschef"}),
    propose: (CHEF, CHEF, {"avdelningschef"}),
    of_owner: ({"processagare"}, {"processagare", "samordnare"}, {"samordnare"}),
    from_region: (CHEF, CHEF, {"avdelningschef"}),
    to_region: (CHEF, CHEF, {"avdelningschef"}),
    to_provider: ({"utforare"}, CHEF | {"utforare"}, {"avdelningschef"}),
}


def day_of(row):
    return getattr(row, "prompt", row).answer_by


def told_by(cast, day):
    """Who is told something when the task has run on ``day``, and again."""
    Notification.objects.all().delete()
    for _ in range(2):
        awaited.send(day)
    names = list(Notification.objects.values_list("user", flat=True))
    assert len(names) == len(set(names)), "nobody twice"
    return {who for who in cast if cast[who].pk in names}


@pytest.mark.parametrize("make", TOLD, ids=lambda one: one.__name__)
def test_before_after_and_to_the_next_chef_each_once(cast, make):
    by = day_of(make(cast))
    before, late, above = TOLD[make]
    assert told_by(cast, days(0)) == set()
    steps = {n: told_by(cast, working_days_after(by, n) if n else by) for n in range(12)}
    assert steps[0] == before
    assert steps[1] == late
    assert steps[5] == above
    assert steps[6] == steps[11] == late, "once a week after that"
    assert not any(steps[n] for n in (2, 3, 4, 7, 8, 9, 10))
    kinds = AnswerNotice.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["before", "late", "escalated", "late", "late"]


@pytest.mark.parametrize("make", [asked, propose, to_provider], ids=lambda one: one.__name__)
def test_task_that_was_down_for_months_makes_no_storm_and_what_is_answered_says_nothing(cast, make):
    row = make(cast)
    late = working_days_after(day_of(row), 90)
    assert awaited.send(late) == 2
    assert awaited.send(late) == 0
    answer(row, cast)
    Notification.objects.all().delete()
    assert awaited.send(working_days_after(late, 30)) == 0
    assert not Notification.objects.exists()


def answer(row, cast):
    if isinstance(row, Exchange):
        exchanges.change_status(row, "answer", user=cast.chef, answer="Nu så.")
    elif isinstance(row, Proposal):
        proposals.change_status(row, "decline", user=cast.chef, answer="Nej.")
    else:
        spread.answer(row, user=cast.grannchef, answer="no")


def test_withdrawn_question_is_not_reminded_of(cast):
    row = asked(cast)
    spread.withdraw(row.prompt, user=cast.chef)
    assert awaited.send(working_days_after(day_of(row), 30)) == 0


def test_nothing_is_told_to_who_is_javig_in_the_case_of_a_late_answer_in_samverkan(cast):
    sent = to_region(cast)
    grants.deny(cast.avdelningschef, sent.deviation, reason="Nära.", by=cast.admin)
    assert "avdelningschef" not in told_by(cast, working_days_after(sent.answer_by, 9))


def test_chef_above_is_sent_to_where_they_may_say_why_they_open_it(cast, client_for):
    sent = to_region(cast)
    awaited.send(working_days_after(sent.answer_by, 9))
    url = Notification.objects.get(user=cast.avdelningschef).url
    assert url == sent.deviation.get_absolute_url()
    assert client_for("avdelningschef").get(url).status_code == 200


def test_sent_on_or_taken_up_again_it_has_a_new_day_and_is_reminded_of_anew(cast):
    proposal = propose(cast)
    Proposal.objects.filter(pk=proposal.pk).update(answer_by=days(-30))
    awaited.send(days(0))
    proposals.change_status(proposal, "decline", user=cast.chef, answer="Nej.")
    again = proposals.change_status(proposal, "reopen", user=cast.chef, comment="Nytt.")
    assert again.answer_by == working_days_after(days(0), 10)
    assert told_by(cast, again.answer_by) == CHEF


FORMS = {"proposal": "", "spread": "sprid", "exchange": "samverkan"}


@pytest.mark.parametrize("clock", FORMS)
def test_changed_deadline_holds_for_what_is_sent_and_moves_nothing(cast, client_for, clock):
    before = propose(cast)
    rule, client = DeadlineRule.objects.get(clock=clock), client_for("processhandledare")
    page = client.get(SETTINGS).text
    assert rule.get_clock_display() in page
    assert "skickas härefter" in client.get(f"{SETTINGS}frist/{rule.pk}/").text
    values = {"days": 4, "remind_before": 1, "remind_every": 0, "escalate_after": ""}
    client.post(f"{SETTINGS}frist/{rule.pk}/", values | {"is_working_days": "on", "escalate_after": 3})
    expected = working_days_after(days(0), 4)
    if clock == "proposal":
        assert propose(cast, by=cast.ombud).answer_by == expected
        assert Proposal.objects.get(pk=before.pk).answer_by == working_days_after(days(0), 10)
        return
    case = learnt_case(cast, status="acted")
    form = client_for("chef").get(f"{case.get_absolute_url()}{FORMS[clock]}/").context["form"]
    assert form.initial["answer_by"] == expected


def test_deadline_of_answers_is_one_for_all(cast, client_for):
    page = client_for("processhandledare").get(f"{SETTINGS}frist/").context["form"]
    assert {value for value, _ in page.fields["clock"].choices} == {"", "receive", "investigate", "answer"}
    for one in Awaited:
        with pytest.raises(IntegrityError), transaction.atomic():
            DeadlineRule.objects.create(clock=one, law="hsl", days=5)


def test_page_and_list_say_how_the_answer_stands_and_where_it_has_gone(cast, client_for):
    made = learning.make(cast)
    sent = to_region(cast)
    asked, *mine = (one.get_absolute_url() for one in (made.prompt, made.proposal, sent))
    for url, who in [(asked, "grannchef"), *((one, "chef") for one in mine)]:
        assert "arbetsdagar kvar" in client_for(who).get(url).text, url
    DeadlineRule.objects.filter(clock__in=Awaited.values).update(is_working_days=False)
    Proposal.objects.update(answer_by=days(-9))
    Exchange.objects.update(answer_by=days(-9))
    awaited.send(days(0))
    for url in mine:
        page = client_for("chef").get(url).text
        assert "9 dagar försenat" in page
        assert f"Eskalerad till {cast.avdelningschef} den" in page
    assert "Eskalerad" not in client_for("grannmedarbetare").get(made.proposal.get_absolute_url()).text
    assert days(-9).isoformat() in client_for("medarbetare").get("/forslag/").text
    assert f"Svara på förslag {made.proposal.pk}" in client_for("chef").get("/mitt-arbete/").text


def test_only_one_answer_a_notice_and_none_is_rewritten(cast):
    row, proposal = asked(cast), propose(cast)
    values = {"kind": NoticeKind.LATE, "day": days(0)}
    for wrong in ({}, {"spread_answer": row, "proposal": proposal}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AnswerNotice.objects.create(**wrong, **values)
    AnswerNotice.objects.create(proposal=proposal, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerNotice.objects.create(proposal=proposal, **values)


def test_task_tells_of_them(cast):
    Proposal.objects.filter(pk=propose(cast).pk).update(answer_by=days(-30))
    remind()
    assert Notification.objects.filter(user=cast.avdelningschef).exists()
    assert fresh(cast.chef).pk in Notification.objects.values_list("user", flat=True)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_say_it_once():
    cast = make_cast()
    by = day_of(propose(cast))
    Notification.objects.all().delete()
    at_once([lambda: awaited.send(working_days_after(by, 1))] * 2)
    assert Notification.objects.filter(user=cast.chef).count() == 1
