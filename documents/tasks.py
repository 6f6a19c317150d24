from celery import shared_task
from celery.schedules import crontab
from django.conf import settings

from documents import near
from documents.actions import batches
from documents.findable import changed_by_the_day
from documents.links import checking
from kvalitet import history
from kvalitet.models import SearchDirty
from kvalitet.organisation.models import User
from kvalitet.search import drain


@shared_task(name="documents.turn_the_day", ignore_result=True)
def turn_the_day() -> None:
    """Find documents anew that begin or end with the day, and those whose readers are named one by one."""
    SearchDirty.objects.bulk_create(
        SearchDirty(kind="document", object_id=pk) for pk in changed_by_the_day().iterator()
    )
    drain()


turn_the_day.schedule = crontab(hour=0, minute=10)


@shared_task(name="documents.sweep_batches", ignore_result=True)
def sweep_batches() -> None:
    """Bulk uploads that nobody finished in a month."""
    with history.acting_as(User.objects.system(), why="Uppladdningar som ingen avslutat"):
        batches.sweep()


sweep_batches.schedule = crontab(hour=3, minute=15)


@shared_task(name="documents.check_links", ignore_result=True)
def check_links() -> None:
    """Each week, when the setting says so."""
    if settings.LINK_CHECKS:
        checking.enqueue(user=User.objects.system())


check_links.schedule = crontab(day_of_week="sun", hour=4, minute=30)


@shared_task(name="documents.fill_prints", ignore_result=True)
def fill_prints() -> None:
    """Prints of texts that were written, or were there before prints were."""
    near.fill()


fill_prints.schedule = crontab(minute=40)
