from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kvalitet.granting import CannotGrant, grant


class Command(BaseCommand):
    help = "Give the application's account its rights in the database; run as the database's owner."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the account in the application's DATABASE_URL")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        try:
            limited = grant(role)
        except CannotGrant as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Kontot {role} har sina rättigheter; i {limited} tabeller är de färre än de andra."
        )
