"""Norrvik's avvikelser and åtgärder over three years: three threads told in full, 900 cases in all."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from improvement.demo.sources import SourceWriter
from improvement.demo.telling import Telling
from improvement.demo.write import MARK, Writer
from improvement.models import Deviation, Measure
from kvalitet import history, search
from kvalitet.organisation.models import User


def load(say: Callable[[str], Any]) -> None:
    """Lay up all of it at once; where it is there, nothing is added."""
    if not Deviation.objects.filter(submission=MARK).exists():
        with transaction.atomic(), history.acting_as(User.objects.system(), why="Demoinnehåll"):
            telling = Telling(timezone.localdate())
            telling.tell()
            Writer(telling).write()
            SourceWriter(telling).write()
        search.drain_now()
    say(f"Förbättringsarbete: {Deviation.objects.count()} avvikelser, {Measure.objects.count()} åtgärder")
