"""Who sees and answers an avvikelse i samverkan beside those who handle the case."""

from typing import Any

from improvement.enums import Direction
from improvement.permissions import may_handle
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role


def contact_unit_ids(user: Any) -> frozenset[int]:
    """The privata utförare whose contact ``user`` is."""
    return frozenset(one.unit_id for one in grants.held(user) if one.role == Role.PROVIDER_CONTACT)


def is_asked(user: Any, exchange: Any) -> bool:
    """Whether ``user`` is the contact of the utförare that it was sent to."""
    is_sent = exchange.direction == Direction.OUT and exchange.sent_at is not None
    is_denied = grants.is_denied(user, exchange.deviation)
    return is_sent and exchange.provider_id in contact_unit_ids(user) and not is_denied


def may_answer_exchange(user: Any, exchange: Any) -> bool:
    """The contact of the utförare, or who handles the case and writes in what came by post."""
    return is_asked(user, exchange) or may_handle(user, exchange.deviation)
