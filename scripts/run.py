"""Start the whole application on this machine, and stop all of it again: python -m scripts.run

PostgreSQL when DATABASE_URL names none, gunicorn, a Celery worker and beat. Settings: PORT, BIND, DEBUG and
all in the README. Everything it writes lies in var/.
"""

import contextlib
import fcntl
import hashlib
import http.client
import ipaddress
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from scripts import local, postgres, setup
from scripts.postgres_files import ROOT, VAR
from scripts.processes import MARKER, STOP_SIGNALS, Fleet, ProcessEnded, ignore_stop_signals

BIN = ROOT / ".venv/bin"
ANSWER_SECONDS = 120


class CannotRun(Exception):
    """Why the application cannot start, and what to do, in Swedish."""


class Address:
    """Where the application answers, from BIND and PORT."""

    def __init__(self) -> None:
        self.bind = os.environ.get("BIND", "127.0.0.1")
        port = os.environ.get("PORT", "8000")
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise CannotRun(f"PORT={port} är inget portnummer. Pröva: PORT=8001 make run")
        self.port = int(port)

    @property
    def is_local(self) -> bool:
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(self.bind).is_loopback
        return self.bind == "localhost"

    @property
    def host(self) -> str:
        """The host to put in a browser on this machine."""
        anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 compared with, not bound to
        host = anywhere.get(self.bind, self.bind)
        return f"[{host}]" if ":" in host else host

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def listen(self) -> str:
        return f"[{self.bind}]:{self.port}" if ":" in self.bind else f"{self.bind}:{self.port}"

    def check_free(self) -> None:
        family = socket.AF_INET6 if ":" in self.bind else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.bind, self.port))
            except OSError as error:
                other = f"PORT={self.port + 1} make run"
                raise CannotRun(
                    f"{self.listen} går inte att använda ({error.strerror}). Pröva: {other}"
                ) from error

    def own_names(self) -> list[str]:
        """Every name a browser may use for this machine."""
        names = ["127.0.0.1", "localhost", "[::1]", self.host]
        if not self.is_local:
            names += [socket.gethostname(), socket.getfqdn()]
            with contextlib.suppress(OSError):
                names += [str(found[4][0]) for found in socket.getaddrinfo(socket.gethostname(), None)]
        return list(dict.fromkeys(names))


def main() -> None:
    for number in STOP_SIGNALS:
        # Whoever said nohup meant it.
        if (number, signal.getsignal(number)) != (signal.SIGHUP, signal.SIG_IGN):
            signal.signal(number, _interrupt)
    address = Address()
    with _only_one(address):
        fleet = Fleet(VAR / "log", marker=str(VAR))
        fleet.end_leftovers()
        address.check_free()
        with local.database() as url, fleet:
            environment = _environment(address, url)
            _prepare(environment, url)
            _start_web(fleet, address, environment)
            _wait_until_healthy(fleet, address)
            _start_workers(fleet, environment)
            print(_welcome(address, url), flush=True)
            fleet.watch()


def _interrupt(*_: object) -> None:
    """Stop in order, and once: make passes on what the terminal has sent too, the impatient press again."""
    ignore_stop_signals()
    raise KeyboardInterrupt


@contextlib.contextmanager
def _only_one(address: Address) -> Iterator[None]:
    VAR.mkdir(exist_ok=True)
    with (VAR / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            url, _, process = lock.read().partition(" ")
            raise CannotRun(
                f"Kvalitet körs redan från den här mappen: {url}\nStoppa det så här: kill {process}"
            ) from None
        lock.truncate(0)
        lock.write(f"{address.url} {os.getpid()}")
        lock.flush()
        yield


def _environment(address: Address, url: str) -> dict[str, str]:
    """Safe settings for one machine without TLS; the caller's own environment goes before them."""
    return {
        "DEBUG": "0",
        "SECRET_KEY": local.secret_key(),
        "SECURE_COOKIES": "0",
        "ALLOWED_HOSTS": ",".join(address.own_names()),
        "BASE_URL": address.url,
        # The demo's passwords are known to all, so they only work where nobody else can reach.
        "DEMO_LOGINS": "1" if address.is_local else "0",
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "kvalitet.settings",
        "PYTHONUNBUFFERED": "1",
        MARKER: str(VAR),
    }


def _prepare(environment: dict[str, str], url: str) -> None:
    """Migrations, the queue, static files, and on the first start the demo content."""
    pending = VAR / "demo.pending"
    with psycopg.connect(url) as connection:
        query = "SELECT to_regclass('django_migrations') IS NULL, to_regclass('pgmq.meta') IS NULL"
        is_new, lacks_queue = connection.execute(query).fetchone() or (True, True)
    if is_new:
        pending.touch()
        print("Första starten: tabeller och demoinnehåll skapas …", flush=True)
    with _collected_static(environment):
        _manage(environment, "migrate", "--verbosity=0", "--skip-checks")
        if lacks_queue:
            _manage(environment, "install_queue")
        # Left by a first start that was interrupted; loading again adds only what is missing.
        if pending.exists():
            _manage(environment, "demo", "--force")
            pending.unlink()


@contextlib.contextmanager
def _collected_static(environment: dict[str, str]) -> Iterator[None]:
    """Collect static files meanwhile, if any has changed since last time: compressing them takes seconds."""
    stamp = VAR / "static/.collected"
    sources = [path for folder in ("static", "var/vendor") for path in sorted((ROOT / folder).rglob("*"))]
    seen = [f"{path} {path.stat().st_mtime_ns}" for path in sources] + [environment["DEBUG"]]
    digest = hashlib.sha256("\n".join([*seen, (ROOT / "requirements.lock").read_text()]).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        yield
        return
    with _managing(environment, "collectstatic", "--noinput", "--clear", "--verbosity=0", "--skip-checks"):
        yield
    stamp.write_text(digest)


def _manage(environment: dict[str, str], *command: str) -> None:
    with _managing(environment, *command):
        pass


@contextlib.contextmanager
def _managing(environment: dict[str, str], *command: str) -> Iterator[None]:
    """Run a command of manage.py while the block runs; leaving the block waits for it."""
    log = VAR / f"log/{command[0]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    program = [str(BIN / "python"), "manage.py", *command]
    with log.open("wb") as file:
        process = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=file, stderr=file)
    try:
        yield
        failed = process.wait()
    finally:
        process.kill()
        process.wait()
    if failed:
        raise CannotRun(f"manage.py {' '.join(command)} misslyckades:\n{_tail(log)}")


def _start_web(fleet: Fleet, address: Address, environment: dict[str, str]) -> None:
    gunicorn = [str(BIN / "gunicorn"), "kvalitet.wsgi", "--bind", address.listen, "--workers", "2"]
    gunicorn += ["--threads", "4", "--timeout", "60", "--worker-tmp-dir", str(VAR), "--no-control-socket"]
    gunicorn += ["--access-logfile", str(VAR / "log/access.log")]
    gunicorn += ["--reload"] if environment["DEBUG"] in ("1", "true", "True") else ["--preload"]
    counts = VAR / "metrics"
    shutil.rmtree(counts, ignore_errors=True)
    counts.mkdir()
    fleet.start("web", gunicorn, {**environment, "PROMETHEUS_MULTIPROC_DIR": str(counts)})


def _start_workers(fleet: Fleet, environment: dict[str, str]) -> None:
    celery = [str(BIN / "celery"), "--app", "kvalitet", "--quiet"]
    worker = ["worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    fleet.start("worker", [*celery, *worker], environment)
    fleet.start("beat", [*celery, "beat", "--pidfile=", "--loglevel", "INFO"], environment)


def _wait_until_healthy(fleet: Fleet, address: Address) -> None:
    end = time.monotonic() + ANSWER_SECONDS
    answer: object = "inget svar"
    while time.monotonic() < end:
        fleet.check()
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            connection = http.client.HTTPConnection(address.host.strip("[]"), address.port, timeout=5)
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            answer = json.loads(response.read())
            connection.close()
            if response.status == 200:
                return
        time.sleep(0.2)
    raise CannotRun(f"{address.url}/healthz svarar inte som den ska ({answer}). Se var/log/web.log")


def _welcome(address: Address, url: str) -> str:
    lines = ["", f"Kvalitet körs på {address.url}   (Ctrl-C stoppar allt)", ""]
    with psycopg.connect(url) as connection:
        # The accounts named for a role; the rest of the demo's staff are called first.last.
        query = (
            "SELECT email FROM organisation_user WHERE is_active AND email LIKE '%@demo.invalid'"
            " AND email NOT LIKE '%.%@demo.invalid' ORDER BY id"
        )
        emails = [row[0] for row in connection.execute(query)]
    if not emails:
        return "\n".join(lines)
    if not address.is_local:
        return "\n".join(
            [*lines, f"BIND={address.bind} kan nås av andra, så demokontona går inte att logga in med.", ""]
        )
    lines += ["Logga in med lösenordet demo som någon av:"]
    lines += [
        "   " + "".join(f"{email:<36}" for email in emails[start : start + 2])
        for start in range(0, len(emails), 2)
    ]
    return "\n".join([*lines, ""])


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-15:])


if __name__ == "__main__":
    try:
        main()
    except (CannotRun, ProcessEnded, postgres.PostgresError) as problem:
        sys.exit(str(problem))
    except PermissionError as problem:
        sys.exit(setup.belongs_to_another(problem))
    except KeyboardInterrupt:
        print("\nAllt är stoppat.")
