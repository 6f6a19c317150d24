"""Tvåstegsinloggning: who must, what a password alone opens, and codes that work once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kvalitet import sealing
from kvalitet.organisation import grants, second_factor
from kvalitet.organisation.actions import second_factors
from kvalitet.organisation.models import KeptForm, SecondFactor, Session
from tests.cast import Cast
from tests.factories import PASSWORD, days
from tests.improvement.factories import WHAT, bring_to, report
from tests.organisation.second_factors import (
    CASES,
    FACTOR,
    KEY,
    LOGIN,
    STEP,
    code,
    is_in,
    log_in,
    logged_in_fully,
    wait,
    with_factor,
)

pytestmark = pytest.mark.django_db


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
