"""Who is told of reading. A notice says type, version, unit and day, never a title: its receiver may lose the
right to read before it is opened.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone

from documents import notices, reviews
from documents.models import Document, Introduction, ReadingReminder, ReceiptRequirement, Revision
from documents.reading import asks as reading
from documents.reading.plans import items_of, parts
from kvalitet import notifications
from kvalitet.models import Notification
from kvalitet.organisation.models import Unit

RECEIPT, NEWS, INTRODUCTION = "documents.receipt", "documents.news", "documents.introduction"
# Days left when one is reminded; then on the last day and once a week, as long as it is not done.
BEFORE = (7, 1)


@transaction.atomic
def tell_news(unit: Unit, news: Sequence[Revision], *, user: Any) -> int | None:
    """Tell the unit's people that there is something new for them; returns how many were told.

    Once a day, whoever presses the button: None when they have been told and nothing was fastställt since.
    """
    # In turn, so that a button pressed twice tells once.
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    url = reverse("documents:unit_news", args=[unit.slug])
    told_at = _told_today(unit, url)
    if told_at and not any(one.approved_at and one.approved_at > told_at for one in news):
        return None
    people = list(reading.people_of(unit).exclude(pk=user.pk))
    notifications.notify(
        people,
        kind=NEWS,
        sentence=f"Nytt för er enhet: {len(news)} dokument",
        url=url,
        unit=unit.name,
    )
    return len(people)


def _told_today(unit: Unit, url: str) -> datetime | None:
    """When the unit's people were last told of news there, if it was today."""
    rows = Notification.objects.filter(user__in=reading.people_of(unit), kind=NEWS, url=url)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return rows.filter(created_at__gte=today).aggregate(last=Max("created_at"))["last"]


def remind(today: date) -> int:
    """Ask on the first day, remind before the last and weekly after it; returns how many were told.

    Each is written down with who got it, so running it again tells nobody twice, and after missed days each
    gets the latest that was due.
    """
    asking = ReceiptRequirement.objects.on(today).values("document")
    documents = Document.objects.in_force(today).filter(pk__in=asking).select_related("owner_unit")
    told = sum(_remind(one, today) for one in reading.rounds(documents))
    return told + sum(_remind_of_plan(plan, today) for plan in _open_plans(today))


@transaction.atomic
def _remind(one: reading.Round, today: date) -> int:
    document = Document.objects.select_for_update(of=("self",)).get(pk=one.document.pk)
    key = {"document": document, "number": one.revision.number}
    waits = reading.people(one).filter(Q(spared_until=None) | Q(spared_until__lte=today), read_at=None)
    by_due: dict[date, list[Any]] = {}
    for person in waits:
        by_due.setdefault(_last_day(one, person), []).append(person)
    told = 0
    for due, people in by_due.items():
        new = _untold(people, due, today, (*BEFORE, *one.days), **key)
        late = "Försenad läskvittens" if due < today else "Att läsa"
        sentence = f"{late}: {document.get_type_display()}, version {one.revision.label}"
        notices.tell(new, one.document, sentence, kind=RECEIPT, due=due)
        told += len(new)
    return told


def _last_day(one: reading.Round, person: Any) -> date:
    """Who was spared by an introduction has the days of the requirement from when that ended."""
    due: date = person.due
    return max(due, person.spared_until + timedelta(days=min(one.days))) if person.spared_until else due


def _untold(people: Iterable[Any], due: date, today: date, ahead: tuple[int, ...], **key: Any) -> list[Any]:
    """Those who have not had the reminder that it is time for, written down as told; none when it is not."""
    stage = reviews.stage(due, today, ahead)
    if stage is None:
        return []
    had = set(ReadingReminder.objects.filter(due=due, stage=stage, **key).values_list("user", flat=True))
    new = [one for one in people if one.pk not in had]
    ReadingReminder.objects.bulk_create(
        ReadingReminder(user_id=one.pk, due=due, stage=stage, **key) for one in new
    )
    return new


def _open_plans(today: date) -> Any:
    """Plans that have not been certified, of the last year."""
    rows = Introduction.objects.filter(
        certificate=None, started_on__gt=today.replace(year=today.year - 1, day=1)
    )
    return rows.select_related("user", "mentor", "unit", "package")


@transaction.atomic
def _remind_of_plan(plan: Introduction, today: date) -> int:
    """The person when a stage ends, and the mentor with them: of the first that is not done."""
    Introduction.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    people = [one for one in (plan.user, plan.mentor) if one is not None]
    told = 0
    for part in (one for one in parts(plan, items_of(plan)) if one.left):
        new = _untold(people, part.due, today, BEFORE, introduction=plan)
        if new and not told:
            notifications.notify(
                new,
                kind=INTRODUCTION,
                sentence=f"Introduktion: {part.title}, {part.left} kvar",
                url=plan.get_absolute_url(),
                unit=plan.unit.name,
                due=part.due,
            )
            told = len(new)
    return told
