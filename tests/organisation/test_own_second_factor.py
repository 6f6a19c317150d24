"""Tvåstegsinloggning of one's own: set up, in reserve, and taken away."""

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.core.management import CommandError, call_command
from django.test import Client

from kvalitet import sealing
from kvalitet.history import timeline
from kvalitet.organisation import devices
from kvalitet.organisation.actions import second_factors
from kvalitet.organisation.models import SecondFactor, SecondFactorEvent, Session
from tests.cast import Cast, ClientFor
from tests.factories import PASSWORD
from tests.organisation.second_factors import (
    CASES,
    CODE,
    FACTOR,
    KEY,
    LOGIN,
    RECOVERY,
    STEP,
    code,
    is_in,
    log_in,
    logged_in_fully,
    wait,
    with_factor,
)

pytestmark = pytest.mark.django_db


def set_up(client: Client, **more: str) -> Any:
    """As a person does it: reads the key of the page, types it in the app, and the app's code on the page."""
    page = client.get(FACTOR)
    sealed = re.search(r'name="key" value="([^"]+)"', page.text)
    groups = re.findall(r"<span>([A-Z2-7]{4})</span>", page.text)
    assert sealed
    key = base64.b32decode("".join(groups))
    return client.post(FACTOR, {"key": sealed[1], "code": code(key), **more})


@pytest.mark.usefixtures("required")
def test_who_must_sets_it_up_in_the_middle_of_the_login(cast: Cast, mails: list[Any]) -> None:
    client = log_in(cast.chef, next=CASES)
    page = client.get(f"{STEP}?next={CASES}", follow=True)
    assert page.redirect_chain[-1][0] == f"{FACTOR}?next=%2Favvikelser%2F"
    assert "data:image/svg+xml" in page.text
    answer = set_up(client, next=CASES)
    codes = CODE.findall(answer.text)
    assert len(set(codes)) == 10
    assert f'href="{CASES}"' in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert is_in(client)
    assert mails[-1].to == [cast.chef.email]
    assert "börjat med tvåstegsinloggning" in mails[-1].body
    # And shown only that once.
    assert not CODE.search(client.get(FACTOR).text)
    other = log_in(cast.chef)
    other.post(RECOVERY, {"code": codes[0]})
    assert is_in(other)


def test_anyone_may_and_a_wrong_first_code_keeps_the_key(cast: Cast) -> None:
    client = log_in(cast.medarbetare)
    page = client.get(FACTOR)
    key = re.search(r'name="key" value="([^"]+)"', page.text)
    assert key
    again = client.post(FACTOR, {"key": key[1], "code": "000000"})
    assert "Koden stämmer inte" in again.text
    assert key[1] in again.text
    assert re.findall(r"<span>[A-Z2-7]{4}</span>", again.text) == re.findall(
        r"<span>[A-Z2-7]{4}</span>", page.text
    )
    assert not SecondFactor.objects.exists()


def test_a_key_of_another_person_or_too_old_is_not_taken(cast: Cast) -> None:
    theirs = sealing.seal(f"{cast.chef.pk}:".encode() + KEY, purpose="organisation.new_second_factor")
    for key in (theirs.decode(), "", "x", "å"):
        answer = log_in(cast.medarbetare).post(FACTOR, {"key": key, "code": code()})
        assert answer.status_code == 200
        assert "stått öppen för länge" in answer.text
    assert not SecondFactor.objects.exists()


def left_alone(client: Client) -> None:
    """As if six minutes had gone since the password was given."""
    session = client.session
    session[devices.CONFIRMED] -= 6 * 60
    session.save()


def test_setting_it_up_asks_for_the_password_when_it_was_not_just_given(cast: Cast) -> None:
    client = log_in(cast.medarbetare)
    left_alone(client)
    for answer in (client.get(FACTOR), client.post(FACTOR, {"code": "000000"})):
        assert answer["Location"].startswith("/bekrafta/?next=")
    asks = client.get(f"/bekrafta/?next={FACTOR}")
    assert "ändrar hur någon loggar in" in asks.text
    client.post("/bekrafta/", {"password": PASSWORD, "next": FACTOR})
    page = client.get(FACTOR)
    key = re.search(r'name="key" value="([^"]+)"', page.text)
    assert key
    left_alone(client)
    assert "Koden stämmer inte" in client.post(FACTOR, {"key": key[1], "code": "000000"}).text


@pytest.mark.usefixtures("required")
def test_halfway_it_is_set_up_from_the_password_again(cast: Cast) -> None:
    client = log_in(cast.chef, next=CASES)
    left_alone(client)
    assert client.get(FACTOR)["Location"].startswith(LOGIN)
    assert not Session.objects.filter(user=cast.chef).exists()


def test_the_secret_lies_sealed_and_in_no_history_or_mail(cast: Cast, mails: list[Any]) -> None:
    codes = with_factor(cast.chef)
    row = SecondFactor.objects.get()
    stored = str(SecondFactor.objects.values().get()) + str(list(SecondFactorEvent.objects.values()))
    assert KEY not in bytes(row.sealed)
    for secret in (KEY.decode(), codes[0], codes[0].replace("-", "")):
        assert secret not in stored + "".join(message.body for message in mails)
    assert {"sealed", "recovery"}.isdisjoint(field.name for field in SecondFactorEvent._meta.fields)


def test_a_changed_secret_key_still_opens_with_the_one_before(cast: Cast, settings: Any, caplog: Any) -> None:
    codes = with_factor(cast.chef)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert second_factors.refused(person=cast.chef, code=code()) == ""
    settings.SECRET_KEY_FALLBACKS = []
    assert second_factors.refused(person=cast.chef, code=code(steps=1))
    assert "another SECRET_KEY" in caplog.text
    assert second_factors.refused(person=cast.chef, code=codes[0], is_recovery=True) == ""


# In reserve


def test_a_recovery_code_works_once_however_it_is_typed(cast: Cast, mails: list[Any]) -> None:
    codes = with_factor(cast.chef)
    client = log_in(cast.chef)
    client.post(RECOVERY, {"code": f" {codes[3].upper().replace('-', ' ')} "})
    assert is_in(client)
    assert "Du har 9 kvar" in mails[-1].body
    second = log_in(cast.chef)
    assert "stämmer inte" in second.post(RECOVERY, {"code": codes[3]}).text
    assert not is_in(second)


def test_a_recovery_code_of_another_opens_nothing(cast: Cast) -> None:
    codes = with_factor(cast.grannchef)
    with_factor(cast.chef)
    client = log_in(cast.chef)
    client.post(RECOVERY, {"code": codes[0]})
    assert not is_in(client)


def test_wrong_codes_do_not_close_the_way_of_the_recovery_codes(cast: Cast) -> None:
    codes = with_factor(cast.chef)
    client = log_in(cast.chef)
    for _ in range(3):
        client.post(STEP, {"code": "000000"})
    client.post(RECOVERY, {"code": codes[0]})
    assert is_in(client)


def test_few_codes_are_warned_of_and_new_ones_replace_them(cast: Cast) -> None:
    codes = with_factor(cast.chef)
    for one in codes[:6]:
        second_factors.refused(person=cast.chef, code=one, is_recovery=True)
    client = log_in(cast.chef)
    client.post(RECOVERY, {"code": codes[6]})
    assert "Du har 3 återställningskoder kvar" in client.get("/").text
    assert "Gör nya innan de tar slut" in client.get(FACTOR).text
    assert "stämmer inte" in client.post(f"{FACTOR}koder/", {"code": "000000"}).text
    wait(timedelta(seconds=2))
    new = CODE.findall(client.post(f"{FACTOR}koder/", {"code": code()}).text)
    assert len(new) == 10
    assert second_factors.refused(person=cast.chef, code=codes[7], is_recovery=True)
    assert not second_factors.refused(person=cast.chef, code=new[0], is_recovery=True)


# Taking away


@pytest.mark.usefixtures("required")
def test_removing_takes_password_and_code_and_asks_for_a_new_one(cast: Cast, mails: list[Any]) -> None:
    with_factor(cast.chef)
    client, other = logged_in_fully(cast.chef), log_in(cast.chef)
    away = f"{FACTOR}ta-bort/"
    client.post(away, {"password": "fel", "code": code()})
    client.post(away, {"password": PASSWORD, "code": "000000"})
    assert SecondFactor.objects.exists()
    wait(timedelta(seconds=2))
    assert client.post(away, {"password": PASSWORD, "code": code()})["Location"] == FACTOR
    assert not SecondFactor.objects.exists()
    assert "är borttagen" in mails[-1].body
    assert not Session.objects.filter(pk=other.session.session_key).exists()
    assert not is_in(client), "the role asks for a new one"
    assert "QR-kod" in client.get(FACTOR).text
    assert CODE.search(set_up(client).text)


def test_an_administrator_resets_anothers_with_a_reason(
    cast: Cast, client_for: ClientFor, mails: list[Any]
) -> None:
    with_factor(cast.chef)
    theirs = logged_in_fully(cast.chef)
    admin = client_for("admin")
    path = f"/organisation/personer/{cast.chef.pk}/tvastegsinloggning/"
    assert path in admin.get(f"/organisation/personer/{cast.chef.pk}/").text
    admin.post(path, {"reason": ""})
    assert SecondFactor.objects.exists()
    admin.post(path, {"reason": "Ringde upp på numret i katalogen"})
    assert not SecondFactor.objects.exists()
    assert not get_user(theirs).is_authenticated
    assert "Sixten Admin har nollställt" in mails[-1].body
    told = timeline(cast.chef, reader=cast.admin, rows={SecondFactor: "user"})[0]
    assert (told.actor, told.sentence) == ("Sixten Admin", "tog bort tvåstegsinloggning")
    assert told.comment == "Ringde upp på numret i katalogen"


def test_nobody_else_resets_and_an_administrator_not_their_own(cast: Cast, client_for: ClientFor) -> None:
    with_factor(cast.chef)
    with_factor(cast.admin)
    path = f"/organisation/personer/{cast.chef.pk}/tvastegsinloggning/"
    for who in ("samordnare", "chef", "avdelningschef", "medarbetare", "utforare"):
        assert client_for(who).post(path, {"reason": "x"}).status_code == 403, who
    own = f"/organisation/personer/{cast.admin.pk}/tvastegsinloggning/"
    assert client_for("admin").post(own, {"reason": "x"}).status_code == 403
    assert SecondFactor.objects.count() == 2


def test_the_history_of_a_person_tells_of_it(cast: Cast, client_for: ClientFor) -> None:
    codes = with_factor(cast.chef)
    second_factors.refused(person=cast.chef, code=codes[0], is_recovery=True)
    page = client_for("samordnare").get(f"/organisation/personer/{cast.chef.pk}/historik/").text
    assert "lade till tvåstegsinloggning" in page
    assert "loggade in med en återställningskod" in page


def test_the_operator_has_a_command_for_the_only_administrator(cast: Cast, mails: list[Any]) -> None:
    with_factor(cast.admin)
    call_command("reset_second_factor", cast.admin.email, reason="Enda administratören, legitimerad på plats")
    assert not SecondFactor.objects.exists()
    assert "Systemförvaltaren har nollställt" in mails[-1].body
    with pytest.raises(CommandError, match="ingen tvåstegsinloggning"):
        call_command("reset_second_factor", cast.admin.email, reason="igen")
