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
            if self.url in line:
                return
        raise AssertionError("".join(said))

    def end(self, number: int) -> int:
        """Send it a signal and return its exit code."""
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def lets_in(self, email: str, password: str) -> bool:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        with browser.open(f"{self.url}/logga-in/") as page:
            token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        assert token
        data = {"csrfmiddlewaretoken": token[1], "username": email, "password": password}
        with browser.open(f"{self.url}/logga-in/", urllib.parse.urlencode(data).encode()) as answer:
            return not str(answer.url).startswith(f"{self.url}/logga-in/")


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
