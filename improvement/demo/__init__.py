"""Norrvik's avvikelser and åtgärder over three years: three threads told in full, 900 cases in all."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from improvement import reminders
from improvement.demo import learning, pictures
from improvement.demo.sources import SourceWriter
from improvement.demo.telling import Telling
from improvement.demo.write import MARK, Writer
from improvement.models import Deviation, Measure, StandardPhrase
from kvalitet import history, search
from kvalitet.organisation.models import User

PHRASES = (
    ("answer", "Tack för att du rapporterade. Vi har åtgärdat felet och tar upp det på nästa APT."),
    ("answer", "Tack! Det du såg är viktigt. Rutinen är nu förtydligad."),
    ("reason", "Det här är en felanmälan och hanteras av fastighet. Jag har skickat den vidare."),
)


def _phrases() -> None:
    """What the chef of the demo often writes."""
    chief = User.objects.get(email="chef@demo.invalid")
    rows = (StandardPhrase(owner=chief, use=use, text=text) for use, text in PHRASES)
    StandardPhrase.objects.bulk_create(rows)


def load(say: Callable[[str], Any]) -> None:
    """Lay up all of it at once; where it is there, nothing is added."""
    if not Deviation.objects.filter(submission=MARK).exists():
        with transaction.atomic(), history.acting_as(User.objects.system(), why="Demoinnehåll"):
            telling = Telling(timezone.localdate())
            telling.tell()
            writer = Writer(telling)
            writer.write()
            pictures.attach(telling.cases, writer.rows)
            _phrases()
            reminders.send(timezone.localdate())
            learning.tell()
            SourceWriter(telling).write()
        search.drain_now()
    say(f"Förbättringsarbete: {Deviation.objects.count()} avvikelser, {Measure.objects.count()} åtgärder")
