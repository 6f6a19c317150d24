"""*Styrdokument som gäller oss*: the documents that may concern a unit, with what it has said of them."""

from typing import Any

from django.db.models import OuterRef, Subquery

from documents.models import Document, Revision, UnitStatement
from documents.reading import asks as reading
from kvalitet.lookups import counted
from kvalitet.organisation.models import Unit

# More than so many are told as "fler än 99": to count on costs what nobody reads.
MOST_COUNTED = 100


def of_unit(user: Any, unit: Unit) -> Any:
    """Those in force that ``user`` may read, with ``number`` of the version and what the unit has said."""
    said = UnitStatement.objects.filter(unit=unit, document=OuterRef("pk"))
    holding = Revision.objects.in_force().filter(document=OuterRef("pk"))
    names = ("applies", "reason", "decided_at", "seen_at")
    columns = {name: Subquery(said.values(name)[:1]) for name in names}
    rows = reading.concerning(Document.objects.visible_to(user).in_force(), unit.pk)
    return rows.select_related("owner_unit").annotate(
        **columns,
        decided_by=Subquery(said.values("decided_by__name")[:1]),
        seen_by=Subquery(said.values("seen_by__name")[:1]),
        seen_number=Subquery(said.values("seen_revision__number")[:1]),
        number=Subquery(holding.values("number")[:1]),
    )


def unjudged(user: Any, unit_id: int) -> Any:
    """Those that the unit has not said anything of."""
    said = UnitStatement.objects.filter(unit=unit_id).values("document")
    rows = reading.concerning(Document.objects.visible_to(user).in_force(), unit_id)
    return rows.exclude(pk__in=said)


def count_unjudged(user: Any, unit_id: int) -> Any:
    """Their number as a column, counted as far as ``MOST_COUNTED``."""
    few = unjudged(user, unit_id).order_by().values("pk")[:MOST_COUNTED]
    return counted(Document.objects.filter(pk__in=few))


def in_words(number: int) -> str:
    return f"fler än {MOST_COUNTED - 1}" if number >= MOST_COUNTED else str(number)
