"""What the measures share: a database with the demo content, and gunicorn as make run starts it."""

import contextlib
import io
import os
import socket
import subprocess
import time
from collections.abc import Iterator

from scripts import postgres
from scripts.postgres_files import ROOT


BIN = ROOT / ".venv/bin"
DATABASE = "kvalitet_bench"


class World:
    """The database is filled, Django is set up, and `serve` starts web servers."""

    def __init__(self, url: str) -> None:
        self.environment = {**os.environ, **settings(url)}

    @contextlib.contextmanager
    def serve(self, settings_module: str = "kvalitet.settings") -> Iterator[str]:
        """Two gunicorn workers until the block ends; gives the address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        command = [
            str(BIN / "gunicorn"),
            "kvalitet.wsgi",
            "--bind",
            address,
            "--workers",
            "2",
            "--threads",
            "4",
        ]
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": settings_module}
        server = subprocess.Popen(
            [*command, "--no-control-socket", "--log-level", "warning"], cwd=ROOT, env=environment
        )
        try:
            _wait_for(address, server)
            yield f"http://{address}"
        finally:
            server.terminate()
            server.wait()

    def login(self, email: str) -> dict[str, str]:
        """The header of a browser that is logged in as that account."""
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore

        from kvalitet.organisation.models import User

        user = User.objects.get(email=email)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "kvalitet.organisation.authentication.EmailBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        return {"Cookie": f"sessionid={session.session_key}"}


def settings(url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "kvalitet.settings",
        "SECRET_KEY": "for-measuring-only",
        "SECURE_COOKIES": "0",
        "DEBUG": "0",
    }


@contextlib.contextmanager
def world() -> Iterator[World]:
    """Migrated and filled on first use, kept for the next run."""
    with postgres.DEVELOPMENT.running() as cluster:
        cluster.ensure_database(DATABASE)
        os.environ.update(settings(cluster.url(DATABASE)))
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("install_queue", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        call_command("demo", force=True, stdout=io.StringIO())
        yield World(cluster.url(DATABASE))


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    host, port = address.split(":")
    while server.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection((host, int(port)), timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError("gunicorn ended before it answered")
