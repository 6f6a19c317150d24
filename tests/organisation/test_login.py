"""The way in: passwords, lock-out, where one lands, and what a stranger can find out."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kvalitet.celery import app
from kvalitet.organisation.actions.accounts import send_password_link
from kvalitet.organisation.models import User
from tests.factories import PASSWORD, RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/logga-in/"
NEW = "fyra korrekta hästar häftar"


@pytest.fixture
def worker() -> Iterator[None]:
    """Work sent to the queue is done at once."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def person() -> User:
    return UserFactory(email="anna.ek@test.invalid", name="Anna Ek")


def log_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"username": email, "password": password, **more})


def test_the_right_password_logs_in_and_gives_a_new_session(client: Client, person: User) -> None:
    client.get(LOGIN)
    client.session["x"] = 1
    before = client.cookies.get("sessionid")
    answer = log_in(client, "Anna.Ek@Test.invalid ")
    assert answer.status_code == 302
    assert get_user(client).pk == person.pk
    assert client.cookies["sessionid"].value != (before and before.value)


def test_a_session_fixed_before_login_is_not_the_one_after(client: Client, person: User) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    log_in(client, person.email)
    assert client.session.session_key != planted


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anna.ek@test.invalid", "fel"),
        ("finns.inte@test.invalid", PASSWORD),
        ("borta@test.invalid", PASSWORD),
    ],
)
def test_a_wrong_login_says_the_same_whatever_is_wrong(
    client: Client, person: User, email: str, password: str
) -> None:
    UserFactory(email="borta@test.invalid", inactive=True)
    answer = log_in(client, email, password)
    assert "E-postadress och lösenord stämmer inte" in answer.text
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"]
)
def test_login_never_leads_to_another_site(client: Client, person: User, away: str) -> None:
    assert log_in(client, person.email, next=away)["Location"] == "/"


def test_login_leads_to_the_page_asked_for(client: Client, person: User) -> None:
    assert client.get("/konto/")["Location"] == f"{LOGIN}?next=/konto/"
    assert log_in(client, person.email, next="/konto/")["Location"] == "/konto/"


def test_too_many_failures_lock_out_and_say_until_when(client: Client, person: User) -> None:
    # Case and spaces are the same address: they must not start a new count.
    spellings = [person.email, person.email.upper(), f" {person.email}"]
    for number in range(settings.AXES_FAILURE_LIMIT):
        answer = log_in(client, spellings[number % 3], "fel")
    assert answer.status_code == 429
    assert re.search(r"Vänta till \d\d\.\d\d", answer.text)
    assert log_in(client, person.email).status_code == 429


def test_a_lock_out_stops_only_who_comes_from_there(client: Client, person: User) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        log_in(client, person.email, "fel")
    elsewhere = Client(REMOTE_ADDR="10.1.2.3")
    assert log_in(elsewhere, person.email).status_code == 302
    other = UserFactory()
    assert log_in(client, other.email).status_code == 302


def test_a_forged_forwarding_header_does_not_make_a_new_address(client: Client, person: User) -> None:
    for number in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post(
            LOGIN,
            {"username": person.email, "password": "fel"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
    assert answer.status_code == 429


def test_behind_the_proxy_the_last_address_counts(client: Client, person: User, settings: Any) -> None:
    settings.BEHIND_TLS_PROXY = True

    def fail(address: str) -> Any:
        return client.post(
            LOGIN,
            {"username": person.email, "password": "fel"},
            headers={"X-Forwarded-For": f"198.51.100.7, {address}", "X-Forwarded-Proto": "https"},
        )

    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = fail("10.0.0.1")
    assert answer.status_code == 429
    assert fail("10.0.0.2").status_code == 200


def test_logging_out_takes_a_post(client: Client, person: User) -> None:
    client.force_login(person, backend="kvalitet.organisation.authentication.EmailBackend")
    assert client.get("/logga-ut/").status_code == 405
    client.post("/logga-ut/")
    assert not get_user(client).is_authenticated


def test_a_person_made_inactive_is_out_at_the_next_click(client: Client, person: User) -> None:
    client.force_login(person, backend="kvalitet.organisation.authentication.EmailBackend")
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/konto/")["Location"].startswith(LOGIN)


@pytest.mark.usefixtures("worker")
def test_the_answer_to_a_forgotten_password_tells_nothing(client: Client, person: User) -> None:
    known = client.post("/glomt-losenord/", {"email": "ANNA.EK@test.invalid"}, follow=True)
    unknown = client.post("/glomt-losenord/", {"email": "finns.inte@test.invalid"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    hidden_token = r'value="\w{64}"'
    assert re.sub(hidden_token, "", known.text) == re.sub(hidden_token, "", unknown.text)
    assert [message.to for message in mail.outbox] == [[person.email]]


@pytest.mark.usefixtures("worker")
def test_the_mailed_link_is_ours_and_works_once(client: Client, person: User) -> None:
    elsewhere = Client(headers={"Host": "127.0.0.1"})
    other_session = Client()
    other_session.force_login(person, backend="kvalitet.organisation.authentication.EmailBackend")
    elsewhere.post("/glomt-losenord/", {"email": person.email})
    (link,) = re.findall(r"http://testserver(\S+)", mail.outbox[0].body)
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0]
    answer = client.post(form, {"new_password1": NEW, "new_password2": NEW})
    assert answer["Location"] == LOGIN
    assert log_in(client, person.email, NEW).status_code == 302
    assert not get_user(other_session).is_authenticated
    assert "gäller inte längre" in Client().get(link, follow=True).text


@pytest.mark.parametrize("path", ["/valj-losenord/MQ/fel/", "/valj-losenord/%00/x-y/", "/valj-losenord/å/x/"])
def test_a_made_up_link_is_refused_in_words(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Länken gäller inte längre" in answer.text


def test_a_weak_new_password_is_refused_in_swedish(client: Client, person: User) -> None:
    client.force_login(person, backend="kvalitet.organisation.authentication.EmailBackend")
    data = {"old_password": PASSWORD, "new_password1": "kort", "new_password2": "kort"}
    answer = client.post("/konto/losenord/", data)
    assert "12 tecken" in answer.text
    assert "This password" not in answer.text


def test_a_changed_password_logs_out_the_other_devices_only(client: Client, person: User) -> None:
    backend = "kvalitet.organisation.authentication.EmailBackend"
    phone = Client()
    phone.force_login(person, backend=backend)
    client.force_login(person, backend=backend)
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/konto/losenord/", data)["Location"] == "/konto/"
    assert client.get("/konto/").status_code == 200
    assert phone.get("/konto/").status_code == 302


@pytest.mark.parametrize("name", ["\x00", "a" * 10_000, "'; DROP TABLE x; --", "<script>alert(1)</script>"])
def test_hostile_names_only_fail_to_log_in(client: Client, name: str) -> None:
    answer = log_in(client, name, name)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_the_system_account_cannot_get_a_password(client: Client) -> None:
    assert send_password_link(User.objects.system().email) == 0


def test_who_asks_again_and_again_is_mailed_once(mailoutbox: list[Any]) -> None:
    person = UserFactory()
    assert [send_password_link(person.email) for _ in range(3)] == [1, 0, 0]
    assert len(mailoutbox) == 1
    User.objects.filter(pk=person.pk).update(password_link_at=timezone.now() - timedelta(minutes=6))
    assert send_password_link(person.email) == 1


def test_only_the_admin_role_opens_the_system(client: Client) -> None:
    admin = RoleAssignmentFactory(admin=True).user
    coordinator = RoleAssignmentFactory(coordinator=True).user
    backend = "kvalitet.organisation.authentication.EmailBackend"
    assert client.get("/systemet/", follow=True).redirect_chain[-1][0].startswith(LOGIN)
    client.force_login(coordinator, backend=backend)
    assert client.get("/systemet/", follow=True).status_code == 403
    client.force_login(admin, backend=backend)
    assert client.get("/systemet/").status_code == 200
    assert client.get("/systemet/organisation/user/").status_code == 200
    assert client.post(f"/systemet/organisation/user/{coordinator.pk}/delete/").status_code == 403
    assert client.get("/systemet/organisation/unit/add/").status_code == 403


def test_an_empty_installation_gets_its_first_admin() -> None:
    first = User.objects.create_superuser("forsta@test.invalid", "Första Person", PASSWORD)
    assert first.has_perm("anything")
    assert reverse("organisation:person", args=[first.pk]) == first.get_absolute_url()
