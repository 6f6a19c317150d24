import pytest
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _queue_in_database(settings):
    settings.CELERY_BROKER_URL = "pgmq://localhost"
    settings.METRICS_TOKEN = ""


def test_healthz_answers_anyone():
    response = Client().get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"ok": True, "database": True, "queue": True, "storage": True}
    assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_healthz_tells_when_the_queue_is_gone():
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA pgmq CASCADE")
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"ok": False, "database": True, "queue": False, "storage": True}


def test_healthz_tells_when_files_cannot_be_written(settings, tmp_path):
    (tmp_path / "media").write_text("a file in the folder's place")
    settings.MEDIA_ROOT = str(tmp_path / "media")
    response = Client().get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"ok": False, "database": True, "queue": True, "storage": False}


def test_metrics_counts_jobs_and_messages_for_this_machine():
    response = Client().get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert 'kvalitet_jobs{status="waiting"} 0' in response.text
    assert "kvalitet_queue_length 0" in response.text


@pytest.mark.parametrize(
    "outside",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer wrong"},
    ],
)
def test_metrics_is_closed_to_others(outside):
    assert Client().get("/metrics", **outside).status_code == 403


def test_metrics_opens_with_the_token(settings):
    settings.METRICS_TOKEN = "a-secret"
    response = Client().get("/metrics", REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION="Bearer a-secret")
    assert response.status_code == 200
