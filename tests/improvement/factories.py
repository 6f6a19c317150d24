"""Makes cases and åtgärder by the same verbs as the pages, and brings them where a test begins."""

import uuid
from typing import Any

from improvement import actions
from improvement.actions import measures, sources
from improvement.enums import (
    CaseLaw,
    CauseArea,
    DeviationStatus,
    Effect,
    Harm,
    MeasureContent,
    MeasureType,
    ReviewKind,
    Strength,
    Told,
)
from improvement.models import Analysis, Deviation, DeviationCategory, ExternalReview, Measure, Proposal
from tests.cast import Cast
from tests.factories import days

WHAT = "Insatsen blev inte utförd på kvällen."
DID = "Vi ringde och åkte dit."
ANSWER = "Nu ringer vi alltid upp när en ersättare går in."
STATUS = DeviationStatus


def report(cast: Cast, *, by: Any = None, unit: Any = "home", **values: Any) -> Deviation:
    """A report by ``by`` (medarbetare) of something that happened yesterday in ``unit`` (an attribute, a unit
    or None).
    """
    known = {
        "what_happened": WHAT,
        "immediate_action": DID,
        "happened_on": days(-1),
        "harm": Harm.COULD_HAVE,
        "unit": getattr(cast.units, unit) if isinstance(unit, str) else unit,
    }
    made, _ = actions.report(
        user=by or cast.medarbetare,
        submission=values.pop("submission", uuid.uuid4()),
        values={**known, **values},
    )
    return made


def assessed(deviation: Deviation, *, by: Any, **values: Any) -> Deviation:
    """With category, law and, unless told otherwise, the yellow zone and what it meant for the person."""
    known = {
        "category": DeviationCategory.objects.get(code=values.pop("code", "UTF-1")),
        "law": CaseLaw.SOL,
        "likelihood": 2,
        "consequence": 2,
        "assessment_reason": "Det händer ibland.",
        "consequence_text": "Personen fick vänta på hjälp.",
        "summary": "En insats uteblev.",
    }
    return actions.assess(deviation, user=by, values={**known, **values})


def described(deviation: Deviation, *, by: Any, **values: Any) -> Deviation:
    """The person is informed and the event documented, and what it meant is told where it was not."""
    known = {
        "informed": Told.YES,
        "informed_on": days(0),
        "documented": Told.NO,
        "documented_reason": "Gäller ingen akt.",
        "consequence_text": deviation.consequence_text or "Personen fick vänta på hjälp.",
    }
    return actions.describe(deviation, user=by, values={**known, **values})


def plan(deviation: Any, cast: Cast, *, by: Any = None, **values: Any) -> Measure:
    known = {
        "title": "Ring upp vid byte av personal",
        "description": "Samordnaren ringer.",
        "type": MeasureType.CORRECTIVE,
        "content": MeasureContent.CHANGED_ROUTINE,
        "strength": Strength.MEDIUM,
        "unit": deviation.unit,
        "responsible": cast.ombud,
        "due": days(14),
        "effect_on": days(100),
        "expected": "Uteblivna insatser per kvartal, från 9 till under 3",
    }
    return measures.plan(deviation, user=by or cast.chef, values={**known, **values})


def judged(measure: Measure, *, by: Any, effect: str = Effect.YES) -> Measure:
    """Carried out if it is not, and judged today."""
    if measure.is_open:
        measure = measures.change_status(measure, "done", user=by)
    Measure.objects.filter(pk=measure.pk).update(due=days(-1), effect_on=days(0))
    return measures.change_status(measure, "judge", user=by, effect=effect, effect_text="Det syns i listan.")


def bring_to(deviation: Deviation, cast: Cast, status: str, *, by: Any = None) -> Deviation:
    """The case in ``status``, by the verbs of ``by`` (chef)."""
    by = by or cast.chef
    ways: dict[str, list[str]] = {
        STATUS.REPORTED: [],
        STATUS.RECEIVED: ["receive"],
        STATUS.INVESTIGATING: ["receive", "investigate"],
        STATUS.ACTING: ["receive", "investigate", "act"],
        STATUS.ACTED: ["receive", "investigate", "act", "finish"],
        STATUS.CLOSED: ["receive", "investigate", "act", "finish", "close"],
        STATUS.NOT_DEVIATION: ["dismiss"],
        STATUS.TO_INQUIRY: ["suspect", "inquire"],
        STATUS.MERGED: ["merge"],
        STATUS.WITHDRAWN: ["withdraw"],
    }
    for name in ways[status]:
        deviation = _step(deviation, cast, name, by)
    return deviation


def _step(deviation: Deviation, cast: Cast, name: str, by: Any) -> Deviation:
    if name == "investigate":
        deviation = assessed(deviation, by=by)
    if name == "act":
        described(deviation, by=by)
        actions.add_cause(
            deviation, user=by, area=CauseArea.PROCEDURES, sentence="Att rutinen saknades ökade risken."
        )
        plan(deviation, cast, by=by)
    if name == "finish":
        measures.change_status(deviation.measures.get(), "done", user=by)
    if name == "close":
        judged(deviation.measures.get(), by=by)
    asked: dict[str, Any] = {"finish": {"answer": ANSWER}, "inquire": {"dnr": "LS-2026-1"}}.get(name, {})
    if name == "merge":
        asked = {"into": report(cast, unit=deviation.unit)}
    user = {"inquire": cast.lexansvarig, "withdraw": deviation.reported_by}.get(name, by)
    return actions.change_status(deviation, name, user=user, comment="Därför.", **asked)


def analysis(cast: Cast, **values: Any) -> Analysis:
    known = {
        "title": "Sena insatser under våren",
        "unit": cast.units.home,
        "period_from": days(-90),
        "period_to": days(-1),
        "text": "Det mesta beror på vem som är i tjänst.",
    }
    return sources.save_analysis(None, user=cast.samordnare, values={**known, **values})


def review(cast: Cast, **values: Any) -> ExternalReview:
    """What IVO found in hemma, to be answered in twenty days."""
    known = {
        "kind": ReviewKind.IVO,
        "title": "Tillsyn av mottagningen",
        "dnr": "IVO 3.5-1/2026",
        "unit": cast.units.home,
        "decided_on": days(-5),
        "answer_by": days(20),
    }
    return sources.save_review(None, user=cast.samordnare, values={**known, **values})


def proposal(cast: Cast, **values: Any) -> Proposal:
    known = {
        "submission": uuid.uuid4(),
        "title": "En gemensam lista",
        "unit": cast.units.home,
        "submitted_by": cast.medarbetare,
        "answer_by": days(14),
    }
    return Proposal.objects.create(**{**known, **values})
