"""What a login opens on one's own phone and on a shared device, and how it ends."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from improvement.models import Deviation
from kvalitet.organisation import devices
from kvalitet.organisation.models import Session, User
from kvalitet.search.drain import drain
from tests.factories import PASSWORD, days
from tests.improvement.factories import WHAT, bring_to, plan, report

pytestmark = pytest.mark.django_db
LOGIN, CONFIRM, NEW = "/logga-in/", "/bekrafta/", "/avvikelser/ny/"
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0"
LATER = timedelta(minutes=31)


def logged_in(person: User, kind: str) -> Client:
    client = Client(headers={"User-Agent": PHONE})
    answer = client.post(LOGIN, {"username": person.email, "password": PASSWORD, "device": kind})
    assert answer.status_code == 302
    return client


def passes(client: Client, length: timedelta) -> None:
    """As if so long had gone since the login was last confirmed or used."""
    session = client.session
    for name in (devices.CONFIRMED, devices.SEEN):
        if name in session:
            session[name] -= length.total_seconds()
    session.save()


def values(cast: Any, **more: str) -> dict[str, str]:
    known = {
        "submission": "6f2d7a52-6b0e-4f0a-9d4e-0a4c9d3e6a11",
        "what_happened": WHAT,
        "harm": "could_have",
    }
    return {**known, "happened_on": str(days(-1)), "unit": str(cast.units.home.pk), **more}


def asked(answer: Any, path: str) -> bool:
    return answer.status_code == 302 and answer["Location"] == f"{CONFIRM}?next={path.replace('/', '%2F')}"


@pytest.mark.parametrize(
    ("kind", "max_age"), [("own", 30 * 24 * 3600), ("shared", ""), ("ordinary", ""), ("", "")]
)
def test_the_cookie_lasts_as_long_as_the_kind_of_device_says(cast: Any, kind: str, max_age: Any) -> None:
    cookie = logged_in(cast.medarbetare, kind).cookies["sessionid"]
    assert cookie["max-age"] == max_age or abs(cookie["max-age"] - max_age) < 5


@pytest.mark.parametrize("kind", ["ordinary", "shared"])
def test_a_login_on_a_computer_ends_twelve_hours_after_it_began(cast: Any, kind: str) -> None:
    client = logged_in(cast.chef, kind)
    session = client.session
    session["started_at"] = (timezone.now() - timedelta(hours=11, minutes=59)).isoformat()
    session.save()
    assert client.get("/konto/").status_code == 200
    client.post(CONFIRM, {"password": PASSWORD})
    row = Session.objects.get(user=cast.chef)
    assert timedelta() < row.expire_date - timezone.now() <= timedelta(minutes=1), "a save gives no more"
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/konto/")["Location"].startswith(LOGIN)


def test_an_unknown_kind_of_device_is_refused(cast: Any) -> None:
    data = {"username": cast.chef.email, "password": PASSWORD, "device": "forever"}
    client = Client()
    assert client.post(LOGIN, data).status_code == 200
    assert not get_user(client).is_authenticated


def test_the_kind_chosen_last_is_chosen_again_in_that_browser(cast: Any) -> None:
    client = logged_in(cast.medarbetare, "shared")
    client.post("/logga-ut/")
    assert re.search(r'value="shared"[^>]*checked', client.get(LOGIN).text)


CASE_PAGES = ("", "historik/", "bedom/", "anteckning/", "orsak/", "atgard/", "redirect/")


@pytest.mark.parametrize("page", CASE_PAGES)
def test_a_case_asks_for_the_password_on_an_own_phone_after_half_an_hour(cast: Any, page: str) -> None:
    case = bring_to(report(cast), cast, "investigating")
    path = f"{case.get_absolute_url()}{page}"
    client = logged_in(cast.chef, "own")
    assert client.get(path).status_code == 200
    passes(client, LATER)
    assert asked(client.get(path), path)


@pytest.mark.parametrize("kind", ["ordinary", "shared"])
def test_nobody_else_is_asked(cast: Any, kind: str) -> None:
    case = report(cast)
    client = logged_in(cast.chef, kind)
    session = client.session
    session[devices.CONFIRMED] = 0
    session.save()
    assert client.get(case.get_absolute_url()).status_code == 200


def test_a_computer_that_nobody_has_used_for_an_hour_asks_before_a_case(cast: Any) -> None:
    path = report(cast).get_absolute_url()
    client = logged_in(cast.chef, "ordinary")
    for _ in range(2):
        passes(client, timedelta(minutes=50))
        assert client.get("/").status_code == 200
    assert client.get(path).status_code == 200, "a click begins anew"
    passes(client, timedelta(minutes=61))
    drain()
    for _ in range(2):
        assert client.get("/avvikelser/").status_code == 200
        assert asked(client.get(path), path), "and another click does not open it"
    page = client.get("/sok/?q=utförd kvällen").text
    assert "Avvikelse " not in page
    assert "Bekräfta att det är du" in page
    assert "mer än en timme" in client.get(CONFIRM).text
    client.post(CONFIRM, {"password": PASSWORD})
    assert client.get(path).status_code == 200
    assert "Avvikelse " in client.get("/sok/?q=utförd kvällen").text


def test_reporting_lists_and_reading_ask_nothing(cast: Any) -> None:
    case = report(cast)
    client = logged_in(cast.chef, "own")
    passes(client, timedelta(days=29))
    for path in ("/", NEW, "/avvikelser/", "/atgarder/", "/dokument/", "/processer/", "/mitt-arbete/"):
        assert client.get(path).status_code == 200, path
    assert str(case.pk) in client.get("/avvikelser/").text
    assert WHAT not in client.get("/avvikelser/").text


@pytest.mark.parametrize(
    "path",
    [
        "/avvikelser/?exportera=csv",
        "/atgarder/?exportera=xlsx",
        "/dokument/?exportera=csv",
        "/rapporter/kvalitetsberattelser/?exportera=csv",
        "/avvikelser/atkomst/",
    ],
)
def test_exports_and_the_access_log_ask(cast: Any, path: str) -> None:
    report(cast)
    client = logged_in(cast.chef, "own")
    assert client.get(path).status_code == 200
    passes(client, LATER)
    assert client.get(path)["Location"].startswith(CONFIRM)


def test_a_measure_and_the_admin_ask(cast: Any) -> None:
    measure = plan(bring_to(report(cast), cast, "acting"), cast)
    # Who stands in, or gets a role, reads the cases from their own computer.
    lending = [(cast.chef, "/konto/borta/"), (cast.admin, "/organisation/roller/ny/")]
    lending += [(cast.admin, "/organisation/personer/ny/"), (cast.admin, "/organisation/ny/")]
    for who, path in ((cast.chef, measure.get_absolute_url()), (cast.admin, "/systemet/"), *lending):
        client = logged_in(who, "own")
        assert client.get(path).status_code == 200
        passes(client, LATER)
        assert asked(client.get(path), path)
    client = logged_in(cast.avdelningschef, "own")
    passes(client, LATER)
    absence = {"first_day": days(0), "last_day": days(3), "choice": "other", "other": cast.grannchef.email}
    assert asked(client.post("/konto/borta/", absence), "/konto/borta/")
    assert not cast.avdelningschef.absences.exists()


def test_every_page_of_cases_is_guarded_but_these() -> None:
    """A page that is added is guarded until somebody writes here that it holds nothing confidential."""
    names = {name for name in _names(get_resolver()) if name.startswith("improvement:")}
    is_open = {name for name in names if not devices.is_guarded("improvement", name[12:], is_export=False)}
    assert is_open == {
        f"improvement:{one}" for one in ("report", "goes_to", "receipt", "deviations", "measures")
    }


def _names(resolver: Any, namespace: str = "") -> Any:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield from _names(one, f"{one.namespace}:" if one.namespace else namespace)
        elif one.name:
            yield f"{namespace}{one.name}"


def test_the_password_opens_the_case_again_under_a_new_key(cast: Any) -> None:
    path = report(cast).get_absolute_url()
    client = logged_in(cast.chef, "own")
    passes(client, LATER)
    before, ends = client.session.session_key, client.session.get_expiry_date()
    answer = client.post(CONFIRM, {"password": PASSWORD, "next": path})
    assert answer["Location"] == path
    assert client.get(path).status_code == 200
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()
    assert client.session.get_expiry_date() == ends, "thirty days are thirty days"


@pytest.mark.parametrize("wrong", ["fel", "", "\x00"])
def test_a_wrong_password_opens_nothing(cast: Any, wrong: str) -> None:
    path = report(cast).get_absolute_url()
    client = logged_in(cast.chef, "own")
    passes(client, LATER)
    page = client.post(CONFIRM, {"password": wrong, "next": path})
    assert page.status_code == 200
    assert f'value="{path}"' in page.text
    assert asked(client.get(path), path)


def test_guessing_the_password_is_locked_out(cast: Any) -> None:
    client = logged_in(cast.chef, "own")
    answers = [client.post(CONFIRM, {"password": f"gissning {number}"}) for number in range(7)]
    assert answers[-1].status_code == 429
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_confirming_never_leads_to_another_site(cast: Any, away: str) -> None:
    client = logged_in(cast.chef, "own")
    assert client.post(CONFIRM, {"password": PASSWORD, "next": away})["Location"] == "/"


def test_a_part_of_a_page_asks_for_the_whole_page(cast: Any) -> None:
    path = report(cast).get_absolute_url()
    client = logged_in(cast.chef, "own")
    passes(client, LATER)
    answer = client.get(path, headers={"HX-Request": "true", "Referer": f"http://testserver{path}"})
    assert answer["HX-Redirect"].startswith(CONFIRM)


def test_what_was_written_on_a_case_stands_there_after_the_password(cast: Any) -> None:
    case = bring_to(report(cast), cast, "investigating")
    path, text = f"{case.get_absolute_url()}anteckning/", "Samtal med personalen: larmet gick fram sent."
    client = logged_in(cast.chef, "own")
    passes(client, LATER)
    assert asked(client.post(path, {"kind": "fact", "text": text, "source": "Samtal"}), path)
    assert not case.entries.filter(text=text).exists()
    assert client.post(CONFIRM, {"password": PASSWORD, "next": path})["Location"] == path
    page = client.get(path)
    assert text in page.text
    assert "Det du skrev finns kvar" in page.text
    assert not case.entries.filter(text=text).exists(), "nothing is sent by itself"
    assert text not in client.get(path).text, "it is given back once"


def test_a_report_from_an_own_phone_gives_a_receipt_where_the_case_would_ask(cast: Any) -> None:
    client = logged_in(cast.medarbetare, "own")
    passes(client, LATER)
    page = client.post(NEW, values(cast), follow=True)
    case = Deviation.objects.get()
    assert page.status_code == 200
    assert str(case.pk) in page.text
    assert WHAT not in page.text
    assert f'href="{case.get_absolute_url()}"' in page.text


def test_a_search_on_an_unconfirmed_phone_finds_no_case(cast: Any) -> None:
    report(cast)
    drain()
    client = logged_in(cast.chef, "own")
    assert "Avvikelse " in client.get("/sok/?q=utförd kvällen").text
    passes(client, LATER)
    page = client.get("/sok/?q=utförd kvällen").text
    assert "Avvikelse " not in page
    assert "Bekräfta att det är du" in page


def test_a_shared_device_is_logged_out_when_the_report_is_sent(cast: Any) -> None:
    client = logged_in(cast.medarbetare, "shared")
    page = client.post(NEW, values(cast, is_manager_involved="on"), follow=True)
    case = Deviation.objects.get()
    assert not get_user(client).is_authenticated
    assert "Du är utloggad" in page.text
    assert f"<dd>{case.pk}</dd>" in page.text
    for secret in (WHAT, cast.medarbetare.name, cast.chef.name, "chefen ovanför", "lex Sarah"):
        assert secret not in page.text, secret
    assert page["Cache-Control"].startswith("max-age=0")


def test_a_receipt_is_shown_for_ten_minutes(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = logged_in(cast.medarbetare, "shared")
    path = client.post(NEW, values(cast))["Location"]
    case = Deviation.objects.get()
    monkeypatch.setattr("improvement.views.sent.SHOWN_FOR", timedelta(seconds=-1))
    for stale in (path, path.replace("kvitto/", "kvitto/x")):
        page = Client().get(stale)
        assert page.status_code == 200
        assert f"<dd>{case.pk}</dd>" not in page.text


def test_a_shared_device_is_logged_out_when_nobody_has_used_it(cast: Any) -> None:
    client = logged_in(cast.medarbetare, "shared")
    passes(client, timedelta(minutes=9))
    assert client.get("/konto/").status_code == 200
    passes(client, timedelta(minutes=9))
    assert client.get("/konto/").status_code == 200, "a click begins anew"
    passes(client, timedelta(minutes=11))
    assert client.get("/konto/")["Location"].startswith(LOGIN)
    assert not Session.objects.filter(user=cast.medarbetare).exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Chrome på Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari på iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge på Windows"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_called_what_a_person_would_call_it(agent: str, name: str) -> None:
    assert devices.device_name(agent) == name
