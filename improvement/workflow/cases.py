"""The life of an avvikelse, and of a suspicion of missförhållande in it.

Who may and when stand here; what a step brings for other rows stands in ``actions``.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format

from improvement import gates, kin, permissions
from improvement.enums import DeviationStatus, Effect, MeasureStatus, Suspicion, Zone
from kvalitet.workflow import Transition, Workflow

D, M = DeviationStatus, MeasureStatus
IN_HAND = (D.RECEIVED, D.INVESTIGATING, D.ACTING, D.ACTED)
SUSPECTED = (
    "Händelsen kan vara ett missförhållande. Lex Sarah-ansvarig bedömer den innan den avslutas. "
    "Du kan ta emot och vidta åtgärder under tiden."
)

NOT_GREEN = "Enkel hantering är för grön allvarlighet. Den här behöver utredas."


def _not_suspected(user: Any, deviation: Any) -> Iterable[str]:
    if deviation.suspicion == Suspicion.SUSPECTED:
        yield SUSPECTED


def _is_placed(user: Any, deviation: Any) -> Iterable[str]:
    if deviation.unit_id is None:
        yield "Avvikelsen har ingen enhet än. Lägg den på rätt enhet först."


def _is_assessed(user: Any, deviation: Any) -> Iterable[str]:
    if deviation.category_id is None or not deviation.law:
        yield "Kategori och lagstiftning saknas. Fyll i bedömningen."
    if not deviation.zone:
        yield "Allvarlighet saknas. Fyll i bedömningen."


def _may_be_investigated(user: Any, deviation: Any) -> Iterable[str]:
    yield from _is_assessed(user, deviation)
    yield from gates.has_reason(user, deviation)
    yield from gates.has_consequence(user, deviation)


def _has_cause_and_measure(user: Any, deviation: Any) -> Iterable[str]:
    yield from _may_be_investigated(user, deviation)
    if not any(cause.sentence for cause in deviation.causes_now()):
        yield "Ingen orsak är beskriven. Lägg till minst en."
    if not _planned(deviation):
        yield "Ingen åtgärd är planerad. Lägg till minst en."


def _planned(deviation: Any) -> list[Any]:
    return [one for one in kin.all_measures(deviation) if one.status != M.DROPPED]


def _all_are_done(deviation: Any) -> Iterable[str]:
    left = sum(one.status in (M.PLANNED, M.ONGOING) for one in kin.all_measures(deviation))
    if left:
        yield "En åtgärd är inte genomförd än." if left == 1 else f"{left} åtgärder är inte genomförda än."


def _measures_are_done(user: Any, deviation: Any) -> Iterable[str]:
    yield from _has_cause_and_measure(user, deviation)
    yield from _all_are_done(deviation)
    planned = _planned(deviation)
    if planned and all(one.effect == Effect.NO for one in planned):
        yield "Ingen åtgärd återstår som kan ge effekt. Planera en ny."
    yield from gates.has_told(user, deviation)


def told_day(day: Any) -> str:
    return str(date_format(day, "j F Y"))


def _all_are_judged(deviation: Any) -> Iterable[str]:
    """However a case is closed, the effect of each åtgärd is judged then."""
    yield from _all_are_done(deviation)
    left = [one.effect_on for one in kin.all_measures(deviation) if one.status == M.DONE]
    if left:
        yield f"Effekten är inte bedömd. Den bedöms {told_day(min(left))}."


def _effect_is_judged(user: Any, deviation: Any) -> Iterable[str]:
    yield from _not_suspected(user, deviation)
    yield from gates.nobody_waits(user, deviation)
    yield from _all_are_judged(deviation)
    yield from gates.has_told(user, deviation)


def _is_simple(user: Any, deviation: Any) -> Iterable[str]:
    yield from _not_suspected(user, deviation)
    yield from gates.nobody_waits(user, deviation)
    yield from _is_assessed(user, deviation)
    if deviation.zone and deviation.zone != Zone.GREEN:
        yield NOT_GREEN
    yield from _all_are_judged(deviation)
    yield from gates.has_consequence_of_harm(user, deviation)
    yield from gates.has_told(user, deviation)


def _may_be_dismissed(user: Any, deviation: Any) -> Iterable[str]:
    yield from _not_suspected(user, deviation)
    yield from gates.nobody_waits(user, deviation)


def _may_be_merged(user: Any, deviation: Any) -> Iterable[str]:
    yield from _may_be_dismissed(user, deviation)
    yield from gates.holds_no_others(user, deviation)


def _is_in_inquiry(user: Any, deviation: Any) -> Iterable[str]:
    if deviation.suspicion != Suspicion.INQUIRY:
        yield "Händelsen är inte bedömd som missförhållande."


def _may_redo(user: Any, deviation: Any) -> bool:
    """Whoever finds that a measure had no effect, or takes it up again, takes the cases it answers back to
    work.
    """
    return permissions.may_handle(user, deviation) or any(
        permissions.may_judge_effect(user, one)
        for one in kin.all_measures(deviation)
        if one.effect == Effect.NO or one.status == M.ONGOING
    )


def _handled(**values: Any) -> Transition:
    """A step of whoever handles the case, or stands in for who does."""
    return Transition(allowed=permissions.may_handle, acting_for=permissions.acts_for, **values)


DEVIATION = Workflow(
    name="Avvikelse",
    statuses=D,
    initial=D.REPORTED,
    transitions=[
        _handled(
            name="receive",
            source=D.REPORTED,
            target=D.RECEIVED,
            label="Ta emot",
            effect="tog emot rapporten",
            blockers=_is_placed,
            stamp="received",
        ),
        _handled(
            name="redirect",
            source=(D.REPORTED, D.RECEIVED),
            target=D.REPORTED,
            label="Rätt enhet",
            effect="lade avvikelsen på rätt enhet",
            comment_required=True,
        ),
        _handled(
            name="investigate",
            source=D.RECEIVED,
            target=D.INVESTIGATING,
            label="Börja utreda",
            effect="började utreda",
            blockers=_may_be_investigated,
        ),
        _handled(
            name="act",
            source=D.INVESTIGATING,
            target=D.ACTING,
            label="Gå vidare till åtgärder",
            effect="gick vidare till åtgärder",
            blockers=_has_cause_and_measure,
            stamp="investigated",
        ),
        _handled(
            name="finish",
            source=D.ACTING,
            target=D.ACTED,
            label="Svara rapportören: det här ändrade vi",
            effect="svarade rapportören",
            blockers=_measures_are_done,
            stamp="answered",
        ),
        Transition(
            name="redo",
            source=(D.ACTED, D.CLOSED),
            target=D.ACTING,
            label="Åtgärda igen",
            effect="tog upp åtgärderna igen",
            allowed=_may_redo,
            acting_for=permissions.acts_for,
            comment_required=True,
        ),
        _handled(
            name="close",
            source=D.ACTED,
            target=D.CLOSED,
            label="Avsluta",
            effect="avslutade avvikelsen",
            blockers=_effect_is_judged,
            stamp="closed",
        ),
        _handled(
            name="close_simply",
            source=(D.REPORTED, D.RECEIVED),  # the verb receives first
            target=D.CLOSED,
            label="Enkel hantering",
            effect="avslutade med enkel hantering",
            blockers=_is_simple,
            stamp="closed",
        ),
        _handled(
            name="dismiss",
            source=(D.REPORTED, D.RECEIVED, D.INVESTIGATING),
            target=D.NOT_DEVIATION,
            label="Inte en avvikelse",
            effect="bedömde att det inte är en avvikelse",
            blockers=_may_be_dismissed,
            comment_required=True,
            stamp="closed",
        ),
        Transition(
            name="to_inquiry",
            source=(D.REPORTED, *IN_HAND),
            target=D.TO_INQUIRY,
            label="Förd till utredning",
            effect="förde avvikelsen till utredning",
            allowed=permissions.may_judge_suspicion,
            acting_for=permissions.judges_for,
            blockers=_is_in_inquiry,
            stamp="closed",
        ),
        _handled(
            name="merge",
            source=(D.REPORTED, D.RECEIVED, D.INVESTIGATING),
            target=D.MERGED,
            label="Slå ihop med en annan",
            effect="slog ihop avvikelsen med en annan",
            blockers=_may_be_merged,
            stamp="closed",
        ),
        Transition(
            name="withdraw",
            source=D.REPORTED,
            target=D.WITHDRAWN,
            label="Ta tillbaka rapporten",
            effect="tog tillbaka rapporten",
            allowed=permissions.is_reporter,
            blockers=gates.may_be_withdrawn,
            comment_required=True,
            stamp="closed",
        ),
        _handled(
            name="reopen",
            source=D.CLOSED,
            target=D.INVESTIGATING,
            label="Öppna igen",
            effect="öppnade avvikelsen igen",
            comment_required=True,
        ),
        _handled(
            name="restore",
            source=(D.NOT_DEVIATION, D.MERGED, D.WITHDRAWN),
            target=D.REPORTED,
            label="Ta upp igen",
            effect="tog upp rapporten igen",
            comment_required=True,
        ),
    ],
)

SUSPICION = Workflow(
    name="Misstanke om missförhållande",
    statuses=Suspicion,
    initial=Suspicion.NONE,
    field="suspicion",
    transitions=[
        Transition(
            name="suspect",
            source=(Suspicion.NONE, Suspicion.RETURNED),
            target=Suspicion.SUSPECTED,
            label="Kan vara missförhållande",
            effect="förde vidare händelsen till lex Sarah-ansvarig",
            allowed=permissions.may_raise_suspicion,
            acting_for=permissions.raises_for,
            comment_required=True,
        ),
        Transition(
            name="return",
            source=Suspicion.SUSPECTED,
            target=Suspicion.RETURNED,
            label="Inte missförhållande: åter som avvikelse",
            effect="bedömde händelsen som avvikelse",
            allowed=permissions.may_judge_suspicion,
            acting_for=permissions.judges_for,
            comment_required=True,
            stamp="suspicion_judged",
        ),
        Transition(
            name="inquire",
            source=Suspicion.SUSPECTED,
            target=Suspicion.INQUIRY,
            label="För till utredning",
            effect="bedömde att händelsen ska utredas som missförhållande",
            allowed=permissions.may_judge_suspicion,
            acting_for=permissions.judges_for,
            stamp="suspicion_judged",
        ),
    ],
)
