"""The real server under load and fault: every acknowledged report exists exactly once, whatever breaks."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
from django.db import connection, connections
from django.db.models import Count
from django.utils import timezone

from improvement.models import Deviation
from kvalitet import notifications, queue
from kvalitet.models import Notification
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, User
from scripts import visiting
from scripts.visiting import PATIENCE, SECRET
from scripts.visiting import REPORT as NEW
from tests.browser.demo_site import Site, _url
from tests.cast import Cast, make_cast
from tests.database import ROOT
from tests.factories import PASSWORD_HASH, days
from tests.improvement.factories import DID, WHAT

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 200
TOLD = 2  # the unit's chef and their ersättare


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def site(cast: Cast, tmp_path: Path) -> Iterator[Site]:
    """A server of two processes on the test's own database; what it writes lies in ``tmp_path``."""
    site = Site(connection.settings_dict, connection.settings_dict["NAME"], tmp_path / "media")
    (tmp_path / "on-the-way").mkdir()
    site.environment["TMPDIR"] = str(tmp_path / "on-the-way")
    with site.serving(workers=2):
        yield site


def logged_in(cast: Cast, count: int) -> list[str]:
    """So many employees of the unit, as the keys of their logins."""
    users = User.objects.bulk_create(
        User(name=f"Person {number}", email=f"person{number}@test.invalid", password=PASSWORD_HASH)
        for number in range(count)
    )
    values = {"role": Role.EMPLOYEE, "unit": cast.units.home, "valid_from": days(-9)}
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, created_by=cast.admin, **values) for user in users
    )
    return [visiting.session_of(user) for user in users]


def fields(cast: Cast, key: uuid.UUID, **more: str) -> dict[str, str]:
    known = {"submission": str(key), "what_happened": WHAT, "immediate_action": DID, "harm": "no"}
    place = {"happened_on": str(days(0)), "unit": str(cast.units.home.pk)}
    return {**known, **place, "csrfmiddlewaretoken": SECRET, **more}


def send(site: Site, session: str, data: dict[str, str]) -> int | None:
    """The number that the reporter was given, or None: nothing was acknowledged."""
    try:
        return visiting.acknowledged(*visiting.post(site.url, session, NEW, data))
    except (OSError, HTTPException):
        return None


def together(tasks: list[Callable[[], Any]]) -> list[Any]:
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        gate.wait(timeout=PATIENCE)
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def assert_each_is_there_once(numbers: set[int], count: int) -> None:
    """The cases that were acknowledged are the cases there are; each has its clock and was told once."""
    assert len(numbers) == count
    assert set(Deviation.objects.values_list("pk", flat=True)) == numbers
    clock = days(30)
    assert not Deviation.objects.exclude(answer_by=clock, status="reported").exists()
    told = Notification.objects.filter(kind="improvement.deviation").order_by()
    each = dict(told.values_list("url").annotate(Count("pk")))
    assert set(each) == {f"/avvikelser/{number}/" for number in numbers}
    assert set(each.values()) == {TOLD}


def test_two_hundred_report_at_once_and_some_press_twice_and_go_back(cast: Cast, site: Site) -> None:
    sessions = logged_in(cast, PEOPLE)
    forms = [(session, fields(cast, uuid.uuid4())) for session in sessions]
    presses = [*forms, *forms[:20]]  # the last twenty are second presses of the first twenty
    given = together([lambda one=one: send(site, *one) for one in presses])
    assert None not in given
    assert given[PEOPLE:] == given[:20]
    again = [send(site, *one) for one in forms[:5]]
    assert again == given[:5], "the back button and Send give the same number"
    assert_each_is_there_once(set(given), PEOPLE)


def test_a_database_that_goes_away_meanwhile_loses_and_doubles_nothing(cast: Cast, site: Site) -> None:
    sessions = logged_in(cast, 24)
    server, stop, cut = queue.conninfo(connection.settings_dict), threading.Event(), []
    connections.close_all()

    def restart() -> None:
        """What a restart does to whoever is connected."""
        with psycopg.connect(server, autocommit=True) as admin:
            while not stop.wait(0.4):
                found = admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                cut.append(found.rowcount)

    def insist(session: str) -> set[int | None]:
        """As a person does: until there is an answer, and once more for certain."""
        data, given = fields(cast, uuid.uuid4()), []
        until = time.monotonic() + PATIENCE
        while sum(one is not None for one in given) < 2 and time.monotonic() < until:
            given.append(send(site, session, data))
        return set(given) - {None}

    breaking = threading.Thread(target=restart)
    breaking.start()
    halt = threading.Timer(4, stop.set)
    halt.start()
    try:
        given = together([lambda one=one: insist(one) for one in sessions])
    finally:
        halt.cancel()
        stop.set()
        breaking.join()
    assert sum(cut) > 0
    assert [len(one) for one in given] == [1] * len(sessions), "each was given one number, however often"
    assert_each_is_there_once(set().union(*given), len(sessions))


@pytest.mark.parametrize("kind", ["multipart", "plain"])
def test_what_is_cut_in_the_middle_leaves_no_case_and_no_file(
    cast: Cast, site: Site, tmp_path: Path, kind: str
) -> None:
    (session,) = logged_in(cast, 1)
    data = fields(cast, uuid.uuid4())
    body, sort = (
        (_multipart(data), "multipart/form-data; boundary=kant")
        if kind == "multipart"
        else (
            urlencode({**data, "immediate_action": f"{DID} Mer som aldrig kom fram."}).encode(),
            "application/x-www-form-urlencoded",
        )
    )
    head = [
        f"POST {NEW} HTTP/1.1",
        f"Host: {urlsplit(site.url).netloc}",
        f"Cookie: sessionid={session}; csrftoken={SECRET}",
        f"Content-Type: {sort}",
        f"Content-Length: {len(body)}",
    ]
    address = (urlsplit(site.url).hostname, urlsplit(site.url).port)
    with socket.create_connection(address, timeout=PATIENCE) as wire:
        half = len(body) // 2 if kind == "multipart" else len(body) - 12
        wire.sendall("\r\n".join([*head, "", ""]).encode() + body[:half])
        wire.shutdown(socket.SHUT_WR)
        wire.recv(1000)  # the server has had its say
    assert not Deviation.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    number = send(site, session, data)
    assert_each_is_there_once({number}, 1)


def _multipart(data: dict[str, str]) -> bytes:
    """A form with a picture of four megabytes, more than is kept in memory."""
    parts = [f'--kant\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in data.items()]
    named = 'Content-Disposition: form-data; name="files"; filename="bild.jpg"'
    picture = b"\xff\xd8\xff" + b"x" * 4_000_000
    head = f"--kant\r\n{named}\r\nContent-Type: image/jpeg\r\n\r\n"
    return "".join(parts).encode() + head.encode() + picture + b"\r\n--kant--\r\n"


# A process that dies at a place: what Python had come to, and no further.
KILLED = """
import os, signal, sys, uuid, datetime
import django
django.setup()
from django.core.mail import EmailMessage
from django.db import transaction
from kvalitet import notifications
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
"""
DECIDES = """
from improvement import actions
from kvalitet.organisation.models import Unit, User
notifications._wake_urgent = die
person, unit = User.objects.get(pk=sys.argv[1]), Unit.objects.get(pk=sys.argv[2])
values = {"what_happened": "Vi kom för sent.", "happened_on": datetime.date.today(), "unit": unit}
values |= {"harm": "no", "is_suspected": True}
actions.report(user=person, submission=uuid.uuid4(), values=values)
"""
MAILS_AND_DIES_AFTER = """
send = EmailMessage.send
EmailMessage.send = lambda self: (send(self), die())
notifications.mail_urgent()
"""
MAILS_AND_DIES_BEFORE = """
EmailMessage.send = die
notifications.mail_urgent()
"""


def killed(code: str, mail: Path, *arguments: Any) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.improvement.settings_with_mail",
        "DATABASE_URL": _url(connection.settings_dict),
        "MAIL_FOLDER": str(mail),
    }
    command = [sys.executable, "-W", "ignore", "-c", KILLED + code, *map(str, arguments)]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, timeout=PATIENCE, capture_output=True
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


def mailed(folder: Path) -> int:
    return sum(path.read_text().count("\nTo: ") for path in folder.glob("*"))


def test_a_process_killed_between_decision_and_mail_loses_neither(
    cast: Cast, tmp_path: Path, mailoutbox: list[Any]
) -> None:
    killed(DECIDES, tmp_path, cast.medarbetare.pk, cast.units.home.pk)
    case = Deviation.objects.get()
    assert case.answer_by == days(30)
    assert case.suspicion == "suspected"
    waiting = Notification.objects.filter(urgent=True, mailed_at=None)
    assert [one.user for one in waiting] == [cast.lexansvarig]
    assert notifications.mail_urgent() == 1, "the next round sends it"
    assert notifications.mail_urgent() == 0
    assert [one.to for one in mailoutbox] == [[cast.lexansvarig.email]]


@pytest.mark.parametrize(("code", "sent"), [(MAILS_AND_DIES_AFTER, 1), (MAILS_AND_DIES_BEFORE, 0)])
def test_a_process_killed_over_a_mail_sends_it_once_or_shows_it_as_unsure(
    cast: Cast, tmp_path: Path, mailoutbox: list[Any], code: str, sent: int
) -> None:
    told = {"kind": "improvement.deviation", "sentence": "Att ta emot", "url": "/avvikelser/1/"}
    notifications.notify([cast.lexansvarig, cast.mas], **told, urgent=True)
    killed(code, tmp_path)
    assert mailed(tmp_path) == sent
    assert notifications.mail_urgent() == 1, "the other person's goes on"
    assert notifications.mail_urgent() == 0, "and the one that was on its way is not sent twice"
    assert len(mailoutbox) == 1
    Notification.objects.filter(mailed_at=None).update(mailing_at=timezone.now() - timedelta(minutes=16))
    assert notifications.unsure_mail().count() == 1
