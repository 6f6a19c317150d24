"""The three threads that are told in full."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from improvement.demo.places import Quarter, elapsed, first_day, following, last_quarters
from improvement.demo.story import Case, Plan, at, later
from improvement.enums import (
    CaseLaw,
    CauseArea,
    Effect,
    EntryKind,
    Harm,
    MeasureContent,
    MeasureType,
    Strength,
)

# Neither jäv, nor suspicion, nor the wrong unit.
PLAIN: dict[str, Any] = {
    "is_suspected": False,
    "first_unit": "",
    "is_manager_involved": False,
    "denied": None,
}
INTAKE, EAST, OAK = "mottagning-barn-och-unga", "hemtjanst-ost", "ekbacken"
# Förhandsbedömningar after day 14, a quarter: nine in the summer of 2025, two from the turn of the year on.
LATE = {(2025, 1): 4, (2025, 2): 6, (2025, 3): 9, (2025, 4): 4}
LATE_BEFORE, LATE_AFTER = (3, 4, 5, 4), 2
# Uteblivna insatser at Hemtjänst Öst, which was made of two units at the turn of the year.
MISSED = {(2026, 1): 38, (2026, 2): 21, (2026, 3): 11}
MISSED_AFTER = 9
TOLD_WHAT = (
    "Förhandsbedömningen blev klar dag 19 i stället för dag 14. "
    "Ingen ersättare bevakade listan under semestern."
)
TOLD_CAUSE = (
    "Att rutinen inte anger vem som bevakar listan vid frånvaro ökade sannolikheten för att tidsgränsen "
    "passerades, eftersom bevakningen låg på en person."
)
TOLD_ASSESSED = {
    "summary": "En förhandsbedömning blev klar dag 19. Listan bevakades inte under semestern.",
    "likelihood": 3,
    "consequence": 2,
    "assessment_reason": "Samma sak har hänt flera gånger i sommar. Den händer igen om inget ändras.",
    "consequence_text": "Barnet och familjen fick besked fem dagar för sent.",
}
TOLD_ENTRIES = (
    (EntryKind.FACT, "Gällande version nämner gruppledaren men ingen ersättare.", "Rutinen, version 2"),
    (EntryKind.FACT, "Gruppledaren hade semester vecka 28. Listan lämnades inte över.", "Schemat"),
    (EntryKind.ASSESSMENT, "Felet är inte en persons. Arbetssättet hänger på att ingen är borta.", ""),
)
TOLD_ANSWER = (
    "Det här ändrade vi: rutinen säger nu vem som bevakar listan när någon är borta. Varje lista har en "
    "ansvarig och en ersättare, och namnen står på tavlan. Tack för att du rapporterade."
)
ROUTINE = "Rutin för förhandsbedömning"
OAK_WHAT = (
    "Kvällsdosen på delegation uteblev. Den som hade delegering blev sjuk klockan 17 och ingen annan på "
    "passet hade rätt att ge den. Påsen låg kvar i skåpet när natten gick på."
)
OAK_DID = (
    "Jag ringde sjuksköterskan, som bedömde att morgondosen kunde ges som vanligt. Patienten informerades."
)
OAK_ASSESSED = {
    "summary": "En kvällsdos på delegation uteblev när den som hade delegering blev sjuk.",
    "likelihood": 2,
    "consequence": 2,
}


def tell(telling: Any) -> None:
    _intake(telling)
    _east(telling)
    _oak(telling)


def _quarters(telling: Any, fixed: Iterable[Quarter], start: Quarter) -> list[Quarter]:
    """The quarters that are told: those shown now from ``start`` on, and always those of the thread."""
    shown = {one for one in last_quarters(telling.today) if one >= start}
    return sorted(shown | {one for one in fixed if first_day(one) < telling.today})


def _days(telling: Any, quarter: Quarter, count: int) -> list[date]:
    """So many days of the quarter, in order; fewer in the one that is running."""
    first = first_day(quarter)
    last = min(first_day(following(quarter)), telling.today - timedelta(days=1))
    count = round(count * elapsed(quarter, telling.today))
    span = max(1, (last - first).days)
    return sorted(first + timedelta(days=telling.rng.randrange(span)) for _ in range(count))


def _intake(telling: Any) -> None:
    """(a) From nine late förhandsbedömningar in a quarter to two: the routine got a third version."""
    area = telling.bank.named("forhandsbedomning")
    kept = (*LATE, (2026, 1))
    plan = None
    for quarter in _quarters(telling, kept, (2000, 1)):
        count = LATE.get(quarter, LATE_AFTER if quarter > (2025, 4) else LATE_BEFORE[quarter[1] - 1])
        days = _days(telling, quarter, count)
        if quarter == (2025, 3):
            days = [date(2025, 7, 8), *_summer()]
        for day in days:
            case = _late(telling, area, day)
            telling.cases.append(case)
            if quarter == (2025, 3) and plan is None:
                telling.life.live(case)
                plan = _told(telling, area)
            elif plan and day < date(2025, 8, 9) and quarter == (2025, 3):
                _shared(telling, case, plan)
            else:
                telling.life.live(case)


def _summer() -> list[date]:
    return (
        [date(2025, 7, day) for day in (21, 28)]
        + [date(2025, 8, day) for day in (4, 7, 26)]
        + [date(2025, 9, day) for day in (3, 17)]
    )


def _late(telling: Any, area: Any, day: date) -> Case:
    case: Case = telling.ordinary(INTAKE, day, area, **PLAIN)
    case.routine = ROUTINE
    if day >= date(2025, 7, 1):
        case.process = "barn-och-unga-aktualisera/forhandsbedomning"
    return case


def _told(telling: Any, area: Any) -> Plan:
    """The case of 14 July 2025 itself, with its åtgärd."""
    day = date(2025, 7, 14)
    case = _late(telling, replace(area, risks=[[3, 2]]), day)
    chief, by = telling.world.person("chef"), telling.world.person("medarbetare")
    case.reporter, case.reported_at, case.happened_on, case.happened_at = by, at(day, 13, 20), day, None
    case.what, case.harm = TOLD_WHAT, Harm.COULD_HAVE
    case.did = "Gruppledaren fattade beslut samma dag. Vårdnadshavarna och anmälaren fick besked."
    telling.cases.append(case)
    case.did_step("receive", at(day, 15, 5), chief)
    case.assessed = {"code": "RATT-3", "law": CaseLaw.SOL, **TOLD_ASSESSED}
    case.did_step("investigate", at(date(2025, 7, 15), 8, 40), chief)
    case.entries = [
        (kind, text, source, chief, at(date(2025, 7, 16), 10, 15 * place))
        for place, (kind, text, source) in enumerate(TOLD_ENTRIES)
    ]
    case.causes = [(CauseArea.PROCEDURES, TOLD_CAUSE, chief, at(date(2025, 7, 16), 11, 0))]
    case.did_step("act", at(date(2025, 7, 17), 9, 30), chief)
    plan = _third_version(telling, case, chief)
    telling.life.plans.append(plan)
    return plan


def _third_version(telling: Any, case: Case, chief: Any) -> Plan:
    case.area = replace(case.area, answer=[TOLD_ANSWER])
    return Plan(
        title="Ny version av rutinen: listan har alltid en ersättare",
        description="Rutin för förhandsbedömning version 3. Den säger vem som bevakar listan vid frånvaro.",
        type=MeasureType.CORRECTIVE,
        content=MeasureContent.CHANGED_ROUTINE,
        strength=Strength.MEDIUM,
        expected="Förhandsbedömningar efter dag 14 ska bli färre",
        unit=INTAKE,
        responsible=telling.world.person("ombud"),
        by=chief,
        created_at=at(date(2025, 7, 17), 9, 0),
        due=date(2025, 8, 15),
        effect_on=date(2026, 4, 1),
        cases=[(case, at(date(2025, 7, 17), 9, 0))],
        done_at=at(date(2025, 8, 11), 9, 0),
        effect=Effect.YES,
        effect_text="Nio förhandsbedömningar blev sena tredje kvartalet 2025, två första kvartalet 2026.",
        routine=(ROUTINE, 3),
        per_quarter=(LATE[2025, 3], LATE_AFTER),
    )


def _shared(telling: Any, case: Case, plan: Plan) -> None:
    """A further case that the åtgärd answers."""
    chief, start = telling.world.manager(case.unit, case.reported_at.date()), case.reported_at
    case.did_step("receive", later(start, 0.6), chief)
    telling.life.assess(case)
    case.did_step("investigate", later(case.steps[-1].at, 0.5), chief)
    area, sentence = telling.rng.choice(case.area.cause)
    when = max(later(case.steps[-1].at, 1), plan.created_at + timedelta(hours=2))
    case.causes.append((area, sentence, chief, when - timedelta(minutes=20)))
    case.did_step("act", when, chief)
    plan.answer(case, when - timedelta(minutes=10))


def _east(telling: Any) -> None:
    """(b) 38 uteblivna insatser in the first quarter after two units became one; one åtgärd, then 11."""
    area = replace(telling.bank.named("UTF-1"), risks=[[3, 2], [2, 2], [4, 1]])
    plan: Plan | None = None
    for quarter in _quarters(telling, MISSED, (2026, 1)):
        for day in _days(telling, quarter, MISSED.get(quarter, MISSED_AFTER)):
            case = telling.ordinary(EAST, day, area, **PLAIN)
            telling.cases.append(case)
            if quarter != (2026, 1):
                telling.life.live(case)
                continue
            case.area = replace(area, answer=[EAST_ANSWER])
            plan = plan or _one_for_all(telling, case)
            _shared(telling, case, plan)
    if plan:
        # It was born from the first; the rest are further cases.
        plan.cases = [one for place, one in enumerate(plan.cases) if place]
        telling.life.plans.append(plan)


EAST_ANSWER = (
    "Det här ändrade vi: besök utan personal spärrar nu slingan i planeringen, och planeraren går igenom "
    "listan före varje pass. Din rapport är en av 38 som visade mönstret efter sammanslagningen."
)


def _one_for_all(telling: Any, case: Case) -> Plan:
    chief, created = telling.world.person("dragan.majlunda"), at(date(2026, 2, 12), 10, 30)
    return Plan(
        title="Samlad åtgärd: inga besök utan personal i planeringen",
        description=(
            "Sammanslagningen gav två planeringar med olika koder. Slingorna läggs om, och systemet spärrar "
            "en slinga där ett besök saknar personal. Införs i ett arbetslag i taget under våren."
        ),
        type=MeasureType.CORRECTIVE,
        content=MeasureContent.TECHNOLOGY,
        strength=Strength.STRONG,
        expected="Uteblivna insatser ska bli färre: från 38 till högst 15 per kvartal",
        unit=EAST,
        responsible=telling.world.person("jesper.kvarnsten"),
        by=chief,
        created_at=created,
        due=date(2026, 3, 31),
        effect_on=date(2026, 10, 1),
        cases=[(case, created)],
        done_at=at(date(2026, 3, 26), 15, 0),
        effect=Effect.YES,
        effect_text="38 uteblivna insatser första kvartalet 2026, 11 tredje kvartalet.",
        per_quarter=(MISSED[2026, 1], MISSED[2026, 3]),
    )


def _oak(telling: Any) -> None:
    """(c) A dose that was not given on delegation: under HSL, so MAS reads it, and no neighbour."""
    day = telling.today - timedelta(days=12)
    case = telling.ordinary(OAK, day, telling.bank.named("LAK-1"), **PLAIN)
    case.reporter = telling.world.person("yasmin.lundkulle")
    case.reported_at, case.happened_on, case.harm = at(day, 21, 40), day, Harm.COULD_HAVE
    case.what, case.did = OAK_WHAT, OAK_DID
    case.process = "aldreomsorg-genomfora-uppdrag/delegerad"
    case.routine = "Rutin för läkemedelshantering"
    telling.cases.append(case)
    chief, mas = telling.world.manager(OAK, day), telling.world.person("mas")
    received = later(case.reported_at, 0.5)
    case.did_step("receive", received, chief)
    telling.life.assess(case)
    case.assessed |= OAK_ASSESSED
    case.did_step("investigate", later(received, 1), chief)
    when = later(received, 1.4)
    case.entries = [
        (
            EntryKind.FACT,
            "En av fyra på kvällspasset hade giltig delegering.",
            "Schemat och delegeringslistan",
            chief,
            when,
        ),
        (
            EntryKind.ASSESSMENT,
            "Ingen vårdskada. Enheten behöver minst två med delegering per pass.",
            "",
            mas,
            later(when, 1),
        ),
    ]
    case.causes.append((*case.area.cause[0], chief, later(when, 2)))
    case.opened.append((mas, "", when))
