"""What waits for somebody now: dates count back from the day the demo is loaded."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from improvement.demo.story import Case, Plan, later
from improvement.demo.threads import EAST, INTAKE, OAK, PLAIN
from improvement.enums import DeviationStatus, Harm

STATUS = DeviationStatus
WAITING: list[tuple[str, int, str, str, dict[str, Any]]] = [
    (INTAKE, 1, "BEM-3", STATUS.REPORTED, {}),
    (INTAKE, 2, "RATT-8", STATUS.REPORTED, {}),
    (INTAKE, 9, "ARB-3", STATUS.INVESTIGATING, {"worker": "jonna.vretmark"}),
    ("utredning-barn-0-12", 2, "RATT-4", STATUS.REPORTED, {}),
    ("utredning-barn-0-12", 15, "RATT-1", STATUS.INVESTIGATING, {}),
    (EAST, 1, "UTF-2", STATUS.REPORTED, {}),
    (EAST, 2, "MIL-2", STATUS.REPORTED, {}),
    (EAST, 11, "ARB-2", STATUS.INVESTIGATING, {"worker": "lena.askrova"}),
    ("hemtjanst-vast", 10, "UTF-1", STATUS.REPORTED, {}),
    ("hemtjanst-vast", 38, "UTF-4", STATUS.RECEIVED, {}),
    ("trygga-hemmet", 4, "UTF-1", STATUS.REPORTED, {}),
    (OAK, 1, "FALL-1", STATUS.REPORTED, {}),
    (OAK, 6, "RATT-7", STATUS.RECEIVED, {"is_suspected": True}),
    ("gruppbostad-almen", 3, "FYS-2", STATUS.RECEIVED, {"is_suspected": True}),
    ("daglig-verksamhet-verkstan", 5, "ARB-5", STATUS.RECEIVED, {}),
    ("myndighet-lss", 44, "RATT-2", STATUS.INVESTIGATING, {}),
]
UNPLACED = (
    (1, "SAM-2", "bistandsenheten-aldre"),
    (2, "RATT-8", INTAKE),
    (3, "MIL-5", EAST),
    (6, "ARB-3", "utredning-ungdom"),
)
ALIKE = (68, 45, 24, 8)
TO_JUDGE = ((INTAKE, "RATT-8"), (OAK, "FALL-1"), ("gruppbostad-almen", "RATT-7"), (EAST, "MIL-2"))
OVERDUE = ((INTAKE, "BEM-3"), (EAST, "ARB-2"), ("daglig-verksamhet-verkstan", "EKO-3"))


def tell(telling: Any) -> None:
    for unit, ago, code, stop, special in WAITING:
        given = {**PLAIN, **special}
        if "worker" in given:
            given["worker"] = telling.world.person(given["worker"])
        case = telling.ordinary(unit, _day(telling, ago), telling.bank.named(code), **given)
        if unit == INTAKE and ago == 1:
            case.reporter = telling.world.person("medarbetare")
        telling.life.bring_to(case, stop)
        telling.cases.append(case)
    for ago, code, place in UNPLACED:
        # Where it happened is not known: it waits for the samordnare.
        case = telling.ordinary("", _day(telling, ago), telling.bank.named(code), reported_in=place, **PLAIN)
        telling.cases.append(case)
    telling.cases += [_touching(telling), *_alike(telling), *_due(telling)]


def _day(telling: Any, ago: int) -> Any:
    return telling.today - timedelta(days=ago)


def _touching(telling: Any) -> Case:
    """The manager is touched: the next one up receives, and the manager never sees it."""
    case: Case = telling.ordinary(INTAKE, _day(telling, 4), telling.bank.named("BEM-3"), **PLAIN)
    case.reporter = telling.world.person("ombud")
    case.is_manager_involved, case.denied = True, telling.world.manager(INTAKE, telling.today)
    case.what = "Ett besked till en familj lämnades utan att frågorna besvarades. Chefen ledde själv mötet."
    return case


def _alike(telling: Any) -> list[Case]:
    """Green ones of the same kind: three were handled simply, and for the fourth an inquiry is proposed."""
    found = []
    for ago in ALIKE:
        area = replace(telling.bank.named("MIL-5"), risks=[[1, 2]])
        case = telling.ordinary(INTAKE, _day(telling, ago), area, **PLAIN, harm=Harm.NO, process="")
        chief = telling.world.manager(INTAKE, case.reported_at.date())
        case.did_step("receive", later(case.reported_at, 0.5), chief)
        telling.life.assess(case)
        if ago != ALIKE[-1]:
            closed, said = later(case.steps[-1].at, 1), telling.bank.one("simple")
            case.causes.append((telling.rng.choice(area.cause)[0], "", chief, closed))
            given = {"answer": said, "answered_at": closed, "answered_by": chief}
            case.did_step("close_simply", closed, chief, **given)
        found.append(case)
    return found


def _due(telling: Any) -> list[Case]:
    """Answered cases whose effect is judged today, and åtgärder that are overdue."""
    found = []
    for unit, code in TO_JUDGE:
        case, plan = _planned(telling, unit, code, ago=110)
        plan.done_at = later(plan.created_at, 12)
        plan.due, plan.effect_on, plan.is_unjudged = plan.done_at.date(), telling.today, True
        found.append(case)
    for unit, code in OVERDUE:
        case, plan = _planned(telling, unit, code, ago=41)
        plan.done_at, plan.due = None, _day(telling, 6)
        plan.effect_on = plan.due + timedelta(days=90)
        found.append(case)
    return found


def _planned(telling: Any, unit: str, code: str, *, ago: int) -> tuple[Case, Plan]:
    """A case on its way through åtgärdas, with an åtgärd of its own."""
    area = replace(telling.bank.named(code), risks=[[2, 2]])
    case = telling.ordinary(unit, _day(telling, ago), area, **PLAIN)
    chief = telling.world.manager(unit, case.reported_at.date())
    case.did_step("receive", later(case.reported_at, 0.5), chief)
    telling.life.assess(case)
    case.did_step("investigate", later(case.steps[-1].at, 1), chief)
    when = later(case.steps[-1].at, 2)
    case.causes.append((*area.cause[0], chief, when - timedelta(minutes=20)))
    case.did_step("act", when, chief)
    plan = telling.life.planned(case, when - timedelta(minutes=10), second=True)
    telling.life.plans.append(plan)
    return case, plan
