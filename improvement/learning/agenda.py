"""Lärdomar and cases among the points of a unit's APT, for the registries of what is taken up there.

Lärdomar are told in full, of a case its summary alone.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import OuterRef
from django.urls import reverse
from django.utils import timezone

from documents.models import GroupReading
from documents.reading import rights as reading_rights
from improvement.models import AgendaItem
from kvalitet.lookups import number_in
from kvalitet.organisation.models import Unit
from kvalitet.registries import AptPoint

KEY = "punkt-"


def points(user: Any, unit: Unit) -> Iterator[AptPoint]:
    """One query."""
    rows = AgendaItem.objects.waiting().shown_to(user).filter(unit=unit)
    may_plan = reading_rights.may_plan_apt(user, unit)
    for one in rows.select_related("lesson", "deviation", "added_by"):
        yield _point(one, remove_url=reverse("improvement:agenda_remove", args=[one.pk]) if may_plan else "")


def waiting(user: Any) -> Any:
    return AgendaItem.objects.waiting().shown_to(user).filter(unit=OuterRef("pk"))


def take_up(keys: Iterable[str], reading: GroupReading, *, user: Any) -> int:
    """Those that wait on the list of the unit, which the caller has locked."""
    numbers = [number_in(key.removeprefix(KEY)) for key in keys if key.startswith(KEY)]
    rows = AgendaItem.objects.waiting().shown_to(user).filter(unit=reading.unit_id)
    found = rows.filter(pk__in=[one for one in numbers if one is not None])
    taken = AgendaItem.objects.filter(pk__in=list(found.values_list("pk", flat=True)))
    return taken.update(is_taken_up=True, handled_at=timezone.now(), handled_by=user, reading=reading)


def taken_up(user: Any, reading: GroupReading) -> Iterator[AptPoint]:
    """At that meeting: a correction of its record tells of the same."""
    records = [reading.pk]
    while reading.corrects is not None:
        reading = reading.corrects
        records.append(reading.pk)
    rows = AgendaItem.objects.shown_to(user).filter(reading__in=records)
    return map(_point, rows.select_related("lesson", "deviation", "added_by"))


def title(item: AgendaItem) -> str:
    """Of a case nothing but the summary, which names nobody."""
    if item.lesson is not None:
        return str(item.lesson.title)
    return item.deviation.summary if item.deviation is not None else ""


def _point(item: AgendaItem, remove_url: str = "") -> AptPoint:
    return AptPoint(
        key=f"{KEY}{item.pk}",
        title=title(item),
        kind=item.lesson.get_kind_display() if item.lesson else "Avslutad avvikelse",
        parts=tuple(_parts(item)),
        added_by=str(item.added_by),
        url=item.lesson.get_absolute_url() if item.lesson else "",
        remove_url=remove_url,
    )


def _parts(item: AgendaItem) -> Iterator[tuple[str, str]]:
    if item.lesson is not None:
        yield "Vad hände", item.lesson.what_happened
        yield "Det här ändrade vi", item.lesson.what_changed
        if item.lesson.advice:
            yield "Råd", item.lesson.advice
    if item.question:
        yield "Prata om", item.question
