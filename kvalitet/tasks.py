"""The Celery tasks of the frame: what the queue can wake, and what beat does on time."""

from celery import shared_task

from kvalitet import jobs, notifications


@shared_task(ignore_result=True)
def run_job(job_id: str) -> None:
    jobs.run(job_id)


@shared_task(ignore_result=True)
def wake_waiting_jobs() -> None:
    jobs.wake_waiting()


@shared_task(ignore_result=True)
def mail_urgent() -> None:
    notifications.mail_urgent()


@shared_task(ignore_result=True)
def mail_digest() -> None:
    notifications.mail_digest()
