"""Who is told what of an avvikelse i samverkan. A notice says number and day, never a text."""

from typing import Any

from improvement import notices
from improvement.enums import Direction
from improvement.models import Exchange
from kvalitet import notifications
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role

KIND = "improvement.exchange"


def tell(exchange: Exchange, name: str, *, user: Any) -> None:
    """The contact of the utförare it is sent to, and when the answer comes who handles the case."""
    case = exchange.deviation
    never = case.barred_ids() | {user.pk}
    if name == "send":
        tell_of(exchange, contacts(exchange), "Att svara på", never=never)
    if name == "answer":
        people = [one for one in notices.receivers(case) if one.pk not in never]
        tell_of(exchange, people, "Svar har kommit", never=never)


def contacts(exchange: Exchange) -> list[Any]:
    """Those of the privata utförare that it was sent to."""
    if exchange.provider_id is None or exchange.direction != Direction.OUT:
        return []
    return [row.user for row in grants.holders(Role.PROVIDER_CONTACT, [exchange.provider_id])]


def tell_of(exchange: Exchange, people: list[Any], what: str, **values: Any) -> None:
    """``people`` of what there is to say of it, but whoever is jävig in its case."""
    known = {**_values(exchange), "never": exchange.deviation.barred_ids(), **values}
    asked = {one.pk for one in contacts(exchange)}
    for is_asked in (True, False):  # to whom it was sent it is a question, and has no other name
        those = [one for one in people if (one.pk in asked) is is_asked]
        about = f"fråga {exchange.pk} från kommunen" if is_asked else exchange
        notifications.notify(those, sentence=f"{what}: {about}", **known)


def _values(exchange: Exchange) -> dict[str, Any]:
    return {"kind": KIND, "url": exchange.get_absolute_url(), "due": exchange.answer_by}
