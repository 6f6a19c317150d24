"""What waits for a person: other units' questions, förslag to answer, lärdomar to publish."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from improvement import work
from improvement.waits import LESSON, PROPOSAL, SPREAD
from kvalitet.registries import Task

KIND = "improvement.learning"
MOST = 60
# What waits: sentence, address, button, and whether the day is one to answer by.
TOLD = {
    SPREAD: ("Kan det hända hos oss? Svara på fråga {pk}", "improvement:spread_prompt", "Svara", True),
    PROPOSAL: ("Svara på förslag {pk}", "improvement:proposal", "Läs och svara", True),
    LESSON: ("Läs och publicera lärdom {pk}", "improvement:lesson", "Läs", False),
}


def tasks(user: Any) -> Iterator[Task]:
    """In *Mitt arbete*, those with the nearest day first; read with the cases, in their query."""
    shown = [one for one in work.rows(user) if one.what in TOLD]
    for row in sorted(shown, key=lambda one: (one.day, one.pk))[:MOST]:
        sentence, address, button, has_due = TOLD[row.what]
        when: dict[str, Any] = {"due" if has_due else "since": row.day}
        url = reverse(address, args=[row.pk])
        yield Task(sentence.format(pk=row.pk), url, button, kind=KIND, unit=row.unit or "", **when)
