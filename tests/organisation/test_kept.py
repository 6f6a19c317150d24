"""What was written when the login ran out: there for the same person, for nobody else, and never for long."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from improvement.models import Deviation
from kvalitet.organisation import kept
from kvalitet.organisation.models import KeptForm, Session
from kvalitet.organisation.tasks import sweep_logins
from tests.cast import Cast
from tests.factories import PASSWORD, days
from tests.improvement.factories import bring_to, report

pytestmark = pytest.mark.django_db
LOGIN, NEW = "/logga-in/", "/avvikelser/ny/"
TEXT = "Larmet i lägenhet <b>fyra</b> svarade inte,\r\noch ingen & inget hördes."
HERE = {"referer": f"http://testserver{NEW}"}


def log_in(client: Client, person: Any, **more: str) -> Any:
    return client.post(LOGIN, {"username": person.email, "password": PASSWORD, **more})


def written(cast: Cast, **more: Any) -> dict[str, Any]:
    known = {"submission": "6f2d7a52-6b0e-4f0a-9d4e-0a4c9d3e6a11", "what_happened": TEXT, "harm": "yes"}
    return {**known, "happened_on": str(days(-2)), "unit": str(cast.units.other.pk), **more}


def sent_too_late(cast: Cast, client: Client | None = None, **more: Any) -> tuple[Client, Any]:
    """The medarbetare's report, posted after the login has gone."""
    client = client or Client()
    log_in(client, cast.medarbetare)
    Session.objects.all().delete()
    return client, client.post(NEW, written(cast, **more), headers=HERE)


def test_the_form_is_there_as_it_was_when_the_same_person_has_logged_in(cast: Cast) -> None:
    client, answer = sent_too_late(cast)
    assert answer["Location"] == f"{LOGIN}?next={NEW}"
    assert "finns det du skrev kvar" in client.get(answer["Location"]).text
    assert log_in(client, cast.medarbetare, next=NEW)["Location"] == NEW
    page = client.get(NEW)
    form = page.context["form"]
    assert form["what_happened"].value() == TEXT
    assert form["unit"].value() == str(cast.units.other.pk)
    assert "Larmet i lägenhet &lt;b&gt;fyra&lt;/b&gt;" in page.text
    assert f'value="{days(-2)}"' in page.text
    assert re.search(r'value="yes"[^>]*checked', page.text)
    assert page["Cache-Control"] == "no-store"
    assert not Deviation.objects.exists(), "nothing is sent by itself"
    data = {name: form[name].value() or "" for name in form.fields if name != "accept_marked"}
    client.post(NEW, data)
    assert Deviation.objects.get().what_happened.split() == TEXT.split()


def test_it_is_given_back_once_and_then_it_is_gone(cast: Cast) -> None:
    client, _ = sent_too_late(cast)
    log_in(client, cast.medarbetare)
    assert "Larmet" in client.get(NEW).text
    assert not KeptForm.objects.exists()
    assert "Larmet" not in client.get(NEW).text
    assert not client.cookies[kept.KEY_COOKIE].value


def test_the_next_person_in_the_browser_gets_nothing_and_it_is_deleted(cast: Cast) -> None:
    client, _ = sent_too_late(cast)
    log_in(client, cast.grannmedarbetare)
    assert "Larmet" not in client.get(NEW).text
    assert not KeptForm.objects.exists()
    client.post("/logga-ut/")
    log_in(client, cast.medarbetare)
    assert "Larmet" not in client.get(NEW).text


def test_the_same_person_in_another_browser_gets_nothing(cast: Cast) -> None:
    sent_too_late(cast)
    other = Client()
    log_in(other, cast.medarbetare)
    assert "Larmet" not in other.get(NEW).text


def test_nobody_who_reads_the_database_can_read_it(cast: Cast) -> None:
    client, _ = sent_too_late(cast)
    row, key = KeptForm.objects.get(), client.cookies[kept.KEY_COOKIE].value
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM organisation_keptform k")
        stored = cursor.fetchone()[0]
    assert "Larmet" not in stored
    assert b"Larmet" not in bytes(row.sealed)
    assert key not in stored
    assert client.cookies[kept.KEY_COOKIE]["httponly"]


@pytest.mark.parametrize("key", ["", "x", "å" * 44, "A" * 43 + "="])
def test_a_made_up_key_opens_nothing(cast: Cast, key: str) -> None:
    client, _ = sent_too_late(cast)
    log_in(client, cast.medarbetare)
    client.cookies[kept.KEY_COOKIE] = key.encode("ascii", "replace").decode()
    assert "Larmet" not in client.get(NEW).text


def test_a_spoilt_row_is_only_an_empty_form(cast: Cast) -> None:
    client, _ = sent_too_late(cast)
    KeptForm.objects.update(sealed=b"spoilt")
    log_in(client, cast.medarbetare)
    assert client.get(NEW).status_code == 200


def test_after_a_day_it_is_gone(cast: Cast) -> None:
    client, _ = sent_too_late(cast)
    KeptForm.objects.update(kept_at=timezone.now() - timedelta(hours=25))
    log_in(client, cast.medarbetare)
    assert "Larmet" not in client.get(NEW).text
    sweep_logins()
    assert not KeptForm.objects.exists()


def test_logging_out_deletes_it(cast: Cast) -> None:
    client, _ = sent_too_late(cast)
    log_in(client, cast.medarbetare)
    client.post("/logga-ut/")
    assert not KeptForm.objects.exists()
    assert not client.cookies[kept.PERSON_COOKIE].value


def test_an_idle_shared_device_keeps_it_for_who_wrote_it(cast: Cast) -> None:
    client = Client()
    log_in(client, cast.medarbetare, device="shared")
    session = client.session
    session["seen_at"] = 0
    session.save()
    assert client.post(NEW, written(cast), headers=HERE)["Location"].startswith(LOGIN)
    log_in(client, cast.medarbetare, device="shared")
    assert "Larmet" in client.get(NEW).text


def test_a_login_in_another_tab_does_not_lose_the_first(cast: Cast) -> None:
    """The form's token is from the login before, so Django refuses it."""
    client = Client(enforce_csrf_checks=True)
    token = _token(client.get(LOGIN))
    log_in(client, cast.medarbetare, csrfmiddlewaretoken=token)
    old = _token(client.get(NEW))
    Session.objects.all().delete()
    log_in(client, cast.medarbetare, csrfmiddlewaretoken=_token(client.get(LOGIN)))
    answer = client.post(NEW, written(cast, csrfmiddlewaretoken=old), headers=HERE)
    assert answer["Location"] == NEW
    page = client.get(NEW)
    assert "Larmet" in page.text
    assert not Deviation.objects.exists()
    assert _token(page) != old


def test_a_form_of_another_person_is_not_filled_in_for_who_is_logged_in_now(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    log_in(client, cast.medarbetare, csrfmiddlewaretoken=_token(client.get(LOGIN)))
    old = _token(client.get(NEW))
    Session.objects.all().delete()
    log_in(client, cast.grannmedarbetare, csrfmiddlewaretoken=_token(client.get(LOGIN)))
    answer = client.post(NEW, written(cast, csrfmiddlewaretoken=old), headers=HERE)
    assert answer.status_code == 403
    assert "Larmet" in answer.text, "it is not lost to who stands there"
    assert "Larmet" not in client.get(NEW).text
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"referer": "https://evil.example/"}, {}],
)
def test_what_another_site_sends_is_neither_kept_nor_shown(cast: Cast, headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    log_in(client, cast.medarbetare, csrfmiddlewaretoken=_token(client.get(LOGIN)))
    answer = client.post(NEW, written(cast), headers=headers)
    assert answer.status_code == 403
    assert "Larmet" not in answer.text
    assert not KeptForm.objects.exists()


def test_a_file_is_not_kept_and_the_page_says_so(cast: Cast) -> None:
    client, _ = sent_too_late(cast, bild=SimpleUploadedFile("bild.jpg", b"x" * 10))
    log_in(client, cast.medarbetare)
    assert "En fil får du välja på nytt" in client.get(NEW).text


def test_a_password_is_never_kept(cast: Cast) -> None:
    client = Client()
    log_in(client, cast.medarbetare)
    Session.objects.all().delete()
    words = dict.fromkeys(("old_password", "new_password1"), "fyra långa ord efter varandra")
    client.post("/konto/losenord/", words)
    assert not KeptForm.objects.exists()


def test_what_is_too_long_is_shown_instead(cast: Cast) -> None:
    _, answer = sent_too_late(cast, immediate_action="ord " * (kept.LONGEST // 4))
    assert answer.status_code == 403
    assert "Larmet" in answer.text
    assert not KeptForm.objects.exists()


def test_a_page_that_has_gone_meanwhile_shows_what_was_written(cast: Cast) -> None:
    """The case has been moved, so the form is no longer the person's."""
    case = bring_to(report(cast), cast, "investigating")
    path, client = f"{case.get_absolute_url()}anteckning/", Client()
    log_in(client, cast.chef)
    Session.objects.all().delete()
    client.post(path, {"text": TEXT, "kind": "fact", "source": "Samtal"})
    Deviation.objects.filter(pk=case.pk).update(unit=cast.units.provider, unit_path=[cast.units.provider.pk])
    log_in(client, cast.chef)
    page = client.get(path)
    assert "Larmet i lägenhet &lt;b&gt;fyra" in page.text
    assert "inte sparat" in page.text


def test_the_keeper_reads_no_other_page(cast: Cast) -> None:
    """It waits for its own page, and a page with another form stays as it is."""
    client, _ = sent_too_late(cast)
    log_in(client, cast.medarbetare)
    assert "Larmet" not in client.get("/konto/").text
    assert "Larmet" in client.get(NEW).text


def _token(page: Any) -> str:
    return re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[-1]
