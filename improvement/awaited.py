"""The answers that others wait for: of a unit to *Kan det hända hos oss?*, to a förslag, and in samverkan.

What is said of their days, and when it goes to the next chef up, follows the rules that the clocks of the
cases follow; each thing is said once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from improvement import clocks, notices, reminders, routing
from improvement.enums import Awaited, Direction, NoticeKind, ProposalReceiver
from improvement.exchanges import notices as exchange_notices
from improvement.learning import notices as learning_notices
from improvement.models import AnswerNotice, DeadlineRule, Exchange, Proposal, SpreadAnswer
from improvement.models.pace import best
from kvalitet.organisation import line
from kvalitet.organisation.enums import Role
from kvalitet.rows import decoded

SENTENCES = {
    NoticeKind.BEFORE: "Svara snart",
    NoticeKind.LATE: "Försenat svar",
    NoticeKind.ESCALATED: "Till dig som chef ovanför, inte besvarad i tid",
}


@dataclass(frozen=True)
class Kind:
    """One sort of answer. ``column`` is that of ``AnswerNotice``, and ``by`` the path to the day."""

    clock: Awaited
    column: str
    by: str
    waiting: Callable[[], Any]
    people: Callable[[Any, NoticeKind], list[Any]]
    tell: Callable[[Any, list[Any], NoticeKind, date], None]

    def day(self, row: Any) -> date:
        day: date = row.prompt.answer_by if self.clock == Awaited.SPREAD else row.answer_by
        return day


def _coordinators() -> list[Any]:
    return routing.everyone_with(Role.COORDINATOR)


def _unit_people(answer: SpreadAnswer, kind: NoticeKind) -> list[Any]:
    """Though jäviga in the case: of that nothing is told."""
    chain = line.chains([answer.unit_id])[answer.unit_id]
    if kind == NoticeKind.ESCALATED:
        return routing.above(chain) or _coordinators()
    return routing.receivers(answer.unit, chain=chain)[0]


def _tell_unit(answer: SpreadAnswer, people: list[Any], kind: NoticeKind, today: date) -> None:
    learning_notices.tell_of_answer(answer, people, SENTENCES[kind])


def _proposal_people(proposal: Proposal, kind: NoticeKind) -> list[Any]:
    """When the owner of a process is late the samordnare may answer, and is told."""
    is_owners = proposal.receiver == ProposalReceiver.OWNER
    if kind == NoticeKind.ESCALATED:
        return (not is_owners and routing.above(proposal.chain())) or _coordinators()
    people = learning_notices.receivers_of(proposal)
    return [*people, *_coordinators()] if is_owners and kind == NoticeKind.LATE else people


def _tell_proposal(proposal: Proposal, people: list[Any], kind: NoticeKind, today: date) -> None:
    is_owners = proposal.receiver == ProposalReceiver.OWNER and kind == NoticeKind.ESCALATED
    what = "Processägaren har inte svarat i tid" if is_owners else SENTENCES[kind]
    learning_notices.tell_of_proposal(people, proposal, what, due=proposal.answer_by)


def _exchange_people(exchange: Exchange, kind: NoticeKind) -> list[Any]:
    """The contact of the utförare that is asked, and when it is late those who handle the case too."""
    case = exchange.deviation
    if kind == NoticeKind.ESCALATED:
        return reminders.above(case)
    asked = exchange_notices.contacts(exchange)
    if asked and kind == NoticeKind.BEFORE:
        return asked
    barred = case.barred_ids()
    return [*asked, *(one for one in notices.receivers(case) if one.pk not in barred)]


def _tell_exchange(exchange: Exchange, people: list[Any], kind: NoticeKind, today: date) -> None:
    """The chef above is sent to the case, where they may say why they open it."""
    if kind == NoticeKind.ESCALATED:
        url = exchange.deviation.get_absolute_url()
        exchange_notices.tell_of(exchange, people, "Till dig som chef ovanför, svaret är försenat", url=url)
        return
    is_asked = exchange.direction == Direction.IN or exchange.provider_id is not None
    soon = (
        ("Svara i dag på" if exchange.answer_by == today else "Svara snart på") if is_asked else "Svar väntas"
    )
    exchange_notices.tell_of(exchange, people, "Svaret är försenat" if kind == NoticeKind.LATE else soon)


SPREAD = Kind(
    Awaited.SPREAD,
    "spread_answer",
    "prompt__answer_by",
    lambda: SpreadAnswer.objects.waiting().select_related("prompt", "unit"),
    _unit_people,
    _tell_unit,
)
PROPOSAL = Kind(
    Awaited.PROPOSAL,
    "proposal",
    "answer_by",
    lambda: Proposal.objects.waiting().select_related("unit", "process__parent__parent"),
    _proposal_people,
    _tell_proposal,
)
EXCHANGE = Kind(
    Awaited.EXCHANGE,
    "exchange",
    "answer_by",
    lambda: Exchange.objects.waiting().select_related("deviation__unit", "provider"),
    _exchange_people,
    _tell_exchange,
)


def send(today: date) -> int:
    """Say what is to be said of every answer that is waited for on ``today``; returns how many notices."""
    rules = clocks.all_rules()
    return sum(_send(one, best(rules, one.clock, "", ""), today) for one in (SPREAD, PROPOSAL, EXCHANGE))


def _send(kind: Kind, rule: DeadlineRule | None, today: date) -> int:
    if rule is None:
        return 0
    until = rule.after(today, rule.remind_before)
    rows = list(kind.waiting().filter(**{f"{kind.by}__lte": until}).order_by(kind.by, "pk"))
    said = AnswerNotice.objects.filter(**{f"{kind.column}__in": rows})
    told = set(said.values_list(kind.column, "kind", "day"))
    return sum(
        _say(kind, row, what, day, today)
        for row in rows
        for what, day in reminders.steps(rule, kind.day(row), today)
        if (row.pk, what.value, day) not in told
    )


@transaction.atomic
def _say(kind: Kind, row: Any, what: NoticeKind, day: date, today: date) -> bool:
    """The row and the notices come together, so a second task that runs at the same time says nothing."""
    people = kind.people(row, what)
    if not people:
        return False
    told = {"told": [person.pk for person in people]}
    _, is_new = AnswerNotice.objects.get_or_create(**{kind.column: row}, kind=what, day=day, defaults=told)
    if is_new:
        kind.tell(row, people, what, today)
    return is_new


def with_clock(rows: Any, kind: Kind) -> Any:
    """Rows of the kind with what their page tells of the deadline as columns, so that it asks for no more."""
    names = [one.attname for one in DeadlineRule._meta.concrete_fields]
    rule = DeadlineRule.objects.filter(clock=kind.clock).values(
        told=JSONObject(**{one: one for one in names})
    )
    said = AnswerNotice.objects.filter(**{kind.column: OuterRef("pk")}, kind=NoticeKind.ESCALATED)
    escalated = said.order_by("-sent_at", "-pk").values(
        said=JSONObject(at="sent_at", names=clocks.names_told())
    )
    return rows.annotate(clock_rule=Subquery(rule), escalated=Subquery(escalated[:1]))


def shown(row: Any, kind: Kind, *, with_names: bool = True) -> clocks.Shown:
    """How the answer that is waited for stands, of a row read by ``with_clock``. No query."""
    rule = DeadlineRule(**decoded(row.clock_rule)) if row.clock_rule else None
    day, today = kind.day(row), timezone.localdate()
    said = decoded(row.escalated) if with_names and row.escalated else None
    note = clocks.escalated_in_words(said["names"], datetime.fromisoformat(said["at"])) if said else ""
    words = clocks.left_in_words(rule, day, today, "försenat")
    tone = clocks.tone_of(rule, day, today)
    return clocks.Shown("Svar", words, tone, note, day)
