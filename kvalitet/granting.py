"""What the application's account may do in the database, where another account owns it.

The account reads and writes rows. It owns no table, so it can neither switch off a trigger nor empty a table,
and where a trigger refuses every change or removal it lacks the right as well: whoever takes over the
application may set pgtrigger.ignore, but gets no further in the history and the decisions.
"""

from typing import Any

import pgtrigger
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

REFUSED = {pgtrigger.Insert: "INSERT", pgtrigger.Update: "UPDATE", pgtrigger.Delete: "DELETE"}
QUEUE = "pgmq"


class CannotGrant(Exception):
    """Why the account got no rights, in Swedish."""


def grant(role: str) -> int:
    """Give the account the rights it should have and take those it should not; the number of tables in which
    it may not do everything. Can be repeated while the application runs.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _refuse_unless_ordinary(cursor, role)
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {role}",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        ):
            _execute(cursor, statement, role=role)
        limited = {**refused(), MigrationRecorder.Migration._meta.db_table: {"INSERT", "UPDATE", "DELETE"}}
        for table, rights in limited.items():
            for right in sorted(rights):
                _execute(cursor, f"REVOKE {right} ON {{table}} FROM {{role}}", table=table, role=role)
        _give_queue(cursor, role)
    return len(limited)


def refused() -> dict[str, set[str]]:
    """What a trigger refuses whatever the row is, by table."""
    found: dict[str, set[str]] = {}
    for model, trigger in pgtrigger.registered():
        if isinstance(trigger, pgtrigger.Protect) and trigger.condition is None:
            rights = {right for operation, right in REFUSED.items() if right in str(trigger.operation)}
            found.setdefault(model._meta.db_table, set()).update(rights)
    return found


def _refuse_unless_ordinary(cursor: Any, role: str) -> None:
    cursor.execute("SELECT rolsuper, rolname = current_user FROM pg_roles WHERE rolname = %s", [role])
    found = cursor.fetchone()
    if found is None:
        raise CannotGrant(f"Kontot {role} finns inte i databasen. Det skapas av deploy/database/roles.sh.")
    if found[0]:
        raise CannotGrant(
            f"Kontot {role} är superuser och får allt ändå. Se docs/drift.md, Databasens konton."
        )
    if found[1]:
        raise CannotGrant(f"Kör grant som databasens ägare, inte som {role}.")


def _give_queue(cursor: Any, role: str) -> None:
    """The queue is no record, and Celery declares it anew at each start, as only an owner may."""
    cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [QUEUE])
    if not cursor.fetchone()[0]:
        return
    _execute(cursor, "GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}", schema=QUEUE, role=role)
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tableowner <> %s", [QUEUE, role]
    )
    for (table,) in cursor.fetchall():
        name = sql.Identifier(QUEUE, table)
        statement = sql.SQL("ALTER TABLE {} OWNER TO {}").format(name, sql.Identifier(role))
        cursor.execute(statement)


def _execute(cursor: Any, statement: str, **names: str) -> None:
    cursor.execute(sql.SQL(statement).format(**{key: sql.Identifier(name) for key, name in names.items()}))
