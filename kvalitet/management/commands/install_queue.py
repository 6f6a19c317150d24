from typing import Any

from django.core.management.base import BaseCommand

from kvalitet import queue


class Command(BaseCommand):
    help = "Create the queue in the database, once; nothing when CELERY_BROKER_URL names another."

    def handle(self, *args: Any, **options: Any) -> None:
        if queue.uses_database() and queue.install():
            self.stdout.write("Kön är skapad.")
