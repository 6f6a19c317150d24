"""The quick ways: a thanks in one tap, several at once, and the inquiry proposed when cases repeat."""

from functools import partial

import pytest

from improvement import actions
from improvement.actions import quick
from improvement.enums import CauseArea, DeviationStatus, Harm
from improvement.models import Deviation, DeviationCategory, RepeatRule
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.workflow import Blocked
from tests.cast import make_cast
from tests.improvement.cases import fresh
from tests.improvement.factories import ANSWER, assessed, bring_to
from tests.improvement.factories import report as report_case
from tests.processes.test_concurrency import at_once

report = partial(report_case, harm=Harm.NO)
GREEN = {"likelihood": 1, "consequence": 1}
THANKED = "Mottagen, tack för att du rapporterade"


def words(**changes):
    """What the page of *Hantera tillsammans* sends."""
    category = DeviationCategory.objects.get(code="UTF-1")
    known = {"category": category.pk, "law": "sol", "area": "procedures", "answer": ANSWER, "comment": ""}
    return {**known, **GREEN, **changes}


def values(**changes):
    category = DeviationCategory.objects.get(code="UTF-1")
    return {**words(), "category": category, "area": CauseArea.PROCEDURES, **changes}


def told(person, words=""):
    return Notification.objects.filter(user=person, sentence__startswith=words).count()


def test_thanks_receives_and_is_told_to_the_reporter_alone(cast, client_for):
    case = report(cast)
    page = client_for("chef").post(f"/avvikelser/{case.pk}/tacka/", {"next": "/mitt-arbete/"})
    assert (page.status_code, page.url) == (302, "/mitt-arbete/")
    case.refresh_from_db()
    assert (case.status, case.received_by) == (DeviationStatus.RECEIVED, cast.chef)
    assert told(cast.medarbetare, THANKED) == 1
    assert Notification.objects.filter(sentence__startswith=THANKED).count() == 1
    own = client_for("medarbetare").get(f"/avvikelser/{case.pk}/")
    assert "tack för att du rapporterade" in own.text


def test_thanks_pressed_twice_is_said_once(cast, client_for):
    case, client = report(cast), client_for("chef")
    for _ in range(2):
        page = client.post(f"/avvikelser/{case.pk}/tacka/", follow=True)
        assert "har fått ett tack" in page.text
    assert told(cast.medarbetare, THANKED) == 1


def test_plain_receiving_thanks_nobody(cast, client_for):
    case = bring_to(report(cast), cast, "received")
    assert "tack för att du rapporterade" not in client_for("medarbetare").get(f"/avvikelser/{case.pk}/").text


@pytest.mark.parametrize("evil", ["https://elak.invalid/", "//elak.invalid", "javascript:alert(1)"])
def test_thanks_leads_to_no_other_site(cast, client_for, evil):
    case = report(cast)
    page = client_for("chef").post(f"/avvikelser/{case.pk}/tacka/", {"next": evil})
    assert page.url == f"/avvikelser/{case.pk}/"


@pytest.mark.parametrize(
    ("who", "status"),
    [("grannchef", 404), ("medarbetare", 403), ("samordnare", 403), ("admin", 404), ("ersattare", 302)],
)
def test_thanks_is_for_who_handles(cast, client_for, who, status):
    assert client_for(who).post(f"/avvikelser/{report(cast).pk}/tacka/").status_code == status


def test_the_tap_is_on_the_case_in_the_list_and_in_mitt_arbete(cast, client_for):
    case, client = report(cast), client_for("chef")
    for url in ("/mitt-arbete/", "/avvikelser/", f"/avvikelser/{case.pk}/"):
        page = client.get(url)
        assert f"/avvikelser/{case.pk}/tacka/" in page.text, url
    bring_to(case, cast, "received")
    for url in ("/mitt-arbete/", "/avvikelser/", f"/avvikelser/{case.pk}/"):
        assert f"/avvikelser/{case.pk}/tacka/" not in client.get(url).text, url


def test_list_of_who_handles_nothing_has_neither_boxes_nor_buttons(cast, client_for):
    report(cast)
    page = client_for("medarbetare").get("/avvikelser/")
    assert 'name="val"' not in page.text
    assert "kv-thank" not in page.text


def test_boxes_are_beside_ones_own_simple_cases_alone(cast, client_for):
    mine = report(cast)
    suspected, red = (
        report(cast, is_suspected=True),
        assessed(report(cast), by=cast.chef, likelihood=4, consequence=4),
    )
    own_report = report(cast, by=cast.chef, unit="neighbour")
    page = client_for("chef").get("/avvikelser/")
    assert f'value="{mine.pk}" form="kv-together"' in page.text
    for other in (suspected, red, own_report):
        assert f'value="{other.pk}" form="kv-together"' not in page.text
    assert " checked" in client_for("chef").get("/avvikelser/?valj=alla").text


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(cast, client_for, django_assert_max_num_queries, count):
    for _ in range(count):
        report(cast)
    with django_assert_max_num_queries(12):
        client_for("chef").get("/avvikelser/")


def test_several_get_the_same_answer_and_each_reporter_it(cast, client_for):
    cases = [report(cast), report(cast, by=cast.ombud), bring_to(report(cast), cast, "received")]
    RepeatRule.objects.update(number=9)
    client, chosen = client_for("chef"), [one.pk for one in cases]
    shown = client.get("/avvikelser/tillsammans/", {"val": chosen})
    assert all(f'value="{pk}" checked' in shown.text for pk in chosen)
    page = client.post("/avvikelser/tillsammans/", {"val": chosen, **words()}, follow=True)
    assert "3 avvikelser är avslutade" in page.text
    assert {one.status for one in Deviation.objects.all()} == {DeviationStatus.CLOSED}
    assert (told(cast.medarbetare, "Du har fått svar"), told(cast.ombud, "Du har fått svar")) == (2, 1)


def test_mixed_cases_are_told_with_reason_and_the_rest_done(cast, client_for):
    fine = report(cast)
    suspected = report(cast, is_suspected=True)
    yellow = assessed(report(cast), by=cast.chef)
    taken = bring_to(report(cast), cast, "not_deviation")
    barred, theirs = report(cast), report(cast, by=cast.grannmedarbetare, unit="neighbour")
    grants.deny(cast.chef, barred, reason="Nära.", by=cast.lexansvarig)
    chosen = [one.pk for one in (fine, suspected, yellow, taken, barred, theirs)]
    page = client_for("chef").post("/avvikelser/tillsammans/", {"val": [*chosen, 987654], **words()})
    assert page.status_code == 200
    assert "1 avvikelse är avslutad" in page.text
    for reason in ("kan vara ett missförhållande", "inte grön", "inte en avvikelse och kan inte"):
        assert reason in page.text
    assert page.text.count(quick.GONE) == 3, "of what is not one's own nothing is told, nor whether it exists"
    assert ANSWER in page.text, "what was typed is kept"
    fine.refresh_from_db()
    assert fine.status == DeviationStatus.CLOSED
    untouched = Deviation.objects.exclude(pk__in=[fine.pk, taken.pk])
    assert not untouched.exclude(answer="").exists()
    assert set(untouched.values_list("status", flat=True)) == {DeviationStatus.REPORTED}


def test_double_click_answers_once(cast):
    cases = [report(cast), report(cast)]
    pks = [one.pk for one in cases]
    for _ in range(2):
        outcomes = actions.handle_together([*pks, *pks], user=cast.chef, values=values())
        assert [one.pk for one in outcomes] == pks
        assert all(one.is_done for one in outcomes)
    assert told(cast.medarbetare, "Du har fått svar") == 2
    assert Deviation.objects.first().causes.count() == 1


def test_category_of_another_law_stops_each_and_keeps_what_was_typed(cast, client_for):
    case = report(cast)
    page = client_for("chef").post("/avvikelser/tillsammans/", {"val": [case.pk], **words(law="hsl")})
    assert "annan lagstiftning" in page.text
    assert ANSWER in page.text
    assert Deviation.objects.get().status == DeviationStatus.REPORTED


@pytest.mark.parametrize("chosen", [[], ["abc"], ["-1"], ["9" * 40], ["1; DROP TABLE"]])
def test_nothing_fit_to_handle_leads_back(cast, client_for, chosen):
    page = client_for("chef").get("/avvikelser/tillsammans/", {"val": chosen}, follow=True)
    assert "Kryssa för minst en avvikelse" in page.text


def three_alike(cast):
    for _ in range(3):
        assessed(report(cast), by=cast.chef, **GREEN)


def test_fourth_alike_proposes_an_inquiry_and_asks_why_not(cast, client_for):
    three_alike(cast)
    case, client = report(cast), client_for("chef")
    url = f"/avvikelser/{case.pk}/close_simply/"
    page = client.post(url, words())
    assert "Det här är den fjärde av samma slag" in page.text
    assert ANSWER in page.text
    assert "Börja utreda i stället" in page.text
    assert "kategori=UTF-1" in page.text
    assert Deviation.objects.get(pk=case.pk).status == DeviationStatus.REPORTED
    client.post(url, words(comment="Samma trasiga lampa, den är bytt."))
    closed = Deviation.objects.get(pk=case.pk)
    assert closed.status == DeviationStatus.CLOSED
    assert closed.transitions.get(name="close_simply").comment.startswith("Samma trasiga")


def test_inquiry_instead_begins_with_what_was_filled_in(cast, client_for):
    three_alike(cast)
    case = report(cast)
    page = client_for("chef").post(
        f"/avvikelser/{case.pk}/close_simply/", words(answer="", area="", utred="1")
    )
    assert page.status_code == 302
    case.refresh_from_db()
    # The page of a simple answer does not ask what an inquiry needs: that is asked for on the case.
    assert (case.status, case.category.code) == (DeviationStatus.RECEIVED, "UTF-1")
    shown = client_for("chef").get(f"/avvikelser/{case.pk}/").text
    assert "Motivering till allvarligheten saknas" in shown
    whole = assessed(report(cast), by=cast.chef, **GREEN)
    client_for("chef").post(f"/avvikelser/{whole.pk}/close_simply/", words(answer="", area="", utred="1"))
    whole.refresh_from_db()
    assert whole.status == DeviationStatus.INVESTIGATING


def test_inquiry_instead_needs_the_assessment(cast, client_for):
    case = report(cast)
    page = client_for("chef").post(f"/avvikelser/{case.pk}/close_simply/", words(category="", utred="1"))
    assert page.status_code == 200
    assert Deviation.objects.get(pk=case.pk).status == DeviationStatus.REPORTED


def test_case_page_proposes_the_inquiry_and_begins_it(cast, client_for):
    three_alike(cast)
    case, client = assessed(report(cast), by=cast.chef, **GREEN), client_for("chef")
    assert "Det här är den fjärde" in client.get(f"/avvikelser/{case.pk}/").text
    client.post(f"/avvikelser/{case.pk}/utred-i-stallet/")
    assert Deviation.objects.get(pk=case.pk).status == DeviationStatus.INVESTIGATING


def test_others_units_categories_and_what_was_no_deviation_do_not_count(cast, client_for):
    assessed(report(cast), by=cast.chef, **GREEN)
    assessed(report(cast), by=cast.chef, code="BEM-1", **GREEN)
    assessed(report(cast, by=cast.grannmedarbetare, unit="neighbour"), by=cast.grannchef, **GREEN)
    actions.change_status(
        assessed(report(cast), by=cast.chef, **GREEN), "dismiss", user=cast.chef, comment="Nej."
    )
    case = assessed(report(cast), by=cast.chef, **GREEN)
    assert "av samma slag" not in client_for("chef").get(f"/avvikelser/{case.pk}/").text


def test_threshold_is_data(cast):
    RepeatRule.objects.update(number=2)
    assessed(report(cast), by=cast.chef, **GREEN)
    with pytest.raises(Blocked, match="den andra av samma slag"):
        actions.handle_simply(report(cast), user=cast.chef, **values())


@pytest.mark.django_db(transaction=True)
def test_two_chefs_who_handle_the_same_together_answer_each_once():
    cast = make_cast()
    pks = [report(cast).pk for _ in range(2)]
    run = partial(actions.handle_together, pks, values=values())
    results = at_once([partial(run, user=fresh(one)) for one in (cast.chef, cast.ersattare)])
    done = [one for outcomes in results for one in outcomes if one.is_done]
    assert sorted(one.pk for one in done) == pks
    assert told(fresh(cast.medarbetare), "Du har fått svar") == 2
