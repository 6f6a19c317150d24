"""Errors reach a Sentry-compatible server with their place and number, and nothing that anybody wrote."""

import gzip
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest

WORD = "Solrosen"
UNPACK = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
# A page that fails over what was sent to it, and a row that the database refuses.
BREAKS = """
    import sys
    import django
    django.setup()
    import sentry_sdk
    from django.db import connection
    from django.test import Client
    from kvalitet import gate

    def broken(*args, **rest):
        text = "Solrosen i en variabel"
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 AS kolumn, %s::int", [text])
    gate._refuse_too_large = broken
    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    form, headers = {"what_happened": "Solrosen"}, {"Referer": "/?Solrosen"}
    page = client.post("/avvikelser/ny/?q=Solrosen", form, headers=headers)
    print(page.status_code, page["X-Request-ID"])
    import logging
    logging.getLogger("kvalitet.prov").error("steget %s", "Solrosen")
    logging.getLogger("en.annan").error("Solrosen i en annans text")
    sentry_sdk.flush(10)
"""


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A DSN of this machine, and what comes to it."""
    received: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(UNPACK[self.headers.get("Content-Encoding", "")](body).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as door:
        thread = threading.Thread(target=door.serve_forever)
        thread.start()
        yield f"http://nyckel@127.0.0.1:{door.server_port}/1", received
        door.shutdown()
        thread.join()


def run(code: str, **environment: str) -> str:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": ADDRESS[0], **environment}
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=os.environ | settings,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return ended.stdout


ADDRESS: list[str] = []


@pytest.fixture(autouse=True)
def _address(transactional_db):
    from django.db import connection

    from tests.browser.demo_site import _url

    ADDRESS[:] = [_url(connection.settings_dict)]


def test_an_error_is_reported_with_its_number_and_without_a_word_of_what_was_written(server):
    dsn, received = server
    status, reference = run(BREAKS, SENTRY_DSN=dsn).split()
    everything = "\n".join(received)
    assert status == "500"
    assert WORD not in everything
    assert "kolumn" not in everything, "the question is not told either"
    assert f'"request":"{reference}"' in everything.replace('": "', '":"')
    assert "InvalidTextRepresentation" in everything
    assert '"steget %s"' in everything
    assert "gate.py" in everything
    assert len(received) == 3


def test_the_library_is_not_loaded_without_an_address():
    code = "import django, sys\ndjango.setup()\nprint('sentry_sdk' in sys.modules)"
    assert run(code, SENTRY_DSN="").strip() == "False"
