"""The Celery tasks of the frame: what the queue can wake, and what beat does on time (``schedule``)."""

from celery import shared_task
from celery.schedules import crontab

from kvalitet import jobs, notifications

MINUTE = 60.0


@shared_task
def run_job(job_id: str) -> None:
    jobs.run(job_id)


@shared_task(schedule=MINUTE)
def wake_waiting_jobs() -> None:
    jobs.wake_waiting()


@shared_task(schedule=MINUTE)
def mail_urgent() -> None:
    notifications.mail_urgent()


@shared_task(schedule=crontab(hour=6, minute=30))
def mail_digest() -> None:
    notifications.mail_digest()
