"""Work longer than a second: a ``Job`` row worked off in steps by a Celery task; the queue only wakes it.

Whoever takes the job gets a lease and a fencing number. A step does its long work outside any transaction
while a thread renews the lease, then commits its result together with the job's progress, ``WHERE fence =
mine``: a worker that was thought dead and comes back commits nothing. Beat wakes what waits or whose
lease has run out, so a killed worker, a lost message, a restarted database or a storage that is away only
delays a job.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from kvalitet import history, storage, tracing
from kvalitet.models.job import Job, JobStatus
from kvalitet.storage import StorageDown

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
RENEW_EVERY = 20.0  # seconds
MAX_ATTEMPTS = 5
UNEXPECTED = "Något gick fel hos oss. Inget är förlorat. Försök igen, eller hör av dig och ange {reference}."
LONGEST_WAIT = timedelta(days=1)
NO_STORAGE = "Lagringen svarar inte. Inget är förlorat: arbetet görs av sig självt när den svarar."
GAVE_UP = "Arbetet avbröts flera gånger och har stoppats. Inget är förlorat. Försök igen om en stund."


class JobFailed(Exception):
    """The work can't be done; the Swedish text tells the user what happened and what to do."""


class LostLease(Exception):
    """Another worker has taken the job over; this one must stop without committing."""


def commit_nothing(job: Job, result: Any) -> None:
    """For a step whose work leaves nothing to store."""


@dataclass(frozen=True)
class Step:
    """``work(job)`` runs outside a transaction, may be long and run again; ``commit(job, result)`` stores
    what it returned, in the transaction that also counts the step as done. ``commit`` may change
    ``job.state``, ``job.result_url`` and ``job.message``.
    """

    label: str
    work: Callable[[Job], Any]
    commit: Callable[[Job, Any], None] = commit_nothing


@dataclass(frozen=True)
class Kind:
    """A sort of job: its Swedish label and its steps, for all jobs of the kind or computed from the job.

    Computed steps must be the same each time they are: a job goes on by number where it stopped.
    """

    name: str
    label: str
    steps: Sequence[Step] | Callable[[Job], Sequence[Step]]

    def steps_of(self, job: Job) -> Sequence[Step]:
        return self.steps(job) if callable(self.steps) else self.steps


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; called from ``AppConfig.ready()``."""
    if kind.name in _kinds:
        raise ValueError(f"{kind.name} is registered twice")
    _kinds[kind.name] = kind


def kinds() -> Mapping[str, Kind]:
    return dict(_kinds)


def enqueue(kind: str, *, key: str, user: Any, arguments: Mapping[str, Any] | None = None) -> Job:
    """Create a job and wake a worker when the transaction commits; while one with the same key is open,
    give that.

    ``arguments`` are ids and dates, never text of a case. Raises KeyError for an unknown kind.
    """
    new = Job(kind=kind, key=key, arguments=dict(arguments or {}), created_by=user)
    steps = _kinds[kind].steps_of(new)
    new.steps, new.message = len(steps), steps[0].label[:200]
    with transaction.atomic():
        Job.objects.bulk_create([new], ignore_conflicts=True)
        job = Job.objects.get(kind=kind, key=key, status__in=[JobStatus.WAITING, JobStatus.RUNNING])
        transaction.on_commit(lambda: wake(job.pk))
    return job


def wake(job_id: Any) -> None:
    """Ask a worker to take the job. A queue that does not answer is no error: beat asks again within a
    minute.
    """
    from kvalitet.tasks import run_job

    try:
        run_job.delay(str(job_id))
    except Exception:
        logger.exception("queue unreachable, job %s waits for the next round", job_id)


def wake_waiting() -> int:
    """Wake every job that waits or whose worker has gone silent; returns how many. Runs each minute.

    Those that wait for the storage sleep on until it answers, so that the others are not held up by them.
    """
    now = timezone.now()
    fresh = Q(created_at__range=(now - timedelta(seconds=30), now + timedelta(seconds=30)))
    found = Job.objects.filter(Q(status=JobStatus.WAITING) & ~fresh | _let_go(now))
    held = Q(status=JobStatus.WAITING, message=NO_STORAGE)
    if found.filter(held).exists() and not _storage_answers():
        found = found.exclude(held)
    ids = list(found.order_by("created_at").values_list("pk", flat=True)[:200])
    for pk in ids:
        wake(pk)
    return len(ids)


def _let_go(now: datetime) -> Q:
    """Running, with a lease that has run out, or is so long that the clock was ahead when it was taken."""
    over = Q(leased_until__lt=now) | Q(leased_until__gt=now + 2 * LEASE)
    return Q(status=JobStatus.RUNNING) & over


def _storage_answers() -> bool:
    try:
        storage.ask()
    except StorageDown:
        return False
    return True


def run(job_id: Any) -> None:
    """Take the job's lease and work its remaining steps off; does nothing when someone else holds it or
    it is over.
    """
    with tracing.of_job(job_id):
        _run(job_id)


def _run(job_id: Any) -> None:
    job = _take(job_id)
    if job is None:
        return
    try:
        with history.acting_as(job.created_by, why=f"jobb {job.kind}"):
            _work_off(job)
    except LostLease:
        logger.warning("job %s was taken over by another worker", job.pk)
    except StorageDown as down:
        _put_back(job, str(down))
    except JobFailed as problem:
        _finish(job, JobStatus.FAILED, error=str(problem))
    except OperationalError:
        # It was away, or full, which is no fault of the job's: whoever comes after the lease goes on.
        logger.exception("the database failed job %s, which goes on later", job.pk)
    except Exception:
        logger.exception("job %s failed", job.pk)
        _finish(job, JobStatus.FAILED, error=UNEXPECTED.format(reference=str(job.pk)[:8]))


def _take(job_id: Any) -> Job | None:
    now = timezone.now()
    free = Q(status=JobStatus.WAITING) | _let_go(now)
    taken = Job.objects.filter(free, pk=job_id).update(
        status=JobStatus.RUNNING, fence=F("fence") + 1, attempts=F("attempts") + 1, leased_until=now + LEASE
    )
    if not taken:
        return None
    job = Job.objects.select_related("created_by").get(pk=job_id)
    if job.attempts > MAX_ATTEMPTS:
        _finish(job, JobStatus.FAILED, error=GAVE_UP)
        return None
    return job


def _work_off(job: Job) -> None:
    steps = _kinds[job.kind].steps_of(job)
    while job.step < len(steps):
        if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
            _finish(job, JobStatus.CANCELLED)
            return
        step = steps[job.step]
        _hold(job, message=step.label[:200])
        with _renewing(job):
            result = step.work(job)
        with transaction.atomic():
            _hold(job)
            step.commit(job, result)
            job.step += 1
            values = {name: getattr(job, name) for name in ("step", "state", "message", "result_url")}
            Job.objects.filter(pk=job.pk).update(**values)
            if job.step == len(steps):
                _finish(job, JobStatus.DONE)


def _hold(job: Job, **values: Any) -> None:
    """Renew the lease, locking the row until the transaction ends; raise LostLease when it is someone
    else's.
    """
    mine = Job.objects.filter(pk=job.pk, fence=job.fence, status=JobStatus.RUNNING)
    if not mine.update(leased_until=timezone.now() + LEASE, **values):
        raise LostLease
    for name, value in values.items():
        setattr(job, name, value)


def _finish(job: Job, status: JobStatus, *, error: str = "") -> None:
    Job.objects.filter(pk=job.pk, fence=job.fence).update(
        status=status, error=error[:500], finished_at=timezone.now(), leased_until=None
    )


def _put_back(job: Job, why: str) -> None:
    """Let it wait until beat finds that the storage answers. That is no failed attempt; only one that is more
    than a day old gives up when it fails again.
    """
    logger.warning("job %s waits for the storage", job.pk)
    if job.created_at < timezone.now() - LONGEST_WAIT:
        _finish(job, JobStatus.FAILED, error=why)
        return
    Job.objects.filter(pk=job.pk, fence=job.fence).update(
        status=JobStatus.WAITING, leased_until=None, attempts=F("attempts") - 1, message=NO_STORAGE
    )


@contextmanager
def _renewing(job: Job) -> Iterator[None]:
    """A thread that renews the lease during one long call, on a database connection of its own."""
    over = threading.Event()

    def renew() -> None:
        try:
            while not over.wait(RENEW_EVERY):
                _hold(job)
        except Exception:
            logger.exception("lease of job %s could not be renewed", job.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=renew, name=f"lease-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def cancel(job: Job) -> None:
    """Stop a waiting job now, a running one at its next step."""
    now = timezone.now()
    waiting = Job.objects.filter(pk=job.pk, status=JobStatus.WAITING)
    if not waiting.update(status=JobStatus.CANCELLED, cancel_requested=True, finished_at=now):
        Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING).update(cancel_requested=True)


def retry(job: Job) -> None:
    """Go on with a failed or cancelled job from the step where it stopped; raises IntegrityError if one
    is open.
    """
    ended = Job.objects.filter(pk=job.pk, status__in=[JobStatus.FAILED, JobStatus.CANCELLED])
    again = ended.update(
        status=JobStatus.WAITING, error="", attempts=0, cancel_requested=False, finished_at=None
    )
    if again:
        transaction.on_commit(lambda: wake(job.pk))
