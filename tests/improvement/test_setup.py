"""What a municipality sets: by whom, and that what is already judged stands as it was."""

import pytest

from improvement.actions import setup
from improvement.enums import Clock
from improvement.models import DeadlineRule, Deviation, DeviationCategory, RepeatRule, RiskMatrix
from tests.factories import days
from tests.improvement.factories import assessed, report

URL = "/avvikelser/installningar/"
MATRIX = {
    "likelihoods": "Aldrig\nSällan\nOfta\nAlltid",
    "consequences": "Mindre\nMåttlig\nBetydande\nKatastrofal",
    "green_to": 2,
    "yellow_to": 6,
    "grave_from": 3,
}


def matrix_form(**changes):
    return {**MATRIX, "seen": RiskMatrix.objects.get(is_default=True).seen, **changes}


@pytest.mark.parametrize("who", ["processhandledare", "samordnare", "admin"])
def test_those_whom_the_system_belongs_to_set_it(cast, client_for, who):
    client = client_for(who)
    page = client.get(URL)
    assert "Ta emot" in page.text
    assert "2 arbetsdagar" in page.text
    assert "30 dagar" in page.text
    client.post(f"{URL}upprepning/", {"number": 5, "within_days": 60})
    assert str(RepeatRule.objects.get()) == "5 lika på 60 dagar"
    assert "5" in client.get(f"{URL}historik/").text


@pytest.mark.parametrize("who", ["chef", "medarbetare", "lexansvarig"])
def test_others_are_told_who_does(cast, client_for, who):
    client = client_for(who)
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}upprepning/", {"number": 2, "within_days": 1}).status_code == 403
    assert RepeatRule.objects.get().number == 4


def test_changed_deadline_holds_for_what_comes_and_moves_nothing(cast, client_for):
    before = report(cast)
    rule = DeadlineRule.objects.get(clock=Clock.ANSWER)
    values = {"days": 10, "remind_before": 2, "remind_every": 3, "escalate_after": ""}
    client_for("processhandledare").post(f"{URL}frist/{rule.pk}/", values)
    before.refresh_from_db()
    assert before.answer_by == days(30)
    assert report(cast).answer_by == days(10)


@pytest.mark.parametrize("bad", [{"days": 0}, {"days": 400}, {"remind_before": 30}, {"escalate_after": 0}])
def test_unreasonable_deadline_is_told_in_swedish(cast, client_for, bad):
    rule = DeadlineRule.objects.get(clock=Clock.ANSWER)
    good = {"days": 30, "remind_before": 2, "remind_every": 3, "escalate_after": 4}
    page = client_for("processhandledare").post(f"{URL}frist/{rule.pk}/", {**good, **bad})
    assert page.status_code == 200
    assert DeadlineRule.objects.get(pk=rule.pk).remind_every == 7


def test_own_deadline_of_a_law_is_added_once_and_removed(cast, client_for):
    client = client_for("processhandledare")
    values = {"clock": "answer", "law": "hsl", "zone": "", "days": 14, "remind_before": 3, "remind_every": 0}
    client.post(f"{URL}frist/", values)
    made = DeadlineRule.objects.get(law="hsl")
    again = client.post(f"{URL}frist/", values)
    assert again.status_code == 200
    assert "Det finns redan en frist" in again.text
    general = client.post(f"{URL}frist/", {**values, "law": ""})
    assert "Den allmänna fristen finns redan" in general.text
    client.post(f"{URL}frist/{made.pk}/ta-bort/")
    assert not DeadlineRule.objects.filter(law="hsl").exists()
    kept = DeadlineRule.objects.get(clock=Clock.RECEIVE)
    assert "finns alltid kvar" in client.post(f"{URL}frist/{kept.pk}/ta-bort/", follow=True).text


def test_category_is_added_renamed_and_no_longer_offered(cast, client_for):
    client, head = client_for("processhandledare"), DeviationCategory.objects.get(code="FALL")
    client.post(f"{URL}kategori/", {"name": "Från säng", "parent": head.pk})
    made = DeviationCategory.objects.get(name="Från säng")
    assert (made.is_hsl, made.parent) == (True, head)
    again = client.post(f"{URL}kategori/", {"name": "från säng", "parent": head.pk})
    assert "har redan en kategori" in again.text
    client.post(f"{URL}kategori/{made.pk}/", {"name": "Från säng eller stol"})
    made.refresh_from_db()
    assert (made.name, made.is_active) == ("Från säng eller stol", False)
    assert made not in DeviationCategory.objects.offered()


def test_changed_matrix_that_is_used_is_a_new_one_and_old_judgements_stand(cast, client_for):
    case = assessed(report(cast), by=cast.chef, likelihood=1, consequence=1)
    old = case.matrix
    page = client_for("processhandledare").post(f"{URL}riskmatris/", matrix_form(), follow=True)
    assert "gäller nya bedömningar" in page.text
    new = RiskMatrix.objects.get(is_default=True)
    assert new != old
    assert new.likelihoods[0] == "Aldrig"
    assert new.name != old.name
    case.refresh_from_db()
    assert case.matrix == old
    assert case.matrix.likelihoods[0] == "Mycket liten"
    assert assessed(report(cast), by=cast.chef, likelihood=1, consequence=1).matrix == new


def test_changed_matrix_that_nobody_used_is_the_same_row(cast, client_for):
    client_for("processhandledare").post(f"{URL}riskmatris/", matrix_form())
    assert RiskMatrix.objects.get().likelihoods[0] == "Aldrig"


def test_matrix_changed_by_another_meanwhile_is_not_overwritten(cast, client_for):
    first, second = matrix_form(), matrix_form(green_to=1)
    client = client_for("processhandledare")
    client.post(f"{URL}riskmatris/", first)
    page = client.post(f"{URL}riskmatris/", second)
    assert "Någon annan har ändrat matrisen" in page.text
    assert RiskMatrix.objects.get(is_default=True).green_to == 2


@pytest.mark.parametrize(
    "bad",
    [{"likelihoods": "Ett"}, {"yellow_to": 1}, {"consequences": "\n".join("abcdefgh")}, {"grave_from": 1}],
)
def test_matrix_that_cannot_be_used_is_refused(cast, client_for, bad):
    page = client_for("processhandledare").post(f"{URL}riskmatris/", matrix_form(**bad))
    assert page.status_code == 200
    assert RiskMatrix.objects.get().green_to == 3


def test_changing_twice_in_a_day_gives_each_its_name(cast):
    for green in (1, 2):
        assessed(report(cast), by=cast.chef, likelihood=1, consequence=1)
        now = RiskMatrix.objects.get(is_default=True)
        values = {**MATRIX, "likelihoods": ["A", "B"], "consequences": ["C", "D"], "green_to": green}
        setup.change_matrix(user=cast.processhandledare, values=values, seen=now.seen)
    assert RiskMatrix.objects.count() == 3
    assert Deviation.objects.values("matrix").distinct().count() == 2
