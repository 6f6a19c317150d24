"""Another checkout of the project, with files and a database of its own, to start and kill at will."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import psycopg
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
COPIED = ("kvalitet", "processes", "documents", "improvement", "reports", "scripts", "templates", "static")
LINKED = (".venv", "var/vendor", "var/icons")
PATIENCE = 60  # seconds; for a machine that does much else

Result = TypeVar("Result")


class Checkout:
    """A folder with the project's programs in it; `processes` are those that belong to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self, *command: str, **environment: str) -> "subprocess.Popen[str]":
        """Run Python in it, in a session of its own, with nothing of the tests' environment."""
        return subprocess.Popen(
            [self.folder / ".venv/bin/python", *command],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def say(self, *command: str, **environment: str) -> str:
        """What such a run prints until it ends."""
        with self.start(*command, **environment) as process:
            return process.communicate(timeout=PATIENCE)[0]

    @cached_property
    def home(self) -> Path:
        """Where its database lies: in it, or elsewhere when the database's user cannot get there."""
        program = "from scripts.postgres import DEVELOPMENT; print(DEVELOPMENT.home)"
        return Path(self.say("-c", program).strip())

    def database(self) -> psycopg.Connection:
        """A connection to its running PostgreSQL, as soon as that answers."""
        return eventually(lambda: psycopg.connect(self.say("-m", "scripts.postgres", "url").strip()))

    def processes(self) -> list[int]:
        """Every process that runs in the folder or in its database's, or was started by make run there."""
        places = (str(self.folder), str(self.home))
        mark = f"KVALITET_RUN={self.folder}/var\0".encode()
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                where = str((entry / "cwd").readlink())
                if where.startswith(places) or mark in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
        return found

    def kill_everything(self) -> None:
        while found := self.processes():
            for process in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.05)


@contextlib.contextmanager
def checked_out() -> Iterator[Checkout]:
    """A checkout that leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="kvalitet-checkout-")).resolve()
    folder.chmod(0o755)
    (folder / "var").mkdir()
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name)
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    for name in ("manage.py", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    checkout = Checkout(folder)
    home = checkout.home
    try:
        yield checkout
    finally:
        checkout.say("-m", "scripts.postgres", "stop")
        checkout.kill_everything()
        shutil.rmtree(folder)
        if home.parent != folder:
            shutil.rmtree(home, ignore_errors=True)


def eventually(attempt: Callable[[], Result]) -> Result:
    """The first result of an attempt that neither the system nor the database refuses."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return attempt()
        except (psycopg.Error, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
