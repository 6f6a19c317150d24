from celery import shared_task
from celery.schedules import crontab
from django.conf import settings
from django.utils import timezone

from documents import actions, near, reminders
from documents.actions import batches
from documents.findable import changed_by_the_day
from documents.frozen import freezing
from documents.links import checking
from documents.reading import notices as reading_notices
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


@shared_task(name="documents.remind", ignore_result=True)
def remind() -> None:
    """Before the morning's mail: what is to be looked over, and remisses that wait for answers."""
    reminders.remind_of_reviews()
    reminders.remind_of_remisses()


@shared_task(name="documents.reading_day", ignore_result=True)
def reading_day() -> None:
    """Plans for those who are new, then reminders, in time for the digest of the same morning."""
    today = timezone.localdate()
    with history.acting_as(User.objects.system(), why="Läskvittenser och introduktioner"):
        actions.make_plans(today)
        reading_notices.remind(today)


@shared_task(name="documents.freeze_missing", ignore_result=True)
def freeze_missing() -> None:
    freezing.enqueue_missing()


@shared_task(name="documents.sweep_batches", ignore_result=True)
def sweep_batches() -> None:
    """Bulk uploads that nobody finished in a month."""
    with history.acting_as(User.objects.system(), why="Uppladdningar som ingen avslutat"):
        batches.sweep()


@shared_task(name="documents.check_links", ignore_result=True)
def check_links() -> None:
    """Each week, when the setting says so."""
    if settings.LINK_CHECKS:
        checking.enqueue(user=User.objects.system())


@shared_task(name="documents.fill_prints", ignore_result=True)
def fill_prints() -> None:
    """Prints of texts that were written, or were there before prints were."""
    near.fill()


turn_the_day.schedule = crontab(hour=0, minute=10)
remind.schedule = crontab(hour=5, minute=30)
reading_day.schedule = crontab(hour=5, minute=40)
freeze_missing.schedule = crontab(hour=2, minute=30)
sweep_batches.schedule = crontab(hour=3, minute=15)
check_links.schedule = crontab(day_of_week="sun", hour=4, minute=30)
fill_prints.schedule = crontab(minute=40)
PERIODIC = (turn_the_day, remind, reading_day, freeze_missing, sweep_batches, check_links, fill_prints)
