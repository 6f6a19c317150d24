"""Backup and restore: into an empty database and storage, the same as before; never over anything."""

import contextlib
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from kvalitet import backup, storage
from kvalitet.models import AccessLog
from kvalitet.organisation.models import User
from tests.cast import make_cast
from tests.database import Databases

TEXT = b"Rutin f\xc3\xb6r delegering"


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@contextlib.contextmanager
def empty_database() -> Iterator[None]:
    """Another database on the same server, to which the process speaks while this lasts."""
    databases, here = Databases(), connection.settings_dict["NAME"]
    name = here.replace("_test_", "_restored_")
    connections.close_all()
    databases.execute("CREATE DATABASE {} TEMPLATE template0", name)
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = here
        databases.execute("DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def made(transactional_db, tmp_path, media) -> Path:
    """A backup of the cast, one logged opening and one file."""
    cast = make_cast()
    AccessLog.objects.create(user=cast["chef"], kind="improvement.deviation", object_id=7, reason="Åker hem")
    storage.put(io.BytesIO(TEXT))
    folder = tmp_path / "kopia"
    backup.make(folder, tell=len)
    return folder


def test_what_is_put_back_is_what_was_there(made, settings, tmp_path):
    people, logged = User.objects.count(), list(AccessLog.objects.values_list("user__email", "reason"))
    key = next(backup.stored_keys())
    settings.MEDIA_ROOT = str(tmp_path / "tomt")
    with empty_database():
        call_command("restore", made, stdout=io.StringIO())
        assert User.objects.count() == people
        assert list(AccessLog.objects.values_list("user__email", "reason")) == logged
        with connection.cursor() as cursor, pytest.raises(Exception, match="append"):
            cursor.execute("DELETE FROM organisation_userevent")  # what guards the history is there as well
    with storage.open_stored(key) as file:
        assert file.read() == TEXT


def test_a_restore_goes_into_nothing_that_has_content(made, settings, tmp_path):
    with pytest.raises(CommandError, match="Databasen är inte tom"):
        call_command("restore", made)
    with empty_database(), pytest.raises(CommandError, match="Lagringen är inte tom"):
        call_command("restore", made)


@pytest.mark.parametrize("what", ["dump", "file", "missing", "manifest"])
def test_a_damaged_backup_puts_nothing_back(made, settings, tmp_path, what):
    stored = next((made / "files").rglob("[0-9a-f]" * 32))
    if what == "missing":
        stored.unlink()
    elif what == "manifest":
        (made / backup.MANIFEST).write_text("{")
    else:
        damaged = made / backup.DUMP if what == "dump" else stored
        damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    settings.MEDIA_ROOT = str(tmp_path / "tomt")
    with empty_database():
        with pytest.raises(CommandError, match=r"skadad|ingen hel"):
            call_command("restore", made)
        assert connection.introspection.table_names() == []
    assert next(backup.stored_keys(), None) is None


def test_a_backup_is_never_written_over_and_reads_only_for_its_owner(made):
    with pytest.raises(CommandError, match="finns redan"):
        call_command("backup", made)
    assert {path.stat().st_mode & 0o077 for path in (made, *made.rglob("*"))} == {0}


def test_a_backup_that_broke_off_is_no_backup(made, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(backup.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CommandError, match="pg_dump saknas"):
        call_command("backup", tmp_path / "ny")
    assert not (tmp_path / "ny").exists()
    with pytest.raises(CommandError, match="ingen hel säkerhetskopia"):
        call_command("restore", tmp_path / "ny.ofardig")


def test_files_of_an_earlier_backup_take_no_more_room(made, tmp_path):
    storage.put(io.BytesIO(b"ny"))
    call_command("backup", tmp_path / "nasta", earlier=made, stdout=io.StringIO())
    shared = [path for path in (tmp_path / "nasta/files").rglob("*") if path.is_file()]
    assert sorted(path.stat().st_nlink for path in shared) == [1, 2]
    shutil.rmtree(made)  # the later one stands by itself
    assert backup.read_manifest(tmp_path / "nasta")["files"].keys() == set(backup.stored_keys())
    assert all(os.access(path, os.R_OK) for path in shared)
