"""The board: the same rights and filters as the list, in columns, moved by buttons."""

import pytest

from improvement import board
from improvement.actions import measures
from improvement.models import Measure
from tests.factories import days
from tests.improvement.factories import analysis, bring_to, judged, plan, report

pytestmark = pytest.mark.django_db
BOARD = "/atgarder/?visa=tavla"


def columns(client, query=""):
    found = client.get(f"{BOARD}{query}").context["columns"]
    return {one.status: [card.measure.title for card in one.cards] for one in found}


def filled(cast):
    case = bring_to(report(cast), cast, "received")
    plan(case, cast, title="Planerad")
    measures.change_status(plan(case, cast, title="Pågår"), "start", user=cast.ombud)
    measures.change_status(plan(case, cast, title="Gjord"), "done", user=cast.ombud)
    judged(plan(case, cast, title="Bedömd"), by=cast.chef)
    measures.change_status(plan(case, cast, title="Struken"), "drop", user=cast.chef, comment="Nej.")


def test_each_stands_in_its_column(cast, client_for):
    filled(cast)
    client = client_for("chef")
    assert columns(client) == {
        "planned": ["Planerad"],
        "ongoing": ["Pågår"],
        "done": ["Gjord"],
        "judged": ["Bedömd"],
    }
    assert columns(client_for("grannmedarbetare"))["planned"] == []
    assert columns(client, "&q=gjord") == {"planned": [], "ongoing": [], "done": ["Gjord"], "judged": []}
    assert columns(client_for("ombud"), "&urval=mina")["ongoing"] == ["Pågår"]


def test_buttons_are_for_those_who_may(cast, client_for):
    filled(cast)
    assert "Svara …" in client_for("ombud").get(BOARD).text
    assert "Svara …" not in client_for("chef").get(BOARD).text
    measures.change_status(Measure.objects.get(title="Planerad"), "accept", user=cast.ombud)
    assert "Påbörja" in client_for("ombud").get(BOARD).text
    assert "Genomförd …" in client_for("ombud").get(BOARD).text
    page = client_for("samordnare").get(BOARD).text
    assert "Planerad" in page
    assert "Påbörja" not in page


def test_card_is_moved_and_one_is_back_on_the_board(cast, client_for):
    measure = plan(analysis(cast), cast, by=cast.chef)
    answer = client_for("ombud").post(f"{measure.get_absolute_url()}start/", {"tillbaka": f"{BOARD}&q=ring"})
    assert answer["Location"] == f"{BOARD}&q=ring"
    assert Measure.objects.get().status == "ongoing"


@pytest.mark.parametrize("back", ["//ond.example/", "https://ond.example", "/konto/", "/atgarder/../konto/"])
def test_nobody_is_led_astray(cast, client_for, back):
    measure = plan(analysis(cast), cast, by=cast.chef)
    answer = client_for("ombud").post(f"{measure.get_absolute_url()}start/", {"tillbaka": back})
    assert answer["Location"] == measure.get_absolute_url()


def test_column_is_capped_and_leads_to_all(cast, client_for, monkeypatch):
    monkeypatch.setattr(board, "SHOWN", 2)
    monkeypatch.setattr(board, "COUNTED", 3)
    source = analysis(cast)
    for number in range(4):
        plan(source, cast, by=cast.chef, due=days(number + 1), title=f"Nummer {number}")
    found = client_for("chef").get(BOARD).context["columns"][0]
    assert (found.count, [one.measure.title for one in found.cards]) == (
        "fler än 3",
        ["Nummer 0", "Nummer 1"],
    )
    assert "status=planned" in found.more_url
    assert "visa" not in found.more_url


def test_late_card_says_so(cast, client_for):
    measure = plan(analysis(cast), cast, by=cast.chef)
    Measure.objects.filter(pk=measure.pk).update(due=days(-1))
    page = client_for("chef").get(BOARD).text
    assert "Försenad" in page
    assert "Väntar på svar" in page
