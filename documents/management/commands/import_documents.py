import sys
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.actions import batches as actions
from documents.bulk import batches, folders, named, sheets
from documents.bulk.folders import Found
from documents.enums import DocumentType, ItemChoice, ItemOutcome, Visibility
from documents.files.kinds import RefusedFile
from documents.models import UploadBatch, UploadItem
from documents.uploads import check
from kvalitet import archives, history
from kvalitet.storage import StorageFault
from kvalitet.workflow import Blocked

SOME_REFUSED, NOTHING_DONE = 1, 2
ASKED = "Ett dokument med samma namn finns: {title}. Lägg in filen som ny version på dess sida."


class Command(BaseCommand):
    help = (
        "Lägg in alla dokument i en mapp eller zip-fil som utkast, en rad för varje fil. Kör igen efter ett "
        "avbrott: det som redan är inne känns igen. Avslutar med 0, med 1 om någon fil avvisades, med 2 om "
        "inget lades in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="MAPP_ELLER_ZIP")
        parser.add_argument("--sheet", type=Path, help="metadatablad (xlsx)")
        parser.add_argument("--unit", required=True, help="enhetens adress eller namn")
        parser.add_argument("--type", default=DocumentType.UNIT_ROUTINE, choices=DocumentType.values)
        parser.add_argument(
            "--responsible", required=True, help="e-post till den ansvariga, som utkasten läggs in av"
        )
        parser.add_argument("--visibility", default=Visibility.INTERNAL, choices=Visibility.values)
        parser.add_argument("--process", default="", help="processens namn eller adress")
        parser.add_argument("--dry-run", action="store_true", help="granska filerna, lägg inte in något")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            user, values, rows = _given(options)
            found = folders.collect(path)
            with history.acting_as(user, why=f"import_documents {path.name}"[:100]):
                run = _Run(user, values, rows, is_dry=options["dry_run"], say=self.stdout.write)
                for one in found:
                    run.take(one)
                run.finish()
        except (folders.RefusedFolder, sheets.BadSheet, ValidationError, PermissionDenied) as refused:
            problems = getattr(refused, "problems", None) or getattr(refused, "messages", None)
            text = "\n".join(problems or [str(refused)])
            raise CommandError(text, returncode=NOTHING_DONE) from None
        self.stdout.write(run.summary())
        if run.refused:
            sys.exit(SOME_REFUSED)


def _given(options: dict[str, Any]) -> tuple[Any, dict[str, Any], sheets.Rows]:
    """Who lays in, what goes for all files and what the sheet says of each."""
    user = named.person(None, options["responsible"])
    values = {
        "type": options["type"],
        "owner_unit": named.unit(user, options["unit"]),
        "responsible": user,
        "visibility": options["visibility"],
        "process": named.process(user, options["process"]) if options["process"] else None,
    }
    if options["sheet"] is None:
        return user, values, {}
    try:
        with options["sheet"].open("rb") as file:
            rows = sheets.read(file, options["sheet"].name, user=user, unit=values["owner_unit"])
            return user, values, rows
    except OSError:
        raise sheets.BadSheet([f"Metadatabladet {options['sheet']} går inte att öppna."]) from None


class _Run:
    """One run of the command; each file is made into a draft before the next is opened."""

    def __init__(
        self, user: Any, values: dict[str, Any], rows: sheets.Rows, *, is_dry: bool, say: Any
    ) -> None:
        self.user, self.values, self.rows, self.is_dry, self.say = user, values, rows, is_dry, say
        self.batch: UploadBatch | None = None
        self.taken = self.known = self.refused = 0

    def take(self, one: Found) -> None:
        if one.reason or one.open is None:
            self._tell(one.name, "AVVISAD", one.reason)
            return
        try:
            with one.open() as file:
                self._judge(one.name, file) if self.is_dry else self._lay_in(one.name, file)
        except (RefusedFile, Blocked, StorageFault) as refused:
            self._tell(one.name, "AVVISAD", str(refused))
        except archives.UNREADABLE:
            self._tell(one.name, "AVVISAD", archives.BROKEN)

    def _judge(self, name: str, file: Any) -> None:
        checked = check(file, name)
        row = UploadItem(name=checked.name, sha256=checked.sha256, title="", process=self.values["process"])
        actions.recognise(row, user=self.user)
        if row.is_same_file and row.target:
            self._tell(name, "FINNS REDAN", row.target.title)
        else:
            self._tell(name, "KAN LÄGGAS IN")

    def _lay_in(self, name: str, file: Any) -> None:
        item = actions.add_file(self._room(), file=file, name=name, user=self.user)
        if not item.is_done:
            batches.write_down(item, batches.hear(item), user=self.user)
        if item.choice == ItemChoice.ASK and item.target and not item.is_done:
            item = actions.give_up(item, ASKED.format(title=item.target.title))
        if not item.is_done:
            item = batches.make_one(item, user=self.user, reference="import")
        outcome = ItemOutcome(item.outcome)
        words = {
            ItemOutcome.MADE: "INLAGD",
            ItemOutcome.SKIPPED: "FINNS REDAN",
            ItemOutcome.LINKED: "KOPPLAD",
        }
        told = item.revision.get_absolute_url() if item.revision else item.reason
        self._tell(name, words.get(outcome, "AVVISAD"), told)

    def _room(self) -> UploadBatch:
        """The batch of this run, and another when it is full; begun when there is something for it."""
        if self.batch is None or self.batch.items.count() >= settings.BATCH_MAX_FILES:
            self.finish()
            self.batch = actions.begin(
                user=self.user, values=self.values, submission=uuid.uuid4(), sheet=self.rows
            )
        return self.batch

    def finish(self) -> None:
        if self.batch is not None:
            actions.close(self.batch)

    def _tell(self, name: str, word: str, reason: str = "") -> None:
        self.taken += word in ("INLAGD", "KOPPLAD", "KAN LÄGGAS IN")
        self.known += word == "FINNS REDAN"
        self.refused += word == "AVVISAD"
        self.say(f"{word:<14} {name}{f': {reason}' if reason else ''}")

    def summary(self) -> str:
        verb = "kan läggas in" if self.is_dry else "inlagda"
        return f"{self.taken} {verb}, {self.known} finns redan, {self.refused} avvisade."
