"""What belongs to a case, and the cases of the same event: those merged into one, and its two parts.

What ``gathered`` has read for the page of the case is taken from there.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db.models import Q

from improvement.enums import ExchangeStatus, Suspicion, Zone


def other_part(deviation: Any) -> Any:
    """The other part of an event under two laws; None when it is not parted."""
    if deviation.part_of_id is not None:
        return deviation.part_of
    return getattr(deviation, "part", None)


def attachments(deviation: Any) -> list[Any]:
    """Every file of the event, of the reports and of what was added; ``case_files`` says which are told
    where. Read once per object.
    """
    if not hasattr(deviation, "_attachments"):
        rows = apps.get_model("improvement", "Attachment").objects
        deviation._attachments = list(rows.filter(deviation__in=event_ids(deviation)))
    found: list[Any] = deviation._attachments
    return found


def merged_here(deviation: Any) -> list[Any]:
    """Cases that go on in this one, the oldest first; read once per object."""
    if not getattr(deviation, "has_merged", True):
        return []
    if not hasattr(deviation, "_merged_here"):
        rows = deviation.merged.select_related("unit", "category", "part", "process__parent__parent")
        deviation._merged_here = list(rows.order_by("pk"))
    found: list[Any] = deviation._merged_here
    return found


def workers(deviation: Any) -> list[Any]:
    """Rows of the handläggare; of a case that was gathered for its page as they were then."""
    found = getattr(deviation, "_workers", None)
    return list(deviation.user_permissions.select_related("user")) if found is None else found


def was_suspected_later(deviation: Any) -> bool:
    """Whether somebody suspected it after it was reported."""
    found = getattr(deviation, "was_suspected", None)
    return deviation.transitions.filter(name="suspect").exists() if found is None else bool(found)


def goes_on_in(deviation: Any) -> Any:
    """The case that is handled: the one it was merged into, or itself."""
    return deviation.merged_into if deviation.merged_into_id is not None else deviation


def event_ids(*cases: Any) -> set[int]:
    """Of the cases with all that is about the same event, however it hangs together; a query a step."""
    rows, found = apps.get_model("improvement", "Deviation").objects.order_by(), {one.pk for one in cases}
    while True:
        ties = Q(pk__in=found) | Q(part_of__in=found) | Q(merged_into__in=found)
        near = rows.filter(ties).values_list("pk", "part_of", "merged_into")
        wider = {pk for row in near for pk in row if pk is not None} | found
        if wider == found:
            return found
        found = wider


def of_event(deviation: Any) -> Any:
    """All the others: jäv in one of them is jäv in the event."""
    rows = apps.get_model("improvement", "Deviation").objects.filter(pk__in=event_ids(deviation))
    return rows.exclude(pk=deviation.pk).select_related("unit", "category", "process").order_by("pk")


def touches_manager(deviation: Any) -> bool:
    """Whether the chef is touched, by the report itself, by one that goes on here or in the other part."""
    if deviation.is_manager_involved:
        return True
    part = other_part(deviation)
    here = [*merged_here(deviation), *([part, *merged_here(part)] if part is not None else [])]
    return any(one.is_manager_involved for one in here)


def measures_of(deviation: Any, cases: Sequence[Any]) -> list[Any]:
    """Of all that goes on in ``deviation``, the åtgärder that were born from ``cases`` or answer them."""
    ids = {one.pk for one in cases}
    return [one for one in all_measures(deviation) if ids.intersection((one.deviation_id, *one.answers))]


def all_measures(deviation: Any) -> list[Any]:
    """What has to be done before the case is over: its own åtgärder, and those of what goes on in it, by the
    day due, each with the ids of the further cases it ``answers``; read once per object.
    """
    if not hasattr(deviation, "_all_measures"):
        ids = [deviation.pk, *(one.pk for one in merged_here(deviation))]
        rows = apps.get_model("improvement", "Measure").objects.answering(*ids).with_answers()
        rows = rows.select_related("responsible", "deviation").order_by("due", "pk")
        deviation._all_measures = list(rows)
    found: list[Any] = deviation._all_measures
    return found


def exchanges(deviation: Any) -> list[Any]:
    """Avvikelser i samverkan about it, but for drafts that were thrown away; read once per object."""
    if not hasattr(deviation, "_exchanges_now"):
        rows = deviation.exchanges.exclude(status=ExchangeStatus.DROPPED)
        deviation._exchanges_now = list(rows)
    found: list[Any] = deviation._exchanges_now
    return found


def is_grave(deviation: Any) -> bool:
    """What the lex Sarah-ansvarig reads from the first minute; the same as ``circles.grave`` in lists."""
    if deviation.suspicion != Suspicion.NONE or deviation.zone == Zone.RED:
        return True
    return touches_manager(deviation)


def same_event(deviation: Any) -> list[Any]:
    """The other part, and the case that goes on with this one, with its other part."""
    onward = deviation.merged_into if deviation.merged_into_id else None
    near = (other_part(deviation), onward, other_part(onward) if onward is not None else None)
    return [one for one in near if one is not None]
