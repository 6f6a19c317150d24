import time
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from kvalitet import bulk, history, registries

KINDS = ("processes", "documents", "deviations", "users")


class Command(BaseCommand):
    help = "Load made-up content in bulk, the same for the same seed. It is added to what is there."

    def add_arguments(self, parser: CommandParser) -> None:
        for kind in KINDS:
            parser.add_argument(f"--{kind}", type=int, default=0, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument("--force", action="store_true", help="also when DEBUG is off")

    def handle(self, *args: Any, seed: int, force: bool, **options: Any) -> None:
        if not settings.DEBUG and not force:
            raise CommandError(
                "Påhittat innehåll kan inte tas bort igen. Det laddas bara med DEBUG=1 eller --force."
            )
        if any(options[kind] < 0 for kind in KINDS):
            raise CommandError("Antalen kan inte vara negativa.")
        load = bulk.Load({kind: options[kind] for kind in KINDS}, Random(seed))  # noqa: S311
        start = time.perf_counter()
        with transaction.atomic(), history.acting_as(None, why="Påhittat innehåll"):
            for add in registries.synthetic:
                add(load)
        seconds = time.perf_counter() - start
        for label, count in load.counts.items():
            self.stdout.write(f"{count:>9} {label}")
        self.stdout.write(
            f"{load.rows:>9} rader på {seconds:.1f} s, {load.rows / max(seconds, 0.001):.0f} per sekund. "
            "Sökningen indexeras i bakgrunden av kön, eller nu med search_rebuild."
        )
