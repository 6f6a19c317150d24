"""What a unit takes up at its meeting, the wall, the paper, and the record of who was there."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from documents import actions
from documents.models import AptItem, GroupReading, ReadReceipt
from kvalitet.organisation import grants
from kvalitet.organisation.models import RoleAssignment
from kvalitet.workflow import Blocked
from tests.documents.factories import make_draft, make_in_force, make_in_force_since
from tests.documents.reading_factories import ask, hold
from tests.documents.test_library import queries
from tests.factories import dated, days

LIST = "/dokument/apt/mottagningen/"


def put(cast, document, **values):
    return actions.put_on_list(document, unit=cast.units.home, user=cast.ombud, **values)


def test_document_put_on_the_list_is_shown_on_wall_and_paper(cast, client_for):
    document = make_in_force(cast)
    data = {
        "unit": cast.units.home.pk,
        "changes": "Vi ringer före besöket.",
        "question": "Hur gör vi på kvällar?",
    }
    assert client_for("ombud").post(f"/dokument/{document.pk}/apt/", data).url == LIST
    for page in ("", "visa/", "skriv-ut/"):
        text = client_for("medarbetare").get(LIST + page).text
        assert "Rutin för larm" in text
        assert "Vi ringer före besöket." in text
        assert "Hur gör vi på kvällar?" in text
    assert "Tindra Medarbetare" in client_for("chef").get(f"{LIST}skriv-ut/").text


def test_put_twice_is_one_line_with_the_newer_words(cast):
    document = make_in_force(cast)
    put(cast, document, changes="Ett")
    assert put(cast, document, changes="Två").changes == "Två"
    assert AptItem.objects.count() == 1


def test_words_on_the_list_are_shown_where_they_are_changed(cast, client_for):
    document = make_in_force(cast)
    put(cast, document, changes="Vi ringer före besöket.", question="Hur gör vi på kvällar?")
    change = f"/dokument/{document.pk}/apt/?enhet=mottagningen"
    assert change in client_for("chef").get(LIST).text
    for address in (change, f"/dokument/{document.pk}/apt/"):
        text = client_for("ombud").get(address).text
        assert "Vi ringer före besöket." in text
        assert "Hur gör vi på kvällar?" in text
    assert "Vi ringer" not in client_for("grannchef").get(change).text


def test_draft_is_not_taken_up_and_not_on_others_lists(cast):
    with pytest.raises(Blocked):
        put(cast, make_draft(cast, title="Utkast").document)
    with pytest.raises(PermissionDenied):
        actions.put_on_list(make_in_force(cast), unit=cast.units.neighbour, user=cast.ombud)


def test_wall_goes_forward_and_back_without_scripts(cast, client_for):
    for title in ("Rutin ett", "Rutin två"):
        put(cast, make_in_force(cast, title=title))
    client = client_for("chef")
    first, second = (client.get(f"{LIST}visa/?nr={number}").text for number in (1, 2))
    assert "?nr=2" in first
    assert "Rutin ett" in first
    assert "?nr=1" in second
    assert "Registrera vilka som var med" in second
    for wild in ("0", "99", "x", "-1", "9" * 40):
        assert client.get(f"{LIST}visa/?nr={wild}").status_code == 200


def test_those_ticked_have_read_and_those_absent_are_still_asked(cast, client_for):
    document = make_in_force_since(cast, days(-30))
    ask(cast, document)
    put(cast, document)
    client = client_for("chef")
    form = client.get(f"{LIST}genomgang/").context["form"]
    assert {name for _, name in form.fields["people"].choices} >= {"Tindra Medarbetare", "Elis Ombud"}
    data = {
        "held_on": days(-1).isoformat(),
        "documents": [document.pk],
        "people": [cast.medarbetare.pk],
        "note": "Larmet visades.",
        "form_key": str(form.initial["form_key"]),
    }
    first = client.post(f"{LIST}genomgang/", data)
    second = client.post(f"{LIST}genomgang/", data)
    assert first.url == second.url
    assert GroupReading.objects.count() == 1
    assert [row.user for row in ReadReceipt.objects.all()] == [cast.medarbetare]
    assert not AptItem.objects.waiting().exists()
    record = client.get(first.url).text
    assert "Larmet visades." in record
    assert "Tindra Medarbetare" in record


def test_version_that_began_to_hold_after_the_meeting_was_not_read_there(cast):
    document = make_in_force(cast)
    with pytest.raises(Blocked, match="efter genomgången"):
        hold(cast, [document], [cast.medarbetare], held_on=days(-1))
    assert not ReadReceipt.objects.exists()
    assert not GroupReading.objects.exists()


def test_who_had_read_before_stands_in_the_record_without_a_second_receipt(cast):
    document = make_in_force(cast)
    actions.confirm(document, user=cast.medarbetare)
    one = hold(cast, [document], [cast.medarbetare, cast.ombud])
    assert one.attendants.count() == 2
    assert ReadReceipt.objects.filter(user=cast.medarbetare).count() == 1
    assert ReadReceipt.objects.filter(meeting=one).count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"people": []}, "Kryssa för minst en"),
        ({"documents": []}, "Kryssa för minst ett dokument"),
        ({"held_on": 1}, "framåt i tiden"),
        ({"form_key": "x"}, "UUID"),
        ({"people": [999999]}, "999999"),
    ],
)
def test_what_is_wrong_keeps_what_was_typed_and_records_nothing(cast, client_for, change, said):
    document = make_in_force(cast)
    put(cast, document)
    data = {
        "held_on": days(0).isoformat(),
        "documents": [document.pk],
        "people": [cast.medarbetare.pk],
        "note": "Det jag skrev.",
        "form_key": str(uuid.uuid4()),
        **dated(change),
    }
    answer = client_for("chef").post(f"{LIST}genomgang/", data)
    assert answer.status_code == 200
    assert said in answer.text
    assert "Det jag skrev." in answer.text
    assert not GroupReading.objects.exists()


def test_correction_is_a_new_record_and_takes_back_who_was_not_there(cast, client_for):
    document = make_in_force(cast)
    wrong = hold(cast, [document], [cast.medarbetare])
    client, url = client_for("chef"), f"{LIST}genomgang/{wrong.pk}/ratta/"
    data = {"held_on": days(0).isoformat(), "people": [cast.ombud.pk], "form_key": str(uuid.uuid4())}
    assert client.post(url, {**data, "note": ""}).status_code == 200
    assert GroupReading.objects.count() == 1
    answer = client.post(url, {**data, "note": "Elis var med, inte Tindra."})
    assert answer.status_code == 302
    standing = ReadReceipt.objects.standing()
    assert [row.user for row in standing] == [cast.ombud]
    assert ReadReceipt.objects.count() == 2
    assert "rättad" in client.get(wrong.get_absolute_url()).text
    again = client.post(url, {**data, "note": "Igen.", "form_key": str(uuid.uuid4())})
    assert "redan rättad" in again.text


def test_who_is_javig_or_works_elsewhere_is_not_ticked(cast):
    document = make_in_force(cast)
    with pytest.raises(Blocked, match="ingen roll i Mottagningen"):
        hold(cast, [document], [cast.medarbetare, cast.grannmedarbetare])
    grants.deny(cast.medarbetare, document, reason="Berörd.", by=cast.chef)
    with pytest.raises(Blocked, match=f"{cast.medarbetare} är jävig i {document}"):
        hold(cast, [document], [cast.medarbetare, cast.ombud])
    assert not ReadReceipt.objects.exists()
    assert not GroupReading.objects.exists()


def test_correction_keeps_who_was_there_and_has_left_since(cast):
    document = make_in_force(cast)
    wrong = hold(cast, [document], [cast.medarbetare])
    RoleAssignment.objects.filter(user=cast.medarbetare).update(valid_from=days(-9), valid_to=days(-1))
    grants.deny(cast.medarbetare, document, reason="Berörd.", by=cast.chef)
    people = [cast.medarbetare, cast.ombud]
    made = hold(cast, [], people, corrects=wrong, note="Elis var också med.")
    assert made.attendants.count() == 2
    grants.deny(cast.handlaggare, document, reason="Berörd.", by=cast.chef)
    with pytest.raises(Blocked, match="jävig i ett av dokumenten"):
        hold(cast, [], [*people, cast.handlaggare], corrects=made, note="En till.")


def test_record_cannot_be_changed_or_deleted(cast):
    one = hold(cast, [make_in_force(cast)], [cast.medarbetare])
    rows = GroupReading.objects.filter(pk=one.pk)
    for change in (
        lambda: rows.update(note="Annat"),
        rows.delete,
        one.attendants.all().delete,
    ):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            change()


def test_only_the_chef_or_handlaggare_says_who_was_there(cast):
    document = make_in_force(cast)
    for who in ("ombud", "medarbetare", "grannchef", "samordnare"):
        with pytest.raises(PermissionDenied):
            hold(cast, [document], [cast.medarbetare], user=cast[who])
    hold(cast, [document], [cast.medarbetare], user=cast.handlaggare)


def test_list_tells_nothing_of_what_the_reader_may_not_read(cast, client_for):
    document = make_in_force(cast, title="Bara avdelningen", visibility="unit", owner_unit=cast.units.home)
    actions.put_on_list(document, unit=cast.units.department, user=cast.avdelningschef)
    assert "Bara avdelningen" in client_for("avdelningschef").get("/dokument/apt/avdelning-a/").text
    # processagare works on the department and reads below it; styrgruppen has no page there.
    assert client_for("grannmedarbetare").get("/dokument/apt/avdelning-a/").status_code == 403


def test_pages_ask_as_little_for_three_as_for_one(cast, client_for):
    client = client_for("chef")
    urls = [LIST, f"{LIST}visa/", f"{LIST}skriv-ut/", f"{LIST}genomgang/"]
    put(cast, make_in_force(cast))
    hold(cast, [make_in_force(cast, title="Läst")], [cast.ombud])
    ones = [queries(client, url) for url in urls]
    for number in range(2):
        put(cast, make_in_force(cast, title=f"Rutin {number}"))
        hold(cast, [make_in_force(cast, title=f"Läst {number}")], [cast.ombud, cast.medarbetare])
    assert [queries(client, url) for url in urls] == ones
    assert max(ones) <= 12
