"""A PostgreSQL of the fault tests' own, all of it in their folder. Safe at a crash, as in real use."""

import os
from functools import cached_property
from pathlib import Path

from scripts.postgres import DEVELOPMENT, Cluster


class Faulty(Cluster):
    more = {"max_wal_size": "256MB", "restart_after_crash": "on"}

    def __init__(self, folder: Path) -> None:
        super().__init__("postgres-faults")
        self.folder = folder

    @cached_property
    def home(self) -> Path:
        return self.folder

    @cached_property
    def sockets(self) -> Path:
        """One's own, so that two can be had at once."""
        return super().sockets.with_name(f"kvalitet-{os.getpid()}-faults")

    @cached_property
    def binaries(self) -> Path:
        return DEVELOPMENT.binaries

    @property
    def password_file(self) -> Path:
        return self.folder / "postgres.password"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def _users_lock(self) -> Path:
        return self.folder / "postgres.users"

    @property
    def _start_lock(self) -> Path:
        return self.folder / "postgres.lock"

    def start(self) -> None:
        self._start()

    def kill(self) -> None:
        """As when the machine's power goes: nothing is put in order."""
        self._end_leftovers()
        if self._server:
            self._server.wait()

    def is_up(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def backends(self) -> list[int]:
        """Its processes, whichever they are, without the one that all of them come from."""
        first = self._postmaster()
        return [pid for pid in self._processes() if pid != first]
