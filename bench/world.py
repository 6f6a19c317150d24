"""What the measures share: databases with few and with many documents, and gunicorn as in make run."""

import contextlib
import hashlib
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from psycopg import sql

from scripts import postgres, visiting
from scripts.postgres_files import ROOT

BIN = ROOT / ".venv/bin"
SMALL, LARGE = "kvalitet_bench_small", "kvalitet_bench"
FEW, MANY = 1_000, 100_000


class World:
    """Both databases are filled, Django is set up on the large one, and `serve` starts web servers."""

    def __init__(self, cluster: postgres.Cluster) -> None:
        self.cluster = cluster

    @contextlib.contextmanager
    def serve(self, settings_module: str = "kvalitet.settings", *, database: str = LARGE) -> Iterator[str]:
        """Two gunicorn workers until the block ends; gives the address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        command = [str(BIN / "gunicorn"), "kvalitet.wsgi", "--bind", address, "--workers", "2"]
        command += ["--threads", "4", "--no-control-socket", "--log-level", "warning"]
        environment = {
            **os.environ,
            **settings(self.cluster.url(database)),
            "DJANGO_SETTINGS_MODULE": settings_module,
        }
        del environment["CELERY_BROKER_URL"]
        with tempfile.TemporaryDirectory() as counts:
            environment["PROMETHEUS_MULTIPROC_DIR"] = counts
            server = subprocess.Popen(command, cwd=ROOT, env=environment)
            try:
                _wait_for(address, server)
                yield f"http://{address}"
            finally:
                server.terminate()
                server.wait()

    def login(self, login: str) -> dict[str, str]:
        """The header of a browser that is logged in as that demo account in the chosen database."""
        from kvalitet.organisation.models import User

        user = User.objects.get(email=f"{login}@demo.invalid")
        return {"Cookie": f"sessionid={visiting.session_of(user)}", "Accept-Encoding": "gzip"}


def settings(url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "kvalitet.settings",
        "SECRET_KEY": "for-measuring-only",
        "SECURE_COOKIES": "0",
        "TWO_FACTOR": "0",
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
    }


@contextlib.contextmanager
def world() -> Iterator[World]:
    """The databases are made on first use, kept, and made anew when what makes them differs."""
    with postgres.DEVELOPMENT.running() as cluster:
        # What this process makes wakes no queue, which lies in a database that is not made yet.
        os.environ.update(settings(cluster.url(LARGE)) | {"CELERY_BROKER_URL": "memory://"})
        import django
        from django.core.management import call_command

        django.setup()
        call_command("collectstatic", verbosity=0, interactive=False)
        if not _is_made(cluster):
            _make(cluster)
        yield World(cluster)


@contextlib.contextmanager
def using(database: str) -> Iterator[None]:
    """Let Django in this process work on that database while the block runs."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    _switch(database)
    try:
        yield
    finally:
        _switch(before)


def _switch(database: str) -> None:
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from kvalitet.search.terms import forget_lexicon

    connection.close()
    connection.settings_dict["NAME"] = database
    ContentType.objects.clear_cache()
    forget_lexicon()


def recipe() -> str:
    """Digest of all that decides what the databases hold."""
    apps = [ROOT / name for name in ("kvalitet", "processes", "documents", "improvement", "reports")]
    files = [path for app in apps for path in app.rglob("*.py") if {"migrations", "demo"} & set(path.parts)]
    files += [ROOT / "bench" / name for name in ("fill.py", "texts.py", "world.py")]
    files += [ROOT / "kvalitet/bulk.py", *(path for app in apps for path in app.rglob("synthetic.py"))]
    words = ("language.py", "lexicon.py", "irregular.py", "index.py", "words.txt")
    files += [ROOT / "kvalitet/search" / name for name in words]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()


def _is_made(cluster: postgres.Cluster) -> bool:
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with cluster.connect() as connection:
        found = connection.execute(query, [LARGE]).fetchone()
    return bool(found and found[0] == recipe())


def _make(cluster: postgres.Cluster) -> None:
    """The small one with migrations, demo content and a few rows; the large one is a copy with many."""
    from django.core.management import call_command

    from bench import fill, texts
    from kvalitet import queue

    with cluster.connect() as connection:
        for name in (SMALL, LARGE):
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(SMALL)))
    with using(SMALL), _timed("Tabeller och demoinnehåll"):
        call_command("migrate", verbosity=0)
        queue.install()
        call_command("demo", force=True, stdout=io.StringIO())
        fill.lay_measured_process()
        fill.fill(FEW)
        fill.link_measured_process()
        texts.index(FEW)
        _load_deviations(FEW)
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(LARGE), sql.Identifier(SMALL))
    with cluster.connect() as connection:
        connection.execute(copy)
    with using(LARGE), _timed(f"{MANY} dokument"):
        fill.fill(MANY)
    with using(LARGE), _timed(f"{MANY} sökposter"):
        texts.index(MANY)
    with using(LARGE), _timed(f"{MANY} avvikelser"):
        _load_deviations(MANY - FEW)
    mark = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(LARGE), sql.Literal(recipe()))
    with cluster.connect() as connection:
        connection.execute(mark)


def _load_deviations(count: int) -> None:
    """Besides those of the demo. What they leave to the search is not indexed: no measure looks for it."""
    from django.core.management import call_command
    from django.db import connection

    call_command("loaddata_synthetic", deviations=count, force=True, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE search_dirty")
        cursor.execute("VACUUM ANALYZE")


@contextlib.contextmanager
def _timed(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    host, port = address.split(":")
    while server.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection((host, int(port)), timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError("gunicorn ended before it answered")
