"""A job is done once, whoever dies on the way."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from kvalitet import jobs
from kvalitet.models.job import Job, JobStatus
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def kind(log: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A kind of two steps that writes what it does to ``log``; removed again after the test."""
    name = f"test.{uuid.uuid4().hex}"

    def work(label: str) -> Any:
        return lambda job: log.append(label) or label

    def commit(job: Job, result: str) -> None:
        job.state = {**job.state, result: True}

    steps = [jobs.Step("Första", work("first"), commit), jobs.Step("Andra", work("second"), commit)]
    monkeypatch.setitem(jobs._kinds, name, jobs.Kind(name, "Prov", steps))
    return name


def test_job_runs_all_steps_once(kind: str, log: list[str]) -> None:
    job = jobs.enqueue(kind, key="a", user=UserFactory())
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.percent, job.state) == (JobStatus.DONE, 100, {"first": True, "second": True})
    assert log == ["first", "second"]


def test_same_key_while_open_is_the_same_job(kind: str) -> None:
    user = UserFactory()
    first = jobs.enqueue(kind, key="a", user=user)
    assert jobs.enqueue(kind, key="a", user=user).pk == first.pk
    jobs.run(first.pk)
    assert jobs.enqueue(kind, key="a", user=user).pk != first.pk


@pytest.mark.parametrize("over", [timedelta(seconds=-1), timedelta(hours=1)], ids=["late", "clock set back"])
def test_job_whose_worker_died_goes_on_where_it_stopped(kind: str, log: list[str], over: timedelta) -> None:
    job = jobs.enqueue(kind, key="a", user=UserFactory())
    dead = jobs._take(job.pk)
    assert dead is not None
    Job.objects.filter(pk=job.pk).update(step=1, leased_until=timezone.now() + over)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE
    assert log == ["second"]


def test_worker_that_comes_back_commits_nothing(kind: str) -> None:
    job = jobs.enqueue(kind, key="a", user=UserFactory())
    slow = jobs._take(job.pk)
    assert slow is not None
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    jobs.run(job.pk)
    with pytest.raises(jobs.LostLease):
        jobs._work_off(slow)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE


def test_two_workers_at_once_do_the_work_once(kind: str, log: list[str]) -> None:
    job = jobs.enqueue(kind, key="a", user=UserFactory())
    start = threading.Barrier(4)

    def worker() -> None:
        start.wait()
        try:
            jobs.run(job.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log == ["first", "second"]


def test_failure_is_told_in_swedish_and_can_be_retried(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = jobs.Step("Läser", lambda job: 1 / 0)
    monkeypatch.setitem(jobs._kinds, kind, jobs.Kind(kind, "Prov", [broken]))
    job = jobs.enqueue(kind, key="a", user=UserFactory())
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert "Inget är förlorat" in job.error
    assert "division" not in job.error
    monkeypatch.setitem(jobs._kinds, kind, jobs.Kind(kind, "Prov", [jobs.Step("Läser", lambda job: None)]))
    jobs.retry(job)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE


def test_a_database_that_fails_is_no_fault_of_the_job_which_goes_on_after_the_lease(
    kind: str, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(job: Job) -> None:
        raise OperationalError("could not extend file: No space left on device")

    job = jobs.enqueue(kind, key="a", user=UserFactory())
    with monkeypatch.context() as broken:
        broken.setitem(jobs._kinds, kind, jobs.Kind(kind, "Prov", [jobs.Step("Första", full)]))
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error) == (JobStatus.RUNNING, "")
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE


def test_own_failure_text_reaches_the_user(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(job: Job) -> None:
        raise jobs.JobFailed("Filen går inte att läsa.")

    monkeypatch.setitem(jobs._kinds, kind, jobs.Kind(kind, "Prov", [jobs.Step("Läser", refuse)]))
    job = jobs.enqueue(kind, key="a", user=UserFactory())
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.error == "Filen går inte att läsa."


def test_job_that_kills_its_worker_each_time_is_stopped(kind: str) -> None:
    job = jobs.enqueue(kind, key="a", user=UserFactory())
    for _ in range(jobs.MAX_ATTEMPTS):
        assert jobs._take(job.pk) is not None
        Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert job.error == jobs.GAVE_UP


def test_cancel_before_and_between_steps(kind: str, log: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory()
    waiting = jobs.enqueue(kind, key="a", user=user)
    jobs.cancel(waiting)
    jobs.run(waiting.pk)
    assert log == []

    steps = [
        jobs.Step("Första", jobs.cancel),
        jobs.Step("Andra", lambda job: log.append("second")),
    ]
    monkeypatch.setitem(jobs._kinds, kind, jobs.Kind(kind, "Prov", steps))
    running = jobs.enqueue(kind, key="b", user=user)
    jobs.run(running.pk)
    running.refresh_from_db()
    assert running.status == JobStatus.CANCELLED
    assert log == []


def test_long_step_keeps_its_lease(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease is shorter than the step: the renewing thread must hold it."""
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=0.4))
    monkeypatch.setattr(jobs, "RENEW_EVERY", 0.1)
    taken: list[Any] = []
    job_id: list[Any] = []

    def long_work(job: Job) -> None:
        threading.Event().wait(1.0)
        taken.append(jobs._take(job_id[0]))

    monkeypatch.setitem(jobs._kinds, kind, jobs.Kind(kind, "Prov", [jobs.Step("Länge", long_work)]))
    job = jobs.enqueue(kind, key="a", user=UserFactory())
    job_id.append(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert taken == [None]
    assert job.status == JobStatus.DONE


def test_stranded_jobs_are_woken(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory()
    old = jobs.enqueue(kind, key="old", user=user)
    jobs.enqueue(kind, key="new", user=user)
    lost = jobs.enqueue(kind, key="lost", user=user)
    jobs._take(lost.pk)
    past = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk=old.pk).update(created_at=past)
    Job.objects.filter(pk=lost.pk).update(leased_until=past)
    woken: list[Any] = []
    monkeypatch.setattr(jobs, "wake", woken.append)
    assert jobs.wake_waiting() == 2
    assert set(woken) == {old.pk, lost.pk}
