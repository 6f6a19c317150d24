"""deploy/Caddyfile in a real Caddy before a real gunicorn: what gets through, what is refused, and how."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.database import ROOT

CADDY = shutil.which("caddy")
CONFIG = ROOT / "deploy/Caddyfile"
PATIENCE = 40  # seconds
MEGABYTE = 1024 * 1024
pytestmark = pytest.mark.skipif(CADDY is None, reason="Caddy is not installed; make setup installs Debian's")

# Stands in for the application: says what reached it, and writes down when.
ECHO = """
import json

def application(environ, start):
    body = environ["wsgi.input"].read()
    with open("reached", "a") as log:
        log.write(environ["PATH_INFO"] + "\\n")
    asked = environ["QUERY_STRING"].partition("=")[2]
    start("200 OK", [("Content-Type", "application/json"), ("Location", asked)])
    names = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
    names += ("HTTP_X_REQUEST_ID",)
    return [json.dumps({**{name: environ.get(name) for name in names}, "length": len(body)}).encode()]
"""


class Proxy(NamedTuple):
    port: int
    plain: int
    folder: Path

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPSConnection(
            "localhost", self.port, context=_trusting(), timeout=PATIENCE
        )
        with contextlib.closing(connection):
            # A server that has seen enough closes while we still send.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
                connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()

    def reached(self) -> list[str]:
        log = self.folder / "reached"
        return log.read_text().split() if log.exists() else []

    @contextlib.contextmanager
    def raw(self) -> Iterator[ssl.SSLSocket]:
        bare = socket.create_connection(("localhost", self.port), PATIENCE)
        with bare, _trusting().wrap_socket(bare, server_hostname="localhost") as dressed:
            yield dressed


def _trusting() -> ssl.SSLContext:
    """Caddy's own authority is made anew each time."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as held:
        doors = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [door.getsockname()[1] for door in doors]


def _environment(folder: Path, **more: str) -> dict[str, str]:
    # What newer versions call request_buffers.
    version = subprocess.run([str(CADDY), "version"], capture_output=True, text=True, check=True).stdout
    is_old = version.lstrip("v").startswith("2.6.")
    old = {"PROXY_BUFFERS": "buffer_requests\nmax_buffer_size 30MB"} if is_old else {}
    data = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    return {"PATH": os.environ["PATH"], **data, **old, **more}


@contextlib.contextmanager
def _started(command: list[str], folder: Path, environment: dict[str, str], port: int) -> Iterator[None]:
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, Path(log.name).read_text()
            assert time.monotonic() < end, Path(log.name).read_text()
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    (folder / "echo.py").write_text(ECHO)
    port, plain, health, behind = _free_ports(4)
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy/gunicorn.py")]
    gunicorn += ["--bind", f"127.0.0.1:{behind}", "--chdir", str(folder), "--workers", "1", "echo"]
    environment = _environment(
        folder,
        SITE_NAME=f"localhost:{port}",
        CADDY_TLS="internal",
        PROXY_TO=f"127.0.0.1:{behind}",
        PROXY_HTTP_PORT=str(plain),
        PROXY_HEALTH_PORT=str(health),
        PROXY_READ_BODY="3s",
        PROXY_MAX_BYTES="3000000",
    )
    caddy = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(CONFIG)]
    with _started(gunicorn, folder, environment, behind), _started(caddy, folder, environment, port):
        yield Proxy(port, plain, folder)


@pytest.mark.parametrize("tls", ["", "internal", "/certs/cert.pem /certs/key.pem"])
def test_the_file_is_valid_for_every_kind_of_certificate(tmp_path: Path, tls: str) -> None:
    environment = _environment(tmp_path, SITE_NAME="kvalitet.kommunen.se", CADDY_TLS=tls)
    command = [str(CADDY), "adapt", "--adapter", "caddyfile", "--config", str(CONFIG)]
    asked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    for wanted in ('"max_size":30000000', '"read_header_timeout":10000000000', '"read_timeout":300000000000'):
        assert wanted in asked.stdout


def test_what_a_client_says_of_its_address_is_written_over(proxy: Proxy) -> None:
    lies = {"X_Forwarded_For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X_Real_IP": "203.0.113.9"}
    lies["X_Request_ID"] = "203.0.113.9-vald"
    status, headers, text = proxy.ask("GET", "/", X_Forwarded_Proto="http", **lies)
    assert status == 200
    assert "gunicorn" not in headers.get("Server", "")
    assert "203.0.113.9" not in text
    assert '"HTTP_X_FORWARDED_FOR": "127.0.0.1"' in text or '"HTTP_X_FORWARDED_FOR": "::1"' in text
    assert '"HTTP_X_FORWARDED_PROTO": "https"' in text


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/%6Detrics", "//metrics", "/./metrics"])
def test_the_metrics_are_not_there_from_outside(proxy: Proxy, path: str) -> None:
    status, headers, text = proxy.ask("GET", path)
    assert (status, "Sidan finns inte" in text) == (404, True)
    assert "charset=utf-8" in headers["Content-Type"]
    assert "/metrics" not in proxy.reached()


def test_a_body_within_the_limit_gets_through_whole(proxy: Proxy) -> None:
    status, _, text = proxy.ask("POST", "/in", b"x" * (2 * MEGABYTE))
    assert (status, f'"length": {2 * MEGABYTE}' in text) == (200, True)


def test_a_body_too_large_is_told_in_swedish_and_reaches_nobody(proxy: Proxy) -> None:
    status, headers, text = proxy.ask("POST", "/too-large", b"x" * (4 * MEGABYTE))
    assert (status, "Det du skickade är för stort" in text) == (413, True)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    for refused in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        assert f"{refused} 'none'" in headers["Content-Security-Policy"]
    assert "/too-large" not in proxy.reached()


def test_a_body_that_does_not_say_how_long_it_is_reaches_nobody(proxy: Proxy) -> None:
    assert proxy.ask("POST", "/unsized", iter([b"x" * 10]))[0] == 411
    assert "/unsized" not in proxy.reached()


def test_many_who_send_slowly_take_no_thread_of_the_application(proxy: Proxy) -> None:
    """Twice as many as the application has threads, each with a body that never comes to its end."""
    head = b"POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx"
    with contextlib.ExitStack() as held:
        slow = [held.enter_context(proxy.raw()) for _ in range(8)]
        for one in slow:
            one.sendall(head)
        began = time.monotonic()
        assert proxy.ask("GET", "/quick")[0] == 200
        assert time.monotonic() - began < 2.5, "before the slow ones are given up"
        for one in slow:
            one.settimeout(PATIENCE)
            one.recv(200)
        assert time.monotonic() - began < PATIENCE / 2
    assert "/slow" not in proxy.reached()


def test_plain_http_leads_to_tls(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("GET", "/konto/", headers={"Host": "localhost"})
        answer = connection.getresponse()
        assert answer.status in (301, 308)
        assert answer.headers["Location"].startswith("https://localhost")


OPENS = "c8jhx3-0123456789abcdef"
ADDRESSES = [
    f"/valj-losenord/MQ/{OPENS}/",
    f"/valj-losenord%2FMQ%2F{OPENS}/",
    f"/avvikelser/?reporter={OPENS}",
    f"/?{OPENS}",
    f"/metrics/{OPENS}",
    f"/svar/?vart=/valj-losenord/MQ/{OPENS}/",
]


def test_the_log_has_no_link_and_nothing_that_was_asked_for(proxy: Proxy) -> None:
    for address in ADDRESSES:
        proxy.ask("GET", address)
        proxy.ask("POST", address, b"x" * (4 * MEGABYTE), Referer=f"https://localhost{address}")
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("GET", ADDRESSES[0], headers={"Host": "localhost"})
        connection.getresponse().read()
    told = _logged(proxy.folder, '"uri":"/valj-losenord"')
    assert '"uri":"/avvikelser/' not in told
    assert OPENS not in told


def _logged(folder: Path, wanted: str) -> str:
    """What Caddy has written once it has written ``wanted``."""
    end = time.monotonic() + PATIENCE
    while wanted not in (told := (folder / "caddy.log").read_text()) and time.monotonic() < end:
        time.sleep(0.1)
    assert wanted in told
    return told


def test_an_application_that_is_away_is_told_in_swedish(tmp_path: Path) -> None:
    port, plain, health, nobody = _free_ports(4)
    environment = _environment(
        tmp_path,
        SITE_NAME=f"localhost:{port}",
        CADDY_TLS="internal",
        PROXY_TO=f"127.0.0.1:{nobody}",
        PROXY_HTTP_PORT=str(plain),
        PROXY_HEALTH_PORT=str(health),
    )
    caddy = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(CONFIG)]
    with _started(caddy, tmp_path, environment, port):
        status, headers, text = Proxy(port, plain, tmp_path).ask("GET", ADDRESSES[0])
        told = _logged(tmp_path, '"status":502')
    assert OPENS not in told
    assert (status, headers["Retry-After"]) == (502, "60")
    assert "Kvalitet svarar inte just nu" in text
