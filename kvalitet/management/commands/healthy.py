from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kvalitet.health import CHECKS, answers


class Command(BaseCommand):
    help = "Say whether the database, the queue and the storage answer from here; exit 1 when one does not."

    def handle(self, *args: Any, **options: Any) -> None:
        silent = [name for name in CHECKS if not answers(name)]
        if silent:
            raise CommandError(f"Svarar inte: {', '.join(silent)}")
