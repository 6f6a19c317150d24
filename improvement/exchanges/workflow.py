"""The life of an avvikelse i samverkan: open until it is answered, or lifted to those who decide."""

from collections.abc import Iterable
from typing import Any

from improvement import permissions
from improvement.enums import ExchangeStatus
from improvement.exchanges import rights as exchange_rights
from kvalitet.workflow import Transition, Workflow

X = ExchangeStatus


def _may_be_sent(user: Any, exchange: Any) -> Iterable[str]:
    if not exchange.deviation.is_open:
        yield "Avvikelsen är inte öppen längre. Öppna den igen innan du skickar, eller kasta utkastet."
    if not exchange.text.strip():
        yield "Skriv vad det handlar om."
    if exchange.answer_by is None:
        yield "Ange när svaret behövs."


def _case(rule: Any) -> Any:
    """The same rule of the case that the exchange is about."""
    return lambda user, exchange: rule(user, exchange.deviation)


EXCHANGE = Workflow(
    name="Avvikelse i samverkan",
    statuses=X,
    initial=X.DRAFT,
    transitions=[
        Transition(
            name="send",
            source=X.DRAFT,
            target=X.SENT,
            label="Skicka",
            effect="skickade avvikelsen i samverkan",
            allowed=_case(permissions.may_handle),
            acting_for=_case(permissions.acts_for),
            blockers=_may_be_sent,
            stamp="sent",
        ),
        Transition(
            name="answer",
            source=(X.SENT, X.ESCALATED),
            target=X.ANSWERED,
            label="Svara",
            effect="lade in svaret i samverkan",
            allowed=exchange_rights.may_answer_exchange,
            stamp="answered",
        ),
        Transition(
            name="escalate",
            source=X.SENT,
            target=X.ESCALATED,
            label="Lyft till chefer",
            effect="lyfte avvikelsen i samverkan",
            allowed=_case(permissions.may_handle),
            acting_for=_case(permissions.acts_for),
            comment_required=True,
            stamp="escalated",
        ),
        Transition(
            name="drop",
            source=X.DRAFT,
            target=X.DROPPED,
            label="Kasta utkastet",
            effect="kastade utkastet till avvikelse i samverkan",
            allowed=_case(permissions.may_handle),
            acting_for=_case(permissions.acts_for),
            warning="Utkastet skickas inte. Det finns kvar i historiken.",
        ),
    ],
)
