"""Where the parts meet: rights, jäv and integrity that no one part sees by itself."""

import contextlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from improvement import actions, awaited, notices, source_work
from improvement.actions import exchanges, measures, proposals
from improvement.enums import CaseLaw, DeviationStatus
from improvement.models import Deviation, Measure
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.organisation.models import Denial
from kvalitet.search import drain_now, find
from kvalitet.workflow import Blocked
from tests.factories import days
from tests.improvement import learning
from tests.improvement.cases import fresh, touched
from tests.improvement.factories import (
    ANSWER,
    assessed,
    bring_to,
    described,
    judged,
    plan,
    report,
    review,
)
from tests.improvement.test_exchanges import make as exchange_of
from tests.processes.factories import make_process

pytestmark = pytest.mark.django_db
S = DeviationStatus


def again(case):
    return Deviation.objects.get(pk=case.pk)


def merge(case, into, *, by):
    return actions.change_status(again(case), "merge", user=by, into=into, comment="Samma händelse.")


def parted(cast):
    case = assessed(report(cast), by=cast.chef)
    return again(case), actions.split(again(case), user=cast.chef, law=CaseLaw.HSL)


def javiga(case):
    return set(Denial.objects.filter(object_id=case.pk).values_list("user__email", flat=True))


SIMPLY = {
    "law": "sol",
    "likelihood": "1",
    "consequence": "1",
    "area": "procedures",
    "answer": "Tack.",
}


@pytest.mark.parametrize("who", ["medarbetare", "samordnare", "processagare"])
def test_handling_together_tells_nothing_of_what_is_not_ones_own_to_handle(cast, client_for, who):
    """Not the reporter either, who may know of the case but not that somebody suspects it."""
    case = assessed(report(cast), by=cast.chef, likelihood=4, consequence=4)
    suspected = actions.change_status(report(cast), "suspect", user=cast.chef, comment="Skada.")
    data = SIMPLY | {"val": [case.pk, suspected.pk], "category": case.category_id}
    data |= {"informed": "no", "informed_reason": "Nej.", "documented": "no", "documented_reason": "Nej."}
    page = client_for(who).post(reverse("improvement:together"), data).text
    assert page.count("Den är inte din att hantera längre.") == 2
    for word in ("missförhållande", "inte grön"):
        assert word not in page


@pytest.mark.parametrize("which", [0, 1])
def test_jav_set_after_the_parting_holds_in_both_parts_until_it_is_taken_back(cast, which):
    pair = parted(cast)
    actions.bar(pair[which], person=cast.ombud, reason="Nära.", user=cast.chef)
    assert javiga(pair[0]) == javiga(pair[1]) == {cast.ombud.email}
    actions.unbar(again(pair[1 - which]), person=cast.ombud, user=cast.chef)
    assert javiga(pair[0]) == javiga(pair[1]) == set()


@pytest.mark.parametrize("which", [0, 1])
def test_jav_set_after_a_merge_holds_in_what_was_merged(cast, which):
    goes_on, case = report(cast, by=cast.ombud), report(cast)
    merge(case, goes_on, by=cast.chef)
    pair = again(case), again(goes_on)
    actions.hand_over(goes_on, person=cast.handlaggare, user=cast.chef)
    actions.bar(pair[which], person=cast.handlaggare, reason="Nära.", user=cast.chef)
    assert javiga(case) == javiga(goes_on) == {cast.handlaggare.email}
    assert not Deviation.objects.visible_to(fresh(cast.handlaggare)).exists()


def test_who_is_javig_in_a_case_does_not_get_it_by_its_being_merged(cast):
    """The chef is said to be involved in the one; the other is the chef's own to handle."""
    case, others = report(cast, is_manager_involved=True), report(cast, by=cast.ombud)
    above = cast.avdelningschef
    actions.take_over(others, user=above, reason="Samma händelse.")
    with pytest.raises(Blocked, match="jävig här men inte i"):
        merge(case, again(others), by=fresh(above))
    actions.bar(again(others), person=cast.chef, reason="Chefen är berörd.", user=fresh(above))
    assert merge(case, again(others), by=fresh(above)).status == S.MERGED


def test_lex_sarah_officer_gets_what_a_report_of_a_touched_chef_goes_on_in(cast, client_for):
    """The chef it is about neither sees nor finds it, and knows of it by no notice."""
    case = touched(cast)
    url, words = case.get_absolute_url(), "Insatsen"
    told = Notification.objects.filter(url=url, sentence__startswith="Chefen är berörd")
    assert set(told.values_list("user", flat=True)) == {cast.lexansvarig.pk}
    assert client_for("lexansvarig").get(url).status_code == 200
    for who in ("chef", "ersattare"):
        assert client_for(who).get(url).status_code == 404, who
        assert not Deviation.objects.visible_to(fresh(cast[who])).exists(), who
    drain_now()
    assert found(cast.lexansvarig, words) >= {url}
    assert not found(cast.chef, words)
    apart = actions.change_status(
        case.merged.get(), "restore", user=fresh(cast.avdelningschef), comment="Två."
    )
    assert client_for("lexansvarig").get(url).status_code == 404, "then it is an ordinary case again"
    assert client_for("lexansvarig").get(apart.get_absolute_url()).status_code == 200


def found(user, words):
    return {hit.url for hit in find(fresh(user), words).hits}


@pytest.mark.parametrize("before", [None, "neighbour"])
def test_chef_who_is_touched_does_not_get_the_case_by_its_being_moved(cast, client_for, before):
    """Whoever is chef of the place where it turns out to have happened is touched, as if reported there."""
    case = report(cast, by=cast.grannmedarbetare, unit=before, is_manager_involved=True)
    by = cast.avdelningschef if before else cast.samordnare
    page = client_for("avdelningschef" if before else "samordnare").get(f"{case.get_absolute_url()}redirect/")
    assert "chefen ovanför den enhet du väljer" in page.text
    moved = actions.change_status(
        again(case), "redirect", user=fresh(by), unit=cast.units.home, comment="Där hände det."
    )
    assert {cast.chef.email, cast.grannchef.email} <= javiga(moved)
    assert not Deviation.objects.visible_to(fresh(cast.chef)).exists()
    assert Deviation.objects.received_by(fresh(cast.avdelningschef)).filter(pk=case.pk).exists()
    assert not Notification.objects.filter(user__in=[cast.chef, cast.ersattare]).exists()


def test_who_is_javig_in_what_goes_on_is_so_in_what_is_merged_into_it(cast):
    goes_on, case = report(cast, by=cast.ombud), report(cast)
    actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    actions.bar(goes_on, person=cast.handlaggare, reason="Nära.", user=cast.chef)
    merge(case, again(goes_on), by=cast.chef)
    assert javiga(case) == {cast.handlaggare.email}
    assert not Deviation.objects.visible_to(fresh(cast.handlaggare)).exists()


def test_jav_and_suspicion_reach_all_of_an_event_in_parts_with_others_merged_into_both(cast):
    case, part = parted(cast)
    same, medical = report(cast, by=cast.ombud), report(cast, by=cast.ombud)
    assessed(medical, by=cast.chef, law=CaseLaw.HSL, code="LAK-1")
    merge(same, case, by=cast.chef)
    merge(medical, part, by=cast.chef)
    actions.bar(again(same), person=cast.handlaggare, reason="Nära.", user=cast.chef)
    event = [case, part, same, medical]
    assert all(javiga(one) == {cast.handlaggare.email} for one in event)
    actions.unbar(again(medical), person=cast.handlaggare, user=cast.chef)
    assert not any(javiga(one) for one in event)
    actions.change_status(again(case), "suspect", user=cast.chef, comment="Skada.")
    assert {again(one).suspicion for one in event} == {"suspected"}
    assert {again(same).status, again(medical).status} == {S.REPORTED}


def test_what_has_two_parts_goes_on_itself(cast):
    case, part = parted(cast)
    with pytest.raises(Blocked, match="handläggs i två delar"):
        merge(case, report(cast), by=cast.chef)
    assert again(part).part_of == case


WAYS_OUT = {
    "close": ("acted", {}),
    "close_simply": ("received", {"answer": "Tack.", "area": "procedures"}),
    "dismiss": ("received", {}),
    "merge": ("received", {}),
}


@pytest.mark.parametrize("name", WAYS_OUT)
def test_no_case_is_over_while_somebody_outside_waits(cast, name):
    status, asked = WAYS_OUT[name]
    sent = exchange_of(cast)
    case = again(sent.deviation)
    if name == "close_simply":
        assessed(case, by=cast.chef, likelihood=1, consequence=1)
        described(again(case), by=cast.chef)
    if name == "close":
        for step in ("investigate", "act", "finish"):
            case = _on(case, cast, step)
        judged(case.measures.get(), by=cast.chef)
    if name == "merge":
        asked = {"into": report(cast)}
    step = {"name": name, "user": cast.chef, "comment": "Därför."}
    with pytest.raises(Blocked, match="samverkan väntar på svar"):
        actions.change_status(again(case), **step, **asked)
    exchanges.change_status(sent, "escalate", user=cast.chef, comment="Ingen svarar.")
    assert not actions.change_status(again(case), **step, **asked).is_open, status


def _on(case, cast, step):
    if step == "investigate":
        assessed(case, by=cast.chef)
    if step == "act":
        described(again(case), by=cast.chef)
        actions.add_cause(case, user=cast.chef, area="procedures", sentence="Rutinen saknades.")
        plan(again(case), cast)
    if step == "finish":
        measures.change_status(case.measures.get(), "done", user=cast.chef)
    asked = {"answer": ANSWER} if step == "finish" else {}
    return actions.change_status(again(case), step, user=cast.chef, comment="Därför.", **asked)


def test_nothing_is_sent_from_a_case_that_is_over(cast):
    draft = exchange_of(cast, "draft")
    actions.change_status(draft.deviation, "dismiss", user=cast.chef, comment="Hör till en annan.")
    with pytest.raises(Blocked, match="inte öppen längre"):
        exchanges.change_status(draft, "send", user=cast.chef)
    assert exchanges.change_status(draft, "drop", user=cast.chef).status == "dropped"


def test_reporter_does_not_take_back_what_others_are_asked_about(cast):
    case = report(cast)
    values = {
        "direction": "out",
        "party": "region",
        "party_name": "Regionen",
        "text": "?",
        "answer_by": days(9),
    }
    exchanges.begin(case, user=cast.chef, values=values)
    with pytest.raises(Blocked, match="kan inte tas tillbaka"):
        actions.change_status(again(case), "withdraw", user=cast.medarbetare, comment="Bort.")


NUMBERS = SIMPLY | {"likelihood": 1, "consequence": 1}
QUICK = {
    "thank": lambda case, cast: actions.thank(case, user=cast.chef),
    "start_inquiry": lambda case, cast: actions.start_inquiry(case, user=cast.chef, summary="Två delar."),
    "bar": lambda case, cast: actions.bar(case, person=cast.ombud, reason="Nära.", user=cast.chef),
    "together": lambda case, cast: actions.handle_together([case.pk], user=cast.chef, values=NUMBERS),
}


@pytest.mark.parametrize("name", QUICK)
def test_the_two_parts_are_locked_in_one_order(cast, name):
    """Else who handles the one and who handles the other would wait for each other, and one would fail."""
    case, part = parted(cast)
    with CaptureQueriesContext(connection) as asked, contextlib.suppress(Blocked):
        QUICK[name](again(part), cast)
    locks = [one["sql"] for one in asked if "FOR UPDATE" in (one["sql"] or "")]
    assert "part_of_id" in locks[0].partition(" WHERE ")[2]
    assert f"IN ({case.pk}, {part.pk})" in locks[0] or f"IN ({part.pk}, {case.pk})" in locks[0]


def merged_with_measure(cast):
    """A case whose åtgärd is under way when it is merged into one that is nearly done."""
    goes_on = bring_to(report(cast, by=cast.ombud), cast, "acting")
    case = assessed(report(cast), by=cast.chef)
    measure = plan(case, cast, title="Byt larm")
    merge(case, goes_on, by=cast.chef)
    return again(case), again(goes_on), measure


def test_measures_of_what_was_merged_are_done_before_the_case_is(cast):
    _, goes_on, measure = merged_with_measure(cast)
    own = goes_on.measures.get()
    measures.change_status(own, "done", user=cast.chef)
    finish = {"name": "finish", "user": cast.chef, "answer": ANSWER}
    with pytest.raises(Blocked, match="En åtgärd är inte genomförd än"):
        actions.change_status(again(goes_on), **finish)
    measures.change_status(measure, "done", user=cast.chef)
    assert actions.change_status(again(goes_on), **finish).status == S.ACTED
    judged(Measure.objects.get(pk=own.pk), by=cast.chef)
    with pytest.raises(Blocked, match="Effekten är inte bedömd"):
        actions.change_status(again(goes_on), "close", user=cast.chef)


def test_no_effect_of_a_merged_cases_measure_opens_the_one_that_goes_on(cast):
    merged, goes_on, measure = merged_with_measure(cast)
    measures.change_status(goes_on.measures.get(), "done", user=cast.chef)
    measures.change_status(measure, "done", user=cast.chef)
    actions.change_status(again(goes_on), "finish", user=cast.chef, answer=ANSWER)
    judged(Measure.objects.get(pk=measure.pk), by=cast.chef, effect="no")
    assert (again(goes_on).status, again(merged).status) == (S.ACTING, S.MERGED)


@pytest.mark.parametrize("status", ["declined", "withdrawn", "carried_out"])
def test_nothing_is_planned_from_a_proposal_that_is_over(cast, client_for, status):
    made = learning.propose(cast)
    steps = {"declined": "decline", "withdrawn": "withdraw", "carried_out": "carry_out"}
    user = cast.medarbetare if status == "withdrawn" else cast.chef
    made = proposals.change_status(made, steps[status], user=user, answer="Därför.")
    with pytest.raises(Blocked, match="Överväg det igen"):
        measures.plan(made, user=cast.chef, values=learning.measure_values(cast))
    url = reverse("improvement:measure_new", args=["forslag", made.pk])
    assert client_for("samordnare").get(url).status_code == 404, "it has a page of its own, which answers"


def test_only_what_is_offered_can_be_chosen_by_its_number(cast, client_for):
    """A number posted by hand would tell the title of a process or a version that is not shown."""
    case = assessed(bring_to(report(cast), cast, "received"), by=cast.chef)
    hidden = make_process(cast, "Omorganisation som ingen vet om")
    page = client_for("chef").get(reverse("improvement:assess", args=[case.pk]))
    data = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    answer = client_for("chef").post(
        reverse("improvement:assess", args=[case.pk]), {**data, "process": hidden.pk}
    )
    assert answer.status_code == 200
    assert again(case).process is None
    assert hidden.title not in client_for("chef").get(case.get_absolute_url()).text


def test_reminders_that_run_twice_say_it_once(cast):
    sent = exchange_of(cast, answer_by=days(0))
    assert sent.is_waiting
    plan(bring_to(report(cast), cast, "investigating"), cast, due=days(0))
    review(cast, answer_by=days(0))
    told = []
    for _ in range(2):
        notices.remind(days(0))
        awaited.send(days(0))
        source_work.remind(days(0))
        told.append(Notification.objects.count())
    assert told[0] == told[1]
    assert Notification.objects.filter(sentence__contains="Svara i dag").count() == 1


def test_contact_who_is_javig_is_not_reminded(cast):
    sent = exchange_of(cast, answer_by=days(0))
    grants.deny(cast.utforare, sent.deviation, reason="Nära.", by=cast.chef)
    awaited.send(days(0))
    assert not Notification.objects.filter(user=cast.utforare, sentence__contains="Svara i dag").exists()
