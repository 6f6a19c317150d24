"""The tests' database: migrated once into a template, cloned by each worker and after each test that commits.

Migrations with triggers take half a minute, a clone a moment. The template's name is a hash of its sources.
"""

import ast
import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from kvalitet import queue
from scripts import postgres

ROOT = settings.BASE_DIR
PACKAGES = ("kvalitet", "processes", "documents", "improvement", "reports")
TEMPLATES_KEPT = 3
# Any numbers that nothing else locks.
TEMPLATE_LOCK, DEMO_LOCK = 0x6B7465, 0x6B7466


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> Iterator[None]:
    """Replaces pytest-django's own; without DATABASE_URL on the checkout's test cluster."""
    with contextlib.ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            cluster = stack.enter_context(postgres.TESTS.running())
            _point_at(cluster)
        stack.enter_context(django_db_blocker.unblock())
        databases = Databases()
        databases.drop_abandoned()
        databases.build_template()
        databases.clone()
        stack.callback(databases.drop_clone)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        # Django would empty every table, which takes longer and loses the rows that migrations made.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: databases.clone())
        with django_db_blocker.block():
            yield


def _point_at(cluster: postgres.Cluster) -> None:
    facts = psycopg.conninfo.conninfo_to_dict(cluster.url())
    connection.settings_dict.update(
        HOST=facts["host"], USER=facts["user"], PASSWORD=facts["password"], PORT=facts["port"]
    )


class Databases:
    """The template and this process's clone of it, on the server of `connection`."""

    def __init__(self) -> None:
        self.server = {**connection.settings_dict, "NAME": "postgres"}
        self.template = f"kvalitet_template_{_digest_of_schema()}"
        self.name = f"kvalitet_test_{os.getpid()}"

    def clone(self) -> None:
        """Give this process the template's content again."""
        connections.close_all()
        _name_database(self.name)
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        self.execute("CREATE DATABASE {} TEMPLATE {}", self.name, self.template)

    def drop_clone(self) -> None:
        connections.close_all()
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)

    def build_template(self) -> None:
        """Migrate it, unless it is there; one process at a time, the others wait."""
        with self.alone(TEMPLATE_LOCK):
            if self.template in self.names("kvalitet_template_%"):
                return
            unfinished = "kvalitet_unfinished"
            self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", unfinished)
            self.execute("CREATE DATABASE {} TEMPLATE template0", unfinished)
            _name_database(unfinished)
            call_command("migrate", verbosity=0)
            queue.install()
            connections.close_all()
            self.execute("ALTER DATABASE {} RENAME TO {}", unfinished, self.template)
            for name in self.names("kvalitet_template_%")[TEMPLATES_KEPT:]:
                self.execute("DROP DATABASE IF EXISTS {}", name)

    @contextlib.contextmanager
    def alone(self, lock: int) -> Iterator[None]:
        """One process at a time; also after kill -9 of another the next gets in."""
        with psycopg.connect(queue.conninfo(self.server), autocommit=True) as held:
            held.execute("SELECT pg_advisory_lock(%s)", [lock])
            yield

    def drop_abandoned(self) -> None:
        """Drop clones of runs that were killed; on the checkout's own server a name tells its process."""
        if "DATABASE_URL" in os.environ:
            return
        for name in self.names("kvalitet_test_%"):
            if not Path(f"/proc/{name.rpartition('_')[2]}").exists():
                self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def names(self, pattern: str) -> list[str]:
        query = "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC"
        with psycopg.connect(queue.conninfo(self.server)) as server:
            return [row[0] for row in server.execute(query, [pattern])]

    def execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(queue.conninfo(self.server), autocommit=True) as server:
            server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _name_database(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _digest_of_schema() -> str:
    """Changes with what migrating reads: migrations, our modules they import, what is installed."""
    migrations = [path for package in PACKAGES for path in (ROOT / package).rglob("migrations/*.py")]
    read = {ROOT / "requirements.lock", ROOT / "kvalitet/queue.py", *migrations}
    for migration in migrations:
        read.update(_imported_by(migration))
    content = hashlib.sha256()
    for path in sorted(read):
        content.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return content.hexdigest()[:16]


def _imported_by(migration: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(migration.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if name.partition(".")[0] not in PACKAGES:
                continue
            module = ROOT / name.replace(".", "/")
            if module.with_suffix(".py").exists():
                yield module.with_suffix(".py")
            elif name.count("."):
                yield from (
                    path for path in module.rglob("*") if path.suffix in {".py", ".sql", ".txt", ".json"}
                )
