"""What of reading waits for a person: documents to confirm, an introduction, documents to take a stand on.

Everything is read in one query, which the first page can afford.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.urls import reverse

from documents.enums import Stage
from documents.models import Introduction
from documents.reading import asks as reading
from documents.reading import plans, stands
from documents.reading import rights as reading_rights
from documents.reading.asks import Ask
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit, User
from kvalitet.organisation.permissions import is_employee
from kvalitet.registries import Task

KIND = "documents.reading"
MOST_UNITS = 5


@dataclass(frozen=True)
class Waiting:
    """``plans`` are of Introduction with what is left; ``judging`` units with how many documents."""

    asks: list[Ask]
    plans: list[dict[str, Any]]
    judging: list[dict[str, Any]]


NOTHING = Waiting([], [], [])


def waiting(user: Any) -> Waiting:
    """Read once a user object."""
    if not is_employee(user):
        return NOTHING
    if not hasattr(user, "_reading_waiting"):
        user._reading_waiting = _read(user)
    found: Waiting = user._reading_waiting
    return found


def _read(user: Any) -> Waiting:
    asks = reading.unread(user).values(
        told=JSONObject(
            document="document_id",
            title="document__title",
            unit="document__owner_unit__name",
            number="number",
            minor="minor",
            due="due",
        )
    )
    units = _judged_by(user)
    counts = {f"unit_{pk}": stands.count_unjudged(user, pk) for pk in units}
    names = Unit.objects.filter(pk__in=units).order_by("name")
    rows: Any = User.objects.filter(pk=user.pk).values(
        asks=ArraySubquery(asks),
        plans=ArraySubquery(_plans(user)),
        units=ArraySubquery(names.values(told=JSONObject(pk="pk", slug="slug", name="name"))),
        **counts,
    )
    row = rows[0]
    judging = [{**unit, "number": row[f"unit_{unit['pk']}"]} for unit in row["units"] or ()]
    return Waiting(_asks(row["asks"] or []), row["plans"] or [], [one for one in judging if one["number"]])


def _asks(rows: list[dict[str, Any]]) -> list[Ask]:
    """One a document, by the requirement that is due first."""
    found: dict[int, Ask] = {}
    for row in rows:
        label, due = f"{row['number']}.{row['minor']}", date.fromisoformat(row["due"])
        ask = Ask(row["document"], row["title"], label, row["unit"], due)
        found.setdefault(ask.document_id, ask)
    return list(found.values())


def _plans(user: Any) -> Any:
    """Open plans of one's own, and those one is mentor for, with what each has left."""
    left = plans.items_left().values(told=JSONObject(stage="stage", text="text"))
    rows = Introduction.objects.filter(Q(user=user.pk) | Q(mentor=user.pk), certificate=None)
    return rows.order_by("started_on").values(
        told=JSONObject(
            pk="pk", user="user_id", name="user__name", started_on="started_on", left=ArraySubquery(left)
        )
    )


def _judged_by(user: Any) -> list[int]:
    """The own units for which one takes a stand."""
    scope = grants.scope(user, reading_rights.ReadingPermission.JUDGE)
    return sorted(scope.unit_ids & grants.own_unit_ids(user))[:MOST_UNITS]


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
