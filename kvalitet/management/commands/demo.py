from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kvalitet import registries


class Command(BaseCommand):
    help = "Load the demo content (Norrvik). Can be run again: what is there is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="also when DEBUG is off")

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        if not settings.DEBUG and not force:
            raise CommandError(
                "Demoinnehållet har kända lösenord. Det laddas bara med DEBUG=1 eller --force."
            )
        for load in registries.demo:
            load(self.stdout.write)
