"""A PostgreSQL 18 of the checkout's own, for make run, make test and by hand.

    python -m scripts.postgres [--test] start|stop|url|run -- COMMAND…   (--test: the cluster of the tests)

Whoever uses a cluster holds a shared lock on it; the last to let go stops it. Locks end with their process,
so kill -9 of anything leaves nothing that blocks the next start.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from scripts.postgres_files import ROLE, VAR, Files, PostgresError

PORT = 5432  # the number of the socket, not of the network; PGPORT in the environment must not change it
READY, STARTING = 0, 1  # pg_isready's exit codes; 2 is no answer
SILENT_SECONDS = 30
STOP_SECONDS = 60

SETTINGS = {
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement or a row that is quoted holds the texts of cases: two presses of a button are enough.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# For data that is made anew in every run.
VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class Cluster(Files):
    """One data directory with its server. `volatile` trades safety at a crash for speed."""

    listen = ""  # an address of this machine, for those who come over the network; the socket is always there
    more: dict[str, str] = {}  # settings besides those above
    _server: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "kvalitet") -> str:
        """libpq's URL of a database; understood by psql, psycopg and django-environ alike."""
        password = self.password_file.read_text().strip()
        return f"postgres://{ROLE}:{password}@:{PORT}/{database}?host={self.sockets}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(database), autocommit=True)

    @contextlib.contextmanager
    def running(self) -> Iterator["Cluster"]:
        """Started on entry if it was not, stopped on exit if no other process uses it."""
        with _locked(self._users_lock, fcntl.LOCK_SH) as users:
            try:
                with _locked(self._start_lock, fcntl.LOCK_EX):
                    self._start()
                yield self
            finally:
                with _locked(self._start_lock, fcntl.LOCK_EX):
                    if _is_alone(users):
                        self._stop()

    def start_and_leave(self) -> None:
        """Start it and let it run: the server itself holds the lock, until `stop`."""
        with _locked(self._users_lock, fcntl.LOCK_SH) as users, _locked(self._start_lock, fcntl.LOCK_EX):
            self._start(keep=(users,))

    def stop(self) -> None:
        """Stop it whoever uses it."""
        with _locked(self._start_lock, fcntl.LOCK_EX):
            self._stop()

    def ensure_database(self, database: str) -> None:
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    @property
    def _users_lock(self) -> Path:
        return VAR / f"{self.name}.users"

    @property
    def _start_lock(self) -> Path:
        return VAR / f"{self.name}.lock"

    @property
    def _socket(self) -> Path:
        return self.sockets / f".s.PGSQL.{PORT}"

    def _start(self, keep: tuple[int, ...] = ()) -> None:
        self.own_folder(self.sockets)
        while not self._answers():
            self._end_leftovers()
            self.make_data()
            self._launch(keep)

    def _answers(self) -> bool:
        """False when no server lives. One on a busy machine gets time, since others may be using it."""
        end = time.monotonic() + SILENT_SECONDS
        while (state := self._state()) != READY:
            is_gone = self._postmaster() not in self._processes() or not self._socket.exists()
            if state != STARTING and (is_gone or time.monotonic() > end):
                return False
            time.sleep(0.05)
        return True

    def _launch(self, keep: tuple[int, ...]) -> None:
        settings = {
            **SETTINGS,
            **(VOLATILE if self.volatile else {}),
            **self.more,
            "unix_socket_directories": str(self.sockets),
            "listen_addresses": self.listen,
        }
        command = [str(self.binaries / "postgres"), "-D", str(self.data)]
        command += [f"--{name}={value}" for name, value in settings.items()]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches only the one who started it, who then stops it in order.
            self._server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                pass_fds=keep,
                start_new_session=True,
                **self.as_user,
            )
        while self._state() != READY:
            if self._server.poll() is not None:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
                raise PostgresError(f"PostgreSQL startade inte. Sist i {self.log}:\n{tail}")
            time.sleep(0.02)

    def _stop(self) -> None:
        postmaster = self._postmaster()
        if postmaster in self._processes():
            _signal(postmaster, signal.SIGINT)
            self._wait_for_end(STOP_SECONDS)
        self._end_leftovers()
        if self._server:
            self._server.wait()
        if self.sockets.is_dir() and not any(self.sockets.iterdir()):
            self.sockets.rmdir()

    def _end_leftovers(self) -> None:
        """End what does not answer: orphans of a killed server, or a server whose socket was removed."""
        for number in (signal.SIGQUIT, signal.SIGKILL):
            for process in self._processes():
                _signal(process, number)
            self._wait_for_end(10)
        # PostgreSQL refuses to start when the dead server's number is another process today, or a zombie.
        for file in (self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
            file.unlink(missing_ok=True)

    def _wait_for_end(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self._processes() and time.monotonic() < end:
            time.sleep(0.05)

    def _processes(self) -> list[int]:
        """Every process of the server stands in its data directory."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if (entry / "cwd").readlink() == self.data and _is_postgres(entry):
                        found.append(int(entry.name))
        return found

    def _postmaster(self) -> int | None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        return None

    def _state(self) -> int:
        program = str(self.binaries / "pg_isready")
        command = [program, "--quiet", f"--host={self.sockets}", f"--port={PORT}", "--timeout=3"]
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode


def _is_postgres(process: Path) -> bool:
    return (process / "comm").read_text().strip() == "postgres"


def _signal(process: int | None, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if process:
            os.kill(process, number)


@contextlib.contextmanager
def _locked(path: Path, mode: int) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, mode)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_alone(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


DEVELOPMENT = Cluster("postgres")
TESTS = Cluster("postgres-test", volatile=True)


def run(cluster: Cluster, command: list[str]) -> int:
    """Run a command with DATABASE_URL set, pass SIGTERM on to it, and return its exit code."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with cluster.running():
        cluster.ensure_database("kvalitet")
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": cluster.url()})
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the child as well
        signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
        return child.wait()


def main(arguments: list[str]) -> int:
    cluster = TESTS if arguments[:1] == ["--test"] else DEVELOPMENT
    verb, *rest = [*arguments[cluster is TESTS :], ""]
    match verb:
        case "start":
            cluster.start_and_leave()
            cluster.ensure_database("kvalitet")
            print(cluster.url())
        case "stop":
            cluster.stop()
        case "url":
            print(cluster.url())
        case "run" if rest[:1] == ["--"] and rest[1:-1]:
            return run(cluster, rest[1:-1])
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PostgresError as error:
        sys.exit(str(error))
