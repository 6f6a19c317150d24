"""The queue in PostgreSQL itself; other tests run their jobs without it."""

import pytest
from celery import Celery
from django.db import connection

from kvalitet import queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _queue_in_database(settings):
    settings.CELERY_BROKER_URL = "pgmq://localhost"


@pytest.fixture
def broker():
    app = Celery("test", broker="pgmq://localhost", set_as_current=False)
    app.conf.task_default_queue = queue.NAME
    app.conf.broker_transport_options = queue.transport_options(connection.settings_dict)
    with app.connection_for_write() as opened:
        yield app, opened


def _send(broker) -> None:
    app, opened = broker
    app.send_task("kvalitet.tasks.run_job", ["1"], connection=opened)


def test_sent_task_waits_in_the_queue(broker):
    _send(broker)
    assert queue.length() == 1


def test_task_nobody_acknowledged_stays(broker):
    _send(broker)
    taken = broker[1].SimpleQueue(queue.NAME).get(timeout=2)
    assert taken.headers["task"] == "kvalitet.tasks.run_job"
    assert queue.length() == 1
    taken.ack()
    assert queue.length() == 0


def test_installing_again_changes_nothing(broker):
    _send(broker)
    assert queue.install() is False
    assert queue.length() == 1


def test_socket_folder_in_the_address_reaches_the_queue():
    database = {"NAME": "x", "USER": "u", "PASSWORD": "p w'", "OPTIONS": {"host": "/tmp/s", "pool": True}}
    assert queue.conninfo(database) == r"dbname=x user=u password='p w\'' host=/tmp/s"


def test_other_broker_is_not_the_database(settings):
    settings.CELERY_BROKER_URL = "amqp://rabbit"
    assert not queue.uses_database()
