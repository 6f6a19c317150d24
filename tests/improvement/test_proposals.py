"""Förbättringsförslag: who answers, who is named, votes, the way to an åtgärd and to its effect."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from improvement.actions import proposals
from improvement.enums import ProposalStatus as P
from improvement.learning import work
from improvement.learning.workflow import PROPOSAL
from improvement.models import Proposal, ProposalVote
from kvalitet.models import Notification
from kvalitet.search import drain_now
from kvalitet.workflow import Blocked
from kvalitet.working_days import working_days_after
from tests.cast import PEOPLE
from tests.factories import days
from tests.improvement.cases import fresh
from tests.improvement.learning import measure_values, planned, propose, shared_process
from tests.improvement.test_spread import _count, outcome, waiting

pytestmark = pytest.mark.django_db

STAFF_WHO = [who for who in PEOPLE if who not in ("utforare", "utan_roll")]
RECEIVES = {"chef", "ersattare"}
ALLOWED = {
    "consider": RECEIVES,
    "plan": RECEIVES,
    "carry_out": RECEIVES,
    "decline": RECEIVES,
    "redirect": RECEIVES,
    "reopen": RECEIVES,
    "withdraw": {"medarbetare"},
}
POSSIBLE = {
    P.SUBMITTED: {"consider", "carry_out", "decline", "redirect", "withdraw"},
    P.CONSIDERED: {"carry_out", "decline", "redirect", "withdraw"},
    P.PLANNED: set(),
    P.CARRIED_OUT: set(),
    P.DECLINED: {"reopen"},
    P.WITHDRAWN: set(),
}
WAYS = {
    P.SUBMITTED: (),
    P.CONSIDERED: ("consider",),
    P.CARRIED_OUT: ("carry_out",),
    P.DECLINED: ("decline",),
    P.WITHDRAWN: ("withdraw",),
}


def in_status(cast, status, **values):
    proposal = propose(cast, **values)
    if status == P.PLANNED:
        planned(proposal, cast)
    for name in WAYS.get(status, ()):
        by = cast.medarbetare if name == "withdraw" else cast.chef
        proposals.change_status(proposal, name, user=by, answer="Därför.")
    proposal.refresh_from_db()
    return proposal


def test_every_transition_stands_in_the_table():
    assert set(PROPOSAL.transitions) == set(ALLOWED)


@pytest.mark.parametrize("status", P.values)
def test_transition_from_every_status_for_every_role(cast, status):
    proposal = in_status(cast, status)
    names = [name for name in ALLOWED if name != "plan"]
    found, wanted = {}, {}
    asked = {"comment": "Därför.", "answer": "Ja.", "receiver": "unit", "unit": cast.units.neighbour}
    for who in PEOPLE:
        for name in names:
            user = fresh(cast[who])
            found[who, name] = outcome(proposals.change_status, proposal, name, user=user, **asked)
            possible = "done" if name in POSSIBLE[status] else "blocked"
            wanted[who, name] = possible if who in ALLOWED[name] else "denied"
    assert found == wanted


@pytest.mark.parametrize("name", ["carry_out", "decline"])
@pytest.mark.parametrize("answer", ["", "  \n"])
def test_decision_needs_an_answer_in_code_and_in_the_database(cast, name, answer):
    proposal = propose(cast)
    with pytest.raises(Blocked):
        proposals.change_status(proposal, name, user=cast.chef, answer=answer)
    with pytest.raises(IntegrityError), transaction.atomic():
        PROPOSAL.change_status(proposal, name, user=cast.chef)


def test_what_was_submitted_is_frozen_and_never_deleted(cast):
    proposal = propose(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(title="Något annat")
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).delete()


def test_sent_twice_it_is_one_and_told_once(cast, client_for):
    key = uuid.uuid4()
    first, again = propose(cast, submission=key), propose(cast, submission=key)
    assert first == again
    assert Notification.objects.filter(kind="improvement.proposal", user=cast.chef).count() == 1
    data = {"submission": key, "title": "Reservlarm", "unit": cast.units.home.pk, "receiver": "unit"}
    client_for("medarbetare").post("/forslag/nytt/", data)
    assert Proposal.objects.count() == 1


def test_the_chef_gets_the_work_with_its_day_and_the_proposer_the_answer(cast):
    proposal = propose(cast)
    task = f"Svara på förslag {proposal.pk}"
    assert {who for who in PEOPLE if task in waiting(cast[who])} == {"chef", "ersattare"}
    due = next(one.due for one in work.tasks(fresh(cast.chef)) if one.sentence == task)
    assert due == working_days_after(days(0), 10)
    proposals.change_status(proposal, "decline", user=cast.chef, answer="Bilen saknar plats.")
    assert waiting(cast.chef) == []
    told = Notification.objects.filter(user=cast.medarbetare).values_list("sentence", flat=True)
    assert list(told) == [f"Du har fått svar: förslag {proposal.pk}"]


def test_the_owner_of_the_process_answers_and_when_late_the_samordnare_too(cast):
    process = shared_process(cast)
    proposal = propose(cast, process=process, receiver="owner")
    task = f"Svara på förslag {proposal.pk}"
    assert {who for who in PEOPLE if task in waiting(cast[who])} == {"processagare"}
    Proposal.objects.filter(pk=proposal.pk).update(answer_by=days(-1))
    assert {who for who in PEOPLE if task in waiting(cast[who])} == {"processagare", "samordnare"}
    proposal.refresh_from_db()
    assert outcome(proposals.change_status, proposal, "decline", user=cast.chef, answer="Nej.") == "denied"
    assert outcome(proposals.change_status, proposal, "consider", user=fresh(cast.samordnare)) == "done"


def test_owner_is_asked_only_of_a_process_that_has_one(cast):
    with pytest.raises(Blocked):
        propose(cast, receiver="owner")
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(
            submission=uuid.uuid4(),
            answer_by=days(14),
            title="A",
            unit=cast.units.home,
            submitted_by=cast.ombud,
            receiver="owner",
        )


def test_sent_on_it_is_another_units_with_a_new_day(cast):
    proposal = propose(cast)
    Proposal.objects.filter(pk=proposal.pk).update(answer_by=days(-2))
    proposals.change_status(
        proposal, "redirect", user=cast.chef, comment="Ert.", unit=cast.units.neighbour, receiver="unit"
    )
    assert waiting(cast.chef) == []
    assert waiting(cast.grannchef) == [f"Svara på förslag {proposal.pk}"]
    proposal.refresh_from_db()
    assert proposal.answer_by == working_days_after(days(0), 10)


@pytest.mark.parametrize("who", STAFF_WHO)
@pytest.mark.parametrize("is_shown", [False, True])
def test_proposers_name_is_for_who_answers_and_for_others_if_the_proposer_says_so(
    cast, client_for, who, is_shown
):
    proposal = propose(cast, is_name_shown=is_shown)
    proposals.change_status(proposal, "withdraw", user=cast.medarbetare)
    client = client_for(who)
    told = is_shown or who in {"chef", "ersattare", "medarbetare"}
    for url in (proposal.get_absolute_url(), f"{proposal.get_absolute_url()}historik/"):
        page = client.get(url)
        main = page.text[page.text.index("<main") :]
        assert ("Tindra Medarbetare" in main) == told, url
    for url in ("/forslag/", "/forslag/?exportera=csv", "/sok/?q=reservlarm"):
        page = client.get(url).content.decode()
        assert "Tindra" not in page[page.find("<main") :] or who == "medarbetare"


@pytest.mark.parametrize("who", ["anonym", "utforare", "utan_roll"])
def test_outsiders_have_no_proposals(cast, client_for, who):
    proposal = propose(cast)
    client = client_for(who)
    for url in (proposal.get_absolute_url(), "/forslag/", "/forslag/nytt/"):
        assert client.get(url).status_code in (302, 403, 404)
    drain_now()
    if who != "anonym":
        assert "Ha ett reservlarm" not in client.get("/sok/?q=reservlarm").text


def test_found_by_all_staff(cast, client_for):
    proposal = propose(cast)
    drain_now()
    assert proposal.get_absolute_url() in client_for("grannmedarbetare").get("/sok/?q=reservlarm").text


def test_vote_once_undo_and_never_ones_own(cast, client_for):
    proposal = propose(cast)
    client, url = client_for("grannmedarbetare"), f"{proposal.get_absolute_url()}rost/"
    for _ in range(2):
        client.post(url)
    proposal.refresh_from_db()
    assert proposal.votes == ProposalVote.objects.count() == 1
    assert "Du har röstat" in client.get(proposal.get_absolute_url()).text
    for _ in range(2):
        client.post(url, {"rost": "nej"})
    proposal.refresh_from_db()
    assert proposal.votes == ProposalVote.objects.count() == 0
    assert client_for("medarbetare").post(url).status_code == 403
    proposals.change_status(proposal, "decline", user=cast.chef, answer="Nej.")
    assert client.post(url).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalVote.objects.bulk_create(ProposalVote(proposal=proposal, user=cast.ombud) for _ in "ab")


def test_becomes_a_measure_that_the_proposer_follows_to_its_effect(cast, client_for):
    proposal = propose(cast)
    client = client_for("chef")
    url = f"{proposal.get_absolute_url()}atgard/"
    form = client.get(url).context["form"]
    assert form.initial["title"] == proposal.title
    values = {**measure_values(cast), "unit": cast.units.home.pk, "responsible": cast.ombud.email}
    answer = client.post(url, {**values, "answer": "Bra. Vi köper in två."})
    assert answer.status_code == 302, answer.context["form"].errors
    proposal.refresh_from_db()
    assert (proposal.status, proposal.answer) == (P.PLANNED, "Bra. Vi köper in två.")
    measure = proposal.measures.get()
    page = client_for("medarbetare").get(proposal.get_absolute_url()).text
    assert "Det här blev det" in page
    assert measure.title in page
    type(measure).objects.filter(pk=measure.pk).update(
        status="done", done_at=proposal.submitted_at, done_by=cast.ombud
    )
    assert "Effekten bedöms" in client_for("medarbetare").get(proposal.get_absolute_url()).text


def test_planned_is_considered_again_only_when_nothing_is_going_on(cast):
    proposal = in_status(cast, P.PLANNED)
    assert outcome(proposals.change_status, proposal, "reopen", user=cast.chef, comment="Nytt.") == "blocked"
    proposal.measures.update(status="dropped", dropped_at=proposal.submitted_at, dropped_by=cast.chef)
    assert outcome(proposals.change_status, proposal, "reopen", user=cast.chef, comment="Nytt.") == "done"


def test_second_measure_leaves_the_answer(cast):
    proposal = in_status(cast, P.PLANNED)
    before = proposal.answer
    planned(proposal, cast, title="En till")
    proposal.refresh_from_db()
    assert proposal.answer == before
    assert proposal.measures.count() == 2


@pytest.mark.parametrize("who", ["medarbetare", "grannchef", "ombud", "samordnare"])
def test_only_who_answers_plans(cast, client_for, who):
    proposal = propose(cast)
    assert client_for(who).get(f"{proposal.get_absolute_url()}atgard/").status_code == 403
    with pytest.raises(PermissionDenied):
        planned(proposal, cast, by=cast[who])


def test_text_that_names_somebody_is_refused_and_kept(cast, client_for):
    client = client_for("medarbetare")
    data = {
        "submission": uuid.uuid4(),
        "title": "Ring 19121212-1212 först",
        "text": "Så här.",
        "unit": cast.units.home.pk,
        "receiver": "unit",
    }
    page = client.post("/forslag/nytt/", {**data, "accept_marked": "on"})
    assert page.status_code == 200
    assert "Så här." in page.text
    assert not Proposal.objects.exists()


def test_filled_in_from_where_one_comes(cast, client_for):
    process = shared_process(cast)
    client = client_for("medarbetare")
    page = client.get(process.get_absolute_url()).text
    assert f"/forslag/nytt/?process={process.slug}" in page
    form = client.get(f"/forslag/nytt/?process={process.slug}&enhet={cast.units.neighbour.slug}").context[
        "form"
    ]
    assert form.initial["process"] == str(process.pk)
    assert form.initial["unit"] == cast.units.neighbour.pk
    assert client.get("/forslag/nytt/?process=%00&enhet=%27").status_code == 200
    assert (
        f"/forslag/nytt/?enhet={cast.units.home.slug}" in client.get(cast.units.home.get_absolute_url()).text
    )


def test_list_filters_sorts_and_exports_the_needs(cast, client_for):
    wanted = propose(cast, shows_unmet_need=True, title="Nattöppet stöd")
    propose(cast, by=cast.grannmedarbetare, unit=cast.units.neighbour)
    proposals.vote(wanted, user=cast.ombud, is_for=True)
    client = client_for("samordnare")

    def found(query):
        rows = client.get(f"/forslag/?{query}").context["table"].rows
        return [row.record.title for row in rows]

    assert found("behov=true") == ["Nattöppet stöd"]
    assert found("sortera=-votes")[0] == "Nattöppet stöd"
    assert found(f"enhet={cast.units.neighbour.slug}") == ["Ha ett reservlarm i bilen"]
    assert found("q=natt") == ["Nattöppet stöd"]
    assert len(found("urval=oppna")) == 2
    assert found("urval=sena") == found("urval=mina") == []
    csv = client.get("/forslag/?behov=true&exportera=csv").content.decode("utf-8-sig")
    assert "Nattöppet stöd" in csv
    assert "reservlarm" not in csv
    assert "behov=true" in client.get("/forslag/").text
    own = client_for("medarbetare").get("/forslag/?urval=mina").context["table"].rows
    assert [row.record for row in own] == [wanted]


@pytest.mark.parametrize("who", ["samordnare", "medarbetare"])
def test_list_and_page_keep_the_budget(cast, client_for, who):
    client = client_for(who)
    proposal = propose(cast)
    one = _count(client, "/forslag/")
    for _ in range(2):
        propose(cast)
    assert _count(client, "/forslag/") == one <= 12
    planned(proposal, cast)
    assert _count(client, proposal.get_absolute_url()) <= 12
