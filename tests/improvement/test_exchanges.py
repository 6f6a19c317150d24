"""Avvikelser i samverkan: who sees and answers them, and that nothing of the case leaks."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.urls import reverse

from improvement import awaited
from improvement.actions import exchanges
from improvement.enums import DeviationStatus, ExchangeStatus
from improvement.exchanges.workflow import EXCHANGE
from improvement.models import Deviation, Exchange
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.workflow import Blocked
from kvalitet.working_days import working_days_after
from tests.cast import ANONYMOUS, PEOPLE
from tests.factories import days
from tests.improvement.factories import WHAT, bring_to, report

pytestmark = pytest.mark.django_db
X = ExchangeStatus
TEXT = "Hur tar ni över ett pass när någon blir sjuk?"
HANDLES = {"chef", "ersattare"}
MAY = {"send": HANDLES, "answer": {*HANDLES, "utforare"}, "escalate": HANDLES, "drop": HANDLES}
POSSIBLE = {
    X.DRAFT: {"send", "drop"},
    X.SENT: {"answer", "escalate"},
    X.ESCALATED: {"answer"},
    X.ANSWERED: set(),
    X.DROPPED: set(),
}
ROADS = {
    X.DRAFT: [],
    X.SENT: ["send"],
    X.ESCALATED: ["send", "escalate"],
    X.ANSWERED: ["send", "answer"],
    X.DROPPED: ["drop"],
}


def make(cast, status=X.SENT, **values):
    case = bring_to(report(cast), cast, DeviationStatus.RECEIVED)
    known = {
        "direction": "out",
        "party": "provider",
        "party_name": "Utföraren AB",
        "provider": cast.units.provider,
        "text": TEXT,
        "answer_by": days(10),
    }
    made = exchanges.begin(case, user=cast.chef, values={**known, **values})
    for name in ROADS[status]:
        made = exchanges.change_status(made, name, user=cast.chef, comment="Därför.", answer="Så här.")
    return made


def test_every_transition_stands_in_the_table():
    assert set(EXCHANGE.transitions) == set(MAY)


def outcome(exchange, name, user):
    try:
        with transaction.atomic():
            exchanges.change_status(exchange, name, user=user, comment="Därför.", answer="Så här.")
            raise KeyError("undo")
    except KeyError:
        return "done"
    except PermissionDenied:
        return "denied"
    except Blocked:
        return "blocked"


@pytest.mark.parametrize("status", X.values)
def test_every_transition_from_every_status_for_every_role(cast, status):
    made = make(cast, status)
    for name, may in MAY.items():
        for who in PEOPLE:
            knows = who in may and (who != "utforare" or status not in (X.DRAFT, X.DROPPED))
            expected = ("done" if name in POSSIBLE[status] else "blocked") if knows else "denied"
            assert outcome(Exchange.objects.get(pk=made.pk), name, cast[who]) == expected, (name, who)


@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_it_exists_for_who_reads_the_case_and_for_the_contact_once_sent(cast, client_for, who):
    sent, draft = make(cast), make(cast, X.DRAFT)
    for one, knows in ((sent, {*HANDLES, "utforare"}), (draft, HANDLES)):
        answer = client_for(who).get(one.get_absolute_url())
        if who == ANONYMOUS:
            assert answer.status_code == 302
            continue
        assert answer.status_code == (200 if who in knows else 404)
        if answer.status_code == 200:
            listed = client_for(who).get(reverse("improvement:exchanges")).text
            assert one.get_absolute_url() in listed


def test_the_contact_reads_the_question_and_nothing_of_the_case(cast, client_for):
    made = make(cast)
    page = client_for("utforare").get(made.get_absolute_url()).text
    assert TEXT in page
    assert WHAT not in page
    assert "Avvikelse " not in page.partition("<main")[2].replace("Avvikelser i samverkan", "")
    assert client_for("utforare").get(made.deviation.get_absolute_url()).status_code == 404
    client_for("utforare").post(
        reverse("improvement:exchange_transition", args=[made.pk, "answer"]), {"answer": "Vi har en jour."}
    )
    made.refresh_from_db()
    assert (made.status, made.answer, made.answered_by) == (X.ANSWERED, "Vi har en jour.", cast.utforare)


def test_the_history_of_the_case_tells_of_it_and_its_own_contact_reads_none(cast, client_for):
    made = make(cast, X.ESCALATED)
    exchanges.change_status(made, "answer", user=cast.utforare, answer="Vi har en jour.")
    path = f"{made.deviation.get_absolute_url()}historik/"
    page = client_for("chef").get(path).text
    for told in ("skickade avvikelsen i samverkan", "lyfte", "Därför.", "lade in svaret", "Utföraren AB"):
        assert told in page, told
    assert [client_for(who).get(path).status_code for who in ("utforare", "samordnare")] == [404, 403]


def test_the_contact_is_spoken_to_as_who_answers_and_not_told_that_it_was_lifted(cast, client_for):
    made, client = make(cast, X.ESCALATED), client_for("utforare")
    address = reverse("improvement:exchange_transition", args=[made.pk, "answer"])
    listed = client.get(reverse("improvement:exchanges"))
    assert [name in listed.text for name in ('name="urval"', 'name="party"')] == [True, False]
    assert f"Fråga {made.pk}" in listed.text
    for page in (listed.text, client.get(made.get_absolute_url()).text, client.get(address).text):
        main = page.partition("<main")[2]
        for ours in ("Lyft", "Motpart", "Samverkan", "lämnar organisationen", "Därför."):
            assert ours not in main, ours
    assert TEXT in client.get(address).text
    assert "Väntar på ert svar" in listed.text
    client.post(address, {"answer": "Vi har en jour."})
    assert "Ni har svarat" in client.get(reverse("improvement:exchanges")).text


def test_another_providers_contact_and_a_javig_one_see_nothing(cast, client_for):
    made = make(cast)
    grants.deny(cast.utforare, made.deviation, reason="Nära.", by=cast.chef)
    assert client_for("utforare").get(made.get_absolute_url()).status_code == 404
    assert not Exchange.objects.visible_to(cast.utforare).exists()


def test_the_contact_is_told_and_the_handler_of_the_answer_without_a_word_of_text(cast):
    made = make(cast)
    assert Notification.objects.filter(user=cast.utforare, url=made.get_absolute_url()).count() == 1
    exchanges.change_status(made, "answer", user=cast.utforare, answer="Hemligt svar.")
    told = Notification.objects.filter(user=cast.chef, url=made.get_absolute_url())
    assert told.count() == 1
    assert not Notification.objects.filter(sentence__contains="Hemligt").exists()


def test_a_late_answer_is_told_the_day_after_and_then_weekly(cast):
    made = make(cast, answer_by=days(0))
    before = Notification.objects.filter(user=cast.chef).count()
    told = []
    for late in (-1, 0, 1, 2, 3, 4, 5, 6, 7):
        awaited.send(working_days_after(made.answer_by, late) if late > 0 else days(late))
        told.append(Notification.objects.filter(user=cast.chef, sentence__contains="försenat").count())
    assert told == [0, 0, 1, 1, 1, 1, 1, 2, 2]
    assert Notification.objects.filter(user=cast.chef).count() == before + 2
    assert made.is_waiting


def test_what_is_sent_is_frozen_in_the_database(cast):
    made = make(cast)
    with pytest.raises(Error), transaction.atomic():
        Exchange.objects.filter(pk=made.pk).update(text="Något annat.")
    with pytest.raises(Error), transaction.atomic():
        Exchange.objects.filter(pk=made.pk).delete()
    with pytest.raises(Error), transaction.atomic():
        Exchange.objects.filter(pk=made.pk).update(status=X.ANSWERED)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("text", "Det gällde 19121212-1212.", "personnummer"),
        ("text", "", "fyllas i"),
        ("answer_by", "2020-01-01", "Dagen har varit"),
        ("provider", "999999", "giltig"),
        ("party", "region", "Välj motparten Utförare"),
    ],
)
def test_bad_input_comes_back_with_a_reason_and_what_was_typed(cast, client_for, field, value, reason):
    case = bring_to(report(cast), cast, DeviationStatus.RECEIVED)
    typed = {
        "direction": "out",
        "party": "provider",
        "party_name": "Utföraren AB",
        "provider": cast.units.provider.pk,
        "text": TEXT,
        "answer_by": days(10).isoformat(),
        "reference": "R-77",
    }
    address = reverse("improvement:exchange_add", args=[case.pk])
    page = client_for("chef").post(address, {**typed, field: value}).text
    assert reason in page
    assert "R-77" in page
    assert not Exchange.objects.exists()
    assert client_for("chef").post(address, typed).status_code == 302


def test_what_came_to_us_waits_for_our_answer_at_once(cast, client_for):
    made = make(cast, X.DRAFT, direction="in", party="school", party_name="Skolan", provider=None)
    assert made.status == X.SENT
    assert "Svara Skolan" in client_for("chef").get("/mitt-arbete/").text
    history = client_for("chef").get(f"{made.deviation.get_absolute_url()}historik/").text
    assert "tog emot avvikelsen i samverkan: Skolan" in history
    assert "skickade avvikelsen" not in history


def test_a_case_that_is_over_begins_nothing(cast):
    case = bring_to(report(cast), cast, DeviationStatus.NOT_DEVIATION)
    with pytest.raises(Blocked):
        exchanges.begin(Deviation.objects.get(pk=case.pk), user=cast.chef, values={"direction": "out"})


def test_the_list_takes_as_many_queries_for_one_as_for_three(cast, client_for, django_assert_max_num_queries):
    client = client_for("chef")
    for _ in range(3):
        make(cast)
        client.get("/samverkan/")
        with django_assert_max_num_queries(12):
            client.get("/samverkan/")
