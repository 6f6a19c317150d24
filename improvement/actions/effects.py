"""The rounds in which the effect of an åtgärd is judged, and what a *nej* brings."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from improvement.enums import DeviationStatus, Effect
from improvement.models import EffectCheck, Measure
from improvement.models.effect_check import ROUNDS
from improvement.workflow import DEVIATION
from kvalitet.workflow import Blocked

# Days from done to the first judgement, when a measure is taken up again.
FIRST_ROUND = 90
FAILED, REOPENED = "Åtgärd {} hade inte den effekt som väntades.", "Åtgärd {} är upptagen igen."
COUNTS = ("process_before", "process_after")


def months_after(day: date, months: int) -> date:
    """The same day of the month, or its last day when there is none."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def begin(measure: Measure) -> None:
    """Make the rounds of an åtgärd that is done: the first on its ``effect_on``, the rest after that."""
    done = timezone.localdate(measure.done_at)
    last = measure.effect_on
    rows = [EffectCheck(measure=measure, months=ROUNDS[0], due=last)]
    for months in ROUNDS[1:]:
        day = months_after(done, months)
        if day > last:
            rows.append(EffectCheck(measure=measure, months=months, due=day))
            last = day
    EffectCheck.objects.bulk_create(rows)


def judgement(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the åtgärd itself, which show the latest judgement."""
    effect, text = asked.get("effect", ""), str(asked.get("effect_text", ""))
    if effect not in Effect.values:
        raise Blocked(["Välj om åtgärden hade effekt."])
    if not text.strip():
        raise Blocked(["Skriv hur effekten syns."])
    counts = {name: asked.get(name) for name in ("per_quarter_before", "per_quarter_after")}
    return {"effect": effect, "effect_text": text.strip(), **counts}


def keep(measure: Measure, *, user: Any, asked: Mapping[str, Any]) -> EffectCheck:
    """Write the judgement on its round, which then stands; after a *nej* no later round is asked."""
    check = measure.checks.open().first() or EffectCheck(
        measure=measure, months=ROUNDS[0], due=measure.effect_on
    )
    check.effect, check.text = measure.effect, measure.effect_text
    check.before, check.after = measure.per_quarter_before, measure.per_quarter_after
    for name in COUNTS:
        setattr(check, name, asked.get(name))
    check.judged_at, check.judged_by = measure.judged_at, user
    check.save()
    # One that is judged late is judged for the rounds that have passed meanwhile too.
    passed = Q() if measure.effect == Effect.NO else Q(due__lte=timezone.localdate())
    measure.checks.open().filter(passed).delete()
    return check


def later(measure: Measure, day: date | None) -> dict[str, Any]:
    check = measure.next_check()
    now = measure.effect_on if measure.judged_at is None or check is None else check.due
    if day is None or day <= max(timezone.localdate(), now):
        raise Blocked(["Välj en senare dag för att bedöma effekten."])
    return {"effect_on": day} if measure.judged_at is None else {}


def move(measure: Measure, day: date) -> None:
    """Move the round, and let those that it passes fall away."""
    check = measure.checks.open().first()
    if check is None:
        return
    measure.checks.open().exclude(pk=check.pk).filter(due__lte=day).delete()
    check.due = day
    check.save(update_fields=["due"])


def answer(measure: Measure, cases: Any, *, user: Any) -> None:
    """A *nej*, or that the åtgärd is taken up again, takes the answered cases back to work, those that were
    closed too: a closed case has the effect of all its åtgärder judged.
    """
    if measure.effect != Effect.NO and not measure.is_open:
        return
    why = REOPENED if measure.is_open else FAILED
    open_again = {"closed_at": None, "closed_by": None}
    for deviation in cases.filter(status__in=[DeviationStatus.ACTED, DeviationStatus.CLOSED]):
        values = open_again if deviation.status == DeviationStatus.CLOSED else {}
        DEVIATION.change_status(deviation, "redo", user=user, comment=why.format(measure.pk), values=values)
