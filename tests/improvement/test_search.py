"""Cases in the search: found by those who read them, and by nobody the moment that they do not."""

import pytest

from improvement import actions
from improvement.models import Deviation
from kvalitet import search
from kvalitet.models import SearchEntry
from kvalitet.organisation.models import RoleAssignment
from kvalitet.search.records import Audience
from tests.cast import PEOPLE
from tests.factories import days
from tests.improvement.cases import fresh
from tests.improvement.factories import assessed, plan, report

pytestmark = pytest.mark.django_db
REPORT, NOTE, TITLE = "solroskrasch", "liljekonvalj", "tvåpersonskontroll"


def made(cast, **values):
    case = report(cast, what_happened=f"En {REPORT} på kvällen.", **values)
    assessed(case, by=cast.chef, summary="En insats uteblev.", assessment_reason=f"Därför {NOTE}.")
    plan(case, cast, title=f"Inför {TITLE}")
    search.drain_now()
    return Deviation.objects.get(pk=case.pk)


def finders(cast, word):
    return {who for who in PEOPLE if search.find(fresh(cast[who]), word).hits}


def test_report_is_found_by_its_circle_and_the_reporter_alone(cast):
    made(cast)
    assert finders(cast, REPORT) == {"chef", "ersattare", "medarbetare"}


def test_investigation_is_found_by_its_circle_and_not_the_reporter(cast):
    made(cast)
    assert finders(cast, NOTE) == {"chef", "ersattare"}


def test_measure_is_found_by_the_circle_and_who_is_to_see_to_it(cast):
    made(cast)
    assert finders(cast, TITLE) == {"chef", "ersattare", "ombud"}


def test_nobody_logged_in_finds_nothing(cast, client_for):
    made(cast)
    for word in (REPORT, NOTE, TITLE):
        page = client_for("anonym").get("/sok/", {"q": word})
        assert (page.context["result"].total, page.context["result"].hits) == (0, [])


def test_jav_takes_it_from_each(cast):
    case = made(cast)
    actions.bar(case, person=cast.chef, reason="Nära.", user=cast.chef)
    before = finders(cast, REPORT)
    search.drain_now()
    assert before == {"medarbetare"}, "and not yet the next one up, before the index knows"
    assert finders(cast, REPORT) == {"medarbetare", "avdelningschef"}
    assert finders(cast, TITLE) == {"ombud", "avdelningschef"}
    actions.unbar(case, person=cast.chef, user=fresh(cast.avdelningschef))
    search.drain_now()
    assert finders(cast, REPORT) == {"chef", "ersattare", "medarbetare"}


def test_jav_of_the_reporter_takes_their_own_report(cast):
    case = made(cast)
    actions.bar(case, person=cast.medarbetare, reason="Nära.", user=cast.chef)
    assert "medarbetare" not in finders(cast, REPORT)
    search.drain_now()
    assert finders(cast, REPORT) == {"chef", "ersattare"}


def hidden_at_once(cast, who, word):
    """Neither a hit, nor a count, nor a snippet, though the index has not been drained."""
    result = search.find(fresh(cast[who]), word)
    return result.hits == [] and result.total == 0 and result.pages == 0


def test_moved_case_is_lost_at_once_and_found_at_its_new_place(cast):
    case = made(cast)
    moved = {"unit": cast.units.neighbour, "comment": "Det hände där."}
    actions.change_status(case, "redirect", user=cast.chef, **moved)
    assert all(hidden_at_once(cast, who, word) for who in ("chef", "ersattare") for word in (REPORT, NOTE))
    search.drain_now()
    assert finders(cast, REPORT) == {"grannchef", "medarbetare"}
    assert finders(cast, NOTE) == {"grannchef"}


def test_handlaggare_finds_it_until_it_is_taken_back(cast):
    case = made(cast)
    actions.hand_over(case, person=cast.grannmedarbetare, user=cast.chef)
    search.drain_now()
    assert "grannmedarbetare" in finders(cast, NOTE)
    actions.take_back(case, person=cast.grannmedarbetare, user=cast.chef)
    assert hidden_at_once(cast, "grannmedarbetare", NOTE)


def test_role_that_has_ended_finds_nothing_at_once(cast):
    made(cast)
    RoleAssignment.objects.filter(user=cast.chef).update(valid_to=days(-1))
    assert hidden_at_once(cast, "chef", REPORT)
    assert hidden_at_once(cast, "chef", NOTE)


def test_count_on_the_page_holds_only_what_is_confirmed(cast, client_for):
    first, second = made(cast), made(cast)
    actions.change_status(
        first, "redirect", user=cast.chef, unit=cast.units.neighbour, comment="Det hände där."
    )
    page = client_for("chef").get("/sok/", {"q": REPORT})
    result = page.context["result"]
    assert [hit.object_id for hit in result.hits] == [second.pk]
    assert result.total == 1


def test_hit_tells_nothing_that_its_reader_may_not_read(cast):
    made(cast)
    (hit,) = search.find(fresh(cast.medarbetare), REPORT).hits
    shown = f"{hit.title} {hit.snippet} {hit.meta} {hit.status}"
    assert NOTE not in shown
    assert "Tindra" not in shown
    measure = next(one for one in search.find(fresh(cast.ombud), TITLE).hits)
    assert REPORT not in f"{measure.title} {measure.snippet} {measure.meta}"


def test_word_of_a_case_is_not_suggested_to_others(cast):
    made(cast)
    for who in ("grannchef", "grannmedarbetare"):
        assert "solros" not in search.find(fresh(cast[who]), "solroskrash").suggestion


def test_every_entry_of_a_case_is_for_its_circle(cast):
    made(cast)
    rows = SearchEntry.objects.filter(kind__in=["deviation", "investigation", "measure"])
    assert rows.count() == 3
    assert {row.audience for row in rows} == {Audience.CIRCLE}
