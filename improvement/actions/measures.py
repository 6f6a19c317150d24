"""The åtgärder: planned in a case, carried out, and judged on their day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from improvement import notices, permissions
from improvement.actions.handling import lock as lock_case
from improvement.actions.handling import require
from improvement.enums import DeviationStatus, Effect, MeasureStatus
from improvement.models import Deviation, Measure, MeasureCase
from improvement.workflow import DEVIATION, MEASURE
from kvalitet.organisation.permissions import is_employee
from kvalitet.search.tasks import wake
from kvalitet.workflow import Blocked

OVER = (MeasureStatus.JUDGED, MeasureStatus.DROPPED)
PLANNED = (
    "title",
    "description",
    "type",
    "content",
    "strength",
    "unit",
    "responsible",
    "routine",
    "due",
    "expected",
    "effect_on",
)


def lock(measure: Measure) -> Measure:
    rows = Measure.objects.select_for_update(of=("self",))
    return rows.select_related("deviation__unit", "unit", "responsible").get(pk=measure.pk)


@transaction.atomic
def plan(deviation: Deviation, *, user: Any, values: Mapping[str, Any]) -> Measure:
    """Plan an åtgärd in the case; ``values`` are those of ``PLANNED``. Blocked when the case is over."""
    fresh = lock_case(deviation)
    require(permissions.may_plan_measures(user, fresh), "planera åtgärder")
    if not fresh.is_open:
        raise Blocked([f"Avvikelsen är {fresh.get_status_display().lower()}. Inget är förlorat."])
    known = {name: values[name] for name in PLANNED if name in values}
    _refuse_unfit(fresh, known["responsible"])
    measure: Measure = Measure.objects.create(deviation=fresh, created_by=user, **known)
    notices.tell_planned(measure, user=user)
    wake()
    return measure


def _refuse_unfit(deviation: Deviation, person: Any) -> None:
    """An åtgärd is seen to by an employee who may know of the case."""
    if not is_employee(person) or not person.is_active:
        raise Blocked(["Bara en medarbetare kan ansvara för en åtgärd."])
    if person.pk in deviation.barred_ids():
        raise Blocked(["Personen är jävig i ärendet. Välj någon annan som ansvarig."])


@transaction.atomic
def change(measure: Measure, *, user: Any, values: Mapping[str, Any]) -> Measure:
    """Write the plan anew while the åtgärd is open; a new responsible is told."""
    fresh = lock(measure)
    require(permissions.may_change_measure(user, fresh), "ändra åtgärden")
    if not fresh.is_open:
        raise Blocked([f"Åtgärden är {fresh.get_status_display().lower()} och kan inte ändras."])
    before = fresh.responsible_id
    for name in PLANNED:
        if name in values:
            setattr(fresh, name, values[name])
    if fresh.responsible_id != before:
        _refuse_unfit(fresh.deviation, fresh.responsible)
    fresh.save()
    if fresh.responsible_id != before:
        notices.tell_planned(fresh, user=user)
    wake()
    return fresh


@transaction.atomic
def change_status(
    measure: Measure,
    name: str,
    *,
    user: Any,
    comment: str = "",
    effect: str = "",
    effect_text: str = "",
    per_quarter_before: int | None = None,
    per_quarter_after: int | None = None,
    effect_on: date | None = None,
) -> Measure:
    """Make transition ``name``. ``judge`` needs ``effect`` and ``effect_text``; ``postpone`` a later
    ``effect_on``.

    An effect of *nej* takes the cases that the åtgärd answers back to work. Raises Blocked and
    PermissionDenied like ``Workflow.change_status``.
    """
    fresh = lock(measure)
    transition = MEASURE.transitions[name]
    require(transition.allowed(user, fresh), transition.label.lower())
    values: dict[str, Any] = {}
    if name == "judge":
        # Before what is judged is seen: nobody finishes a case on a measure that is failing meanwhile.
        list(cases_of(fresh).select_for_update(of=("self",)))
        values = _judgement(effect, effect_text)
        values |= {"per_quarter_before": per_quarter_before, "per_quarter_after": per_quarter_after}
    if name == "postpone":
        values = {"effect_on": _later(fresh, effect_on)}
    changed: Measure = MEASURE.change_status(fresh, name, user=user, comment=comment, values=values)
    if name == "judge" and effect == Effect.NO:
        _redo_cases(changed, user=user)
    wake()
    return changed


def _judgement(effect: str, text: str) -> dict[str, Any]:
    if effect not in Effect.values:
        raise Blocked(["Välj om åtgärden hade effekt."])
    if not text.strip():
        raise Blocked(["Skriv hur effekten syns."])
    return {"effect": effect, "effect_text": text.strip()}


def _later(measure: Measure, day: date | None) -> date:
    if day is None or day <= max(timezone.localdate(), measure.effect_on):
        raise Blocked(["Välj en senare dag för att bedöma effekten."])
    return day


def cases_of(measure: Measure) -> Any:
    """The case it was born from and the further ones, oldest first."""
    linked = MeasureCase.objects.filter(measure=measure).values_list("deviation", flat=True)
    return Deviation.objects.filter(pk__in=[measure.deviation_id, *linked]).order_by("pk")


def _redo_cases(measure: Measure, *, user: Any) -> None:
    for deviation in cases_of(measure).filter(status=DeviationStatus.ACTED):
        DEVIATION.change_status(
            deviation, "redo", user=user, comment=f"Åtgärd {measure.pk} hade inte den effekt som väntades."
        )


@transaction.atomic
def answer_case(measure: Measure, *, deviation: Deviation, user: Any) -> MeasureCase:
    """Let the åtgärd answer a further case, of which the user also handles."""
    fresh = lock(measure)
    require(permissions.may_change_measure(user, fresh), "koppla åtgärden")
    _refuse_over(fresh)
    case = lock_case(deviation)
    require(permissions.may_handle(user, case), "koppla den avvikelsen")
    if not case.is_open:
        raise Blocked([f"{case} är {case.get_status_display().lower()}."])
    if case.pk == fresh.deviation_id:
        raise Blocked(["Åtgärden är redan född ur den avvikelsen."])
    row, _ = MeasureCase.objects.get_or_create(measure=fresh, deviation=case, defaults={"created_by": user})
    wake()
    return row


@transaction.atomic
def leave_case(row: MeasureCase, *, user: Any) -> None:
    """Undo ``answer_case``; Blocked when the åtgärd is over, since what it was judged for stands."""
    fresh = lock(row.measure)
    require(permissions.may_change_measure(user, fresh), "koppla bort åtgärden")
    _refuse_over(fresh)
    row.delete()
    wake()


def _refuse_over(measure: Measure) -> None:
    if measure.status in OVER:
        over = "effekten är bedömd" if measure.status == MeasureStatus.JUDGED else "åtgärden utgår"
        raise Blocked([f"Kopplingarna kan inte ändras, för {over}. Inget är förlorat."])
