"""Cases about the same event: those merged into one, and the two parts of an event under two laws."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from improvement.enums import ExchangeStatus, Suspicion, Zone


def other_part(deviation: Any) -> Any:
    """The other part of an event under two laws; None when it is not parted."""
    if deviation.part_of_id is not None:
        return deviation.part_of
    return getattr(deviation, "part", None)


def with_kin(rows: Any) -> Any:
    """Cases with whether there is anything of the rest, so that their page asks only for what is there."""

    def there(model: str, where: Q) -> Exists:
        found = apps.get_model("improvement", model).objects.order_by().filter(where)
        return Exists(found)

    files = Q(deviation=OuterRef("pk")) | Q(deviation=OuterRef("part_of"))
    files |= Q(deviation__part_of=OuterRef("pk")) | Q(deviation__merged_into=OuterRef("pk"))
    files |= Q(deviation__part__merged_into=OuterRef("pk"))
    return rows.annotate(
        has_merged=there("Deviation", Q(merged_into=OuterRef("pk"))),
        has_exchanges=there("Exchange", Q(deviation=OuterRef("pk"))),
        has_files=there("Attachment", files),
    )


def merged_here(deviation: Any) -> list[Any]:
    """Cases that go on in this one, the oldest first; read once per object."""
    if not getattr(deviation, "has_merged", True):
        return []
    if not hasattr(deviation, "_merged_here"):
        rows = deviation.merged.select_related("unit", "category", "process__parent__parent")
        deviation._merged_here = list(rows.order_by("pk"))
    found: list[Any] = deviation._merged_here
    return found


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


def measures_of_merged(deviation: Any) -> list[Any]:
    """Åtgärder of what goes on here; read once per object."""
    if not hasattr(deviation, "_measures_of_merged"):
        deviation._measures_of_merged = measures_of(merged_here(deviation))
    found: list[Any] = deviation._measures_of_merged
    return found


def measures_of(cases: Sequence[Any]) -> list[Any]:
    """Åtgärder that were born from the cases or answer them, by the day due; one query, none for no cases."""
    if not cases:
        return []
    ids = [one.pk for one in cases]
    rows = apps.get_model("improvement", "Measure").objects.filter(
        Q(deviation__in=ids) | Q(cases__deviation__in=ids)
    )
    return list(rows.distinct().select_related("responsible", "deviation").order_by("due", "pk"))


def all_measures(deviation: Any) -> list[Any]:
    """What has to be done before the case is over: its own åtgärder, and those of what goes on in it."""
    own = deviation.measures_now()
    known = {one.pk for one in own}
    return [*own, *(one for one in measures_of_merged(deviation) if one.pk not in known)]


def exchanges(deviation: Any) -> list[Any]:
    """Avvikelser i samverkan about it, but for drafts that were thrown away; read once per object."""
    if not getattr(deviation, "has_exchanges", True):
        return []
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
