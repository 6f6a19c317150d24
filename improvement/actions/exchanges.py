"""An avvikelse i samverkan: written in a case, sent, answered or lifted to those who decide."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from improvement import permissions
from improvement.actions.handling import lock as lock_case
from improvement.actions.handling import require
from improvement.enums import Direction, ExchangeStatus
from improvement.exchanges import notices
from improvement.exchanges.workflow import EXCHANGE
from improvement.models import Deviation, Exchange
from kvalitet.workflow import Blocked

WRITTEN = ("direction", "party", "party_name", "provider", "reference", "text", "answer_by")


def lock(exchange: Exchange) -> Exchange:
    rows = Exchange.objects.select_for_update(of=("self",)).select_related("deviation__unit", "provider")
    return rows.get(pk=exchange.pk)


@transaction.atomic
def begin(deviation: Deviation, *, user: Any, values: Mapping[str, Any]) -> Exchange:
    """Lay it up in the case; ``values`` are those of ``WRITTEN``. What came to us waits for our answer at
    once. Blocked when the case is over.
    """
    fresh = lock_case(deviation)
    require(permissions.may_handle(user, fresh), "samverka om avvikelsen")
    if not fresh.is_open:
        raise Blocked([f"Avvikelsen är {fresh.get_status_display().lower()}. Inget är förlorat."])
    known = {name: values[name] for name in WRITTEN if name in values}
    exchange: Exchange = Exchange.objects.create(deviation=fresh, created_by=user, **known)
    if exchange.direction == Direction.IN:
        exchange = EXCHANGE.change_status(exchange, "send", user=user)
    return exchange


@transaction.atomic
def write(exchange: Exchange, *, user: Any, values: Mapping[str, Any]) -> Exchange:
    """Write the draft anew; Blocked when it has been sent."""
    fresh = lock(exchange)
    require(permissions.may_handle(user, fresh.deviation), "ändra utkastet")
    if fresh.status != ExchangeStatus.DRAFT:
        raise Blocked(["Det är redan skickat och kan inte ändras. Inget är förlorat."])
    for name in WRITTEN:
        if name in values:
            setattr(fresh, name, values[name])
    fresh.save()
    return fresh


@transaction.atomic
def change_status(
    exchange: Exchange, name: str, *, user: Any, comment: str = "", answer: str = ""
) -> Exchange:
    """Make transition ``name``; ``answer`` needs the answer. Raises Blocked and PermissionDenied like
    ``Workflow.change_status``.
    """
    # The case first: nobody closes it while something is sent from it.
    lock_case(exchange.deviation)
    fresh = lock(exchange)
    transition = EXCHANGE.transitions[name]
    require(transition.allowed(user, fresh), transition.label.lower())
    values = {}
    if name == "answer":
        if not answer.strip():
            raise Blocked(["Skriv svaret."])
        values = {"answer": answer.strip()}
    changed: Exchange = EXCHANGE.change_status(fresh, name, user=user, comment=comment, values=values)
    notices.tell(changed, name, user=user)
    return changed
