from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kvalitet.copying import copy_all, storage_at
from kvalitet.storage import StorageFault
from kvalitet.storage_address import is_address


class Command(BaseCommand):
    help = (
        "Copy all files to another storage, while the system is used, and compare. Run it again when stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        told = "a folder or an address as in STORAGE_URL; without it the storage in use"
        parser.add_argument("--from", dest="source", default="", help=told)
        parser.add_argument("--to", dest="target", default="", help=told)

    def handle(self, *args: Any, source: str, target: str, **options: Any) -> None:
        if source == target:
            raise CommandError(
                "Ange --to (dit filerna ska) eller --from (där de finns). Den andra är STORAGE_URL."
            )
        if source and not is_address(source) and not Path(source).is_dir():
            raise CommandError(f"Mappen {source} finns inte.")
        try:
            result = copy_all(storage_at(source), storage_at(target), tell=self._tell)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        except (StorageFault, OSError) as fault:
            raise CommandError(f"{fault} Det som hann kopieras är kvar. Kör igen.") from fault
        if result.different:
            keys = "\n".join(result.different)
            raise CommandError(f"{len(result.different)} filer skiljer sig och är inte rörda:\n{keys}")
        self._tell(
            f"Klart: {result.new} filer kopierade, {result.known} fanns, alla lika byte för byte."
            + (f" {result.gone} togs bort under tiden." if result.gone else "")
        )

    def _tell(self, sentence: str) -> None:
        """At once, also into a file."""
        self.stdout.write(sentence)
        self.stdout.flush()
