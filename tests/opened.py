"""Every address asked as every role, for tests that try all of them on one set of samples."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, reset_queries, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from tests.audiences import CASES
from tests.cast import ANONYMOUS
from tests.doors import IN, LOGIN
from tests.samples import Samples, make_samples

LOGIN_PATH = "/logga-in/"
MOST_QUERIES = 12
# Of transactions, and of what is read once in a process.
FREE = re.compile(r".*SAVEPOINT|SET LOCAL|.*django_content_type", re.I)
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)", re.I)
DRAWN = ("processes:process", "processes:revision")


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Samples]:
    """The samples, in a transaction that is never committed; the queue lies in the same database."""
    folder = str(tmp_path_factory.mktemp("media"))
    in_database = override_settings(CELERY_BROKER_URL="pgmq://localhost", MEDIA_ROOT=folder)
    with django_db_blocker.unblock(), in_database, transaction.atomic():
        yield make_samples()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def cookies(made: Samples) -> dict[str, str]:
    """A session for each of the cast."""
    found = {ANONYMOUS: ""}
    for who in made.cast:
        client = Client()
        client.force_login(made.cast[who], backend="kvalitet.organisation.authentication.EmailBackend")
        found[who] = client.cookies["sessionid"].value
    # A map is drawn when it is first read, and the drawing kept; that is no domain data.
    for case in (case for case in CASES if case.url in DRAWN):
        who = min(case.get.opens & made.cast.people.keys()) if case.get else ANONYMOUS
        Client(headers={"Cookie": f"sessionid={found[who]}"}).get(reverse(case.url, kwargs=case.args(made)))
    return found


def ask(
    method: str, url: str, session: str, data: dict[str, Any], *, is_logged: bool = False, origin: str = ""
) -> HttpResponse:
    """One request from elsewhere, then undone. A GET may only read: the database refuses the rest.

    Opening a case is the exception (``is_logged``): it writes to the log of who opened what, only there.
    ``origin`` is the site whose page sends it, without the token of ours.
    """
    headers = {"Origin": origin} if origin else {}
    client = Client(REMOTE_ADDR="203.0.113.7", enforce_csrf_checks=bool(origin), headers=headers)
    if session:
        client.cookies["sessionid"] = session
    # While queries are captured Django forgets none, and its log holds so many.
    reset_queries()
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        if method == "get" and not is_logged:
            connection.cursor().execute("SET LOCAL transaction_read_only = on")
        answer = getattr(client, method)(url, data)
        # A file is read to its end, so that it is closed.
        list(answer.streaming_content if answer.streaming else ())
        transaction.set_rollback(True)
    if method == "get" and _counts(url):
        queries = [one["sql"] for one in asked if one["sql"] and not FREE.match(one["sql"])]
        assert len(queries) <= MOST_QUERIES, queries
    if is_logged:
        written = [one["sql"] for one in asked if WRITES.match(one["sql"] or "")]
        assert all(one.startswith('INSERT INTO "kvalitet_accesslog"') for one in written), written
    return answer


def _counts(url: str) -> bool:
    """Whether the page keeps to the budget: those of improvement."""
    return resolve(url).namespace == "improvement"


def outcome(answer: HttpResponse) -> str:
    sent_to = answer.headers.get("Location", "")
    if answer.status_code == 302:
        return LOGIN if sent_to.startswith(LOGIN_PATH) and "?next=" in sent_to else IN
    return IN if answer.status_code == 200 else str(answer.status_code)
