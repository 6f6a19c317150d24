from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from improvement import notices, source_work
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
    """Whose åtgärd is due today, and where an effect is to be judged; in the digest of the same morning."""
    notices.remind(timezone.localdate())


@shared_task(name="improvement.settle_measures", ignore_result=True)
def settle_measures() -> None:
    """Åtgärder whose routine or process has come into force with the day are done."""
    settle_all()


@shared_task(name="improvement.remind_reviews", ignore_result=True)
def remind_reviews() -> None:
    """Which granskningar want an answer soon, today, or wanted it yesterday."""
    source_work.remind(timezone.localdate())


turn_the_day.schedule = crontab(hour=0, minute=15)
remind.schedule = crontab(hour=5, minute=30)
settle_measures.schedule = crontab(hour=0, minute=25)
remind_reviews.schedule = crontab(hour=5, minute=35)
