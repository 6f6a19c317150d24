"""The Celery application. Beat's timetable is `registries.periodic`, filled in each app's `ready()`."""

import logging
import os
from collections.abc import Iterable
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler
from celery.signals import after_setup_logger, after_setup_task_logger, import_modules
from django.conf import settings
from django.utils.module_loading import import_string

from kvalitet import queue, registries

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")

# Beat keeps one connection, and would send on it for ever after the broker has been away: to try again is
# what makes it connect anew. Elsewhere nobody waits (CELERY_TASK_PUBLISH_RETRY).
TRIED_AGAIN = {"retry": True, "retry_policy": {"max_retries": 2, "interval_start": 0, "interval_max": 1}}

app = Celery("kvalitet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.add_defaults(lambda: _queue_in_database() if queue.uses_database() else {})
app.autodiscover_tasks()


def _queue_in_database() -> dict[str, Any]:
    return {"broker_transport_options": queue.transport_options(settings.DATABASES["default"])}


class Timetable(PersistentScheduler):
    """Beat, which a clock that is set back does not stop: what it last did would else lie in the future."""

    def tick(self, *args: Any, **options: Any) -> float:
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # its order was made by the clock as it was
        return float(super().tick(*args, **options))


@import_modules.connect
def plan_periodic_work(sender: Celery, **_: Any) -> None:
    """Give beat every registered task; `schedule` is seconds or a crontab in Stockholm's time.

    When the modules are imported Django's apps are ready. The app itself is finalized before that: by the
    first task whose schedule is written beside it, when no app has registered anything.
    """
    tasks: Iterable[Any] = registries.periodic
    for task in tasks:
        sender.add_periodic_task(task.schedule, task, name=task.name, **TRIED_AGAIN)


@after_setup_logger.connect
@after_setup_task_logger.connect
def write_like_the_site(logger: logging.Logger, **_: Any) -> None:
    """Celery has log lines of its own, which would quote a row that the database refused."""
    for handler in logger.handlers:
        handler.setFormatter(import_string(settings.LOG_FORMATTER)())
