from typing import Any

from django.core.management.commands import migrate

from kvalitet.migrating import lightly


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with lightly():
            super().handle(*args, **options)
