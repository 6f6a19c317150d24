"""How a login ends: by its owner, by samordnaren, with the account, with the password and with its time."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kvalitet.organisation.models import Session, User
from kvalitet.organisation.tasks import sweep_logins
from tests.factories import PASSWORD
from tests.organisation.test_devices import CONFIRM, LOGIN, logged_in, passes

pytestmark = pytest.mark.django_db


def test_the_own_logins_are_listed_and_ended(cast: Any) -> None:
    phone, here = logged_in(cast.chef, "own"), logged_in(cast.chef, "ordinary")
    other = logged_in(cast.medarbetare, "own")
    page = here.get("/konto/").text
    assert page.count("Chrome på Android") >= 2
    assert "Det här är min egen telefon" in page
    assert phone.session.session_key not in page
    (address,) = re.findall(r'action="(/konto/inloggning/\w+/avsluta/)"', page)
    assert other.post(address).status_code == 404
    passes(here, timedelta(minutes=6))
    for one in (address, "/konto/inloggning/andra/avsluta/"):
        assert here.post(one)["Location"].startswith(CONFIRM)
    assert phone.get("/konto/").status_code == 200
    here.post(CONFIRM, {"password": PASSWORD})
    assert here.post(address)["Location"] == "/konto/"
    assert phone.get("/konto/")["Location"].startswith(LOGIN)
    assert here.get("/konto/").status_code == 200
    assert other.get("/konto/").status_code == 200


def test_all_other_logins_end_at_once(cast: Any) -> None:
    phones = [logged_in(cast.chef, "own") for _ in range(2)]
    here = logged_in(cast.chef, "ordinary")
    here.post("/konto/inloggning/andra/avsluta/")
    assert [one.get("/konto/").status_code for one in phones] == [302, 302]
    assert here.get("/konto/").status_code == 200


def test_a_changed_password_and_a_closed_account_end_the_phone(cast: Any) -> None:
    phone, here = logged_in(cast.chef, "own"), logged_in(cast.chef, "ordinary")
    new = "fyra korrekta hästar häftar"
    here.post("/konto/losenord/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert phone.get("/konto/")["Location"].startswith(LOGIN)
    assert Session.objects.filter(user=cast.chef).count() == 1
    User.objects.filter(pk=cast.chef.pk).update(is_active=False)
    assert here.get("/konto/")["Location"].startswith(LOGIN)


def test_the_logins_of_a_lost_phone_are_ended_by_samordnaren(
    cast: Any, client_for: Any, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    phone, neighbour = logged_in(cast.chef, "own"), logged_in(cast.grannchef, "own")
    page = f"/organisation/personer/{cast.chef.pk}/"
    path = f"{page}logga-ut/"
    assert path in client_for("samordnare").get(page).text
    for who in ("chef", "grannchef", "medarbetare"):
        assert path not in client_for(who).get(page).text
        assert client_for(who).post(path).status_code == 403
    assert client_for("samordnare").get(path).status_code == 200
    assert phone.get("/konto/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert client_for("samordnare").post(path)["Location"] == page
    assert phone.get("/konto/")["Location"].startswith(LOGIN)
    assert neighbour.get("/konto/").status_code == 200
    assert [mail.to for mail in mailoutbox] == [[cast.chef.email]]
    assert cast.samordnare.name in mailoutbox[0].body
    own = client_for("samordnare").post(f"/organisation/personer/{cast.samordnare.pk}/logga-ut/")
    assert own.status_code == 403


def test_an_account_that_is_opened_again_gets_no_login_back(cast: Any) -> None:
    phone, admin = logged_in(cast.chef, "own"), logged_in(cast.admin, "ordinary")
    path = f"/systemet/organisation/user/{cast.chef.pk}/change/"
    values = {"name": cast.chef.name, "email": cast.chef.email, "title": "", "phone": ""}
    assert admin.post(path, values).status_code == 302
    assert not Session.objects.filter(user=cast.chef).exists()
    assert admin.post(path, {**values, "is_active": "on"}).status_code == 302
    assert phone.get("/konto/")["Location"].startswith(LOGIN)
    assert Session.objects.filter(user=cast.admin).exists()
    # And where the account was closed some other way.
    logged_in(cast.medarbetare, "own")
    User.objects.filter(pk=cast.medarbetare.pk).update(is_active=False)
    sweep_logins()
    assert not Session.objects.filter(user=cast.medarbetare).exists()


def test_ended_logins_are_swept(cast: Any) -> None:
    logged_in(cast.chef, "own")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    sweep_logins()
    assert not Session.objects.exists()
