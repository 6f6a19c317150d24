"""A number in a form or an address: that of somebody else does what one that is not there does."""

from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from improvement import actions
from improvement.actions import exchanges
from improvement.models import Deviation
from processes.enums import ProcessState
from processes.models import Process
from tests.cast import Cast, ClientFor
from tests.factories import days
from tests.improvement import learning
from tests.improvement.factories import assessed, bring_to, plan, report
from tests.processes.factories import make_process

pytestmark = pytest.mark.django_db
NOBODY = 999_999


def rows() -> dict[str, int]:
    return {
        one.__name__: one._default_manager.count() for one in apps.get_app_config("improvement").get_models()
    }


def said(client: Client, path: str, data: dict[str, Any], number: int) -> tuple[int, str]:
    """The complaints about the number, without it."""
    page = client.post(path, data)
    return page.status_code, page.context["form"].errors.as_json().replace(str(number), "…")


@pytest.fixture
def case(cast: Cast) -> Deviation:
    return bring_to(report(cast, process=learning.shared_process(cast)), cast, "investigating")


def test_numbers_of_others_are_refused_as_if_they_were_not_there(
    cast: Cast, case: Deviation, client_for: ClientFor
) -> None:
    theirs = bring_to(
        report(cast, by=cast.grannmedarbetare, unit="neighbour"), cast, "investigating", by=cast.grannchef
    )
    measure, other = plan(case, cast), plan(theirs, cast, by=cast.grannchef)
    entry = actions.add_entry(theirs, user=cast.grannchef, kind="fact", text="Deras.", source="Samtal")
    cause = actions.add_cause(theirs, user=cast.grannchef, area="procedures", sentence="Deras orsak.")
    path, chef = case.get_absolute_url(), client_for("chef")
    before = rows()
    for page, data in (
        (f"{measure.get_absolute_url()}fall/", {"number": 0}),
        (f"{path}merge/", {"number": 0, "comment": "Samma."}),
        (f"{path}merge/", {"chosen": 0, "comment": "Samma."}),
    ):
        name = next(iter(data))
        got = [said(chef, page, {**data, name: number}, number) for number in (theirs.pk, NOBODY)]
        assert got[0] == got[1], "which numbers are somebody's case is not told"
        assert got[0][0] == 200
    for at in (
        f"{path}anteckning/{entry.pk}/ratta/",
        f"{path}orsak/{cause.pk}/stryk/",
        f"{path}bilaga/1/",
        f"{measure.get_absolute_url()}fall/{other.pk}/ta-bort/",
        theirs.get_absolute_url(),
        f"{theirs.get_absolute_url()}tacka/",
        f"{theirs.get_absolute_url()}jav/",
        f"{other.get_absolute_url()}start/",
        f"{other.get_absolute_url()}andra/",
    ):
        answers = chef.post(at, {"text": "x", "reason": "x"}).status_code, chef.get(at).status_code
        assert {404} <= set(answers) <= {403, 404, 405}, (at, answers)
    assert rows() == before


def test_persons_units_and_processes_that_are_not_offered_are_not_taken(
    cast: Cast, case: Deviation, client_for: ClientFor
) -> None:
    hidden = make_process(cast, "Planerad process")
    Process.objects.filter(pk=hidden.pk).update(state=ProcessState.PLANNED)
    path, chef = case.get_absolute_url(), client_for("chef")
    measure = {
        "title": "Ring upp",
        "type": "corrective",
        "content": "changed_routine",
        "strength": "medium",
        "unit": cast.units.home.pk,
        "due": days(9),
        "effect_on": days(99),
    }
    asked = {
        "direction": "out",
        "party": "provider",
        "party_name": "AB",
        "text": "Vad hände?",
        "answer_by": days(9),
    }
    proposed = {"submission": "6f2d7a52-6b0e-4f0a-9d4e-0a4c9d3e6a11", "title": "Larm", "receiver": "owner"}
    before = rows()
    for at, data in (
        (f"{path}handlaggare/", {"person": cast.utforare.email}),
        (f"{path}handlaggare/", {"person": cast.utan_roll.email}),
        (f"{path}atgard/", {**measure, "responsible": cast.utforare.email}),
        (f"{path}samverkan/", {**asked, "provider": cast.units.home.pk}),
        (f"{path}samverkan/", {**asked, "party": "school", "provider": cast.units.provider.pk}),
        (f"{path}redirect/", {"unit": NOBODY, "comment": "Fel enhet."}),
        ("/forslag/nytt/", {**proposed, "unit": cast.units.home.pk, "process": hidden.pk}),
        ("/forslag/nytt/", {**proposed, "unit": NOBODY, "receiver": "unit"}),
    ):
        assert chef.post(at, data).status_code == 200, at
    assert rows() == before


def test_answers_to_questions_and_to_samverkan_are_of_whom_they_were_put_to(
    cast: Cast, case: Deviation, client_for: ClientFor
) -> None:
    done = assessed(bring_to(report(cast, process=case.process), cast, "acted"), by=cast.chef)
    again = bring_to(report(cast, process=case.process), cast, "acted")
    prompts = [learning.ask(one, cast) for one in (done, again)]
    theirs = learning.answer_of(prompts[1], cast.units.other)
    question = {"direction": "out", "party": "provider", "party_name": "AB", "text": "Vad hände?"}
    asks = [
        exchanges.begin(case, user=cast.chef, values={**question, "answer_by": days(9), "provider": unit})
        for unit in (cast.units.provider, None)
    ]
    exchanges.change_status(asks[1], "send", user=cast.chef)
    proposal = learning.propose(cast)
    before = rows()
    answer = {"answer": "no", "comment": "Nej.", "replaces": "1"}
    tried = [
        ("grannchef", f"{prompts[0].get_absolute_url()}svar/{theirs.pk}/", answer),  # of another question
        ("grannchef", f"{prompts[1].get_absolute_url()}svar/{theirs.pk}/", answer),  # of another unit
        ("grannchef", f"{prompts[0].get_absolute_url()}dra-tillbaka/", {}),
        ("grannmedarbetare", f"{prompts[0].get_absolute_url()}svar/{theirs.pk}/", answer),
        ("grannmedarbetare", f"{proposal.get_absolute_url()}decline/", {"answer": "Nej."}),
        ("grannmedarbetare", f"{proposal.get_absolute_url()}withdraw/", {}),
        ("grannchef", f"{proposal.get_absolute_url()}atgard/", {"title": "x"}),
    ]
    # The contact answers neither what has not been sent nor what was sent to another.
    tried += [
        ("utforare", f"{one.get_absolute_url()}{step}/", {"answer": "Svar."})
        for one in asks
        for step in ("answer", "send", "drop", "andra")
    ]
    for who, at, data in tried:
        assert client_for(who).post(at, data).status_code in (403, 404), (who, at)
    assert rows() == before
