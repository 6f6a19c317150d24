"""As in a server hall: PostgreSQL over the network, RabbitMQ, a restored backup, production settings."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from kvalitet import backup
from scripts import secret_files
from scripts.postgres import PORT, Cluster
from scripts.rabbitmq import rabbitmq
from tests.cast import make_cast
from tests.reports.factories import begin
from tests.scripts.checkout import PATIENCE, ROOT, Checkout
from tests.scripts.test_run import Browser, Run

PASSWORD = "Snö i oktober 17"
APPLICATION = "kvalitet_app"  # in docker-compose.yml kvalitet, who is the superuser of our own clusters
IGNORE = "SELECT set_config('pgtrigger.ignore', '{improvement_deviation,kvalitet_accesslog}', false); "
REFUSED = (
    "SET session_replication_role = replica",
    "SET ROLE kvalitet_owner",
    "ALTER TABLE kvalitet_accesslog DISABLE TRIGGER ALL",
    "DROP TABLE kvalitet_accesslog",
    "TRUNCATE kvalitet_accesslog",
    "CREATE TABLE public.mine (id int)",
    "UPDATE improvement_deviationevent SET pgh_label = 'x'",
    "DELETE FROM django_migrations",
    f"{IGNORE} DELETE FROM improvement_deviation",
    f"{IGNORE} DELETE FROM kvalitet_accesslog",
    f"{IGNORE} UPDATE kvalitet_accesslog SET id = id",
)
ALLOWED = (
    "SELECT pgmq.create('kvalitet')",  # as Celery does at each start
    "SELECT pgmq.enable_notify_insert('kvalitet', 250)",
    "SELECT pgmq.send('kvalitet', '{}'::jsonb)",
    "LISTEN changes",
    "CREATE TEMP TABLE mine (id int)",
)


@dataclass(frozen=True)
class Accounts:
    """The addresses, over TCP, of an empty database for its owner and for the application."""

    owner: str
    application: str


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[Accounts]:
    """On a server of its own, with the accounts that the image postgres makes of our secrets."""
    secret_files.main(["smtp://a.invalid"], tmp_path / "secrets")
    cluster = Cluster("postgres-network", volatile=True)
    # All of 127/8 is this machine: its own address, so that no other server's port is in the way.
    cluster.listen = f"127.{os.getpid() % 250 + 1}.7.7"
    with cluster.running():
        with cluster.connect() as server:
            server.execute("DROP DATABASE IF EXISTS kvalitet WITH (FORCE)")
            for name in ("kvalitet_app", "kvalitet_owner"):
                server.execute(f"DROP ROLE IF EXISTS {name}")
        cluster.ensure_database("kvalitet")
        yield _accounts(cluster, tmp_path / "secrets")


def _accounts(cluster: Cluster, secrets: Path) -> Accounts:
    environment = {
        "PATH": f"{cluster.binaries}:{os.environ['PATH']}",
        "PGHOST": str(cluster.sockets),
        "PGPORT": str(PORT),
        "PGPASSWORD": cluster.password_file.read_text().strip(),
        "POSTGRES_USER": "kvalitet",
        "POSTGRES_DB": "kvalitet",
        "SECRETS": str(secrets),
        "APPLICATION": APPLICATION,
    }
    subprocess.run([ROOT / "deploy/database/roles.sh"], env=environment, check=True)
    place = f"{cluster.listen}:{PORT}"
    told = [(secrets / f"database_{name}").read_text() for name in ("owner_url", "url")]
    owner, application = (address.replace("database:5432", place) for address in told)
    return Accounts(owner, application.replace("//kvalitet:", f"//{APPLICATION}:"))


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return str(door.getsockname()[1])


@pytest.mark.django_db(transaction=True)
def test_a_report_is_compiled_on_a_restored_backup_over_the_network(
    checkout: Checkout, postgresql: Accounts, port: str, tmp_path: Path, settings
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cast = make_cast()
    cast.samordnare.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1)
    cast.samordnare.save()
    report = begin(cast)
    backup.make(tmp_path / "kopia", tell=len)

    with rabbitmq(tmp_path) as broker:
        here = {
            "DATABASE_URL": postgresql.application,
            "STORAGE_URL": str(tmp_path / "filer"),
            "CELERY_BROKER_URL": broker,
        }
        by_owner = {**here, "DATABASE_URL": postgresql.owner, "SECRET_KEY": "x"}
        told = checkout.say("manage.py", "restore", str(tmp_path / "kopia"), **by_owner)
        assert "är som i kopian" in told
        for _ in range(2):  # as at each start
            told = checkout.say("manage.py", "grant", APPLICATION, **by_owner)
            assert "har sina rättigheter" in told
        run = Run(checkout, PORT=port, **here)
        try:
            browser = Browser(run.url)
            assert browser.log_in(cast.samordnare.email, PASSWORD)
            address = f"/rapporter/kvalitetsberattelser/{report.pk}/"
            browser.post(f"{address}sammanstall/")
            assert _when_made(browser, f"{address}pdf/").startswith(b"%PDF-")
            assert "Connected to amqp://" in (checkout.folder / "var/log/worker.log").read_text()
            _try_what_the_account_may(postgresql.application)
            again = str(tmp_path / "igen")
            assert "Databasen:" in checkout.say("manage.py", "backup", again, SECRET_KEY="x", **here)
        finally:
            assert run.end(signal.SIGTERM) == 0


def _try_what_the_account_may(address: str) -> None:
    for statement in REFUSED:
        refusal = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with psycopg.connect(address, autocommit=True) as taken_over, refusal:
            taken_over.execute(statement)
    with psycopg.connect(address, autocommit=True) as ordinary:
        for statement in ALLOWED:
            ordinary.execute(statement)


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
