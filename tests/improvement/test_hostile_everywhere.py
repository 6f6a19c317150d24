"""Every form of avvikelser, åtgärder and lärdomar, sent what no page would send: it is refused, never broken.

The fields are read from the page itself, so that a form made later is tried too.
"""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.audiences_improvement import IMPROVEMENT
from tests.audiences_learning import LEARNING
from tests.factories import days

HOSTILE = {
    "nothing": "",
    "nul": "a\x00b",
    "long": "å" * 20_000,
    "emoji": "👩‍👩‍👧‍👦\u202e\ufeff",
    "number": "99999999999999999999999",
    "other digits": "٣",
    "date": "9999-12-31",
}
# Beside fields that are as they should be: what comes far enough to meet the database.
ONE_BY_ONE = "99999999999999999999999"
# What buttons and scripts of these forms send beside the fields.
BUTTONS = (
    "mask",
    "infoga",
    "phrase",
    "utred",
    "val",
    "next",
    "tillbaka",
    "version",
    "cell",
    "rost",
    "replaces",
)
FORMS = [one for one in (*IMPROVEMENT, *LEARNING) if one.post is not None and one.post.opens]
# Lists, and the forms that take something from their address.
TAKES = ("report", "lesson_new", "propose", "measure_new", "together")
PAGES = [
    one
    for one in (*IMPROVEMENT, *LEARNING)
    if one.get is not None and one.get.opens and (one.post is None or one.url.split(":")[1] in TAKES)
]
ASKED = (
    "q",
    "urval",
    "status",
    "enhet",
    "kategori",
    "process",
    "rutin",
    "avvikelse",
    "fraga",
    "brist",
    "sida",
)
ASKED += (
    "sortera",
    "rapporterad_after",
    "klar_after",
    "val",
    "visa",
    "tillbaka",
    "exportera",
    "unit",
    "slag",
)


class Fields(HTMLParser):
    """Names of the fields of a page with something that fits in each."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.address, self.select = address, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "select":
            self.select = name
            self.found.setdefault(name, "")
        elif tag == "option" and self.select and not self.found[self.select]:
            self.found[self.select] = given.get("value", "")
        elif tag in ("input", "textarea") and name and name != "csrfmiddlewaretoken":
            self.found.setdefault(name, self._fitting(given))

    def _fitting(self, given: dict[str, str]) -> str:
        fitting = {"date": days(1).isoformat(), "email": self.address, "number": "3", "time": "12:00"}
        return given.get("value") or fitting.get(given.get("type", ""), "Ett ord")


def who_may(case: Any, door: Any) -> str:
    return next(one for one in ("chef", "samordnare", *sorted(door.opens)) if one in door.opens)


def send(method: str, url: str, session: str, data: dict[str, Any]) -> int | str:
    """The status, or what went wrong; undone."""
    client = Client()
    client.cookies["sessionid"] = session
    with transaction.atomic():
        try:
            answer = getattr(client, method)(url, data)
            list(answer.streaming_content if answer.streaming else ())
            return int(answer.status_code)
        except Exception as error:  # noqa: BLE001 whatever breaks is told
            return f"{type(error).__name__}: {error}"[:300]
        finally:
            transaction.set_rollback(True)


def fields_of(case: Any, url: str, session: str, address: str) -> dict[str, str]:
    """What the page asks; nothing of a button, which has no page."""
    reader = Fields(address)
    if case.get is not None:
        client = Client()
        client.cookies["sessionid"] = session
        with transaction.atomic():
            reader.feed(client.get(url).content.decode())
            transaction.set_rollback(True)
    return reader.found


def is_broken(outcome: int | str) -> bool:
    return isinstance(outcome, str) or outcome >= 500


@pytest.mark.parametrize("case", FORMS, ids=str)
def test_no_form_breaks_on_what_no_page_would_send(case, made, cookies):
    who = who_may(case, case.post)
    url, session = reverse(case.url, kwargs=case.args(made)), cookies[who]
    fields = fields_of(case, url, session, made.cast.chef.email)
    broken = {}
    for what, value in HOSTILE.items():
        outcome = send("post", url, session, dict.fromkeys((*fields, *BUTTONS), value))
        broken |= {f"all {what}": outcome} if is_broken(outcome) else {}
    for name in fields:
        outcome = send("post", url, session, {**fields, name: ONE_BY_ONE})
        broken |= {f"{name} alone": outcome} if is_broken(outcome) else {}
    files = {name: SimpleUploadedFile("a.txt", b"\x00\xff") for name in fields}
    outcome = send("post", url, session, files)
    broken |= {"files": outcome} if is_broken(outcome) else {}
    assert broken == {}, who


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_no_page_breaks_on_what_its_address_asks(case, made, cookies):
    who = who_may(case, case.get)
    url, session = reverse(case.url, kwargs=case.args(made)), cookies[who]
    asked = {what: dict.fromkeys(ASKED, HOSTILE[what][:500]) for what in ("nul", "number")}
    found = {what: send("get", url, session, query) for what, query in asked.items()}
    assert {what: outcome for what, outcome in found.items() if is_broken(outcome)} == {}, who
