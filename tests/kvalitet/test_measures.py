"""What /metrics tells of pages, jobs and mail, whichever process is asked, and that no label is free."""

import os
import re
import subprocess
import sys
import textwrap
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from kvalitet import measures, notifications
from kvalitet.models import Job, Notification

pytestmark = pytest.mark.django_db


def told(name: str) -> dict[tuple[str, ...], float]:
    """The samples of that name by their labels."""
    families = text_string_to_metric_families(measures.told().decode())
    samples = [one for family in families for one in family.samples if one.name == name]
    return {tuple(one.labels.values()): one.value for one in samples}


def test_pages_are_counted_by_name_and_made_up_addresses_are_one(client_for):
    chef = client_for("chef")
    before, asked = told("kvalitet_request_seconds_count"), told("kvalitet_queries_total")
    paths = ["/avvikelser/4711/", "/avvikelser/4712/?q=Solrosen", "/hemlig-adress/", "/Solrosen/7/", "/om/"]
    for path in paths:
        chef.get(path)
    chef.generic("SOLROSEN", "/om/")
    grown = {
        labels: count - before.get(labels, 0)
        for labels, count in told("kvalitet_request_seconds_count").items()
        if count != before.get(labels, 0)
    }
    assert grown == {
        ("GET", "4xx", "improvement:deviation"): 2,
        ("GET", "4xx", "unknown"): 2,
        ("GET", "2xx", "about"): 1,
        ("other", "4xx", "about"): 1,
    }
    assert told("kvalitet_queries_total")["improvement:deviation",] >= 2 + asked.get(
        ("improvement:deviation",), 0
    )
    # The numbers beside them are times, where any digits may stand.
    words = re.sub(r" [0-9.e+-]+$", "", measures.told().decode(), flags=re.MULTILINE)
    assert not re.search("solrosen|4711|hemlig", words, re.IGNORECASE)
    assert told("kvalitet_requests_in_progress") == {(): 0}


def test_jobs_and_mail_are_counted_with_the_age_of_the_oldest(cast):
    now = timezone.now()
    values = {"kind": "x", "created_by": cast.chef, "created_at": now - timedelta(hours=2)}
    Job.objects.create(key="1", **values)
    Job.objects.create(key="2", **values | {"created_at": now})
    told_to = {"kind": "improvement.deviation", "sentence": "Att ta emot", "url": "/", "urgent": True}
    notifications.notify([cast.mas, cast.lexansvarig], **told_to)
    lost = Notification.objects.filter(user=cast.mas)
    lost.update(mailing_at=now - timedelta(minutes=30))
    assert told("kvalitet_jobs")["waiting",] == 2
    assert told("kvalitet_jobs_oldest_seconds")["waiting",] == pytest.approx(7200, abs=60)
    assert told("kvalitet_jobs_oldest_seconds")["failed",] == 0
    assert told("kvalitet_mails") == {("waiting",): 1, ("digest",): 0, ("unsure",): 1}
    assert told("kvalitet_mails_oldest_seconds")["unsure",] == pytest.approx(1800, abs=60)


def test_what_does_not_answer_is_said_to_be_down_and_the_rest_is_told(monkeypatch):
    def gone() -> int:
        raise OSError("kön svarar inte")

    monkeypatch.setattr("kvalitet.queue.length", gone)
    response = Client().get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert response.status_code == 200
    assert told("kvalitet_up") == {("database",): 1, ("queue",): 0, ("storage",): 1}
    assert "kvalitet_queue_length" not in response.text


# Two processes count a request each, one in the middle of another is killed.
PROCESSES = """
    import os, signal, time
    import django
    django.setup()
    from kvalitet import measures
    for _ in range(2):
        if not os.fork():
            measures.requests.labels("GET", "about", "2xx").observe(0.1)
            measures.in_progress.inc()
            os.kill(os.getpid(), signal.SIGKILL)
        pid, _ = os.wait()
    from prometheus_client import generate_latest, CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector
    def tell():
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        print(generate_latest(registry).decode())
    tell()
    from deploy import gunicorn
    class Worker:
        pass
    Worker.pid = pid
    gunicorn.child_exit(None, Worker)
    tell()
"""


def test_what_a_killed_process_had_counted_stays_and_what_it_was_in_the_middle_of_is_over(tmp_path):
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROCESSES)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    count = re.findall(r"^kvalitet_request_seconds_count\{.*\} (.*)$", ended.stdout, re.MULTILINE)
    in_progress = re.findall(r"^kvalitet_requests_in_progress (.*)$", ended.stdout, re.MULTILINE)
    assert count == ["2.0", "2.0"]
    assert in_progress == ["2.0", "1.0"]
