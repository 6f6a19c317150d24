"""What belongs to a case, and the cases of the same event: those merged into one, and its two parts.

What ``gathered`` has read for the page of the case is taken from there.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps

from improvement.enums import ExchangeStatus


def other_part(deviation: Any) -> Any:
    """The other part of an event under two laws; None when it is not parted."""
    if deviation.part_of_id is not None:
        return deviation.part_of
    return getattr(deviation, "part", None)


def attachments(deviation: Any) -> Any:
    """The files of the report, which the two parts of an event share as they share its text."""
    if not hasattr(deviation, "_attachments"):
        deviation._attachments = list((deviation.part_of or deviation).attachments.all())
    found: list[Any] = deviation._attachments
    return found


def merged_here(deviation: Any) -> list[Any]:
    """Cases that go on in this one, the oldest first; read once per object."""
    if not getattr(deviation, "has_merged", True):
        return []
    if not hasattr(deviation, "_merged_here"):
        rows = deviation.merged.select_related("unit", "category", "process__parent__parent")
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


def of_event(deviation: Any) -> list[Any]:
    """All the others: jäv in one of them is jäv in the event."""
    return [*same_event(deviation), *merged_here(deviation)]


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


def same_event(deviation: Any) -> list[Any]:
    """The other part, and the case that goes on with this one."""
    near = (other_part(deviation), deviation.merged_into if deviation.merged_into_id else None)
    return [one for one in near if one is not None]
