"""The clocks of a case: to receive it, to investigate it, to answer who reported it.

Each has its own day, which is written on the case when it is reported, moved, taken up again, or judged
otherwise; never afterwards, when a rule is changed. A day may be moved closer, but not so that the case is
late by it: then it is the next working day.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import JSONArray, JSONObject
from django.utils import timezone
from django.utils.formats import date_format

from improvement.enums import OPEN_STATUSES, Clock, NoticeKind
from improvement.models import ClockNotice, DeadlineRule, Deviation, DeviationTransition, RepeatRule
from improvement.models.pace import best
from kvalitet.organisation.models import User
from kvalitet.rows import decoded
from kvalitet.working_days import working_days_after

Days = dict[str, date | None]
Rules = list[DeadlineRule]
BY = {Clock.RECEIVE: "receive_by", Clock.INVESTIGATE: "investigate_by", Clock.ANSWER: "answer_by"}
STAMP = {Clock.RECEIVE: "received", Clock.INVESTIGATE: "investigated", Clock.ANSWER: "answered"}
STOPPED = {Clock.RECEIVE: "Mottagen", Clock.INVESTIGATE: "Utredd", Clock.ANSWER: "Besvarad"}
LATE = {
    Clock.RECEIVE: "Inte mottagen i tid",
    Clock.INVESTIGATE: "Inte utredd i tid",
    Clock.ANSWER: "Svaret är försenat",
}
# What lets a clock begin anew, that day.
STARTS: dict[str, tuple[Clock, ...]] = {
    "redirect": (Clock.RECEIVE,),
    "reopen": (Clock.INVESTIGATE, Clock.ANSWER),
    "restore": (Clock.RECEIVE, Clock.INVESTIGATE, Clock.ANSWER),
}


@dataclass(frozen=True)
class Shown:
    """One clock on a page: its name, how it stands in words and tone, and what it has led to."""

    name: str
    words: str
    tone: str
    note: str = ""
    day: date | None = None


def all_rules() -> Rules:
    return list(DeadlineRule.objects.all())


def with_clocks(rows: Any) -> Any:
    """Cases with what their page tells of clocks as columns, so that it asks for nothing more."""
    names = [one.attname for one in DeadlineRule._meta.concrete_fields]
    rules = DeadlineRule.objects.order_by("pk").values(told=JSONObject(**{name: name for name in names}))
    receipts = DeviationTransition.objects.filter(obj=OuterRef("pk"), name="receive").order_by("-at", "-pk")
    return rows.annotate(
        clock_rules=ArraySubquery(rules),
        escalations=ArraySubquery(_escalations(OuterRef("pk"))),
        receipt=Subquery(receipts.values("comment")[:1]),
        repeat_rule=Subquery(RepeatRule.objects.values(told=JSONArray("number", "within_days"))),
    )


def _escalations(case: Any) -> Any:
    """What went to the next chef up, the latest last: which clock, when, and the names of whom."""
    rows = ClockNotice.objects.filter(deviation=case, kind=NoticeKind.ESCALATED).order_by("sent_at", "pk")
    return rows.values(said=JSONObject(clock="clock", at="sent_at", names=names_told()))


def names_told() -> ArraySubquery:
    """The names of those whose ids stand in ``told``."""
    is_told = Func(F("pk"), OuterRef("told"), template="(%(expressions)s))", output_field=BooleanField())
    is_told.arg_joiner = " = ANY("  # the ids stand in an array
    return ArraySubquery(User.objects.filter(is_told).order_by("pk").values("name"))


def _rules_of(deviation: Deviation) -> Rules:
    found = getattr(deviation, "clock_rules", None)
    return all_rules() if found is None else [DeadlineRule(**decoded(one)) for one in found]


def first_days(day: date, law: str, zone: str = "", rules: Rules | None = None) -> dict[str, date]:
    """The days of a case that comes in on ``day``."""
    found = ((clock, best(rules or all_rules(), clock, law, zone)) for clock in BY)
    return {BY[clock]: rule.after(day, rule.days) for clock, rule in found if rule}


def is_running(deviation: Deviation, clock: Clock) -> bool:
    has_day = getattr(deviation, BY[clock]) is not None
    return has_day and deviation.is_open and getattr(deviation, f"{STAMP[clock]}_at") is None


def is_late(deviation: Deviation, clock: Clock, today: date) -> bool:
    return is_running(deviation, clock) and getattr(deviation, BY[clock]) < today


def late_clocks(deviation: Deviation) -> list[Clock]:
    today = timezone.localdate()
    return [clock for clock in BY if is_late(deviation, clock, today)]


def late(clock: Clock, today: date) -> Q:
    """Cases in which the clock has passed its day and still runs."""
    return Q(**{f"{BY[clock]}__lt": today, f"{STAMP[clock]}_at": None}, status__in=OPEN_STATUSES)


def restarted(deviation: Deviation, name: str, law: str) -> Days:
    """The days that transition ``name`` gives the case, which from then on lies under ``law``."""
    if name not in STARTS:
        return {}
    rules, today = all_rules(), timezone.localdate()
    anew = first_days(today, law, deviation.zone, rules)
    days: Days = {BY[clock]: anew[BY[clock]] for clock in STARTS[name] if BY[clock] in anew}
    rest = reckoned(deviation, law=law, zone=deviation.zone, before=(deviation.law, deviation.zone))
    return {**rest, **days}


def reckoned(deviation: Deviation, *, law: str, zone: str, before: tuple[str, str]) -> Days:
    """The days of the clocks that run, when law or allvarlighet has become another than ``before``."""
    if (law, zone) == before:
        return {}
    rules, days = all_rules(), Days()
    for clock, field in BY.items():
        rule = best(rules, clock, law, zone)
        if rule is None or rule == best(rules, clock, *before) or not is_running(deviation, clock):
            continue
        new = rule.after(_start(deviation, clock), rule.days)
        days[field] = _moved(getattr(deviation, field), new)
    return days


def _start(deviation: Deviation, clock: Clock) -> date:
    """The day the clock began, the last time it did."""
    names = [name for name, clocks in STARTS.items() if clock in clocks]
    last = deviation.transitions.filter(name__in=names).order_by("-at").values_list("at", flat=True).first()
    return timezone.localdate(last) if last else deviation.reported_on


def _moved(now: date, new: date) -> date:
    """Closer, but nothing becomes late by being judged otherwise, nor less late."""
    if new >= now:
        return new
    return min(now, max(new, working_days_after(timezone.localdate(), 1)))


def left_in_words(rule: DeadlineRule | None, day: date, today: date, late: str = "försenad") -> str:
    """ "3 arbetsdagar kvar", "i dag", "2 dagar försenad"."""
    if day == today:
        return "sista dagen är i dag"
    rule = rule or DeadlineRule(is_working_days=False)
    if day > today:
        return f"{rule.in_words(rule.between(today, day))} kvar"
    # A day that passed during a weekend is late from the next working day; until then it was just now.
    passed = rule.between(day, today)
    return f"{rule.in_words(passed)} {late}" if passed else "gick ut nyss"


def shown(deviation: Deviation) -> list[Shown]:
    """Every clock of the case as its page tells it. No query for a case read by ``with_clocks``."""
    rules, today = _rules_of(deviation), timezone.localdate()
    notes = _notes(deviation)
    clocks = (one for one in BY if getattr(deviation, BY[one]) or getattr(deviation, f"{STAMP[one]}_at"))
    return [_shown(deviation, clock, rules, today, notes.get(clock, "")) for clock in clocks]


def running(deviation: Deviation) -> list[Shown]:
    """Those that run, without names: for who sees the case by its summary."""
    return [replace(one, note="") for one in shown(deviation) if one.day]


def _shown(deviation: Deviation, clock: Clock, rules: Rules, today: date, note: str) -> Shown:
    day, at = getattr(deviation, BY[clock]), getattr(deviation, f"{STAMP[clock]}_at")
    if at:
        who = getattr(deviation, f"{STAMP[clock]}_by")
        is_past = day is not None and timezone.localdate(at) > day
        words = f"{STOPPED[clock]} {_day(at)} av {who}{', efter sista dagen' if is_past else ''}"
        return Shown(clock.label, words, "neutral" if is_past else "good", note)
    if not deviation.is_open:
        how = deviation.get_status_display().lower()
        return Shown(clock.label, f"Stannade {_day(deviation.closed_at)}: {how}", "neutral", note)
    rule = best(rules, clock, deviation.law, deviation.zone)
    return Shown(clock.label, left_in_words(rule, day, today), tone_of(rule, day, today), note, day)


def tone_of(rule: DeadlineRule | None, day: date, today: date) -> str:
    is_near = rule is not None and rule.between(today, day) <= rule.remind_before
    return "bad" if day < today else "warn" if is_near else "info"


def _day(at: datetime | None) -> str:
    return str(date_format(timezone.localtime(at), "j F Y")) if at else ""


def _notes(deviation: Deviation) -> dict[str, str]:
    """For each clock the last time it went to the next chef up, as a sentence."""
    found = getattr(deviation, "escalations", None)
    rows = _escalations(deviation.pk).values_list("said", flat=True) if found is None else found
    said = [decoded(one) for one in rows]
    return {one["clock"]: escalated_in_words(one["names"], datetime.fromisoformat(one["at"])) for one in said}


def escalated_in_words(names: list[str], at: datetime) -> str:
    return f"Eskalerad till {_listed(names)} den {_day(at)}"


def _listed(names: list[str]) -> str:
    return " och ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def running_with_days(today: date, rules: Rules) -> Any:
    """Open cases of which some clock that runs may have something to be said of it on ``today``."""
    where = Q(pk__in=[])
    for clock, field in BY.items():
        ahead = max((one.remind_before for one in rules if one.clock == clock), default=0)
        near = Q(**{f"{field}__lte": working_days_after(today, ahead)})
        where |= near & Q(**{f"{STAMP[clock]}_at": None})
    return Deviation.objects.open().filter(where).order_by(F("answer_by"), "pk")
