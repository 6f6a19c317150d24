"""What a browser, a proxy or a stranger can send and keep."""

import pytest
from django.test import Client

from tests.cast import ClientFor

pytestmark = pytest.mark.django_db
# What is left of one NUL taken out is another.
NESTED = ("/processer/?enhet=a%%0000b", "/dokument/?process=%%%000000&enhet=%%0000", "/?sida=%0%000")


def test_a_body_larger_than_any_upload_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.post(
        "/logga-in/", b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**10)
    )
    assert answer.status_code == 400
    assert "Inget är ändrat" in answer.text
    assert "MB" in answer.text


@pytest.mark.parametrize("length", ["-1", "1e9", "²", "9" * 30])
def test_a_length_that_is_no_number_is_refused(client: Client, length: str) -> None:
    assert client.get("/om/", CONTENT_LENGTH=length).status_code == 400


@pytest.mark.parametrize(
    "path", ["/processer/?enhet=a%00b", "/sok/?q=%00", "/dokument/?process=%00&enhet=%00", "/?%00=1", *NESTED]
)
def test_nul_in_an_address_is_left_out(client: Client, path: str) -> None:
    assert client.get(path).status_code in (200, 404)


@pytest.mark.parametrize("who", ["samordnare", "admin"])
def test_nul_in_an_address_is_left_out_for_who_may_more(client_for: ClientFor, who: str) -> None:
    client = client_for(who)
    for path in ("/dokument/nytt/?process=%00", "/organisation/roller/?q=%00", "/systemet/?q=%00"):
        assert client.get(path).status_code < 500, path


def test_a_page_for_somebody_logged_in_is_kept_by_no_shared_cache(client_for: ClientFor) -> None:
    for path in ("/", "/mitt-arbete/", "/finns-inte/", "/organisation/"):
        answer = client_for("medarbetare").get(path)
        assert "private" in answer["Cache-Control"], path
        assert "Cookie" in answer["Vary"], path


def test_logging_out_takes_the_pages_out_of_the_browser(client_for: ClientFor) -> None:
    client = client_for("medarbetare")
    assert client.get("/logga-ut/").status_code == 405
    assert client.get("/mitt-arbete/").status_code == 200
    assert client.post("/logga-ut/")["Clear-Site-Data"] == '"cache"'
    assert client.get("/mitt-arbete/").status_code == 302


@pytest.mark.parametrize(
    "target", ["https://ond.invalid/", "//ond.invalid", "/\\ond.invalid", "javascript:x"]
)
def test_nobody_is_sent_to_another_site(client: Client, target: str) -> None:
    assert client.post("/utseende/", {"next": target})["Location"] == "/"
    assert client.get("/logga-in/", {"next": target}).status_code == 200


def test_a_form_without_its_token_is_refused_in_swedish(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/logga-in/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert 'lang="sv"' in answer.text
