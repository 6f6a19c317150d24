"""Who is told of reading. A notice says type, version, unit and day, never a title: its receiver may lose the
right to read before it is opened.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from documents.models import Document, Introduction, ReceiptRequirement
from documents.notices import jav
from documents.reading import asks as reading
from documents.reading.plans import items_of, parts
from kvalitet import notifications
from kvalitet.organisation.models import Unit

RECEIPT, NEWS, INTRODUCTION = "documents.receipt", "documents.news", "documents.introduction"
# Days left when one is reminded; after the last day once a week, as long as it is not done.
BEFORE = (7, 1, 0)
EVERY = 7


def tell_news(unit: Unit, number: int, *, user: Any) -> int:
    """Tell the unit's people that there is something new for them; returns how many were told."""
    people = list(reading.people_of(unit).exclude(pk=user.pk))
    what = "1 dokument" if number == 1 else f"{number} dokument"
    notifications.notify(
        people,
        kind=NEWS,
        sentence=f"Nytt för er enhet: {what}",
        url=reverse("documents:unit_news", args=[unit.slug]),
        unit=unit.name,
    )
    return len(people)


def remind(today: date) -> int:
    """Ask on the first day, remind before the last and weekly after it; returns how many were told."""
    asking = ReceiptRequirement.objects.on(today).values("document")
    documents = Document.objects.in_force(today).filter(pk__in=asking).select_related("owner_unit")
    told = sum(_remind(one, today) for one in reading.rounds(documents))
    return told + sum(_remind_of_plan(plan, today) for plan in _open_plans(today))


def _remind(one: reading.Round, today: date) -> int:
    waits = reading.people(one).filter(Q(spared_until=None) | Q(spared_until__lte=today), read_at=None)
    by_due: dict[date, list[Any]] = {}
    for person in waits:
        by_due.setdefault(person.due, []).append(person)
    due_days = {due: people for due, people in by_due.items() if _is_day(due, today, one.days)}
    for due, people in due_days.items():
        late = "Försenad läskvittens" if due < today else "Att läsa"
        document = one.document
        notifications.notify(
            people,
            kind=RECEIPT,
            sentence=f"{late}: {document.get_type_display()}, version {one.revision.label}",
            url=document.get_absolute_url(),
            unit=document.owner_unit.name,
            due=due,
            never=jav(document),
        )
    return sum(len(people) for people in due_days.values())


def _is_day(due: date, today: date, first_days: Iterable[int] = ()) -> bool:
    left = (due - today).days
    return left in first_days or left in BEFORE or (left < 0 and left % EVERY == 0)


def _open_plans(today: date) -> Any:
    """Plans that have not been certified, of the last year."""
    rows = Introduction.objects.filter(
        certificate=None, started_on__gt=today.replace(year=today.year - 1, day=1)
    )
    return rows.select_related("user", "mentor", "unit", "package")


def _remind_of_plan(plan: Introduction, today: date) -> int:
    """The person when a stage ends today, and the mentor with them."""
    ending = [one for one in parts(plan, items_of(plan)) if one.left and _is_day(one.due, today)]
    if not ending:
        return 0
    people = [one for one in (plan.user, plan.mentor) if one is not None]
    notifications.notify(
        people,
        kind=INTRODUCTION,
        sentence=f"Introduktion: {ending[0].title}, {ending[0].left} kvar",
        url=plan.get_absolute_url(),
        unit=plan.unit.name,
        due=ending[0].due,
    )
    return len(people)
