"""As in a server hall: PostgreSQL over the network, RabbitMQ, a restored backup, production settings."""

import contextlib
import os
import signal
import socket
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from kvalitet import backup
from scripts import secret_files
from scripts.postgres import PORT, Cluster
from scripts.rabbitmq import rabbitmq
from tests.cast import make_cast
from tests.database import ROOT
from tests.reports.factories import begin
from tests.scripts.checkout import PATIENCE, Checkout
from tests.scripts.test_run import Browser, Run

PASSWORD = "Snö i oktober 17"


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The address, over TCP, of an empty database on a server of its own."""
    cluster = Cluster("postgres-network", volatile=True)
    # All of 127/8 is this machine: its own address, so that no other server's port is in the way.
    cluster.listen = f"127.{os.getpid() % 250 + 1}.7.7"
    with cluster.running():
        with cluster.connect() as server:
            server.execute("DROP DATABASE IF EXISTS kvalitet WITH (FORCE)")
        cluster.ensure_database("kvalitet")
        yield f"postgres://kvalitet:{cluster.password_file.read_text()}@{cluster.listen}:{PORT}/kvalitet"


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return str(door.getsockname()[1])


@pytest.mark.django_db(transaction=True)
def test_a_report_is_compiled_on_a_restored_backup_over_the_network(
    checkout: Checkout, postgresql: str, port: str, tmp_path: Path, settings
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cast = make_cast()
    cast.samordnare.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1)
    cast.samordnare.save()
    report = begin(cast)
    backup.make(tmp_path / "kopia", tell=len)

    with rabbitmq(tmp_path) as broker:
        here = {
            "DATABASE_URL": postgresql,
            "STORAGE_URL": str(tmp_path / "filer"),
            "CELERY_BROKER_URL": broker,
        }
        told = checkout.say("manage.py", "restore", str(tmp_path / "kopia"), SECRET_KEY="x", **here)
        assert "är som i kopian" in told
        run = Run(checkout, PORT=port, **here)
        try:
            browser = Browser(run.url)
            assert browser.log_in(cast.samordnare.email, PASSWORD)
            address = f"/rapporter/kvalitetsberattelser/{report.pk}/"
            browser.post(f"{address}sammanstall/")
            assert _when_made(browser, f"{address}pdf/").startswith(b"%PDF-")
            assert "Connected to amqp://" in (checkout.folder / "var/log/worker.log").read_text()
        finally:
            assert run.end(signal.SIGTERM) == 0


def _when_made(browser: "Browser", address: str) -> bytes:
    end = time.monotonic() + 2 * PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(urllib.error.HTTPError):
            return browser.get(address)
        time.sleep(0.5)
    raise AssertionError("The report was not made")


def test_production_settings_leave_nothing_to_say(checkout: Checkout, tmp_path: Path) -> None:
    assert secret_files.main(["smtp+tls://mejl.kommunen.invalid:587"], tmp_path / "secrets") == 0
    made = {path.name: str(path) for path in (tmp_path / "secrets").iterdir() if path.is_file()}
    told = checkout.say(
        *("-W", "error", "manage.py", "check", "--deploy", "--fail-level", "INFO"),
        SECRET_KEY_FILE=made["secret_key"],
        DATABASE_URL_FILE=made["database_url"],
        EMAIL_URL_FILE=made["email_url"],
        STORAGE_URL="s3://kvalitet?endpoint=https://s3.kommunen.invalid",
        S3_ACCESS_KEY_FILE=made["metrics_token"],
        S3_SECRET_KEY_FILE=made["secret_key"],
        ALLOWED_HOSTS="kvalitet.kommunen.invalid",
        BEHIND_TLS_PROXY="1",
    )
    assert told == "System check identified no issues (2 silenced).\n"


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path, capsys) -> None:
    folder = tmp_path / "secrets"
    assert secret_files.main([], folder) == 2
    assert not folder.exists()
    secret_files.main(["smtp://a.invalid"], folder)
    before = {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}
    (folder / "secret_key").unlink()  # as if a later version had added it
    secret_files.main(["smtp://b.invalid"], folder)
    after = {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}
    assert after.pop("secret_key") != before.pop("secret_key")
    assert after == before
    assert before["database_password"] in before["database_url"]
    assert folder.stat().st_mode & 0o077 == 0
    assert not any(secret in capsys.readouterr().out for secret in after.values())


def test_the_image_has_nothing_that_breaks_or_measures_it() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", "secrets", "var", "tests", "bench", "faults", "docs"} <= set(ignored)
