"""The queue between web and workers: Celery's PGMQ transport in the application's own database.

With CELERY_BROKER_URL (RabbitMQ, say) nothing here but `NAME` and `length` is used.
"""

from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

NAME = "kvalitet"
INSTALL_LOCK = 0x6B76616C  # any number that nothing else locks


def transport_options(database: dict[str, Any]) -> dict[str, Any]:
    """Kombu's options for PGMQ on a database of Django's DATABASES, as measured to work (docs/adr/0002)."""
    return {
        "conn_string": conninfo(database),
        "init_extension": False,
        "use_notify": True,
        "wait_time_seconds": 0,  # seconds; a longer poll holds up whoever sends
        "polling_interval": 1,  # seconds
        "visibility_timeout": 300,  # seconds until a killed worker's message is delivered again
        "pool_size": 4,
        "pool_timeout": 5,  # seconds
    }


def conninfo(database: dict[str, Any]) -> str:
    """libpq's keyword form, the only one that PGMQ reads a socket's folder from."""
    options = {key: value for key, value in database.get("OPTIONS", {}).items() if key in ("host", "sslmode")}
    facts = {
        "dbname": database["NAME"],
        "user": database.get("USER"),
        "password": database.get("PASSWORD"),
        "host": database.get("HOST") or options.pop("host", None),
        "port": database.get("PORT"),
    }
    return make_conninfo("", **{key: value for key, value in facts.items() if value}, **options)


def uses_database() -> bool:
    """True when the queue lies in the application's database, False when CELERY_BROKER_URL names another."""
    return bool(settings.CELERY_BROKER_URL.startswith("pgmq://"))


def install() -> bool:
    """Create PGMQ's schema and the queue where they are missing; True when something was created."""
    from pgmq import install

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INSTALL_LOCK])
        cursor.execute("SELECT to_regclass('pgmq.meta') IS NULL")
        missing = bool(cursor.fetchone()[0])
        if missing:
            cursor.connection.execute(install.get_embedded_install_sql())
        cursor.execute("SELECT pgmq.create(%s)", [NAME])
    return missing


def length() -> int:
    """Messages that wait; in the database also those being worked on. Raises the driver's error when the
    queue does not answer.
    """
    if uses_database():
        with connection.cursor() as cursor:
            cursor.execute("SELECT queue_length FROM pgmq.metrics(%s)", [NAME])
            return int(cursor.fetchone()[0])
    from kvalitet.celery import app

    with app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
        queue = app.amqp.queues[NAME].bind(broker.default_channel)
        queue.declare()  # in a new broker nobody may have done so yet
        return int(queue.queue_declare(passive=True).message_count)
