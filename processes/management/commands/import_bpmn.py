from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from kvalitet import history
from kvalitet.organisation.models import User
from kvalitet.workflow import Blocked
from processes import imports
from processes.bpmn.model import BpmnError
from processes.enums import ProcessKind
from processes.models import Process


class Command(BaseCommand):
    help = "Make a process of a BPMN file and print its path. An unreadable file changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--title", required=True)
        parser.add_argument("--parent", default="", help="slug of the process above")
        parser.add_argument("--kind", default=ProcessKind.MAIN, choices=ProcessKind.values)
        parser.add_argument("--publish", action="store_true", help="approve and publish from today")

    @transaction.atomic
    def handle(self, *args: Any, file: Path, title: str, parent: str, publish: bool, **options: Any) -> None:
        above = Process.objects.filter(slug=parent).first()
        if parent and above is None:
            raise CommandError(f"Det finns ingen process med adressen {parent}.")
        try:
            with history.acting_as(User.objects.system(), why=f"import_bpmn {file.name}"):
                revision, remarks = imports.import_file(
                    data=file.read_bytes(), name=file.name, title=title, parent=above, kind=options["kind"]
                )
                if publish:
                    imports.publish(revision, day=timezone.localdate())
        except (OSError, BpmnError, Blocked) as error:
            raise CommandError(f"{file}: {error}") from error
        for remark in remarks:
            self.stderr.write(remark)
        self.stdout.write(revision.process.get_absolute_url())
