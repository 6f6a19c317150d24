"""What of reading waits for a person: documents to confirm, an introduction, documents to take a stand on."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from documents.enums import Stage
from documents.models import Introduction
from documents.reading import stands
from documents.reading.asks import Ask
from documents.waiting import waiting
from kvalitet.registries import Task

KIND = "documents.reading"


def tasks(user: Any) -> Iterator[Task]:
    """In *Mitt arbete* and on the first page."""
    found = waiting(user)
    for ask in found.asks:
        yield _to_read(ask)
    for plan in found.plans:
        yield from _of_plan(user, plan)
    for unit in found.judging:
        yield _to_judge(unit)


def _to_read(ask: Ask) -> Task:
    return Task(
        sentence=f"Läs och kvittera {ask.title}, version {ask.label}",
        url=reverse("documents:document", args=[ask.document_id]),
        button="Läs",
        due=ask.due,
        kind=KIND,
        unit=ask.unit,
    )


def _of_plan(user: Any, plan: dict[str, Any]) -> Iterator[Task]:
    """One line a plan: for the person what is theirs to do, for the mentor what they say is done."""
    is_own = plan["user"] == user.pk
    left = [one for one in plan["left"] if bool(one["text"]) != is_own]
    if not left:
        return
    day = Introduction(started_on=date.fromisoformat(plan["started_on"]))
    whose = "Din introduktion" if is_own else f"Introduktionen för {plan['name']}"
    yield Task(
        sentence=f"{whose}: {len(left)} kvar",
        url=reverse("documents:introduction", args=[plan["pk"]]),
        button="Öppna planen",
        due=min(day.due(Stage(one["stage"])) for one in left),
        kind="documents.introduction",
    )


def _to_judge(unit: dict[str, Any]) -> Task:
    number = stands.in_words(unit["number"])
    return Task(
        sentence=f"Ta ställning till {number} dokument som kan gälla {unit['name']}",
        url=reverse("documents:statements", args=[unit["slug"]]),
        button="Ta ställning",
        kind="documents.statement",
        unit=unit["name"],
    )
