"""Passwords of twelve characters that somebody would try here first, and those that are as good as any."""

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kvalitet.organisation.models import User
from tests.cast import Cast
from tests.factories import PASSWORD

WHO = User(name="Karin Åkerlund-Boström", email="karin.akerlund@norrvik.example")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Norrvik-kommun!7", "kommunens"),
        ("hemtjänst i norrvik", "kommunens"),
        ("kvalitetssystemet", "systemets"),
        ("häst Akerlund sadel", "ditt namn"),
        ("BOSTRÖMS gård 45", "ditt namn"),
        ("Sommaren2026!", "årstid"),
        ("2026 hösten!!", "årstid"),
        ("varen1234567", "årstid"),
        ("December-2026", "månad"),
        ("Välkommen123", "gissar"),
        ("Annika19750412", "ett namn"),
        ("hejhejhejhej", "flera gånger"),
        ("hästhästhäst12!", "flera gånger"),
        ("aaaaaaaaaaaa", "flera gånger"),
    ],
)
def test_what_somebody_would_try_first_is_refused(password: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        validate_password(password, WHO)


@pytest.mark.parametrize(
    "password",
    [
        "fyra korrekta hästar häftar",
        "sommaren 2026 var regnig",
        "blå cykel nio lampor",
        "zX9!kq27Lm#p",
        "Annika och Bertil åt glass",
    ],
)
def test_others_are_taken_from_anybody(password: str) -> None:
    validate_password(password, WHO)
    validate_password(password)


@pytest.mark.django_db
def test_the_page_says_why_and_keeps_the_old_password(cast: Cast, client_for: Any) -> None:
    new = f"{cast.chef.name} 2026"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    page = client_for("chef").post("/konto/losenord/", data)
    assert "Lösenordet får inte innehålla ditt namn" in page.text
    cast.chef.refresh_from_db()
    assert cast.chef.check_password(PASSWORD)
