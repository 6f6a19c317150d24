from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kvalitet import backup
from kvalitet.storage import StorageFault


class Command(BaseCommand):
    help = "Copy database and files to a new folder, while the system is used."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--earlier", type=Path, help="an earlier backup, whose files are linked to instead of copied"
        )

    def handle(self, *args: Any, folder: Path, earlier: Path | None, **options: Any) -> None:
        try:
            backup.make(folder, earlier=earlier, tell=self.stdout.write)
        except (backup.BackupError, StorageFault) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Klart: {folder}")
