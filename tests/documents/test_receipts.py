"""Läskvittens: who is asked, what counts, who sees the names, and what reminds."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents import actions
from documents.models import ReadReceipt, ReceiptRetraction
from documents.reading import asks as reading
from documents.reading import notices as reading_notices
from kvalitet.models import Notification
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from tests.documents.factories import bring_to, checked, make_draft, make_in_force, make_in_force_since, read
from tests.documents.reading_factories import ask, begin, hold, make_package, make_plan
from tests.documents.test_library import queries
from tests.factories import days


def due_of(user, document):
    rows = list(reading.unread(user).filter(document=document))
    return rows[0].due if rows else None


def new_version(cast, document, **values):
    draft = actions.new_revision(document, user=cast.ombud, content=checked("Ny."), change_note="Ny.")
    return bring_to(draft, cast, RevisionStatus.APPROVED, **values)


def mended(cast, document):
    draft = actions.new_revision(
        document, user=cast.ombud, content=checked("Rättat."), change_note="Ord.", is_minor=True
    )
    read(draft)
    return actions.change_status(draft, "amend", user=cast.ombud)


def test_who_has_the_role_is_asked_and_nobody_else(cast):
    document = make_in_force(cast)
    ask(cast, document)
    assert due_of(cast.medarbetare, document) == days(14)
    assert due_of(cast.grannmedarbetare, document) is None
    assert due_of(cast.chef, document) is None
    assert due_of(cast.utforare, document) is None


def test_requirement_on_a_unit_reaches_below_it_and_any_role(cast):
    document = make_in_force(cast)
    ask(cast, document, role="", unit=cast.units.department)
    assert all(due_of(one, document) for one in (cast.chef, cast.medarbetare, cast.grannmedarbetare))
    assert due_of(cast.ersattare, document) is None


def test_who_joins_later_counts_from_the_first_day(cast):
    document = make_in_force_since(cast, days(-100))
    ask(cast, document, valid_from=days(-90))
    assert due_of(cast.medarbetare, document) == days(-76)
    begin(cast, cast.utan_roll, ago=2)
    assert due_of(cast.utan_roll, document) == days(12)
    begin(cast, cast.grannmedarbetare, ago=-3)
    assert due_of(cast.grannmedarbetare, document) is None


def test_who_has_left_the_role_is_not_asked(cast):
    document = make_in_force(cast)
    ask(cast, document)
    RoleAssignment.objects.filter(user=cast.medarbetare).update(valid_to=days(-1))
    assert due_of(cast.medarbetare, document) is None
    round_ = reading.round_of(document)
    assert cast.medarbetare not in reading.people(round_)


def test_button_twice_makes_one_receipt_and_takes_the_ask_away(cast, client_for):
    document = make_in_force(cast)
    ask(cast, document)
    client = client_for("medarbetare")
    page = client.get(document.get_absolute_url()).text
    assert "Jag har läst" in page
    version = document.revisions.get().pk
    for _ in range(2):
        client.post(f"/dokument/{document.pk}/last/", {"version": version})
    assert ReadReceipt.objects.filter(user=cast.medarbetare).count() == 1
    page = client.get(document.get_absolute_url()).text
    assert "Jag har läst" not in page
    assert "Du har läst" in page


def test_smaller_change_asks_nothing_new_and_a_whole_version_asks_all(cast):
    document = make_in_force_since(cast, days(-5))
    ask(cast, document)
    actions.confirm(document, user=cast.medarbetare)
    mended(cast, document)
    assert due_of(cast.medarbetare, document) is None
    assert due_of(cast.ombud, document) == days(9)
    actions.confirm(document, user=cast.ombud)
    assert due_of(cast.ombud, document) is None
    new_version(cast, document, valid_from=days(0) + timedelta(days=1))
    assert due_of(cast.medarbetare, document) is None  # not in force until tomorrow


def test_new_version_since_the_page_was_opened_is_not_confirmed_unread(cast, client_for):
    document = make_in_force_since(cast, days(-5))
    ask(cast, document)
    shown = document.revisions.get().pk
    new_version(cast, document)
    client_for("medarbetare").post(f"/dokument/{document.pk}/last/", {"version": shown})
    assert not ReadReceipt.objects.exists()
    assert due_of(cast.medarbetare, document) == days(14)


def test_withdrawn_version_asks_nobody(cast):
    document = make_in_force(cast)
    ask(cast, document)
    revision = document.revisions.get()
    actions.change_status(revision, "withdraw", user=cast.chef, comment="Behövs inte.")
    assert due_of(cast.medarbetare, document) is None
    assert reading.round_of(document) is None


def test_database_keeps_one_receipt_and_changes_none(cast):
    document = make_in_force(cast)
    receipt = actions.confirm(document, user=cast.medarbetare)
    same = {"revision": receipt.revision, "user": cast.medarbetare}
    for turn in (0, 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReadReceipt.objects.create(**same, turn=turn)
    for change in (lambda rows: rows.update(at=timezone.now()), lambda rows: rows.delete()):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            change(ReadReceipt.objects.filter(pk=receipt.pk))


def test_receipt_taken_back_asks_again_and_is_kept(cast, client_for):
    document = make_in_force(cast)
    ask(cast, document)
    receipt = actions.confirm(document, user=cast.medarbetare)
    with pytest.raises(PermissionDenied):
        actions.take_back(receipt, user=cast.grannchef, reason="Nej.")
    answer = client_for("chef").post(f"/dokument/kvittens/{receipt.pk}/ta-tillbaka/", {"reason": ""})
    assert answer.status_code == 200
    assert not ReceiptRetraction.objects.exists()
    actions.take_back(receipt, user=cast.chef, reason="Förkryssad av misstag.")
    assert due_of(cast.medarbetare, document) == days(14)
    actions.confirm(document, user=cast.medarbetare)
    assert ReadReceipt.objects.count() == 2
    assert due_of(cast.medarbetare, document) is None


def test_only_who_writes_or_decides_asks_to_read(cast):
    document = make_in_force(cast)
    for who in ("medarbetare", "grannchef"):
        with pytest.raises(PermissionDenied):
            actions.ask_to_read(document, user=cast[who], days=14)
    actions.ask_to_read(document, user=cast.chef, role=Role.EMPLOYEE, unit=cast.units.home, days=14)
    with pytest.raises(Blocked):
        actions.ask_to_read(document, user=cast.chef, role=Role.EMPLOYEE, unit=cast.units.home, days=3)


def test_document_of_a_unit_is_not_asked_of_others(cast):
    document = make_in_force(cast, visibility="unit")
    with pytest.raises(Blocked):
        actions.ask_to_read(document, user=cast.ombud, unit=cast.units.neighbour, days=14)
    ask(cast, document, role="", unit=cast.units.department)
    names = set(reading.people(reading.round_of(document)).values_list("email", flat=True))
    assert "medarbetare@test.invalid" in names
    assert "grannmedarbetare@test.invalid" not in names


def test_ended_requirement_asks_nobody_and_keeps_what_was_read(cast):
    document = make_in_force(cast)
    row = ask(cast, document)
    actions.confirm(document, user=cast.ombud)
    actions.stop_asking(row, user=cast.ombud)
    assert due_of(cast.medarbetare, document) is None
    assert ReadReceipt.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ombud", {"Tindra Medarbetare", "Lukas Granne"}),  # answers for the document
        ("samordnare", {"Tindra Medarbetare", "Lukas Granne"}),
        ("chef", {"Tindra Medarbetare"}),
        ("grannchef", {"Lukas Granne"}),
        ("medarbetare", set()),
        ("mas", set()),
    ],
)
def test_names_are_for_who_answers_and_for_ones_own_manager(cast, client_for, who, seen):
    document = make_in_force(cast)
    ask(cast, document, unit=cast.units.department)
    for url in (f"/dokument/{document.pk}/lasning/", f"/dokument/{document.pk}/lasning/?exportera=csv"):
        text = client_for(who).get(url).text.split("</header>")[-1]
        names = {"Tindra Medarbetare", "Lukas Granne"} - {str(cast[who])}
        found = {name for name in names if name in text}
        assert found == {name for name in seen if name != str(cast[who])}, url


def test_few_are_not_counted_for_outsiders(cast, client_for):
    document = make_in_force(cast)
    ask(cast, document)
    actions.confirm(document, user=cast.medarbetare)
    assert "visas inte" in client_for("grannmedarbetare").get(f"/dokument/{document.pk}/lasning/").text
    assert "1 av 3" in client_for("samordnare").get(f"/dokument/{document.pk}/lasning/").text


def test_manager_is_told_how_many_of_those_whose_names_they_see(cast, client_for):
    document = make_in_force(cast)
    ask(cast, document, unit=cast.units.department)
    actions.confirm(document, user=cast.grannmedarbetare)
    actions.confirm(document, user=cast.medarbetare)
    for who in ("chef", "grannchef"):
        answer = client_for(who).get(f"/dokument/{document.pk}/lasning/")
        rows = [row.record for row in answer.context["table"].rows]
        told = f"{sum(one.read_at is not None for one in rows)} av {len(rows)}"
        assert f"Har läst i dina enheter: <strong>{told}</strong>" in answer.text
    assert "i dina enheter" not in client_for("samordnare").get(f"/dokument/{document.pk}/lasning/").text


def test_list_filters_on_unit_and_state(cast, client_for):
    document = make_in_force(cast)
    ask(cast, document, unit=cast.units.department)
    actions.confirm(document, user=cast.medarbetare)
    client, url = client_for("samordnare"), f"/dokument/{document.pk}/lasning/"

    def names(query):
        return {str(row.record) for row in client.get(f"{url}?{query}").context["table"].rows}

    assert names("lage=last") == {"Tindra Medarbetare"}
    assert "Tindra Medarbetare" not in names("lage=olast")
    assert names("lage=sen") == set()
    assert names(f"enhet={cast.units.neighbour.pk}") == {"Lukas Granne", "Wilma Ombud"}


@pytest.mark.parametrize("who", ["samordnare", "chef", "medarbetare"])
def test_list_and_pages_keep_the_budget(cast, client_for, who):
    document = make_in_force(cast)
    ask(cast, document)
    client = client_for(who)
    urls = [f"/dokument/{document.pk}/lasning/", document.get_absolute_url(), "/", "/mitt-arbete/"]
    urls.append(cast.units.home.get_absolute_url())
    ones = [queries(client, url) for url in urls]
    for number in range(2):
        ask(cast, make_in_force(cast, title=f"Rutin {number}"))
    begin(cast, cast.utan_roll)
    assert [queries(client, url) for url in urls] == ones
    assert max(ones) <= 12


def test_reminders_come_on_their_days_and_tell_no_title(cast):
    document = make_in_force(cast, title="Hemlig rubrik")
    ask(cast, document, days=7)
    reading_notices.remind(days(0))
    first = Notification.objects.filter(user=cast.medarbetare)
    assert first.count() == 1
    assert "Hemlig" not in first.get().sentence
    actions.confirm(document, user=cast.medarbetare)
    Notification.objects.all().delete()
    reading_notices.remind(days(6))
    assert not Notification.objects.filter(user=cast.medarbetare).exists()
    assert Notification.objects.filter(user=cast.ombud).exists()


def test_reminders_are_sent_once_and_missed_days_made_up_for(cast):
    document = make_in_force(cast)
    ask(cast, document, days=14)
    number = len(reading.people(reading.round_of(document)))
    assert number > 1
    told = [reading_notices.remind(days(day)) for day in (0, 0, 1, 8, 8, 9, 14, 14, 20, 23, 23)]
    # On the first day; the 7th missed; the 13th missed, so the last day alone; a week late, two days after.
    assert [one // number for one in told] == [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0]
    assert Notification.objects.filter(user=cast.medarbetare).count() == 4


def test_who_joins_is_reminded_though_the_others_have_been(cast):
    document = make_in_force_since(cast, days(-100))
    ask(cast, document, valid_from=days(-90))
    reading_notices.remind(days(0))
    begin(cast, cast.utan_roll, ago=0)
    Notification.objects.all().delete()
    assert reading_notices.remind(days(0)) == 1
    assert Notification.objects.get().user == cast.utan_roll


def test_who_was_spared_by_an_introduction_is_not_late_on_the_first_day(cast):
    document = make_in_force_since(cast, days(-300))
    ask(cast, document, days=14, valid_from=days(-300))
    make_plan(make_package(cast, document), cast.medarbetare, cast, ago=91)
    reading_notices.remind(days(0))
    told = Notification.objects.get(user=cast.medarbetare, kind="documents.receipt")
    assert told.sentence.startswith("Att läsa")
    assert told.due == due_of(cast.medarbetare, document)


def test_what_is_new_has_three_lines_and_stands_over_the_button(cast, client_for):
    draft = bring_to(make_draft(cast), cast, RevisionStatus.IN_REVIEW)
    url = f"{draft.get_absolute_url()}approve/"
    seen = client_for("chef").get(url).context["seen"]
    data = {"valid_from": days(0).isoformat(), "seen": seen, "whats_new": "Ett\nTvå\nTre\nFyra"}
    data["next_review"] = f"{days(400):%Y-%m}"
    assert "Skriv högst 3 rader" in client_for("chef").post(url, data).text
    client_for("chef").post(url, {**data, "whats_new": "Ring före besöket.\n\nTa med bricka."})
    draft.refresh_from_db()
    assert draft.whats_new == "Ring före besöket.\nTa med bricka."
    ask(cast, draft.document)
    page = client_for("medarbetare").get(draft.document.get_absolute_url()).text
    assert page.index("Ring före besöket.") < page.index("Jag har läst")


def test_group_reading_counts_as_read(cast):
    document = make_in_force(cast)
    ask(cast, document)
    hold(cast, [document], [cast.medarbetare])
    assert due_of(cast.medarbetare, document) is None
    assert due_of(cast.ombud, document)
