"""What the quality layer of a process map counts of cases and åtgärder; see ``processes.layers``."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count as Counted
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode

from improvement.models import Deviation, Measure
from kvalitet.organisation.models import Unit
from kvalitet.registries import Count, Layer, Span


def open_cases(user: Any, process_ids: Sequence[int], span: Span) -> Layer:
    """Cases that are not over. One query."""
    rows = Deviation.objects.open().filter(process__in=process_ids)
    query = {"urval": "oppna"}
    if span.unit is not None:
        rows, query = rows.filter(unit_path__contains=[span.unit.pk]), query | {"enhet": span.unit.slug}
    if span.since:
        rows = rows.filter(reported_on__gte=span.since)
        query["rapporterad_after"] = span.since.isoformat()
    return Layer(
        name="Öppna avvikelser",
        letter="A",
        one="öppen avvikelse",
        many="öppna avvikelser",
        tone="warn",
        counts=_counted(rows, F("process"), Deviation.objects.glimpsed_by(user)),
        list_url=f"{reverse('improvement:deviations')}?{urlencode(query)}&",
        is_personal=True,
    )


def overdue_measures(user: Any, process_ids: Sequence[int], span: Span) -> Layer:
    """Åtgärder that should have been done, of the cases of a step or because they change it. One query."""
    place = Coalesce("process", "deviation__process")
    rows = Measure.objects.overdue().annotate(place=place).filter(place__in=process_ids)
    query = {"urval": "sena"}
    if span.unit is not None:
        rows, query = rows.filter(unit__in=_below(span.unit)), query | {"enhet": span.unit.slug}
    if span.since:
        rows = rows.filter(due__gte=span.since)
        query["klar_after"] = span.since.isoformat()
    return Layer(
        name="Försenade åtgärder",
        letter="Å",
        one="försenad åtgärd",
        many="försenade åtgärder",
        tone="bad",
        counts=_counted(rows, F("place"), Measure.objects.glimpsed_by(user)),
        list_url=f"{reverse('improvement:measures')}?{urlencode(query)}&",
        is_personal=True,
    )


def _below(unit: Unit) -> Any:
    below = Unit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
    return below.order_by().values("pk")


def _counted(rows: Any, place: F, seen: Any) -> dict[int, Count]:
    """By process: how many of ``rows``, and how many of them are among ``seen``."""
    may_open = Q(pk__in=seen.order_by().values("pk"))
    counts = (
        rows.order_by().values_list(place).annotate(number=Counted("pk"), seen=Counted("pk", filter=may_open))
    )
    return {pk: Count(number, seen) for pk, number, seen in counts}
