"""*Läget i processen*: counts per step for all staff, few hidden, and the list for who sees it."""

import re

import pytest
from django.urls import reverse

from documents.models import Document
from improvement.actions import spread
from improvement.models import Measure
from processes import actions as process_actions
from processes.models import Process
from tests.documents.factories import make_in_force_since
from tests.factories import days
from tests.improvement.factories import bring_to, plan, report
from tests.improvement.learning import answer_of, ask
from tests.processes.factories import bpmn, make_process, publish

pytestmark = pytest.mark.django_db
STEPS = (("t1", "Ta emot"), ("t2", "Utreda"))


@pytest.fixture
def process(cast):
    made = make_process(cast)
    publish(cast, made, map_bytes=bpmn(*STEPS))
    return made


def step_of(process, name):
    return Process.objects.get(parent=process, title=name)


def cells(page):
    """By row of the table: the words of each cell."""
    rows = re.findall(r"<tr>(?=<th scope=\"row\")(.*?)</tr>", page, re.DOTALL)
    return {
        re.sub(r"<[^>]+>", "", re.search(r"<th.*?</th>", row, re.DOTALL)[0]).strip(): [
            " ".join(re.sub(r"<span class=.visually-hidden.>.*?</span>|<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)
        ]
        for row in rows
    }


def look(client, process, **query):
    answer = client.get(reverse("processes:standing", args=[process.slug]), query)
    assert answer.status_code == 200
    return answer.text


def test_a_step_counts_its_open_cases_and_the_process_all_of_them(cast, process, client_for):
    for _ in range(5):
        report(cast, process=step_of(process, "Ta emot"))
    report(cast, process=step_of(process, "Utreda"))
    for who in ("grannmedarbetare", "mas", "processhandledare"):
        found = cells(look(client_for(who), process))
        assert found["Ta emot"][0] == "A minst 5"
        assert found["Utreda"][0] == "A färre än 5"
        assert found["Hela processen"][0] == "A minst 5", "6 would tell that the few are one"
    for _ in range(4):
        report(cast, process=step_of(process, "Utreda"))
    found = cells(look(client_for("mas"), process))
    assert [found[name][0] for name in ("Utreda", "Hela processen")] == ["A minst 5", "A minst 10"]
    assert cells(look(client_for("chef"), process))["Hela processen"][0] == "A 10"


@pytest.mark.parametrize("counts", [(5, 2, 2), (5, 2, 8), (5, 0, 3), (3, 3, 3)])
def test_no_few_are_told_by_what_is_told_around_them(cast, process, client_for, counts):
    """A step in a step: no number is told exactly, and none so closely that a few can be taken from it."""
    inner, step, whole = counts
    inside = make_process(cast, "Ringa upp", parent=step_of(process, "Utreda"))
    publish(cast, inside)
    for place, number in ((inside, inner), (inside.parent, step), (process, whole)):
        for _ in range(number):
            report(cast, process=place)
    found = cells(look(client_for("mas"), process))
    told = {name: found[name][0] for name in ("Ringa upp", "Utreda", "Hela processen")}
    assert not [word for word in told.values() if word[2:].isdigit()], told


def test_who_may_open_them_is_told_few_exactly_and_gets_the_list(cast, process, client_for):
    case = report(cast, process=step_of(process, "Utreda"))
    page = look(client_for("chef"), process)
    assert cells(page)["Utreda"][0] == "A 1"
    address = re.search(r'href="(/avvikelser/\?[^"]+utreda[^"]*)"', page)[1].replace("&amp;", "&")
    assert case.get_absolute_url() in client_for("chef").get(address).text
    assert "/avvikelser/?" not in look(client_for("grannchef"), process).partition("<main")[2]


def test_the_map_carries_the_counts_as_text_and_to_a_screen_reader(cast, process, client_for):
    report(cast, process=step_of(process, "Utreda"))
    told = look(client_for("grannmedarbetare"), process)
    assert "A &lt;5" in told
    assert re.search(r'aria-label="[^"]*Utreda, färre än 5 öppna avvikelser"', told)


def test_late_measures_and_routines_are_counted_where_they_belong(cast, process, client_for):
    step = step_of(process, "Utreda")
    measure = plan(report(cast, process=step), cast)
    Measure.objects.filter(pk=measure.pk).update(due=days(-3))
    routine = make_in_force_since(cast, days(-100))
    routine.links.create(process=step, created_by=cast.ombud)
    Document.objects.filter(pk=routine.pk).update(next_review=days(-40))
    assert cells(look(client_for("chef"), process))["Utreda"] == [
        "A 1",
        "Å 1",
        "R 1",
        "Inga",
    ]
    assert cells(look(client_for("chef"), process, tid="30"))["Utreda"][2] == "Inga"
    assert cells(look(client_for("grannmedarbetare"), process))["Utreda"][1] == "Å färre än 5"


def test_unit_and_period_narrow_the_counts(cast, process, client_for):
    step = step_of(process, "Utreda")
    for _ in range(6):
        report(cast, process=step)
    chef = client_for("chef")
    assert cells(look(chef, process, enhet=cast.units.home.slug))["Utreda"][0] == "A 6"
    assert cells(look(chef, process, enhet=cast.units.department.slug))["Utreda"][0] == "A 6"
    assert cells(look(chef, process, enhet=cast.units.neighbour.slug))["Utreda"][0] == "Inga"
    assert cells(look(chef, process, tid="30"))["Utreda"][0] == "A 6"


@pytest.mark.parametrize(
    "query", [{"enhet": "finns-inte"}, {"tid": "7'; --"}, {"enhet": "\x00"}, {"tid": "9" * 5000}]
)
def test_a_choice_that_is_not_there_is_said_and_everything_is_shown(cast, process, client_for, query):
    report(cast, process=step_of(process, "Utreda"))
    assert "Utreda" in cells(look(client_for("chef"), process, **query))


def test_jav_takes_the_case_out_of_what_is_seen(cast, process, client_for):
    from improvement import actions

    case = report(cast, process=step_of(process, "Utreda"))
    actions.bar(case, person=cast.avdelningschef, reason="Nära.", user=cast.lexansvarig)
    found = cells(look(client_for("avdelningschef"), process))["Utreda"][0]
    assert found == "A färre än 5"
    # Beside three that are seen "färre än 5" would say that there is one more.
    for _ in range(3):
        report(cast, process=step_of(process, "Utreda"))
    assert cells(look(client_for("avdelningschef"), process))["Utreda"][0] == "A 3"
    assert cells(look(client_for("chef"), process))["Utreda"][0] == "A 4"


def test_as_many_queries_for_one_case_as_for_many(cast, process, client_for, django_assert_num_queries):
    client = client_for("chef")
    look(client, process)
    for number in (1, 3):
        for _ in range(number):
            plan(report(cast, process=step_of(process, "Utreda")), cast)
        with django_assert_num_queries(QUERIES):
            look(client, process)


QUERIES = 12


def test_a_question_counts_at_its_step_until_every_unit_has_answered(cast, process, client_for):
    step = step_of(process, "Utreda")
    process_actions.set_units(step, [cast.units.home, cast.units.neighbour])
    prompt = ask(bring_to(report(cast, process=step), cast, "acted"), cast)
    assert cells(look(client_for("samordnare"), process))["Utreda"][3] == "F 1"
    assert cells(look(client_for("grannmedarbetare"), process))["Utreda"][3] == "F färre än 5"
    assert cells(look(client_for("samordnare"), process, enhet=cast.units.home.slug))["Utreda"][3] == "Inga"
    spread.answer(answer_of(prompt, cast.units.neighbour), user=cast.grannchef, answer="no")
    assert cells(look(client_for("samordnare"), process))["Utreda"][3] == "Inga"
