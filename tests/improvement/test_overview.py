"""The process over all its units: to whom, with which numbers, and without the text of any case."""

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from improvement import actions
from improvement.actions import spread
from improvement.models import Measure
from kvalitet.organisation import grants
from processes import actions as process_actions
from tests.cast import PEOPLE
from tests.factories import days
from tests.improvement.factories import assessed, plan, report
from tests.improvement.learning import QUESTION, answer_of, ask, learnt_case
from tests.processes.factories import make_process, publish

pytestmark = pytest.mark.django_db
TOLD = {"informed": "no", "informed_reason": "Nej.", "documented": "no", "documented_reason": "Nej."}
EXACT = {"processagare", "samordnare"}
FIGURES = {"processhandledare", "styrgrupp"}


@pytest.fixture
def process(cast):
    made = make_process(cast)
    process_actions.set_units(made, [cast.units.home, cast.units.neighbour])
    publish(cast, made)
    return made


@pytest.fixture
def case(cast, process):
    made = assessed(report(cast, process=process, what_happened="Hemligt skeende."), by=cast.chef)
    actions.change_status(made, "receive", user=cast.chef)
    actions.add_cause(made, user=cast.chef, area="procedures", sentence="Hemlig orsak.")
    measure = plan(made, cast, description="Hemlig beskrivning.")
    Measure.objects.filter(pk=measure.pk).update(due=days(-2))
    return made


def page_of(client, process):
    return client.get(reverse("improvement:process_overview", args=[process.slug]))


@pytest.mark.parametrize("who", PEOPLE)
def test_who_opens_it_and_what_it_tells(cast, process, case, client_for, who):
    answer = page_of(client_for(who), process)
    if who not in EXACT | FIGURES:
        assert answer.status_code == 403
        return
    told = answer.text.partition("<main")[2]
    assert cast.units.home.name in told
    assert ("färre än 5" in told) == (who in FIGURES)
    assert "Procedurer, rutiner och riktlinjer" in told
    assert ("Ring upp vid byte av personal" in told) == (who in EXACT)
    assert "Hemlig" not in told


def cell(prompt):
    """The first column of the row of a question."""
    return f"{QUESTION} Skickad {date_format(timezone.localtime(prompt.sent_at), 'j F Y')}"


def numbers_of(page):
    rows = re.findall(r"<tr>.*?</tr>", page.partition("<main")[2], re.DOTALL)
    return {
        found[0]: found[1:3]
        for row in rows
        if (
            found := [
                re.sub(r"<[^>]+>", "", one).strip()
                for one in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
            ]
        )
    }


def test_few_are_not_told_by_the_numbers_beside_them(cast, process, client_for):
    """All employees are told the total of a year: 7 and 9 would tell that the neighbours have two."""
    for _ in range(6):
        report(cast, process=process)
    actions.change_status(report(cast, process=process), "dismiss", user=cast.chef, comment="Nej.")
    over = assessed(report(cast, process=process), by=cast.chef, likelihood=1, consequence=1)
    actions.handle_simply(over, user=cast.chef, answer="Tack.", area="procedures", **TOLD)
    for _ in range(2):
        report(cast, process=process, by=cast.grannmedarbetare, unit="neighbour")
    found = numbers_of(page_of(client_for("styrgrupp"), process).text)
    assert found[cast.units.neighbour.name] == ["färre än 5", "färre än 5"]
    assert found[cast.units.home.name] == ["visas inte", "visas inte"]
    exact = numbers_of(page_of(client_for("samordnare"), process).text)
    assert exact[cast.units.home.name] == ["7", "6"], "what was no avvikelse is not counted"


def test_a_suspected_case_is_not_told_of(cast, process, case, client_for):
    actions.change_status(case, "suspect", user=cast.chef, comment="Kan vara.")
    told = page_of(client_for("processagare"), process).text.partition("<main")[2]
    assert "Procedurer, rutiner och riktlinjer" not in told
    assert "Ring upp vid byte av personal" not in told


def test_questions_to_the_units_are_told_in_figures_and_lead_to_the_risks_that_were_reported(
    cast, process, client_for
):
    """The owner is told no few; the samordnare each number, and the åtgärd born after a yes."""
    prompt = ask(learnt_case(cast, process=process), cast)
    page = page_of(client_for("processagare"), process).text
    assert prompt.get_absolute_url() not in page
    assert numbers_of(page)[cell(prompt)] == ["inga", "inga"]
    manager, row = client_for("grannchef"), answer_of(prompt, cast.units.neighbour)
    manager.post(f"{prompt.get_absolute_url()}svar/{row.pk}/", {"answer": "yes"})
    form = manager.get(reverse("improvement:report"), {"fraga": prompt.pk}).context["form"]
    sent = {"submission": uuid.uuid4(), "what_happened": "Risk hos oss.", "happened_on": days(0)}
    sent |= {"harm": "no", "unit": cast.units.neighbour.pk, "asked": form["asked"].value()}
    manager.post(reverse("improvement:report"), sent)
    risk = answer_of(prompt, cast.units.neighbour).risk
    assert risk.unit == cast.units.neighbour
    plan(assessed(risk, by=cast.grannchef), cast, by=cast.grannchef)
    readers = ("processagare", "samordnare", "styrgrupp")
    told = {who: page_of(client_for(who), process).text for who in readers}
    assert {who: numbers_of(page)[cell(prompt)][0] for who, page in told.items()} == {
        "processagare": "färre än 5",
        "samordnare": "1",
        "styrgrupp": "färre än 5",
    }
    assert prompt.get_absolute_url() in told["samordnare"]
    grants.deny(cast.processagare, prompt.deviation, reason="Nära.", by=cast.lexansvarig)
    assert QUESTION not in page_of(client_for("processagare"), process).text


def test_a_report_is_no_answer_of_a_unit_by_who_does_not_answer_for_it(cast, process):
    prompt = ask(learnt_case(cast, process=process), cast)
    row = answer_of(prompt, cast.units.neighbour)
    spread.answer(row, user=cast.grannchef, answer="yes")
    for who, asked in (("grannmedarbetare", prompt.pk), ("grannchef", 10**8)):
        report(cast, by=cast[who], unit="neighbour", asked=asked)
    row.refresh_from_db()
    assert row.risk is None


def test_another_processs_owner_is_refused(cast, process, client_for):
    type(process).objects.filter(pk=process.pk).update(owner=cast.chef)
    assert page_of(client_for("processagare"), process).status_code == 403
    assert page_of(client_for("chef"), process).status_code == 200


def test_as_many_queries_for_one_case_as_for_many(
    cast, process, case, client_for, django_assert_max_num_queries
):
    client = client_for("processagare")
    for _ in range(3):
        plan(
            assessed(report(cast, process=process, unit="neighbour"), by=cast.grannchef),
            cast,
            by=cast.grannchef,
        )
        page_of(client, process)
        with django_assert_max_num_queries(12):
            page_of(client, process)
