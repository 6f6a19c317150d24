"""What make run and manage.py by hand share: the checkout's own database and secret key, when nobody
named others.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from scripts import postgres
from scripts.postgres_files import VAR


def secret_key(folder: Path = VAR) -> str:
    """The key of this checkout, made once."""
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / f"secret_key.{os.getpid()}"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        new.replace(path)
    return path.read_text()


@contextlib.contextmanager
def database() -> Iterator[str]:
    """Address of the database named by DATABASE_URL, else of the checkout's own, running for as long as
    this lasts.
    """
    if address := os.environ.get("DATABASE_URL"):
        yield address
        return
    with postgres.DEVELOPMENT.running() as cluster:
        cluster.ensure_database("kvalitet")
        yield cluster.url()
