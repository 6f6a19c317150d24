"""The PostgreSQL of a checkout: nothing is lost, nobody waits for the dead, and nobody meets a neighbour."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator

import psycopg

from tests.scripts.checkout import Checkout, checked_out

RUN = ("-m", "scripts.postgres", "run", "--")
STARTED_AT = """
import os, psycopg, time
print(psycopg.connect(os.environ["DATABASE_URL"]).execute("SELECT pg_postmaster_start_time()").fetchone())
time.sleep(2)  # so that the other one comes while this one is there
"""


@contextlib.contextmanager
def used(checkout: Checkout) -> Iterator["subprocess.Popen[str]"]:
    """Somebody who has the database and uses it until told to stop."""
    user = checkout.start(*RUN, "sh", "-c", "echo har den; exec sleep 600")
    assert user.stdout
    assert user.stdout.readline() == "har den\n"
    try:
        yield user
    finally:
        user.terminate()
        user.communicate()


def write(checkout: Checkout, text: str) -> None:
    with checkout.database() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (text text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [text])


def read(checkout: Checkout) -> list[str]:
    with checkout.database() as connection:
        return [row[0] for row in connection.execute("SELECT text FROM kept")]


def test_data_outlive_kill_9_of_everything(checkout: Checkout) -> None:
    with used(checkout):
        write(checkout, "före kill -9")
        checkout.kill_everything()
    with used(checkout):
        assert "före kill -9" in read(checkout)
    assert checkout.processes() == []


def test_a_server_whose_user_was_killed_is_used_and_stopped_by_the_next(checkout: Checkout) -> None:
    with used(checkout) as first:
        write(checkout, "före kill -9 av användaren")
        os.killpg(first.pid, signal.SIGKILL)
    assert checkout.processes()

    with used(checkout):
        assert "före kill -9 av användaren" in read(checkout)
    assert checkout.processes() == []


def test_two_who_start_at_once_share_a_server_that_the_last_one_stops(checkout: Checkout) -> None:
    both = [checkout.start(*RUN, ".venv/bin/python", "-c", STARTED_AT) for _ in range(2)]
    said = [user.communicate()[0] for user in both]
    assert said[0].startswith("(datetime")
    assert said[0] == said[1]
    assert checkout.processes() == []


def test_two_checkouts_do_not_meet(checkout: Checkout) -> None:
    with checked_out() as other, used(checkout):
        with used(other):
            write(checkout, "den enas")
            write(other, "den andras")
            assert read(other) == ["den andras"]
        assert other.processes() == []
        assert "den enas" in read(checkout)
        assert "den andras" not in read(checkout)


def test_a_refused_statement_is_told_in_the_log_without_its_texts(checkout: Checkout) -> None:
    with used(checkout), checkout.database() as connection:
        connection.autocommit = True
        connection.execute("CREATE TABLE once (text text PRIMARY KEY CHECK (text <> 'Blåklockan'))")
        connection.execute("INSERT INTO once VALUES ('Solrosen')")
        for text in ("Solrosen", "Blåklockan"):
            with contextlib.suppress(psycopg.errors.IntegrityError):
                connection.execute(f"INSERT INTO once VALUES ('{text}')")
    told = (checkout.folder / "var/log/postgres.log").read_text()
    assert "duplicate key value violates unique constraint" in told
    assert "violates check constraint" in told
    assert "Solrosen" not in told
    assert "Blåklockan" not in told
