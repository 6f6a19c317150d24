"""The queue's way in to the drain, and how a change asks for it."""

import logging

from celery import shared_task
from celery.schedules import crontab
from django.db import transaction

from kvalitet.search.drain import drain
from kvalitet.search.terms import relearn

logger = logging.getLogger(__name__)


@shared_task(name="kvalitet.search.drain", ignore_result=True)
def drain_search() -> None:
    """Index what has changed."""
    drain()


@shared_task(name="kvalitet.search.relearn", ignore_result=True)
def relearn_search() -> None:
    """Learn from the day's new texts."""
    relearn()
    drain()


drain_search.schedule = 60.0
relearn_search.schedule = crontab(hour=3, minute=15)


def wake() -> None:
    """Ask for a drain as soon as this transaction is committed, so that a change is found within seconds.

    Never fails the change itself: without a queue the drain of the next minute finds it.
    """
    transaction.on_commit(_send, robust=True)


def _send() -> None:
    drain_search.delay()
