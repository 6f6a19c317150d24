"""Who is told what of an avvikelse i samverkan. A notice says number and day, never a text."""

from datetime import date
from typing import Any

from improvement import notices
from improvement.models import Exchange
from kvalitet import notifications
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role

KIND = "improvement.exchange"


def tell(exchange: Exchange, name: str, *, user: Any) -> None:
    """The contact of the utförare it is sent to, and when the answer comes who handles the case."""
    case = exchange.deviation
    values = _values(exchange)
    never = case.barred_ids() | {user.pk}
    if name == "send" and exchange.provider_id:
        contacts = [row.user for row in grants.holders(Role.PROVIDER_CONTACT, [exchange.provider_id])]
        notifications.notify(
            contacts, sentence=f"Fråga {exchange.pk} från kommunen väntar på ert svar", never=never, **values
        )
    if name == "answer":
        people = [one for one in notices.receivers(case) if one.pk not in never]
        notifications.notify(people, sentence=f"Svar har kommit: {exchange}", never=never, **values)


def remind(today: date) -> int:
    """Contacts on the day the answer is due; who handles the case when it has been late for whole weeks."""
    rows = Exchange.objects.waiting().filter(answer_by__lte=today).select_related("deviation__unit")
    told = 0
    for exchange in rows:
        days, case = (today - (exchange.answer_by or today)).days, exchange.deviation
        values = _values(exchange)
        if days == 0 and exchange.provider_id:
            contacts = [row.user for row in grants.holders(Role.PROVIDER_CONTACT, [exchange.provider_id])]
            today_is = f"Svara i dag på fråga {exchange.pk} från kommunen"
            told += len(
                notifications.notify(
                    contacts, sentence=today_is, never=case.barred_ids(), once=True, **values
                )
            )
        if days % 7 == 1:
            people = [one for one in notices.receivers(case) if one.pk not in case.barred_ids()]
            never = case.barred_ids()
            late = f"Svaret är försenat: {exchange}"
            told += len(notifications.notify(people, sentence=late, never=never, once=True, **values))
    return told


def _values(exchange: Exchange) -> dict[str, Any]:
    return {"kind": KIND, "url": exchange.get_absolute_url(), "due": exchange.answer_by}
