"""The whole application in a process of its own, with the demo content, on a database cloned for one run.

The demo is loaded once into a template named by what made it, and by the day, since its dates follow today.
"""

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from kvalitet import queue
from tests.database import DEMO_LOCK, ROOT, Databases

APPS = ("kvalitet", "processes", "documents", "improvement", "reports")
CODE = (*APPS, "tests/browser/demo_site.py", "tests/browser/settings.py")
START_SECONDS = 180
WORK = """
from kvalitet import jobs
from kvalitet.models import Job
from kvalitet.search.drain import drain
for pk in Job.objects.filter(status="waiting").values_list("pk", flat=True):
    jobs.run(pk)
drain()
"""


class Site:
    """The address to visit, and the few things that tests do behind the browser's back."""

    def __init__(self, server: dict[str, Any], database: str, media: Path) -> None:
        self.server = {**server, "NAME": database}
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "DEBUG": "1",
            "DATABASE_URL": _url(self.server),
            "STORAGE_URL": str(media),
        }
        self.url = ""

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "-W", "ignore", "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def work(self) -> None:
        """What the workers do within a minute: read new files, and take what has changed into the search."""
        self.manage("shell", "--no-imports", "-c", WORK)

    def value(self, query: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        with psycopg.connect(queue.conninfo(self.server)) as connection:
            row = connection.execute(query, values).fetchone()
        return row and row[0]

    @contextlib.contextmanager
    def serving(self, workers: int = 1) -> Iterator[None]:
        """The web server on a free port that was taken before it started, so that nobody else gets it."""
        with socket.create_server(("127.0.0.1", 0)) as door:
            os.set_inheritable(door.fileno(), True)
            options = ["-b", f"fd://{door.fileno()}", "--threads", "4", "--log-level", "error"]
            options += ["--workers", str(workers), "--preload"]
            command = [sys.executable, "-m", "gunicorn", "kvalitet.wsgi", *options]
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, pass_fds=[door.fileno()], stdin=subprocess.DEVNULL
            )
            self.url = f"http://127.0.0.1:{door.getsockname()[1]}"
            try:
                self._wait(process)
                yield
            finally:
                process.terminate()
                process.wait(timeout=START_SECONDS)

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert process.poll() is None, "the web server stopped while starting"
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.url}/om/", timeout=START_SECONDS),
            ):
                return
        raise TimeoutError("the web server does not answer")


@contextlib.contextmanager
def running() -> Iterator[Site]:
    """A site of one's own with fresh demo content."""
    databases = Databases()
    with databases.alone(DEMO_LOCK):
        template, media = _demo(databases)
    name = f"kvalitet_test_site_{os.getpid()}"
    databases.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    databases.execute("CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        site = Site(databases.server, name, media)
        with site.serving():
            yield site
    finally:
        databases.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _demo(databases: Databases) -> tuple[str, Path]:
    """The template with the demo content and the folder of its files, made when they are missing."""
    digest = _digest(databases.template)
    name, media = f"kvalitet_demo_{digest}", ROOT / "var/test-media" / digest
    if databases.names(name) and media.is_dir():
        return name, media
    _drop_old(databases)
    unfinished = "kvalitet_demo_unfinished"
    databases.execute("CREATE DATABASE {} TEMPLATE {}", unfinished, databases.template)
    site = Site(databases.server, unfinished, media)
    site.manage("demo", "--force")
    site.work()
    databases.execute("ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name, media


def _drop_old(databases: Databases) -> None:
    for name in databases.names("kvalitet_demo_%"):
        databases.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    shutil.rmtree(ROOT / "var/test-media", ignore_errors=True)


def _digest(schema: str) -> str:
    content = hashlib.sha256(f"{schema} {date.today()}".encode())  # noqa: DTZ011 (whatever day this machine has)
    for part in CODE:
        for path in (ROOT / part, *sorted((ROOT / part).rglob("*"))):
            if path.is_file() and path.suffix != ".pyc":
                content.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return content.hexdigest()[:16]


def _url(server: dict[str, Any]) -> str:
    """The database's address for DATABASE_URL."""
    who = f"{quote(server['USER'] or '')}:{quote(server['PASSWORD'] or '')}"
    host, port = server["HOST"] or "", server["PORT"]
    if host.startswith("/"):
        return f"postgres://{who}@/{server['NAME']}?host={host}"
    return f"postgres://{who}@{host}{f':{port}' if port else ''}/{server['NAME']}"
