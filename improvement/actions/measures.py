"""The åtgärder: planned from a source, taken or sent back, carried out, and tied to the cases they answer."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from improvement import notices, permissions
from improvement.actions import effects
from improvement.actions.handling import lock as lock_case
from improvement.actions.handling import require
from improvement.enums import MeasureStatus, ProposalStatus
from improvement.models import Deviation, Measure, MeasureCase, Proposal, Remedy, Shortcoming
from improvement.workflow import MEASURE
from kvalitet.organisation.permissions import is_employee
from kvalitet.search.tasks import wake
from kvalitet.workflow import Blocked

OVER = (MeasureStatus.JUDGED, MeasureStatus.DROPPED)
PLANNABLE = (ProposalStatus.SUBMITTED, ProposalStatus.CONSIDERED, ProposalStatus.PLANNED)
PLANNED = (
    "title",
    "description",
    "type",
    "content",
    "strength",
    "unit",
    "responsible",
    "document",
    "process",
    "routine",
    "due",
    "cost",
    "expected",
    "effect_on",
)
UNTOLD = "Skriv vad som ska bli färre eller fler. Det är det som bedöms sedan."
JUDGEMENTS = {"judge": "postpone", "judge_again": "postpone_again"}


def lock(measure: Measure) -> Measure:
    rows = Measure.objects.select_for_update(of=("self",)).with_source()
    return rows.select_related("unit", "responsible", "document", "process", "created_by").get(pk=measure.pk)


@transaction.atomic
def plan(
    source: Any, *, user: Any, values: Mapping[str, Any], shortcoming: Shortcoming | None = None
) -> Measure:
    """Plan an åtgärd from a case, an analysis, a granskning or a förslag; ``values`` are those of
    ``PLANNED``. Blocked when the case is over. ``shortcoming`` is the brist of the granskning it mends.
    """
    fresh, field = _locked_source(source, user)
    known = {name: values[name] for name in PLANNED if name in values}
    _refuse_unfit(fresh, known["responsible"])
    _refuse_untold(known)
    measure: Measure = Measure.objects.create(**{field: fresh}, created_by=user, **known)
    if shortcoming is not None and shortcoming.review_id == measure.review_id:
        Remedy.objects.create(measure=measure, shortcoming=shortcoming, created_by=user)
    notices.tell_planned(measure, user=user)
    wake()
    return measure


def _locked_source(source: Any, user: Any) -> tuple[Any, str]:
    """The source as it is now, and the column that names it."""
    if not isinstance(source, Deviation):
        require(permissions.may_plan_from(user, source), "planera åtgärder")
        if isinstance(source, Proposal) and source.status not in PLANNABLE:
            raise Blocked([f"Förslaget är {source.get_status_display().lower()}. Överväg det igen först."])
        return source, {"externalreview": "review"}.get(source._meta.model_name, source._meta.model_name)
    fresh = lock_case(source)
    require(permissions.may_plan_measures(user, fresh), "planera åtgärder")
    if not fresh.is_open:
        raise Blocked([f"Avvikelsen är {fresh.get_status_display().lower()}. Inget är förlorat."])
    return fresh, "deviation"


def _refuse_unfit(source: Any, person: Any) -> None:
    """An åtgärd is seen to by an employee who may know of the case."""
    if not is_employee(person) or not person.is_active:
        raise Blocked(["Bara en medarbetare kan ansvara för en åtgärd."])
    if isinstance(source, Deviation) and person.pk in source.barred_ids():
        raise Blocked(["Personen är jävig i ärendet. Välj någon annan som ansvarig."])


def _refuse_untold(values: Mapping[str, Any]) -> None:
    """What is done by itself, when a version holds, asks nobody then."""
    if values.get("document") is not None and values.get("process") is not None:
        raise Blocked(["Välj en rutin eller en process, inte båda. Planera två åtgärder."])
    changes = values.get("document") or values.get("process")
    if changes is not None and not (values.get("expected") or "").strip():
        raise Blocked([UNTOLD])


@transaction.atomic
def change(measure: Measure, *, user: Any, values: Mapping[str, Any]) -> Measure:
    """Write the plan anew while the åtgärd is open; a new responsible is told, and asked."""
    fresh = lock(measure)
    require(permissions.may_change_measure(user, fresh), "ändra åtgärden")
    if not fresh.is_open:
        raise Blocked([f"Åtgärden är {fresh.get_status_display().lower()} och kan inte ändras."])
    before = fresh.responsible_id
    for name in PLANNED:
        if name in values:
            setattr(fresh, name, values[name])
    _refuse_untold({name: getattr(fresh, name) for name in ("document", "process", "expected")})
    if fresh.responsible_id != before:
        _refuse_unfit(fresh.source, fresh.responsible)
        fresh.accepted_at = fresh.accepted_by = None
    fresh.save()
    if fresh.responsible_id != before:
        notices.tell_planned(fresh, user=user)
    wake()
    return fresh


@transaction.atomic
def change_status(measure: Measure, name: str, *, user: Any, comment: str = "", **asked: Any) -> Measure:
    """Make transition ``name``; ``asked`` is what its page asks for.

    ``done`` takes ``expected`` (which must be told by then) and ``evidence``; ``judge`` and ``judge_again``
    a judgement, see ``effects``; ``postpone`` and ``postpone_again`` a later ``effect_on``; ``reopen`` a new
    ``due``. An effect of *nej*, and ``reopen``, take the cases that the åtgärd answers back to work. Raises
    Blocked and PermissionDenied like ``Workflow.change_status``.
    """
    fresh = lock(measure)
    transition = MEASURE.transitions[name]
    require(transition.allowed(user, fresh), transition.label.lower())
    if name in JUDGEMENTS or name == "reopen":
        # Before what is judged is seen: nobody finishes a case on a measure that is failing meanwhile.
        list(cases_of(fresh).select_for_update(of=("self",)))
    values = _values(fresh, name, user, asked)
    changed: Measure = MEASURE.change_status(fresh, name, user=user, comment=comment, values=values)
    _follow(changed, name, user=user, asked=asked)
    wake()
    return changed


def _values(measure: Measure, name: str, user: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that the transition writes besides its own."""
    if name in JUDGEMENTS:
        return effects.judgement(asked)
    if name in JUDGEMENTS.values():
        return effects.later(measure, asked.get("effect_on"))
    if name == "reopen":
        return _again(asked.get("due"))
    if name == "send_back":
        return {"responsible": _planner(measure), "accepted_at": None, "accepted_by": None}
    taken = _taken(measure, user) if name in ("start", "done") else {}
    return taken | (_told(measure, asked) if name == "done" else {})


def _taken(measure: Measure, user: Any) -> dict[str, Any]:
    """Who begins on it has said yes."""
    if not permissions.may_answer_measure(user, measure):
        return {}
    return {"accepted_at": timezone.now(), "accepted_by": user}


def _told(measure: Measure, asked: Mapping[str, Any]) -> dict[str, Any]:
    expected = str(asked.get("expected", measure.expected)).strip()
    if not expected:
        raise Blocked([UNTOLD])
    return {"expected": expected, "evidence": str(asked.get("evidence", measure.evidence)).strip()}


def _again(due: date | None) -> dict[str, Any]:
    """A measure that is taken up again is as one that has never been done; its judgements stand apart."""
    if due is None or due < timezone.localdate():
        raise Blocked(["Välj en ny dag då åtgärden ska vara klar, i dag eller senare."])
    names = ("done_at", "done_by", "judged_at", "judged_by", "per_quarter_before", "per_quarter_after")
    later = due + timedelta(days=effects.FIRST_ROUND)
    return {**dict.fromkeys(names), "effect": "", "effect_text": "", "due": due, "effect_on": later}


def _planner(measure: Measure) -> Any:
    """To whom it goes back: who planned it, or who answers for its source when that person cannot."""
    planner, barred = measure.created_by, measure.barred_ids()
    if is_employee(planner) and planner.is_active and planner.pk not in barred:
        return planner
    found = next(iter(notices.answers_for(measure)), None)
    if found is None:
        raise Blocked(["Ingen kan ta emot åtgärden. Ring samordnaren. Inget är förlorat."])
    return found


def _follow(measure: Measure, name: str, *, user: Any, asked: Mapping[str, Any]) -> None:
    """What the transition brings for the rounds of the effect and for the cases."""
    if name == "done":
        effects.begin(measure)
    elif name in JUDGEMENTS:
        effects.keep(measure, user=user, asked=asked)
        effects.answer(measure, cases_of(measure), user=user)
    elif name in JUDGEMENTS.values():
        effects.move(measure, asked["effect_on"])
    elif name == "reopen":
        measure.checks.open().delete()
        effects.answer(measure, cases_of(measure), user=user)


def cases_of(measure: Measure) -> Any:
    """The case it was born from, the further ones, and those that any of them goes on in, oldest first."""
    linked = MeasureCase.objects.filter(measure=measure).values_list("deviation", flat=True)
    ids = [pk for pk in (measure.deviation_id, *linked) if pk is not None]
    return Deviation.objects.filter(
        Q(pk__in=ids) | Q(pk__in=Deviation.objects.filter(pk__in=ids).order_by().values("merged_into"))
    ).order_by("pk")


@transaction.atomic
def settle(measure: Measure) -> Measure:
    """Done since the version that it was to bring holds: by who decided it, shown by its number."""
    fresh = lock(measure)
    made = fresh.settled_version()
    if made is None or not fresh.is_open:
        return fresh
    by = made.approved_by if fresh.document_id else made.published_by
    values: dict[str, Any] = {"evidence": f"Version {made.label} gäller."}
    if fresh.document_id:
        values["routine"] = made
    if fresh.awaits_answer:
        values |= {"accepted_at": timezone.now(), "accepted_by": by}
    changed: Measure = MEASURE.change_status(fresh, "settle", user=by, values=values)
    effects.begin(changed)
    wake()
    return changed


def settle_all(**of: Any) -> int:
    """Open åtgärder whose version holds, perhaps only those ``of`` one document or process."""
    rows = Measure.objects.filter(status__in=[MeasureStatus.PLANNED, MeasureStatus.ONGOING], **of)
    changing = rows.exclude(document=None, process=None)
    return sum(not settle(one).is_open for one in changing.order_by("pk"))


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
