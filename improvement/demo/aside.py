"""Cases that went side ways: one merged, one taken back, one opened again, one event in two parts, and a risk
that a unit reported of itself because another had asked.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from improvement.demo.story import Case, Plan, at, later
from improvement.demo.threads import EAST, INTAKE, OAK, PLAIN
from improvement.enums import (
    CaseLaw,
    CauseArea,
    DeviationStatus,
    EntryKind,
    Harm,
    MeasureContent,
    MeasureType,
    Strength,
)

NOTHING = dict.fromkeys(
    (f"{stamp}_{end}" for stamp in ("investigated", "answered", "closed") for end in ("at", "by")), None
)
FALL = (
    "Larmet ringde inte i personalens telefon. Personen låg på golvet i en halvtimme, och kvällsdosen gavs "
    "för sent."
)
WHYS = (
    "Larmet gick till en telefon som låg på laddning.\n"
    "Det fanns en telefon för två som delade på larmen.\n"
    "Ingen hade bestämt vem som bär telefonen när en går på rast."
)
CAUSE = (
    "Att det inte är bestämt vem som bär larmtelefonen ökade sannolikheten för att larmet inte hördes, "
    "eftersom båda trodde att den andra hade den."
)
# The unit that answers yes to what INTAKE asked, and what it then reported (learning.py ties the two).
AT_RISK = "utredning-barn-0-12"
RISK = (
    "Ingen är utsedd att bevaka listan över utredningstider när den som gör det är borta. Inget har blivit "
    "för sent än, men det kan hända vid nästa ledighet."
)
RISK_CAUSE = (
    "Att rutinen inte säger vem som tar över listan ökade risken för att en tid passeras, eftersom "
    "bevakningen ligger på en person."
)


def tell(telling: Any) -> None:
    telling.cases += [*_merged(telling), _withdrawn(telling), _reopened(telling), *_two_parts(telling)]
    telling.cases.append(_risk(telling))


def _case(telling: Any, unit: str, ago: int, code: str, **given: Any) -> Case:
    day = telling.today - timedelta(days=ago)
    made: Case = telling.ordinary(unit, day, telling.bank.named(code), **{**PLAIN, **given})
    return made


def _merged(telling: Any) -> list[Case]:
    """Two of the same evening: the one that is investigated goes on."""
    goes_on = _case(telling, INTAKE, 7, "ARB-3")
    telling.life.bring_to(goes_on, DeviationStatus.INVESTIGATING)
    same = _case(telling, INTAKE, 6, "ARB-3")
    same.reporter, same.happened_on = telling.world.person("medarbetare"), goes_on.happened_on
    chief, when = telling.world.manager(INTAKE, telling.today), later(same.reported_at, 0.8)
    same.did_step("merge", when, chief, "Samma kväll, berättat av två.", merged_into=goes_on)
    return [goes_on, same]


def _withdrawn(telling: Any) -> Case:
    case = _case(telling, INTAKE, 20, "RATT-8")
    case.reporter = telling.world.person("medarbetare")
    said = "Jag hade läst fel lista. Inget blev fel."
    case.did_step("withdraw", case.reported_at + timedelta(minutes=40), case.reporter, said)
    return case


def _reopened(telling: Any) -> Case:
    """Handled simply at first, until it happened again. One note was wrong and is corrected."""
    case = _case(telling, EAST, 34, "MIL-2")
    chief, start = telling.world.manager(EAST, telling.today), later(case.reported_at, 1)
    case.harm = Harm.COULD_HAVE
    case.area = replace(case.area, risks=[[1, 2]])
    telling.life.assess(case)
    case.did_step("receive", start, chief)
    first = "Tack. Telefonen är laddad igen, och vi påminner varandra."
    closed = later(start, 1)
    given = {"answer": first, "answered_at": closed, "answered_by": chief}
    case.did_step("close_simply", closed, chief, **given)
    again = later(closed, 14)
    due = again.date() + timedelta(days=30)
    case.did_step("reopen", again, chief, "Det hände igen på samma pass.", **NOTHING, answer_by=due)
    case.causes = [
        (CauseArea.TECHNOLOGY, "", chief, closed),
        (CauseArea.PROCEDURES, CAUSE, chief, later(again, 2)),
    ]
    case.whys = WHYS
    noted = later(again, 1)
    case.entries = [(EntryKind.FACT, "Telefonen var avstängd.", "Larmlistan", chief, noted)]
    right = "Telefonen var på och låg på laddning."
    case.corrections = [(EntryKind.FACT, right, "Samtal med personal i tjänst", chief, later(noted, 0.5))]
    return case


def _two_parts(telling: Any) -> list[Case]:
    """A fall that was not heard, and a dose that came too late: under SoL and under HSL."""
    first = _case(telling, OAK, 13, "MIL-2", what=FALL, harm=Harm.YES, law=CaseLaw.SOL)
    telling.life.bring_to(first, DeviationStatus.INVESTIGATING)
    other = replace(
        first,
        key=f"{first.key}-b",
        area=telling.bank.named("LAK-1"),
        law=CaseLaw.HSL,
        part_of=first,
        assessed={},
        steps=[],
        entries=[],
        causes=[],
        opened=[],
    )
    chief = telling.world.manager(OAK, telling.today)
    other.did_step("receive", later(first.steps[0].at, 0.2), chief)
    return [first, other]


def _risk(telling: Any) -> Case:
    """Reported after the yes to *Kan det hända hos oss?*, with the åtgärd that came of it."""
    case = _case(telling, AT_RISK, 17, "RATT-3", what=RISK, harm=Harm.COULD_HAVE)
    chief = telling.world.manager(AT_RISK, telling.today)
    case.reporter, case.did, case.happened_on, case.happened_at = chief, "", case.reported_at.date(), None
    telling.life.assess(case)
    case.assessed["summary"] = "Bevakningen av utredningstider ligger på en person utan ersättare."
    for days, step in ((0.2, "receive"), (1, "investigate"), (4, "act")):
        case.did_step(step, later(case.reported_at, days), chief)
    when = later(case.reported_at, 3)
    case.causes = [(CauseArea.PROCEDURES, RISK_CAUSE, chief, when)]
    case.entries = [(EntryKind.FACT, "Listan har en ansvarig och ingen ersättare.", "Listan", chief, when)]
    due = at(telling.today + timedelta(days=14)).date()
    plan = Plan(
        title="En ersättare på listan över utredningstider",
        description="Namnet på den ansvariga och på ersättaren står överst i listan och på tavlan.",
        type=MeasureType.PREVENTIVE,
        content=MeasureContent.ORGANISATION,
        strength=Strength.MEDIUM,
        expected="Ingen utredning passerar fyra månader för att listan inte bevakades.",
        unit=AT_RISK,
        responsible=chief,
        by=chief,
        created_at=case.acts_from - timedelta(minutes=15),
        due=due,
        effect_on=due + timedelta(days=90),
        cases=[(case, case.acts_from - timedelta(minutes=15))],
    )
    telling.plans.append(plan)
    return case
