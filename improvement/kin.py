"""Cases about the same event: those merged into one, and the two parts of an event under two laws."""

from typing import Any


def other_part(deviation: Any) -> Any:
    """The other part of an event under two laws; None when it is not parted."""
    if deviation.part_of_id is not None:
        return deviation.part_of
    return getattr(deviation, "part", None)


def merged_here(deviation: Any) -> list[Any]:
    """Cases that go on in this one, the oldest first; read once per object, and not at all where the case
    knows that it has none.
    """
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


def same_event(deviation: Any) -> list[Any]:
    """The other part, and the case that goes on with this one."""
    near = (other_part(deviation), deviation.merged_into if deviation.merged_into_id else None)
    return [one for one in near if one is not None]
