"""Pages go out compressed, files as they are, and what is kept of a page's top is never another reader's."""

import gzip
import re
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from kvalitet.organisation.models import Session
from tests.cast import Cast, ClientFor
from tests.documents.factories import make_in_force

PACKED = {"accept-encoding": "gzip"}


def test_a_page_is_compressed_for_who_asks(client_for: ClientFor) -> None:
    client = client_for("medarbetare")
    packed, plain = client.get("/", headers=PACKED), client.get("/")
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert not plain.has_header("Content-Encoding")
    assert gzip.decompress(packed.content).decode().startswith("<!doctype html>")
    assert len(packed.content) < len(plain.content) / 2


def test_the_length_of_the_same_page_differs(client_for: ClientFor) -> None:
    client = client_for("medarbetare")
    assert len({len(client.get("/", headers=PACKED).content) for _ in range(12)}) > 1


def test_a_file_is_left_as_it_is(cast: Cast, client_for: ClientFor) -> None:
    document = make_in_force(cast)
    response = client_for("medarbetare").get(
        reverse("documents:in_force", args=[document.pk]), headers=PACKED
    )
    assert b"".join(response.streaming_content)
    assert not response.has_header("Content-Encoding")


def test_an_exported_list_is_left_as_it_is(client_for: ClientFor) -> None:
    response = client_for("medarbetare").get("/dokument/?exportera=csv", headers=PACKED)
    assert not response.has_header("Content-Encoding")


def test_the_top_of_a_page_is_the_readers_own(cast: Cast, client_for: ClientFor) -> None:
    cache.clear()
    for who in ("samordnare", "medarbetare", "anonym", "samordnare"):
        page = client_for(who).get("/om/").content.decode()
        for other in ("samordnare", "medarbetare"):
            assert (f"Min meny, {cast[other].name}" in page) == (other == who)


def test_every_answer_has_a_token_of_its_own_that_works(client_for: ClientFor, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_for("medarbetare").cookies
    pages = [client.get("/om/?a=1").content.decode() for _ in range(2)]
    tokens = [re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page) for page in pages]
    assert not set(tokens[0]) & set(tokens[1])
    form = {"theme": "dark", "csrfmiddlewaretoken": tokens[1][0], "next": "/om/"}
    assert client.post(reverse("choose_theme"), form).status_code == 302


@pytest.mark.parametrize("path", ["/om/?a=1&b=%22%3E%3Cscript%3E", "/sok/?q=%3Cscript%3E"])
def test_where_one_is_stands_escaped_in_the_top(client_for: ClientFor, path: str) -> None:
    page = client_for("medarbetare").get(path).content.decode()
    assert "<script>" not in page
    assert page.count('name="next"') == 1


PAGE = "/dokument/?q=nyckel"


def send_late(client: Client, path: str, data: dict[str, str], **headers: str) -> HttpResponse:
    """What a browser sends from ``PAGE`` when the login has run out meanwhile."""
    Session.objects.all().delete()
    return client.post(path, data, headers={"referer": f"http://testserver{PAGE}", **headers})


def test_who_was_logged_out_over_a_form_gets_back_what_they_wrote(client_for: ClientFor) -> None:
    text = "Nyckeln låg inte i skåpet <b>när</b> passet började."
    answer = send_late(client_for("medarbetare"), "/avvikelser/ny/", {"what_happened": text, "kind": "risk"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "inte sparat" in page
    assert escape(text) in page
    assert f"/logga-in/?next={quote(PAGE)}" in page
    assert answer["Cache-Control"] == "no-store"


def test_a_password_is_not_shown_to_who_was_logged_out(client_for: ClientFor) -> None:
    words = dict.fromkeys(("old_password", "new_password1"), "fyra långa ord efter varandra")
    assert "fyra långa ord" not in send_late(client_for("medarbetare"), "/konto/losenord/", words).text


def test_a_page_elsewhere_is_not_where_one_comes_back_to(client_for: ClientFor) -> None:
    away = {"referer": "https://annan.invalid/sida"}
    page = send_late(client_for("medarbetare"), "/aviseringar/lasta/", {}, **away).text
    assert "annan.invalid" not in page
    assert "/logga-in/?next=/" in page


def test_a_button_pressed_without_a_login_leads_back_to_its_page(cast: Cast, client_for: ClientFor) -> None:
    document = make_in_force(cast, visibility="public")
    here = document.get_absolute_url()
    referer = {"referer": f"http://testserver{here}"}
    answer = client_for("anonym").post(f"{here}favorit/", headers=referer)
    assert answer["Location"] == f"/logga-in/?next={here}"


def test_the_address_of_a_button_says_what_it_is(client_for: ClientFor) -> None:
    answer = client_for("medarbetare").get("/aviseringar/lasta/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Adressen hör till en knapp" in answer.text
