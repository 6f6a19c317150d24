"""Index everything anew: after a change of what is indexed, or of the words that open compounds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kvalitet import search


class Command(BaseCommand):
    help = "Bygger om sökindexet för alla slag, eller för dem som anges."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slag", nargs="*", choices=[[], *(kind.name for kind in search.kinds())])

    def handle(self, *args: Any, **options: Any) -> None:
        count = search.rebuild(options["slag"])
        self.stdout.write(f"{count} objekt indexerade.")
