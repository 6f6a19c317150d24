"""What is said of the clocks, before and after their day and to the next chef up: each once.

Whatever the task missed while it was down is made up for by the one reminder that is due now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from improvement import clocks, notices, routing
from improvement.clocks import BY
from improvement.enums import Clock, NoticeKind
from improvement.models import ClockNotice, DeadlineRule, Deviation
from improvement.models.pace import best
from kvalitet.organisation.enums import Role

SENTENCES = {
    (Clock.RECEIVE, NoticeKind.BEFORE): "Ta emot snart",
    (Clock.RECEIVE, NoticeKind.LATE): "Försenad att ta emot",
    (Clock.RECEIVE, NoticeKind.ESCALATED): "Till dig som chef ovanför, inte mottagen i tid",
    (Clock.INVESTIGATE, NoticeKind.BEFORE): "Utredningen ska snart vara klar",
    (Clock.INVESTIGATE, NoticeKind.LATE): "Försenad utredning",
    (Clock.INVESTIGATE, NoticeKind.ESCALATED): "Till dig som chef ovanför, inte utredd i tid",
    (Clock.ANSWER, NoticeKind.BEFORE): "Svara snart",
    (Clock.ANSWER, NoticeKind.LATE): "Försenat svar",
    (Clock.ANSWER, NoticeKind.ESCALATED): "Till dig som chef ovanför, inte besvarad i tid",
}


@dataclass(frozen=True)
class Due:
    """Something to be said of one clock. ``day`` tells it from the next time."""

    clock: Clock
    kind: NoticeKind
    day: date
    by: date


def send(today: date) -> int:
    """Say what is to be said of every clock on ``today``; returns how many notices of clocks were made."""
    rules = clocks.all_rules()
    cases = list(clocks.running_with_days(today, rules).select_related("unit"))
    told = set(
        ClockNotice.objects.filter(deviation__in=cases).values_list("deviation", "clock", "kind", "day")
    )
    return sum(
        _say(case, one)
        for case in cases
        for one in due(case, rules, today)
        if (case.pk, one.clock.value, one.kind.value, one.day) not in told
    )


def due(case: Deviation, rules: list[DeadlineRule], today: date) -> Iterator[Due]:
    """What each clock that runs calls for on ``today``: at most one reminder, and once the next chef up."""
    for clock in BY:
        rule = best(rules, clock, case.law, case.zone)
        if rule is not None and clocks.is_running(case, clock):
            by = getattr(case, BY[clock])
            yield from (Due(clock, kind, day, by) for kind, day in steps(rule, by, today))


def steps(rule: DeadlineRule, day: date, today: date) -> Iterator[tuple[NoticeKind, date]]:
    """What is to be said on ``today`` of something due on ``day``, each with what tells it from the next."""
    if today <= day:
        if rule.remind_before and rule.between(today, day) <= rule.remind_before:
            yield NoticeKind.BEFORE, day
        return
    passed = rule.between(day, today)
    if not passed:
        return
    step = 1 + (passed - 1) // rule.remind_every * rule.remind_every if rule.remind_every else 1
    yield NoticeKind.LATE, rule.after(day, step)
    if rule.escalate_after and passed >= rule.escalate_after:
        yield NoticeKind.ESCALATED, day


@transaction.atomic
def _say(case: Deviation, one: Due) -> bool:
    """The row and the notices come together, so a second task that runs at the same time says nothing."""
    people = above(case) if one.kind == NoticeKind.ESCALATED else notices.receivers(case)
    if not people:
        return False
    _, is_new = ClockNotice.objects.get_or_create(
        deviation=case,
        clock=one.clock,
        kind=one.kind,
        day=one.day,
        defaults={"told": [person.pk for person in people]},
    )
    if is_new:
        notices.tell_clock(case, people, SENTENCES[one.clock, one.kind], by=one.by)
    return is_new


def above(case: Deviation) -> list[Any]:
    """The next chef up from those who receive, past whoever is jävig; without one the samordnare.

    A suspected missförhållande, of which the samordnare knows nothing, goes to the lex Sarah-ansvarig.
    """
    barred = case.barred_ids()
    people = routing.above(case.chain(), barred=barred)
    if people:
        return people
    if case.is_secret:
        return routing.lex_officers(case.unit, barred=barred)
    return routing.everyone_with(Role.COORDINATOR, barred=barred)
