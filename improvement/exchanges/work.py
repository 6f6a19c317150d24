"""What waits for a person in samverkan: an answer to give, or one that has not come."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from improvement import permissions
from improvement.enums import Direction
from improvement.models import Deviation, Exchange
from kvalitet.organisation import grants, line
from kvalitet.registries import Task

KIND = "improvement"
MOST = 20


def tasks(user: Any) -> Iterator[Task]:
    """One query, and none for who neither handles cases nor is a contact."""
    units = permissions.contact_unit_ids(user)
    if not units and not _handles(user):
        return
    cases = Deviation.objects.open().received_by(user).order_by().values("pk")
    to_answer = Q(provider__in=units, direction=Direction.OUT)
    rows = Exchange.objects.waiting().filter(to_answer if units else Q(deviation__in=cases))
    for one in rows.order_by("answer_by", "pk")[:MOST]:
        if units or one.direction == Direction.IN:
            yield Task(
                f"Svara {one.party_name}", one.get_absolute_url(), "Svara", due=one.answer_by, kind=KIND
            )
        elif one.is_late:
            sentence = f"Påminn {one.party_name} eller lyft: svaret är försenat"
            yield Task(sentence, one.get_absolute_url(), "Öppna", due=one.answer_by, kind=KIND)


def _handles(user: Any) -> bool:
    is_receiver = any(one.role in line.RECEIVING for one in grants.held(user))
    return is_receiver or bool(permissions.handed_over(user))
