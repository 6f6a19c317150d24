from celery import shared_task
from celery.schedules import crontab
from django.db import transaction

from improvement.learning import notices


@shared_task(name="improvement.remind_of_answers", ignore_result=True)
def remind_of_answers() -> None:
    """Whose answer to another unit's question, or to a förslag, is late; for the digest of that morning."""
    with transaction.atomic():
        notices.remind()


remind_of_answers.schedule = crontab(hour=5, minute=35)
