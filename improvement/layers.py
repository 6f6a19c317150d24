"""What the quality layer of a process map counts of cases and åtgärder; see ``processes.layers``."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count as Counted
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode

from improvement.learning import rights
from improvement.models import Deviation, Measure, SpreadAnswer, SpreadPrompt
from kvalitet.lookups import ExistsForEach
from kvalitet.organisation import grants
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
    late = Measure.objects.overdue().order_by()
    # Each half has an index of its own; with "or" the database would read all that are overdue.
    changing, of_cases = late.filter(process__in=process_ids), late.filter(process=None)
    here = changing.values("pk").union(of_cases.filter(deviation__process__in=process_ids).values("pk"))
    rows = Measure.objects.filter(pk__in=here).annotate(place=place)
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


def open_questions(user: Any, process_ids: Sequence[int], span: Span) -> Layer:
    """*Kan det hända hos oss?* that some unit has not answered. One query."""
    waiting = SpreadAnswer.objects.filter(prompt=OuterRef("pk"), answered_at=None)
    if span.unit is not None:
        waiting = waiting.filter(unit__in=_below(span.unit))
    rows = SpreadPrompt.objects.standing().filter(Exists(waiting), process__in=process_ids)
    if span.since:
        rows = rows.filter(sent_at__date__gte=span.since)
    return Layer(
        name="Obesvarade frågor",
        letter="F",
        one="fråga som någon enhet inte har svarat på",
        many="frågor som någon enhet inte har svarat på",
        tone="warn",
        counts=_counted(rows, F("process"), _own_questions(user)),
        list_url=f"{reverse('improvement:spread')}?",
        is_personal=True,
    )


def _own_questions(user: Any) -> Any:
    """Less than ``visible_to``, which asks who is at work today: who sees all, and what one has sent."""
    mine = Q() if rights.sees_spread(user) else Q(sent_by=user.pk)
    return SpreadPrompt.objects.filter(mine).exclude(deviation__in=grants.denied_ids(user, Deviation))


def _below(unit: Unit) -> Any:
    below = Unit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
    return below.order_by().values("pk")


def _counted(rows: Any, place: F, seen: Any) -> dict[int, Count]:
    """By process: how many of ``rows``, and how many of them are among ``seen``."""
    may_open = Q(ExistsForEach(seen.order_by().filter(pk=OuterRef("pk"))))
    counts = (
        rows.order_by().values_list(place).annotate(number=Counted("pk"), seen=Counted("pk", filter=may_open))
    )
    return {pk: Count(number, seen) for pk, number, seen in counts}
