"""A server hall of the fault tests' own: disks, PostgreSQL, RabbitMQ, mail, web, worker and beat."""

import contextlib
import importlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from types import ModuleType
from typing import Any

from psycopg import sql

from bench.world import recipe
from faults.cluster import Faulty
from faults.load import Load
from faults.mail import MailServer
from faults.parts import Keeper, Part
from scripts.postgres_files import ROOT
from scripts.rabbitmq import Broker

BIN = ROOT / ".venv/bin"
LOGS = ROOT / "var/log/faults"
KEPT = ROOT / "var/faults"
DATABASE, PREPARED = "kvalitet", "prepared"
DISK_BYTES = 1_500_000_000
FILES_BYTES = 500_000_000
PATIENCE = 120  # seconds
# None of whom receives what they report, for nobody is told of what they did themselves.
REPORTERS, UPLOADERS = ("medarbetare", "ombud", "samordnare", "medarbetare"), ("ombud",)
# What the demo left to do is not what is tried here.
NOTHING_LEFT = """
from django.utils import timezone
from kvalitet.models import Job, Notification, SearchDirty
now = timezone.now()
Job.objects.filter(status="waiting").update(status="cancelled", finished_at=now, cancel_requested=True)
Notification.objects.filter(mailed_at=None).update(mailed_at=now)
SearchDirty.objects.all().delete()
"""


class Place:
    """`disk` is the database's, `files` that of the uploads; with root's rights small ones of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.disk, self.files = folder, folder / "disk", folder / "files"
        self.has_disks = os.geteuid() == 0
        for part in (self.disk, self.files, folder / "tmp", folder / "broker"):
            part.mkdir()
            part.chmod(0o755)
        if self.has_disks:
            _mount(self.disk, DISK_BYTES)
            _mount(self.files, FILES_BYTES)
        self.cluster = Faulty(self.disk)
        self.broker = Broker(folder / "broker")
        web, mail = free_ports(2)
        self.address = f"http://127.0.0.1:{web}"
        self.mail = MailServer(mail)
        self.keeper, self.parts = Keeper(), dict[str, Part]()
        self.storage: Any = None  # where the files that came lie, to be looked at afterwards

    def environment(self, kind: ModuleType | None = None) -> dict[str, str]:
        """The settings of production, as docker-compose.yml has them, without TLS."""
        named = {
            "DATABASE_URL": self.cluster.url(DATABASE),
            "CELERY_BROKER_URL": self.broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "STORAGE_URL": str(self.files),
            "S3_ACCESS_KEY": "for-fault-tests-only",
            "S3_SECRET_KEY": "for-fault-tests-only",
            "SECRET_KEY": "for-fault-tests-only",
            "SECURE_COOKIES": "0",
            "DEBUG": "0",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "kvalitet.settings",
            "MPLCONFIGDIR": str(self.folder / "matplotlib"),
            "TMPDIR": str(self.folder / "tmp"),
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LOG_REQUESTS": "0",
        }
        more = getattr(kind, "environment", None)
        return named | (more(self) if more else {})

    def prepare(self) -> None:
        """A database with the demo content, which each kind of fault gets a copy of, and a broker.

        What it takes minutes to make is kept in var/faults until the code that makes it is another.
        """
        self.cluster.start()
        self.cluster.ensure_database(PREPARED)
        self.manage("collectstatic", "--noinput", "--verbosity=0", "--skip-checks")
        dump = KEPT / f"{recipe()[:16]}.dump"
        if dump.exists():
            self._postgres("pg_restore", "--no-owner", "--dbname", self.cluster.url(PREPARED), str(dump))
        else:
            self._make(dump)
        self.broker.start()
        os.environ.update(self.environment() | {"CELERY_BROKER_URL": "memory://"})
        import django

        django.setup()

    def _make(self, dump: Path) -> None:
        self.manage("migrate", "--verbosity=0", "--skip-checks")
        # Some kinds have the queue in the database, and get a copy of this one.
        self.manage("install_queue", broker="pgmq://localhost")
        self.manage("demo", "--force")
        self.manage("shell", "--no-imports", "-c", NOTHING_LEFT)
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(parents=True)
        unfinished = dump.with_suffix(".new")
        self._postgres("pg_dump", "--format=custom", "--file", str(unfinished), self.cluster.url(PREPARED))
        unfinished.rename(dump)

    def _postgres(self, program: str, *arguments: str) -> None:
        command = [str(self.cluster.binaries / program), *arguments]
        with (LOGS / "manage.log").open("ab") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log)

    def manage(self, *arguments: str, broker: str = "memory://") -> None:
        environment = self.environment() | {"CELERY_BROKER_URL": broker}
        environment["DATABASE_URL"] = self.cluster.url(PREPARED)
        command = [str(BIN / "python"), "-W", "ignore", "manage.py", *arguments]
        with (LOGS / "manage.log").open("ab") as log:
            subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=log, stderr=log)

    def _copy(self, source: str, copy: str) -> None:
        with self.cluster.connect() as connection:
            for query in ("DROP DATABASE IF EXISTS {0} WITH (FORCE)", "CREATE DATABASE {0} TEMPLATE {1}"):
                names = (sql.Identifier(copy), sql.Identifier(source))
                connection.execute(sql.SQL(query).format(*names[: 1 + query.count("{1}")]))

    @contextlib.contextmanager
    def running(self, kind: ModuleType) -> Iterator[Load]:
        """The application on a fresh copy, with people at work, kept alive until the block ends."""
        from django.db import connection

        from kvalitet.storage import PrivateFolder

        connection.close()
        self._copy(PREPARED, DATABASE)
        self.mail.taken.clear()
        self.mail.start()
        with contextlib.ExitStack() as stack:
            around = getattr(kind, "around", None)
            self.storage = PrivateFolder(location=str(self.files))
            more = stack.enter_context(around(self)) if around else {}
            self.parts = self._parts(kind, more)
            yield from self._lived()

    def _lived(self) -> Iterator[Load]:
        kept: dict[str, Any] = {name: (part.is_up, part.start) for name, part in self.parts.items()}
        self.keeper = Keeper()
        self.keeper.kept = {"database": (self.cluster.is_up, self.cluster.start), **kept}
        self.keeper.begin()
        try:
            self.wait_until_whole()
            load = self._load()
            load.start()
            yield load
        finally:
            self.keeper.end()
            for part in self.parts.values():
                part.stop()
            self.mail.stop()

    def _parts(self, kind: ModuleType, more: dict[str, str]) -> dict[str, Part]:
        """As in docker-compose.yml."""
        celery = [str(BIN / "celery"), "--app", "kvalitet", "--quiet"]
        commands = {
            "web": [
                *(str(BIN / "gunicorn"), "kvalitet.wsgi", "--config", "deploy/gunicorn.py"),
                *("--bind", self.address.removeprefix("http://"), "--log-level", "warning"),
            ],
            "worker": [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"],
            "beat": [*celery, "beat", "--pidfile=", "--schedule", str(self.folder / "beat-schedule")],
        }
        environment, name = self.environment(kind) | more, kind.__name__.rpartition(".")[2]
        return {
            part: Part(part, command, environment, LOGS / f"{name}-{part}.log")
            for part, command in commands.items()
        }

    def _load(self) -> Load:
        from datetime import timedelta

        from django.db import connection
        from django.db.models import F
        from django.utils import timezone

        from kvalitet.organisation.models import RoleAssignment, Unit, User
        from scripts import visiting

        people = {one: User.objects.get(email=f"{one}@demo.invalid") for one in {*REPORTERS, *UPLOADERS}}
        unit = Unit.objects.filter(rght=F("lft") + 1, valid_to=None).earliest("pk")
        own = RoleAssignment.objects.filter(user=people[UPLOADERS[0]], role="representative").earliest("pk")
        place = {
            "unit": str(unit.pk),
            "day": str(timezone.localdate() - timedelta(days=2)),  # the clock may jump
            "owner_unit": str(own.unit_id),
            "responsible": people[UPLOADERS[0]].email,
        }
        reporters, uploaders = (
            [visiting.session_of(people[one]) for one in names] for names in (REPORTERS, UPLOADERS)
        )
        connection.close()
        return Load(self.address, reporters, uploaders, place)

    def answers(self) -> bool:
        question = f"{self.address}/healthz"
        with contextlib.suppress(OSError, HTTPException), urllib.request.urlopen(question, timeout=5) as page:
            return bool(page.status == 200)
        return False

    def wait_until_whole(self) -> None:
        """Web, database and queue answer; what has died is started meanwhile."""
        until = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > until:
                raise RuntimeError(f"{self.address}/healthz svarar inte. Se {LOGS}")
            time.sleep(0.1)


@contextlib.contextmanager
def place() -> Iterator[Place]:
    """Whole and prepared; nothing of it is left."""
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    folder = Path(tempfile.mkdtemp(prefix="kvalitet-faults-"))
    folder.chmod(0o755)
    here = Place(folder)
    try:
        here.prepare()
        yield here
    finally:
        here.broker.end()
        here.cluster.stop()
        if here.has_disks:
            for disk in (here.disk, here.files):
                subprocess.run(["umount", "--lazy", str(disk)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _mount(folder: Path, size: int) -> None:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "kvalitet-faults", str(folder)]
    subprocess.run(command, check=True)


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        doors = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [door.getsockname()[1] for door in doors]


def kind_named(name: str) -> ModuleType:
    return importlib.import_module(f"faults.{name}")
