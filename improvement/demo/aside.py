"""Cases that went side ways: one merged, one taken back, one opened again, and one event in two parts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from improvement.demo.story import Case, later
from improvement.demo.threads import EAST, INTAKE, OAK, PLAIN
from improvement.enums import CaseLaw, CauseArea, DeviationStatus, EntryKind, Harm

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


def tell(telling: Any) -> None:
    telling.cases += [*_merged(telling), _withdrawn(telling), _reopened(telling), *_two_parts(telling)]


def _case(telling: Any, unit: str, ago: int, code: str, **given: Any) -> Case:
    day = telling.today - timedelta(days=ago)
    made: Case = telling.ordinary(unit, day, telling.bank.named(code), **{**PLAIN, **given})
    return made


def _merged(telling: Any) -> list[Case]:
    """Two of the same evening: the one that is investigated goes on."""
    goes_on = _case(telling, INTAKE, 7, "ARB-3")
    telling.life.live(goes_on, stop=DeviationStatus.INVESTIGATING)
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
    telling.life.live(first, stop=DeviationStatus.INVESTIGATING)
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
