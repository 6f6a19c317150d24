from celery import shared_task
from celery.schedules import crontab

from kvalitet import history
from kvalitet.organisation.models import User
from processes import actions, print_job


@shared_task(ignore_result=True)
def put_due_in_force() -> None:
    """Just after midnight, and again in the morning should the night have been missed."""
    with history.acting_as(User.objects.system(), why="Versionens första dag"):
        actions.put_due_in_force()


put_due_in_force.schedule = crontab(minute=5, hour="0,5")


@shared_task(ignore_result=True)
def sweep_prints() -> None:
    """What was printed is kept for a day."""
    print_job.sweep()


sweep_prints.schedule = crontab(minute=20, hour="1,5")
