"""make run: what it says when it cannot, who gets in, and that nothing is left when it ends."""

import http.cookiejar
import re
import signal
import socket
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection, connections

from tests.database import Databases
from tests.factories import UserFactory
from tests.scripts.checkout import PATIENCE, Checkout

RUN = ("-m", "scripts.run")
EMAIL, PASSWORD = "ombud@demo.invalid", "demo"


@pytest.fixture
def database(transactional_db: None) -> Iterator[str]:
    """The address of a database where one of the demo's users is all there is."""
    UserFactory(email=EMAIL, password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1))
    databases = Databases()
    name = databases.name.replace("_test_", "_test_run_")
    connections.close_all()
    databases.execute("CREATE DATABASE {} TEMPLATE {}", name, databases.name)
    facts = connection.get_connection_params()
    address = f"{facts['user']}:{urllib.parse.quote(facts.get('password', ''))}@:{facts.get('port', 5432)}"
    yield f"postgres://{address}/{name}?host={urllib.parse.quote(facts['host'])}"
    databases.execute("DROP DATABASE {} WITH (FORCE)", name)


class Run:
    """make run in a checkout, on a database and a port, from when it says that it runs."""

    def __init__(self, checkout: Checkout, **environment: str) -> None:
        self.url = f"http://127.0.0.1:{environment['PORT']}"
        self.process = checkout.start(*RUN, **environment)
        said = []
        assert self.process.stdout
        for line in self.process.stdout:
            said.append(line)
            if f"körs på {self.url}" in line:
                return
        raise AssertionError("".join(said))

    def end(self, number: int) -> int:
        """Send it a signal and return its exit code."""
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def lets_in(self, email: str, password: str) -> bool:
        return Browser(self.url).log_in(email, password)


class Browser:
    """As much of a browser as it takes to log in, press a button and fetch."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        self.last = ""

    def log_in(self, email: str, password: str) -> bool:
        self.post("/logga-in/", username=email, password=password)
        return not self.last.startswith(f"{self.url}/logga-in/")

    def get(self, address: str, data: bytes | None = None) -> bytes:
        with self.opener.open(f"{self.url}{address}", data) as answer:
            self.last = str(answer.url)
            return bytes(answer.read())

    def post(self, address: str, **data: str) -> bytes:
        """Send it with the token of the page of the login, which every session has."""
        token = re.search(
            rb'csrfmiddlewaretoken" value="(\w+)"', self.get("/om/" if data == {} else "/logga-in/")
        )
        assert token
        sent = {"csrfmiddlewaretoken": token[1].decode(), **data}
        return self.get(address, urllib.parse.urlencode(sent).encode())


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return str(door.getsockname()[1])


def test_taken_port_says_how_to_choose_another(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = checkout.say(*RUN, PORT=str(port), DATABASE_URL="postgres://nobody@127.0.0.1/none")
    assert f"PORT={port + 1} make run" in said


def test_port_that_is_no_number_says_so(checkout: Checkout) -> None:
    assert "PORT=åtta är inget portnummer" in checkout.say(*RUN, PORT="åtta")


def test_killed_run_starts_again_and_ends_whole(checkout: Checkout, database: str, port: str) -> None:
    first = Run(checkout, DATABASE_URL=database, PORT=port)
    assert first.lets_in(EMAIL, PASSWORD)
    assert f"körs redan från den här mappen: {first.url}" in checkout.say(*RUN, PORT=port)
    first.end(signal.SIGKILL)

    # Now others can reach it, so the password that everybody knows opens nothing.
    second = Run(checkout, DATABASE_URL=database, PORT=port, BIND="0.0.0.0")
    assert not second.lets_in(EMAIL, PASSWORD)
    assert second.end(signal.SIGTERM) == 0
    assert checkout.processes() == []
