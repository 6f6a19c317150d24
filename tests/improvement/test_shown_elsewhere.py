"""Cases on other pages: counts that point out nobody, and work that always waits for somebody."""

import pytest

from improvement import actions, panels, work
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment
from processes import actions as process_actions
from tests.documents.factories import make_in_force_since
from tests.factories import days
from tests.improvement.cases import fresh
from tests.improvement.factories import bring_to, plan, report
from tests.processes.factories import make_process, publish

pytestmark = pytest.mark.django_db


def used_process(cast):
    process = make_process(cast)
    process_actions.set_units(process, [cast.units.home])
    publish(cast, process)
    return process


@pytest.mark.parametrize(
    ("year", "still", "told"),
    [
        (0, 0, ("inga", "inga")),
        (4, 4, ("färre än 5", "")),
        (5, 5, ("minst 5", "minst 5")),
        (9, 5, ("minst 5", "")),
        (9, 9, ("minst 5", "minst 5")),
        (10, 5, ("minst 10", "minst 5")),
        (12, 4, ("minst 10", "")),
        (12, 0, ("minst 10", "inga")),
    ],
)
def test_few_are_hidden_and_so_is_the_part_that_would_tell_them(year, still, told):
    words = panels._words(year=year, open=still)
    assert (words["year"], words["open"]) == told


def test_counts_for_all_staff_and_rows_for_those_who_see_them(cast, client_for):
    process = used_process(cast)
    cases = [report(cast, process=process) for _ in range(6)]
    actions.change_status(cases[0], "dismiss", user=cast.chef, comment="Nej.")
    url = process.get_absolute_url()
    for who in ("grannmedarbetare", "ombud", "mas"):
        page = client_for(who).get(url).text
        assert "Rapporterade det senaste året: <strong>minst 5</strong>" in page
        assert not any(f"Avvikelse {one.pk}" in page for one in cases)
    page = client_for("chef").get(url).text
    assert f"Avvikelse {cases[-1].pk}" in page
    assert f"/avvikelser/ny/?process={process.slug}" in page


@pytest.mark.parametrize("who", ["anonym", "utforare", "utan_roll"])
def test_outsiders_see_nothing_of_cases(cast, client_for, who):
    process = used_process(cast)
    report(cast, process=process)
    for url in (process.get_absolute_url(), cast.units.home.get_absolute_url(), "/"):
        page = client_for(who).get(url).text
        assert "Rapporterade det senaste" not in page
        assert "/avvikelser/" not in page


def test_unit_shows_its_cases_to_its_chef_and_counts_to_others(cast, client_for):
    case = report(cast)
    url = cast.units.home.get_absolute_url()
    assert f"Avvikelse {case.pk}" in client_for("chef").get(url).text
    page = client_for("grannmedarbetare").get(url).text
    assert "färre än 5" in page
    assert f"Avvikelse {case.pk}" not in page


def test_document_tells_where_it_was_used_to_those_who_see_the_cases(cast, client_for):
    process = used_process(cast)
    document = make_in_force_since(cast, days(-30), process=process)
    case = report(cast, process=process)
    plan(case, cast, routine=document.revisions.get())
    page = client_for("chef").get(document.get_absolute_url()).text
    assert f"Avvikelse {case.pk}" in page
    assert "Ring upp vid byte av personal" in page
    for who in ("grannmedarbetare", "medarbetare"):
        page = client_for(who).get(document.get_absolute_url()).text
        assert f"Avvikelse {case.pk}" not in page, who
        assert "Ring upp vid byte av personal" not in page, who


def test_first_page_has_the_shortcut_for_staff(client_for):
    assert 'href="/avvikelser/ny/"' in client_for("medarbetare").get("/").text


def waiting(user):
    return {task.sentence for task in work.tasks(fresh(user))}


def who_has(cast, case):
    return {who for who in cast if any(str(case.pk) in one.split() for one in waiting(cast[who]))}


def test_every_case_waits_for_somebody(cast):
    assert who_has(cast, report(cast)) == {"chef", "ersattare"}
    assert who_has(cast, report(cast, unit=None)) == {"samordnare"}
    assert who_has(cast, report(cast, unit="provider")) == {"avtalsansvarig"}
    assert who_has(cast, report(cast, is_manager_involved=True)) == {"avdelningschef"}
    nobody = report(cast, unit="other", by=cast.ersattare)
    assert who_has(cast, nobody) == {"samordnare"}


def test_vacant_post_passes_the_work_up(cast):
    case = report(cast, unit="neighbour")
    RoleAssignment.objects.filter(user=cast.grannchef, role=Role.MANAGER).update(valid_to=days(-1))
    assert who_has(cast, case) == {"avdelningschef"}
    RoleAssignment.objects.filter(role=Role.MANAGER).update(valid_to=days(-1))
    assert who_has(cast, case) == {"samordnare"}
    RoleAssignment.objects.filter(role=Role.COORDINATOR).update(valid_to=days(-1))
    assert who_has(cast, case) == {"lexansvarig"}


def test_week_of_a_chef_counts_what_waits_and_links_to_the_same_rows(cast, client_for):
    for _ in range(2):
        report(cast)
    told = list(work.week(fresh(cast.chef)))
    assert [one.sentence for one in told] == ["2 avvikelser att ta emot"]
    rows = client_for("chef").get(told[0].url).context["table"].rows
    assert len(rows) == 2
    assert list(work.week(fresh(cast.medarbetare))) == []


def test_answer_is_news_to_the_reporter_alone(cast, client_for):
    case = bring_to(report(cast), cast, "acted")
    told = f"Du har fått svar på avvikelse {case.pk}"
    assert told in client_for("medarbetare").get("/").text
    for who in ("chef", "ombud", "avdelningschef"):
        assert told not in client_for(who).get("/").text
