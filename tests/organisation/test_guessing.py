"""Guessing passwords from one address and from many: the guesser is slowed, the owner and unit are not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from kvalitet import limits
from kvalitet.models import RateCount
from kvalitet.organisation import guessing
from kvalitet.organisation.models import User
from kvalitet.organisation.tasks import sweep_logins
from tests.cast import Cast, ClientFor
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN, FORGOT = "/logga-in/", "/glomt-losenord/"
OFFICE = "192.0.2.10"  # the one address that a whole municipality has
NEW = "fyra korrekta hästar häftar"


@pytest.fixture
def person() -> User:
    return UserFactory(email="anna.ek@test.invalid", name="Anna Ek")


def log_in(person: User, address: str, password: str = PASSWORD, client: Client | None = None) -> Any:
    client = client or Client()
    answer = client.post(LOGIN, {"username": person.email, "password": password}, REMOTE_ADDR=address)
    answer.client = client
    return answer


def attack(person: User, times: int = 12) -> Any:
    """Wrong passwords, each from another address, so that axes locks none of them."""
    for number in range(times):
        answer = log_in(person, f"203.0.113.{number}", "fel")
    return answer


def later(length: timedelta) -> None:
    for row in RateCount.objects.all():
        row.last_at -= length
        row.save()


def test_a_colleague_behind_the_same_address_still_gets_in(person: User) -> None:
    for _ in range(10):
        last = log_in(person, OFFICE, "fel")
    assert last.status_code == 429
    assert int(last["Retry-After"]) > 0
    for colleague in UserFactory.create_batch(3):
        assert log_in(colleague, OFFICE).status_code == 302


def test_a_monday_morning_behind_one_address_is_no_flood(person: User) -> None:
    """Everybody gets it wrong twice before they get it right, all within some minutes."""
    limit = limits.LIMITS["login.address"]
    for colleague in UserFactory.create_batch(4):
        for _ in range(2):
            assert log_in(colleague, OFFICE, "fel").status_code == 200
        assert log_in(colleague, OFFICE).status_code == 302
    counted = limits.seen("login.address", OFFICE)
    assert counted
    assert counted.count == 8, "only wrong passwords are counted"
    assert limit.most >= 3 * 60 * 2


def test_an_attacker_elsewhere_cannot_shut_the_owner_out(person: User) -> None:
    """The owner has logged in on this computer before, and is let past all that others have tried."""
    home = log_in(person, OFFICE).client
    home.post("/logga-ut/")
    assert attack(person).status_code == 429
    assert log_in(person, OFFICE, client=home).status_code == 302
    assert get_user(home).pk == person.pk


def test_a_guess_from_many_addresses_is_slowed_and_the_right_password_with_it(person: User) -> None:
    answer = attack(person)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    assert re.search(r"Vänta till \d\d\.\d\d\.\d\d", answer.text)
    assert "Jag har glömt lösenordet, så kommer du in" in answer.text
    assert f'value="{person.email}"' in answer.text, "what was typed is kept"
    assert log_in(person, "198.51.100.1").status_code == 429
    assert RateCount.objects.filter(count__gt=20).count() == 0, "a try that is held back is not counted"


def test_the_wait_grows_but_not_for_ever(person: User) -> None:
    waits = []
    for _ in range(20):
        guessing.failed(RequestFactory().get("/"), person.email)
        wait = guessing.account_wait(person.email) or timedelta()
        waits.append(timedelta(seconds=round(wait.total_seconds())))
        later(timedelta(minutes=16))
    assert waits[:7] == [timedelta()] * 7
    assert waits[7:10] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert waits[7:] == sorted(waits[7:])
    assert waits[-1] == timedelta(minutes=15)
    assert guessing.account_wait(person.email) is None
    assert log_in(person, "198.51.100.1").status_code == 302


@pytest.mark.parametrize("cookie", ["", "x", "eyJpZCI6IngiLCJ3aG8iOlsxXX0:1:x"])
def test_a_made_up_cookie_lets_nobody_past(person: User, cookie: str) -> None:
    attack(person)
    stranger = Client()
    stranger.cookies[guessing.COOKIE] = cookie
    assert log_in(person, "198.51.100.1", client=stranger).status_code == 429


def test_a_browser_known_for_another_person_is_not_let_past(person: User) -> None:
    colleague = UserFactory()
    theirs = log_in(colleague, OFFICE).client
    theirs.post("/logga-ut/")
    attack(person)
    assert log_in(person, OFFICE, client=theirs).status_code == 429
    # At a computer that many use each of them is known.
    limits.forget("login.account", person.email)
    log_in(person, OFFICE, client=theirs)
    theirs.post("/logga-ut/")
    for one in (person, colleague):
        attack(one)
        assert log_in(one, OFFICE, client=theirs).status_code == 302
        theirs.post("/logga-ut/")


def test_a_stolen_browser_guesses_only_so_often(person: User) -> None:
    stolen = log_in(person, OFFICE).client
    stolen.post("/logga-ut/")
    for number in range(limits.LIMITS["login.browser"].most):
        later(timedelta(hours=1))
        log_in(person, f"203.0.113.{number}", "fel", client=stolen)
    attack(person)
    assert log_in(person, "198.51.100.9", client=stolen).status_code == 429


def test_an_unknown_account_is_slowed_alike(person: User) -> None:
    nobody = User(email="finns.inte@test.invalid")
    told = [re.sub(r"\d\d\.\d\d\.\d\d|[\w.]+@test|\w{64}", "", attack(one).text) for one in (person, nobody)]
    assert told[0] == told[1]


def test_the_mailed_link_opens_the_way_in_the_middle_of_an_attack(person: User) -> None:
    attack(person)
    for _ in range(7):
        log_in(person, OFFICE, "fel")
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    link = f"/valj-losenord/{uid}/{default_token_generator.make_token(person)}/"
    browser = Client()
    form = browser.get(link, follow=True).redirect_chain[-1][0]
    browser.post(form, {"new_password1": NEW, "new_password2": NEW})
    attack(person)
    assert log_in(person, OFFICE, NEW, client=browser).status_code == 302


def test_an_administrator_opens_it_and_others_do_not(cast: Cast, client_for: ClientFor) -> None:
    attack(cast.medarbetare)
    for _ in range(7):
        log_in(cast.medarbetare, OFFICE, "fel")
    page, path = f"/organisation/personer/{cast.medarbetare.pk}/", "oppna-inloggning/"
    assert "Inloggningen bromsas" in client_for("admin").get(page).text
    assert "Inloggningen bromsas" not in client_for("chef").get(page).text
    assert client_for("chef").post(page + path).status_code == 403
    assert log_in(cast.medarbetare, OFFICE).status_code == 429
    client_for("admin").post(page + path)
    assert "Inloggningen bromsas" not in client_for("admin").get(page).text
    assert log_in(cast.medarbetare, OFFICE).status_code == 302


def test_a_flood_of_wrong_passwords_from_one_address_is_held_back(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {**limits.LIMITS, "login.address": limits.Limit(5, timedelta(minutes=10))}
    monkeypatch.setattr(limits, "LIMITS", few)
    for one in UserFactory.create_batch(5):
        log_in(one, OFFICE, "fel")
    assert log_in(person, OFFICE).status_code == 429
    assert log_in(person, "198.51.100.1").status_code == 302


# Forgotten passwords


def test_asking_for_a_link_costs_the_same_whether_the_account_exists(person: User) -> None:
    counts = []
    for email in (person.email, "finns.inte@test.invalid"):
        with CaptureQueriesContext(connection) as asked:
            assert Client().post(FORGOT, {"email": email}).status_code == 302
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("email", ["anna.ek@test.invalid", "finns.inte@test.invalid"])
def test_asking_again_and_again_is_held_back_and_tells_nothing(person: User, email: str) -> None:
    answers = [Client().post(FORGOT, {"email": spelt}) for spelt in (email, email.upper()) * 3]
    assert [one.status_code for one in answers] == [302] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert f'value="{email.upper()}"' in answers[-1].text
    assert "Länken har begärts för många gånger" in answers[-1].text
    assert Client().post(FORGOT, {"email": "nagon.annan@test.invalid"}).status_code == 302


def test_guessing_at_a_mailed_link_is_held_back() -> None:
    most = limits.LIMITS["password_set.account"].most
    answers = [Client().post("/valj-losenord/MQ/abc-def/", {}).status_code for _ in range(most + 1)]
    assert answers == [200] * most + [429]
    assert Client().post("/valj-losenord/Mg/abc-def/", {}).status_code == 200


def test_what_was_counted_goes_when_it_counts_no_more(person: User) -> None:
    attack(person, 1)
    RateCount.objects.update(last_at=timezone.now() - timedelta(days=3))
    sweep_logins()
    assert not RateCount.objects.exists()
