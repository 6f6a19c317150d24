"""A person with an app of known key, and a login in one step or two."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django_otp.oath import TOTP

from kvalitet.organisation.actions import second_factors
from kvalitet.organisation.models import SecondFactor, User
from tests.factories import PASSWORD

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


def logged_in_fully(person: User) -> Client:
    client = log_in(person)
    client.post(STEP, {"code": code(steps=-1)})
    assert is_in(client)
    return client


def wait(length: timedelta) -> None:
    """As if so long had gone since the last wrong code."""
    for one in SecondFactor.objects.exclude(throttling_failure_timestamp=None):
        one.throttling_failure_timestamp -= length
        one.save()


def is_in(client: Client) -> bool:
    return client.get("/konto/").status_code == 200
