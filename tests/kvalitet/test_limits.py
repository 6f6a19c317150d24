"""How often something may be done: counted once for all processes, in its own time, under no name."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from kvalitet import limits
from kvalitet.models import RateCount

HOUR = timedelta(hours=1)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", {"knock": limits.Limit(3, HOUR), "ring": limits.Limit(3, HOUR)})


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_one_too_many_waits_for_the_rest_of_the_time_and_others_do_not() -> None:
    assert [limits.count("knock", "a") for _ in range(3)] == [None] * 3
    wait = limits.count("knock", "a")
    assert wait is not None
    assert HOUR - timedelta(minutes=1) < wait <= HOUR
    assert limits.count("knock", "b") is None
    assert limits.count("ring", "a") is None


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_when_the_time_is_over_the_count_begins_anew() -> None:
    for _ in range(4):
        limits.count("knock", "a")
    RateCount.objects.update(began_at=timezone.now() - HOUR)
    assert limits.seen("knock", "a") is None
    assert limits.count("knock", "a") is None
    assert RateCount.objects.get().count == 1
    RateCount.objects.update(last_at=timezone.now() - timedelta(days=3))
    assert limits.sweep() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_the_table_tells_no_name_and_costs_no_log() -> None:
    limits.count("knock", "anna.ek@test.invalid")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM kvalitet_ratecount r")
        assert "anna" not in cursor.fetchone()[0]
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'kvalitet_ratecount'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("few")
def test_many_at_once_are_all_counted() -> None:
    refused: list[Any] = []

    def knock() -> None:
        refused.append(limits.count("knock", "a"))
        connection.close()

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert RateCount.objects.get().count == 8
    assert sum(one is not None for one in refused) == 5
