from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kvalitet import backup
from kvalitet.storage import StorageFault


class Command(BaseCommand):
    help = "Put a backup back into an empty database and an empty storage, and compare with it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = backup.restore(folder, tell=self.stdout.write)
        except (backup.BackupError, StorageFault) as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest["tables"].values()), len(manifest["files"])
        self.stdout.write(
            f"Klart: {rows} rader och {files} filer är som i kopian från {manifest['made_at']}."
        )
        self.stdout.write("Kör manage.py migrate om programmet är nyare än kopian.")
