"""Lärdomar and goda exempel, and what a unit takes up of them at its APT."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from documents.reading import rights as reading_rights
from improvement.actions.handling import lock as lock_case
from improvement.actions.handling import require
from improvement.enums import DeviationStatus, LessonStatus
from improvement.learning import rights
from improvement.learning.workflow import LESSON
from improvement.models import AgendaItem, Deviation, Lesson, LessonProcess
from kvalitet.organisation.models import Unit
from kvalitet.search.tasks import wake
from kvalitet.workflow import Blocked
from processes.models import Process

WRITTEN = ("kind", "title", "what_happened", "what_changed", "advice", "unit", "is_unit_shown")
NO_SUMMARY = "Avvikelsen har ingen sammanfattning. Skriv en utan namn i bedömningen först."


@transaction.atomic
def write(
    *,
    user: Any,
    values: Mapping[str, Any],
    processes: Iterable[Process] = (),
    deviation: Deviation | None = None,
) -> Lesson:
    """A draft, from a case or freely; ``values`` are those of ``WRITTEN``."""
    if deviation is None:
        require(rights.may_write_lessons(user), "skriva lärdomar")
    else:
        require(rights.may_write_from(user, lock_case(deviation)), "skriva en lärdom ur ärendet")
    known = {name: values[name] for name in WRITTEN if name in values}
    lesson: Lesson = Lesson.objects.create(deviation=deviation, created_by=user, **known)
    _tie(lesson, processes)
    return lesson


def _tie(lesson: Lesson, processes: Iterable[Process]) -> None:
    wanted = {one.pk for one in processes}
    have = set(lesson.process_links.values_list("process", flat=True))
    for row in lesson.process_links.filter(process__in=have - wanted):
        row.delete()
    LessonProcess.objects.bulk_create(
        LessonProcess(lesson=lesson, process_id=pk) for pk in sorted(wanted - have)
    )


@transaction.atomic
def change(
    lesson: Lesson, *, user: Any, values: Mapping[str, Any], processes: Iterable[Process] = ()
) -> Lesson:
    """Write a draft anew; what is published is withdrawn first."""
    fresh = Lesson.objects.select_for_update(of=("self",)).get(pk=lesson.pk)
    require(rights.may_change_lesson(user, fresh), "ändra lärdomen")
    for name in WRITTEN:
        if name in values:
            setattr(fresh, name, values[name])
    fresh.save()
    _tie(fresh, processes)
    wake()
    return fresh


def change_status(lesson: Lesson, name: str, *, user: Any, comment: str = "", seen: str = "") -> Lesson:
    changed: Lesson = LESSON.change_status(lesson, name, user=user, comment=comment, seen=seen)
    wake()
    return changed


@transaction.atomic
def take_up(
    *,
    unit: Unit,
    user: Any,
    lesson: Lesson | None = None,
    deviation: Deviation | None = None,
    question: str = "",
) -> AgendaItem:
    """*Ta upp på APT*; put twice it is the same point, with the newer question."""
    require(reading_rights.may_plan_apt(user, unit), "lägga punkter på den enhetens lista")
    if lesson is not None and lesson.status != LessonStatus.PUBLISHED:
        raise Blocked(["Lärdomen är inte publicerad. Ta upp den när den är det."])
    if deviation is not None:
        _refuse_case(user, deviation, unit)
    # The unit's list changes in turn.
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    source = {"lesson": lesson, "deviation": deviation}
    item = AgendaItem.objects.waiting().filter(unit=unit, **source).first()
    if item is None:
        item = AgendaItem(unit=unit, added_by=user, **source)
    item.question = question.strip()
    item.save()
    return item


def _refuse_case(user: Any, deviation: Deviation, unit: Unit) -> None:
    fresh = lock_case(deviation)
    require(rights.may_put_case_on_agenda(user, fresh), "ta upp avvikelsen på APT")
    if fresh.unit_id != unit.pk:
        raise Blocked(["En avvikelse tas upp på den egna enhetens APT. Skriv en lärdom för andra enheter."])
    if fresh.status != DeviationStatus.CLOSED:
        raise Blocked(["Avvikelsen är inte avslutad. Ta upp den när den är det."])
    if not fresh.summary:
        raise Blocked([NO_SUMMARY])


@transaction.atomic
def take_off(item: AgendaItem, *, user: Any) -> AgendaItem:
    """Off the list without being taken up. The first who says so is kept."""
    require(reading_rights.may_plan_apt(user, item.unit), "ändra den enhetens lista")
    fresh = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if fresh.handled_at is None:
        fresh.handled_at, fresh.handled_by = timezone.now(), user
        fresh.save()
    return fresh
