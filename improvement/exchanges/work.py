"""What waits for a person in samverkan: an answer to give, or one that has not come."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from improvement import work
from improvement.enums import Direction
from improvement.exchanges import rights as exchange_rights
from improvement.models import Exchange
from improvement.waits import EXCHANGE
from kvalitet.registries import Task

KIND = "improvement"
MOST = 20


def tasks(user: Any) -> Iterator[Task]:
    """Read with the cases, in their query; for a provider's contact, who has no cases, in one of its own."""
    if exchange_rights.contact_unit_ids(user):
        for one in Exchange.objects.sent_to(user).waiting().order_by("answer_by", "pk")[:MOST]:
            url = one.get_absolute_url()
            yield Task(f"Svara på fråga {one.pk} från kommunen", url, "Svara", due=one.answer_by, kind=KIND)
    shown = [one for one in work.rows(user) if one.what == EXCHANGE]
    for row in sorted(shown, key=lambda one: (one.day, one.pk))[:MOST]:
        is_ours = row.status == Direction.IN
        said = f"Svara {row.title}" if is_ours else f"Påminn {row.title} eller lyft: svaret är försenat"
        url = reverse("improvement:exchange", args=[row.pk])
        yield Task(said, url, "Svara" if is_ours else "Öppna", due=row.day, kind=KIND, unit=row.unit or "")
