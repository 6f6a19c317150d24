"""A remiss: who is asked and sees what, what they answer, what is done with it, and when it ends."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from documents import actions, reminders
from documents.models import DocumentUserPermission, ReviewAnswer, ReviewRound, Revision
from kvalitet import search
from kvalitet.models import Notification
from kvalitet.organisation import grants
from kvalitet.organisation.models import RoleAssignment, User
from kvalitet.workflow import Blocked
from tests.documents.factories import bring_to, checked, make_draft, make_in_force
from tests.factories import days


@pytest.fixture
def draft(cast):
    """Of a document that only its own unit reads."""
    return make_draft(cast, title="Rutin för Tage", visibility="unit")


def start(cast, draft, *people, units=(), due=7):
    return actions.start_round(
        draft, user=cast.ombud, question="Stämmer den?", due=days(due), people=people, units=units
    )


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_ombud_asks_and_those_asked_answer_on_the_page(cast, client_for, draft):
    values = {
        "question": "Stämmer den?",
        "people": f"{cast.grannmedarbetare.email}\n{cast.mas.email}",
        "units": [cast.units.other.pk],
        "due": days(7).isoformat(),
    }
    url = f"{draft.get_absolute_url()}remiss/"
    client_for("ombud").post(f"{url}ny/", values)
    assert "Svara på remissen av Rutin för Tage" in client_for("grannmedarbetare").get("/mitt-arbete/").text
    asked = client_for("grannmedarbetare").get(url)
    assert "Stämmer den?" in asked.text
    assert client_for("grannmedarbetare").get(draft.get_absolute_url()).status_code == 200
    answer = {"kind": "text", "text": "Telefonnumret saknas."}
    client_for("grannmedarbetare").post(f"{url}svara/", answer)
    client_for("grannmedarbetare").post(f"{url}svara/", answer)
    client_for("mas").post(f"{url}svara/", {"kind": "none", "text": ""})
    assert sorted(ReviewAnswer.objects.values_list("text", flat=True)) == ["", "Telefonnumret saknas."]
    assert "Svara på remissen" not in client_for("grannmedarbetare").get("/mitt-arbete/").text
    shown = client_for("ombud").get(url).text
    assert shown.count("Har svarat") == 2
    assert shown.count("Inte svarat") == 1
    assert "Telefonnumret saknas." not in client_for("mas").get(url).text, "others' answers"


def test_who_is_asked_sees_that_draft_and_nothing_else(cast, client_for):
    document = make_in_force(cast, visibility="unit")
    second = actions.new_revision(document, user=cast.ombud, content="https://x.invalid/", change_note="Ny.")
    remiss = start(cast, second, cast.grannmedarbetare)
    client = client_for("grannmedarbetare")
    assert client.get(second.get_absolute_url()).status_code == 200
    first = document.revisions.get(number=1)
    for path in (first.get_absolute_url(), document.get_absolute_url()):
        assert client.get(path).status_code == 404
    assert document.title not in client.get("/dokument/").text
    assert client_for("mas").get(second.get_absolute_url()).status_code == 404
    actions.close_round(remiss, user=cast.ombud)
    assert client.get(second.get_absolute_url()).status_code == 404
    assert not DocumentUserPermission.objects.exists()


def test_who_is_asked_is_let_go_by_the_remiss_and_not_as_a_guest(cast, client_for, draft):
    remiss = start(cast, draft, cast.grannmedarbetare)
    row = DocumentUserPermission.objects.get()
    url = reverse("documents:uninvite", args=[draft.document_id, row.pk])
    assert client_for("ombud").post(url).status_code == 404
    assert list(DocumentUserPermission.objects.all()) == [row], "the remiss asks them still"
    actions.close_round(remiss, user=cast.ombud)
    assert not DocumentUserPermission.objects.exists()


def test_notices_tell_no_title(cast, draft):
    start(cast, draft, cast.grannmedarbetare)
    told = Notification.objects.get(kind="documents.remiss", user=cast.grannmedarbetare)
    assert "Tage" not in told.sentence
    assert told.due == days(7)


def test_a_unit_is_its_chef_and_ombud_and_who_stands_in(cast, draft, client_for):
    start(cast, draft, units=[cast.units.neighbour, cast.units.home])
    may = set(DocumentUserPermission.objects.values_list("user__name", flat=True))
    asked = (cast.grannchef, cast.grann_ombud, cast.chef, cast.ombud, cast.ersattare)
    assert may == {one.name for one in asked}
    url = f"{draft.get_absolute_url()}remiss/svara/"
    values = {"kind": "none", "unit": cast.units.neighbour.pk}
    client_for("grann_ombud").post(url, values)
    assert ReviewAnswer.objects.get().unit == cast.units.neighbour
    client_for("grannchef").post(url, {**values, "unit": cast.units.home.pk})
    assert ReviewAnswer.objects.count() == 1, "not for another's unit"


def test_the_night_lets_in_who_has_come_and_out_who_has_left(cast, draft):
    start(cast, draft, units=[cast.units.neighbour])
    RoleAssignment.objects.filter(user=cast.grann_ombud, role="representative").update(valid_to=days(-1))
    RoleAssignment.objects.create(
        user=cast.grannmedarbetare,
        role="representative",
        unit=cast.units.neighbour,
        valid_from=days(0),
        created_by=cast.samordnare,
    )
    reminders.remind_of_remisses()
    may = set(DocumentUserPermission.objects.values_list("user", flat=True))
    assert may == {cast.grannchef.pk, cast.grannmedarbetare.pk}


def test_who_is_javig_is_neither_asked_nor_shown(cast, client_for, draft):
    start(cast, draft, cast.mas)
    grants.deny(cast.mas, draft.document, reason="Nära.", by=cast.chef)
    assert client_for("mas").get(draft.get_absolute_url()).status_code == 404
    assert client_for("mas").get(f"{draft.get_absolute_url()}remiss/").status_code == 404
    other = make_draft(cast, title="En till")
    grants.deny(cast.grannchef, other.document, reason="Nära.", by=cast.chef)
    with pytest.raises(Blocked, match="jävig"):
        start(cast, other, fresh(cast.grannchef))


def test_a_draft_goes_on_when_the_remiss_is_closed_and_decided_on(cast, client_for, draft):
    remiss = start(cast, draft, cast.grannmedarbetare)
    answer = actions.answer_round(remiss, user=fresh(cast.grannmedarbetare), text="Numret saknas.")
    with pytest.raises(Blocked, match="Stäng remissen först") as caught:
        actions.change_status(draft, "send", user=cast.ombud)
    assert "saknar beslut" in str(caught.value)
    actions.close_round(remiss, user=cast.ombud)
    with pytest.raises(ValidationError):
        actions.decide_answer(answer, user=cast.ombud, decision="rejected")
    url = f"{draft.get_absolute_url()}remiss/svar/{answer.pk}/"
    page = client_for("ombud").post(url, {"decision": "rejected", "reason": ""})
    assert "Skriv varför" in page.text
    client_for("ombud").post(url, {"decision": "rejected", "reason": "Det står på första sidan."})
    assert "Det står på första sidan." in client_for("grannmedarbetare").get(remiss.get_absolute_url()).text
    assert actions.change_status(draft, "send", user=cast.ombud).status == "in_review"
    history = client_for("ombud").get(f"/dokument/{draft.document_id}/historik/").text
    for words in ("skickade version 1.0 på remiss", "med synpunkter", "införs inte", "stängde remissen"):
        assert words in history


def test_a_draft_thrown_away_closes_its_remiss(cast, draft):
    remiss = start(cast, draft, cast.grannmedarbetare)
    actions.change_status(draft, "discard", user=cast.ombud)
    assert not ReviewRound.objects.get(pk=remiss.pk).is_open
    assert not DocumentUserPermission.objects.exists()


def test_who_is_not_asked_does_not_answer_and_readers_do_not_run_it(cast, draft):
    remiss = start(cast, draft, cast.grannmedarbetare)
    for who, verb in (
        ("mas", lambda user: actions.answer_round(remiss, user=user, text="")),
        ("grannmedarbetare", lambda user: actions.close_round(remiss, user=user)),
        ("grannmedarbetare", lambda user: actions.change_round(remiss, user=user, due=days(9))),
        ("medarbetare", lambda user: actions.start_round(draft, user=user, question="?", due=days(1))),
    ):
        with pytest.raises(PermissionDenied):
            verb(fresh(cast[who]))


def test_more_time_is_told_to_those_who_wait_and_more_are_asked(cast, client_for, draft):
    remiss = start(cast, draft, cast.grannmedarbetare, cast.mas)
    actions.answer_round(remiss, user=fresh(cast.mas), text="")
    Notification.objects.all().delete()
    values = {"due": days(14).isoformat(), "people": f"{cast.grannchef.email} {cast.mas.email}"}
    client_for("ombud").post(f"{remiss.get_absolute_url()}andra/", values)
    remiss.refresh_from_db()
    assert remiss.due == days(14)
    told = {(one.user, one.sentence.split(":")[0]) for one in Notification.objects.all()}
    assert told == {
        (cast.grannmedarbetare, "Ny sista dag att svara på en remiss"),
        (cast.grannchef, "Svara på en remiss"),
    }


def test_reminders_three_days_before_and_after_once_each(cast, draft):
    remiss = start(cast, draft, cast.grannmedarbetare, cast.mas, due=5)
    actions.answer_round(remiss, user=fresh(cast.mas), text="")
    Notification.objects.all().delete()
    assert [reminders.remind_of_remisses(days(day)) for day in (1, 2, 3, 5, 6, 7, 12, 13)] == [
        0, 1, 0, 0, 1, 0, 0, 1,
    ]  # fmt: skip
    told = list(Notification.objects.values_list("user", flat=True))
    assert told.count(cast.grannmedarbetare.pk) == 3
    assert told.count(cast.ombud.pk) == 2
    assert cast.mas.pk not in told


def test_a_draft_changed_while_out_is_told_to_those_asked_and_who_sent_it(cast, client_for, draft):
    remiss = start(cast, draft, cast.grannmedarbetare, cast.mas)
    actions.answer_round(remiss, user=fresh(cast.mas), text="Numret saknas.")
    url, words = remiss.get_absolute_url(), "efter att remissen skickades"
    assert words not in client_for("mas").get(url).text
    Notification.objects.all().delete()
    for text in ("Nytt nummer.", "Nytt nummer, och en rad till."):
        actions.change_content(draft, user=cast.chef, content=checked(text))
    asked, sender = client_for("grannmedarbetare").get(url).text, client_for("ombud").get(url).text
    for page in (asked, sender, client_for("mas").get(url).text):
        assert words in page
        assert cast.chef.name in page
    assert "Ditt svar gäller texten före ändringen" in client_for("mas").get(url).text
    assert "Ditt svar gäller" not in asked
    assert sender.count("Gäller texten före ändringen") == 1
    told = list(Notification.objects.values_list("user", flat=True))
    assert sorted(told) == sorted([cast.grannmedarbetare.pk, cast.mas.pk, cast.ombud.pk]), (
        "once, not per save"
    )
    actions.answer_round(remiss, user=fresh(cast.mas), text="Nu är det bra.")
    assert "Ditt svar gäller" not in client_for("mas").get(url).text


def test_the_same_file_again_is_no_change(cast, draft):
    remiss = start(cast, draft, cast.mas)
    same = checked("Så här gör du när larmet går. Rutin för Tage")
    actions.change_content(draft, user=cast.ombud, content=same, change_note="Bara ord om ändringen.")
    remiss.refresh_from_db()
    assert remiss.changed_at is None


def test_a_draft_on_remiss_is_found_in_the_search_by_those_asked_while_it_is_open(cast, draft):
    def found(who):
        search.drain_now()
        return [hit.url for hit in search.find(fresh(cast[who]), "Tage").hits]

    assert found("grannmedarbetare") == []
    remiss = start(cast, draft, cast.grannmedarbetare)
    assert found("grannmedarbetare") == [draft.get_absolute_url()]
    assert found("mas") == []
    actions.close_round(remiss, user=cast.ombud)
    assert found("grannmedarbetare") == []


def test_the_summary_is_a_file_of_answers_and_decisions(cast, client_for, draft):
    remiss = start(cast, draft, cast.grannmedarbetare)
    answer = actions.answer_round(remiss, user=fresh(cast.grannmedarbetare), text="=1+1 saknas")
    actions.decide_answer(answer, user=cast.ombud, decision="adopted")
    text = client_for("ombud").get(f"{remiss.get_absolute_url()}svar/?exportera=csv").content.decode()
    assert "Lukas Granne" in text
    assert "'=1+1 saknas" in text
    assert "Införs" in text


REFUSED = [
    "UPDATE documents_reviewround SET due = due + 1",
    "UPDATE documents_reviewanswer SET text = 'annat'",
    (
        "INSERT INTO documents_reviewanswer (remiss_id, person_id, text, answered_at, decision, reason) "
        "SELECT id, started_by_id, 'sent', now(), '', '' FROM documents_reviewround"
    ),
    (
        "INSERT INTO documents_reviewinvitation (remiss_id, person_id, created_by_id, created_at) "
        "SELECT id, started_by_id, started_by_id, now() FROM documents_reviewround"
    ),
    "DELETE FROM documents_reviewanswer",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_the_database_changes_nothing_of_a_closed_remiss(cast, draft, sql):
    remiss = start(cast, draft, cast.grannmedarbetare)
    actions.answer_round(remiss, user=fresh(cast.grannmedarbetare), text="Numret saknas.")
    actions.close_round(remiss, user=cast.ombud)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_database_sends_no_draft_whose_remiss_is_open(cast, draft):
    start(cast, draft, cast.grannmedarbetare)
    with pytest.raises(DatabaseError, match="remiss"), transaction.atomic():
        Revision.objects.filter(pk=draft.pk).update(status="in_review")


def test_only_a_draft_is_sent_on_remiss(cast):
    reviewed = bring_to(make_draft(cast), cast, "in_review")
    with pytest.raises(Blocked, match="Bara ett utkast"):
        start(cast, reviewed, cast.mas)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewRound.objects.create(revision=reviewed, question="?", due=days(1), started_by=cast.ombud)
