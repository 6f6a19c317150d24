from celery import shared_task
from celery.schedules import crontab

from documents import freezing
from documents.findable import changed_by_the_day
from kvalitet.models import SearchDirty
from kvalitet.search import drain


@shared_task(name="documents.turn_the_day", ignore_result=True)
def turn_the_day() -> None:
    """Find documents anew that begin or end with the day, and those whose readers are named one by one."""
    SearchDirty.objects.bulk_create(
        SearchDirty(kind="document", object_id=pk) for pk in changed_by_the_day().iterator()
    )
    drain()


turn_the_day.schedule = crontab(hour=0, minute=10)


@shared_task(name="documents.freeze_missing", ignore_result=True)
def freeze_missing() -> None:
    freezing.enqueue_missing()


freeze_missing.schedule = crontab(hour=2, minute=30)
