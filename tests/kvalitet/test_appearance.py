"""The choice of light or dark, and the menus: kept without a script, and never a way to somewhere else."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from kvalitet.navigation import Navigation, signed_in
from tests.conftest import ClientFor


def test_choice_is_kept_and_leads_back() -> None:
    response = Client().post("/utseende/", {"theme": "dark", "next": "/om/?a=1"})
    assert response["Location"] == "/om/?a=1"
    assert response.cookies["utseende"].value == "dark"


@pytest.mark.parametrize(
    "away", ["https://annan.invalid/", "//annan.invalid", "/\\annan.invalid", "javascript:alert(1)", ""]
)
def test_choice_never_leads_to_another_site(away: str) -> None:
    assert Client().post("/utseende/", {"theme": "dark", "next": away})["Location"] == "/"


@pytest.mark.parametrize("theme", ["", "finns-inte", '"><script>'])
def test_as_the_computer_forgets_the_choice(theme: str) -> None:
    client = Client()
    client.cookies["utseende"] = "dark"
    response = client.post("/utseende/", {"theme": theme, "next": "/"})
    assert response.cookies["utseende"].value == ""


@pytest.mark.django_db
def test_page_carries_the_choice_and_nothing_else_from_the_cookie(client_for: ClientFor) -> None:
    client = client_for("anonym")
    client.cookies["utseende"] = "dark"
    assert 'data-bs-theme="dark"' in client.get("/om/").content.decode()
    client.cookies["utseende"] = 'x"onload="alert(1)'
    assert "data-bs-theme" not in client.get("/om/").content.decode()


def test_reading_the_address_changes_nothing() -> None:
    assert Client().get("/utseende/").status_code == 405


def test_menu_shows_what_one_may_open_and_where_one_is() -> None:
    nav = Navigation()
    nav.register("Om", "about", order=2, prefix="/om/")
    nav.register("Mitt arbete", "my_work", order=1, visible=signed_in)
    request = RequestFactory().get("/om/mer/")
    request.user = AnonymousUser()
    assert [(link.label, link.current) for link in nav.links(request)] == [("Om", "true")]


def test_same_label_twice_is_refused() -> None:
    nav = Navigation()
    nav.register("Om", "about")
    with pytest.raises(ValueError, match="twice"):
        nav.register("Om", "about")
