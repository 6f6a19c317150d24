"""What the quality layer of a process map counts of documents; see ``processes.layers``."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count as Counted
from django.urls import reverse
from django.utils.http import urlencode

from documents.models import Document, DocumentLink
from kvalitet.organisation.models import Unit
from kvalitet.registries import Count, Layer, Span


def overdue_routines(user: Any, process_ids: Sequence[int], span: Span) -> Layer:
    """Documents whose översyn is late, as far as the reader may see them. One query."""
    documents = Document.objects.visible_to(user).overdue()
    query = {"urval": "overdue"}
    if span.unit is not None:
        unit = span.unit
        below = Unit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
        documents = documents.filter(owner_unit__in=below.order_by().values("pk"))
        query["enhet"] = unit.slug
    if span.since:
        documents = documents.filter(next_review__gte=span.since)
    links = DocumentLink.objects.filter(
        process__in=process_ids, document__in=documents.order_by().values("pk")
    )
    found = links.order_by().values_list("process_id").annotate(number=Counted("document", distinct=True))
    return Layer(
        name="Försenade rutiner",
        letter="R",
        one="rutin med försenad översyn",
        many="rutiner med försenad översyn",
        tone="warn",
        counts={pk: Count(number, number) for pk, number in found},
        list_url=f"{reverse('documents:library')}?{urlencode(query)}&",
    )
