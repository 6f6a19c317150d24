"""How far the reading has come, by unit, of several documents at once."""

from collections.abc import Iterable

from django.db.models import Count, Q

from documents.models import Document
from documents.reading.asks import people, rounds


def by_unit(documents: Iterable[Document]) -> dict[str, tuple[int, int]]:
    """By the name of the unit whose role asks: how many readings are done, and how many are asked for.

    Four queries, however many documents.
    """
    parts = [
        people(one)
        .order_by()
        .values_list("unit_name")
        .annotate(read=Count("pk", filter=Q(read_at__isnull=False)), asked=Count("pk"))
        for one in rounds(documents)
    ]
    found: dict[str, tuple[int, int]] = {}
    if not parts:
        return found
    for name, read, asked in parts[0].union(*parts[1:], all=True):
        before = found.get(name, (0, 0))
        found[name] = (before[0] + read, before[1] + asked)
    return found
