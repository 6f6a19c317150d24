"""Tvåstegsinloggning: who must, what a password alone opens, codes that work once, and the ways back."""

import base64
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.oath import TOTP

from kvalitet import sealing
from kvalitet.history import timeline
from kvalitet.organisation import devices, grants, second_factor
from kvalitet.organisation.actions import second_factors
from kvalitet.organisation.models import KeptForm, SecondFactor, SecondFactorEvent, Session, User
from tests.cast import Cast, ClientFor
from tests.factories import PASSWORD, days
from tests.improvement.factories import WHAT, bring_to, report

pytestmark = pytest.mark.django_db
LOGIN, STEP, RECOVERY = "/logga-in/", "/logga-in/engangskod/", "/logga-in/aterstallningskod/"
FACTOR = "/konto/tvastegsinloggning/"
KEY = b"0123456789abcdefghij"
CODE = re.compile(r"<li>((?:\w{4}-){3}\w{4})</li>")
CASES = "/avvikelser/"


@pytest.fixture
def required(settings: Any) -> None:
    settings.TWO_FACTOR = True


@pytest.fixture
def mails(mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is mailed, at once instead of when the test's transaction would have been committed."""
    monkeypatch.setattr(transaction, "on_commit", lambda function, **_: function())
    return mailoutbox


def code(key: bytes = KEY, *, steps: int = 0) -> str:
    """What the app shows now, or ``steps`` half minutes from now."""
    clock = TOTP(key)
    clock.time = time.time() + 30 * steps
    return f"{clock.token():06}"


def with_factor(person: User) -> list[str]:
    """Gives the person an app with KEY; the recovery codes. No code is used up."""
    codes = second_factors.enrol(person=person, key=KEY, code=code())
    SecondFactor.objects.update(last_step=-1)
    return codes


def log_in(person: User, client: Client | None = None, **more: str) -> Client:
    client = client or Client()
    answer = client.post(LOGIN, {"username": person.email, "password": PASSWORD, **more})
    assert answer.status_code == 302
    client.answer = answer  # type: ignore[attr-defined]
    return client


def wait(length: timedelta) -> None:
    """As if so long had gone since the last wrong code."""
    for one in SecondFactor.objects.exclude(throttling_failure_timestamp=None):
        one.throttling_failure_timestamp -= length
        one.save()


def is_in(client: Client) -> bool:
    return client.get("/konto/").status_code == 200


# Who

MUST = (
    "samordnare",
    "chef",
    "avdelningschef",
    "grannchef",
    "lexansvarig",
    "mas",
    "avtalsansvarig",
    "ersattare",
    "admin",
)


@pytest.mark.usefixtures("required")
def test_those_whose_rights_open_cases_must_and_nobody_else(cast: Cast) -> None:
    assert {who for who in cast if second_factor.is_required(cast[who])} == set(MUST)


@pytest.mark.usefixtures("required")
def test_who_is_handed_a_single_case_must_from_then_on(cast: Cast) -> None:
    case = bring_to(report(cast), cast, "investigating")
    client = log_in(cast.handlaggare)
    assert is_in(client)
    grants.allow(cast.handlaggare, "improvement.handle", case)
    assert client.get("/konto/")["Location"] == f"{LOGIN}?next=/konto/"
    assert client.get(f"{LOGIN}?next=/konto/", follow=True).redirect_chain[-1][0].startswith(FACTOR)


def test_nobody_must_where_the_setting_is_off(cast: Cast) -> None:
    for who in ("chef", "admin", "medarbetare"):
        assert is_in(log_in(cast[who])), who


@pytest.mark.usefixtures("required")
def test_a_reporter_and_a_shared_device_are_never_asked(cast: Cast) -> None:
    assert is_in(log_in(cast.medarbetare))
    assert log_in(cast.chef, device="shared").get("/avvikelser/ny/").status_code == 200


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("has_one", [False, True])
def test_a_shared_device_opens_no_case_and_no_file_of_cases(cast: Cast, has_one: bool) -> None:
    case = report(cast)
    if has_one:
        with_factor(cast.chef)
    client = log_in(cast.chef, device="shared")
    for path in (case.get_absolute_url(), f"{CASES}?exportera=csv", "/avvikelser/atkomst/"):
        answer = client.get(path)
        assert answer.status_code == 403, path
        assert "Ärenden öppnas inte på en delad enhet" in answer.text
        assert WHAT not in answer.text
    assert log_in(cast.admin, device="shared").get("/systemet/").status_code == 403
    # Nor after the password once more.
    client.post("/bekrafta/", {"password": PASSWORD})
    assert client.get(case.get_absolute_url()).status_code == 403


# Halfway

PATHS = (
    "/konto/",
    "/mitt-arbete/",
    CASES,
    "/systemet/",
    "/bekrafta/",
    "/konto/losenord/",
    f"{FACTOR}ta-bort/",
)


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("has_one", [False, True])
def test_the_password_alone_opens_nothing(cast: Cast, has_one: bool) -> None:
    if has_one:
        with_factor(cast.admin)
    client = log_in(cast.admin)
    for path in PATHS:
        assert client.get(path)["Location"].startswith((LOGIN, "/systemet/login/")), path
    for path in ("/", "/om/", "/finns-inte/"):
        assert cast.admin.name not in client.get(path).text, path
    assert client.post("/avvikelser/ny/", {"what_happened": WHAT}).status_code in (302, 403)


def test_a_half_login_cannot_set_up_a_second_app(cast: Cast) -> None:
    with_factor(cast.chef)
    client = log_in(cast.chef)
    assert client.get(FACTOR)["Location"].startswith(STEP)
    sealed = sealing.seal(f"{cast.chef.pk}:".encode() + b"x" * 20, purpose="organisation.new_second_factor")
    client.post(FACTOR, {"key": sealed.decode(), "code": code(b"x" * 20)})
    assert not is_in(client)
    assert SecondFactor.objects.get().step_of(code()) is not None, "it is still the old one"


def test_whoever_has_one_is_asked_even_where_nobody_must(cast: Cast) -> None:
    with_factor(cast.medarbetare)
    client = log_in(cast.medarbetare, next="/dokument/")
    assert client.answer["Location"] == f"{STEP}?next=%2Fdokument%2F"  # type: ignore[attr-defined]
    page = client.get(STEP)
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    assert "no-store" in page["Cache-Control"]


def test_the_code_leads_to_the_page_asked_for_under_a_new_key(cast: Cast) -> None:
    with_factor(cast.chef)
    case = report(cast)
    # As from a link in a mail: to the wall, the login, the code, the case.
    client = Client()
    wall = client.get(case.get_absolute_url())["Location"]
    client.get(wall)
    log_in(cast.chef, client, next=case.get_absolute_url())
    before = client.session.session_key
    answer = client.post(STEP, {"code": f"{code()[:3]} {code()[3:]}", "next": case.get_absolute_url()})
    assert answer["Location"] == case.get_absolute_url()
    assert client.session.session_key != before
    assert client.get(case.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_no_step_leads_to_another_site(cast: Cast, away: str) -> None:
    with_factor(cast.chef)
    client = log_in(cast.chef, next=away)
    assert client.answer["Location"] == f"{STEP}?next=%2F"  # type: ignore[attr-defined]
    assert client.post(STEP, {"code": code(), "next": away})["Location"] == "/"


def test_who_sat_down_at_somebody_elses_half_login_can_start_over(cast: Cast) -> None:
    with_factor(cast.chef)
    client = log_in(cast.chef)
    assert client.get(LOGIN)["Location"].startswith(STEP)
    assert client.post(STEP, {"cancel": "1"})["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200


def test_what_was_written_when_the_login_ran_out_survives_both_steps(cast: Cast) -> None:
    with_factor(cast.chef)
    new = "/avvikelser/ny/"
    client = log_in(cast.chef)
    client.post(STEP, {"code": code(steps=-1)})
    Session.objects.all().delete()
    written = {"what_happened": "Larmet i lägenhet fyra svarade inte.", "happened_on": str(days(-1))}
    here = {"referer": f"http://testserver{new}"}
    assert client.post(new, written, headers=here)["Location"].startswith(LOGIN)
    log_in(cast.chef, client, next=new)
    assert "Larmet" not in client.get(new, follow=True).text, "not before the code"
    assert KeptForm.objects.exists()
    assert client.post(STEP, {"code": code(), "next": new})["Location"] == new
    assert "Larmet i lägenhet fyra" in client.get(new).text


def test_on_an_own_phone_a_case_asks_for_the_password_again_and_not_for_a_code(cast: Cast) -> None:
    with_factor(cast.chef)
    case = report(cast)
    client = log_in(cast.chef, device="own")
    client.post(STEP, {"code": code()})
    session = client.session
    session["confirmed_at"] -= 31 * 60
    session.save()
    assert client.get(case.get_absolute_url())["Location"].startswith("/bekrafta/")
    client.post("/bekrafta/", {"password": PASSWORD})
    assert client.get(case.get_absolute_url()).status_code == 200


# Codes


@pytest.mark.parametrize(("steps", "lets_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(cast: Cast, steps: int, lets_in: bool) -> None:
    with_factor(cast.chef)
    client = log_in(cast.chef)
    client.post(STEP, {"code": code(steps=steps)})
    assert is_in(client) == lets_in


def test_a_code_works_once_also_the_one_of_the_setting_up(cast: Cast) -> None:
    second_factors.enrol(person=cast.chef, key=KEY, code=code())
    client = log_in(cast.chef)
    assert "stämmer inte" in client.post(STEP, {"code": code()}).text
    wait(timedelta(seconds=2))
    client.post(STEP, {"code": code(steps=1)})
    assert is_in(client)
    assert "stämmer inte" in log_in(cast.chef).post(STEP, {"code": code(steps=1)}).text


@pytest.mark.parametrize("given", ["", "12345", "abcdef", "١٢٣٤٥٦", "0" * 12, "\x00", "-12345"])
def test_no_code_is_no_code(cast: Cast, given: str) -> None:
    with_factor(cast.chef)
    client = log_in(cast.chef)
    assert client.post(STEP, {"code": given}).status_code == 200
    assert not is_in(client)


def test_guessing_is_slowed_more_and_more_and_never_for_good(cast: Cast, mails: list[Any]) -> None:
    with_factor(cast.chef)
    client = log_in(cast.chef)
    mails.clear()
    for _ in range(20):
        client.post(STEP, {"code": "000000"})
        wait(timedelta(hours=2))
    assert SecondFactor.objects.get().throttling_failure_count == 13
    assert [message.to for message in mails] == [[cast.chef.email]], "told once"
    assert "skrivit fel engångskod" in mails[0].body
    client.post(STEP, {"code": "000000"})
    answer = client.post(STEP, {"code": code()})
    assert re.search(r"Försök igen \d\d\.\d\d\.\d\d", answer.text), "also with the right code"
    wait(timedelta(minutes=69))
    client.post(STEP, {"code": code()})
    assert is_in(client)
    assert SecondFactor.objects.get().throttling_failure_count == 0


# Setting up


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
    assert "ändrar hur man loggar in" in asks.text
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


def logged_in_fully(person: User) -> Client:
    client = log_in(person)
    client.post(STEP, {"code": code(steps=-1)})
    assert is_in(client)
    return client


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


# The system


@pytest.mark.usefixtures("required")
def test_the_system_opens_after_both_steps_only(cast: Cast) -> None:
    with_factor(cast.admin)
    client = log_in(cast.admin)
    assert client.get("/systemet/organisation/user/").status_code == 302
    client.post(STEP, {"code": code()})
    assert client.get("/systemet/organisation/user/").status_code == 200


@pytest.mark.usefixtures("required")
def test_a_job_and_an_export_go_on_after_the_second_step(cast: Cast) -> None:
    with_factor(cast.chef)
    client = log_in(cast.chef, next=f"{CASES}?exportera=csv")
    answer = client.post(STEP, {"code": code(), "next": f"{CASES}?exportera=csv"}, follow=True)
    assert answer["Content-Type"].startswith("text/csv")


def test_the_second_step_costs_no_query_on_an_ordinary_page(cast: Cast, settings: Any) -> None:
    with_factor(cast.chef)
    client = logged_in_fully(cast.chef)
    counts = []
    for settings.TWO_FACTOR in (False, True):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(CASES).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
