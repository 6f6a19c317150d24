from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from improvement import awaited, notices, reminders, source_work
from improvement.actions import attaching
from improvement.actions.measures import settle_all
from improvement.findable import changed_by_the_day
from kvalitet.models import SearchDirty
from kvalitet.search import drain


@shared_task(name="improvement.turn_the_day", ignore_result=True)
def turn_the_day() -> None:
    """Find open cases anew when a role or an absence has begun or ended with the day."""
    ids = list(changed_by_the_day())
    kinds = ("deviation", "investigation")
    SearchDirty.objects.bulk_create(SearchDirty(kind=kind, object_id=pk) for kind in kinds for pk in ids)
    drain()


@shared_task(name="improvement.remind", ignore_result=True)
def remind() -> None:
    """What is due, for the digest of that morning: clocks, answers others wait for, åtgärder, effects."""
    today = timezone.localdate()
    reminders.send(today)
    notices.remind(today)
    awaited.send(today)


@shared_task(name="improvement.throw_unsent_files", ignore_result=True)
def throw_unsent_files() -> None:
    """Files of reports that were begun and never sent are kept a day."""
    attaching.throw_old()


@shared_task(name="improvement.settle_measures", ignore_result=True)
def settle_measures() -> None:
    """Åtgärder whose routine or process has come into force with the day are done."""
    settle_all()


@shared_task(name="improvement.remind_reviews", ignore_result=True)
def remind_reviews() -> None:
    """Which granskningar want an answer soon, today, or wanted it yesterday."""
    source_work.remind(timezone.localdate())


throw_unsent_files.schedule = crontab(minute=40)
turn_the_day.schedule = crontab(hour=0, minute=15)
remind.schedule = crontab(hour=5, minute=30)
settle_measures.schedule = crontab(hour=0, minute=25)
remind_reviews.schedule = crontab(hour=5, minute=35)
