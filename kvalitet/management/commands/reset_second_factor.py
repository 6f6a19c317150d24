from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kvalitet.organisation.actions import second_factors
from kvalitet.organisation.models import User


class Command(BaseCommand):
    help = "Take away the second step of a login of somebody who has lost it, when no administrator can."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="how you know who it is; kept in the history")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        person = User.objects.filter(email=email, second_factor__isnull=False).first()
        if person is None:
            raise CommandError(f"{email} har ingen tvåstegsinloggning.")
        second_factors.reset(person=person, user=None, reason=options["reason"])
        self.stdout.write(f"Nollställd. {person} ställer in den på nytt vid nästa inloggning.")
