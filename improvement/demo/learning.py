"""What Norrvik has learnt: questions to other units with mixed answers, lärdomar, and förslag in every state.

Counted back from the day the demo is loaded, and made where there is none.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from documents.models import GroupReading
from improvement.actions import spread as spread_verbs
from improvement.demo.aside import AT_RISK, RISK
from improvement.demo.story import at
from improvement.enums import (
    DeviationStatus,
    LessonKind,
    LessonStatus,
    MeasureContent,
    MeasureType,
    ProposalReceiver,
    SpreadReply,
    Strength,
    Suspicion,
)
from improvement.learning.workflow import LESSON, PROPOSAL
from improvement.models import (
    AgendaItem,
    Deviation,
    Lesson,
    LessonProcess,
    Measure,
    Proposal,
    ProposalVote,
    SpreadAnswer,
    SpreadPrompt,
)
from kvalitet.organisation import line
from kvalitet.organisation.models import RoleAssignment, Unit, User
from processes.models import Process

KEYS = uuid.UUID("1d0a1f53-0b9e-4b1a-8b58-6d7c7f6a52d0")
INTAKE, EAST, OAK = "mottagning-barn-och-unga", "hemtjanst-ost", "ekbacken"


class Question(NamedTuple):
    """Of a case of ``place`` in ``process`` or a step of it. ``replies`` are the units' answers in turn, the
    rest wait; the first is of ``at_risk`` where it is among the asked, which then reported ``risk``.
    """

    place: str
    process: str
    question: str
    ago: int
    within: int
    replies: tuple[tuple[str, str], ...]
    at_risk: str = ""
    risk: str = ""


class Learnt(NamedTuple):
    """``step`` is what was done last with it."""

    title: str
    kind: str
    process: str
    happened: str
    changed: str
    advice: str
    step: str


QUESTIONS = (
    Question(
        INTAKE,
        "barn-och-unga-aktualisera",
        "Vem bevakar er lista när den som brukar göra det är borta? Kan något bli liggande hos er?",
        20,
        14,
        (
            ("yes", "Vi har ingen ersättare för listan."),
            ("no", ""),
            ("handled", "Två namn på tavlan."),
        ),
        at_risk=AT_RISK,
        risk=RISK,
    ),
    Question(
        EAST,
        "aldreomsorg-genomfora-uppdrag",
        "Kan ett besök utebli hos er när planeringen läggs om samma dag?",
        4,
        14,
        (("handled", "Vi ringer upp vid varje ändring."),),
    ),
    Question(
        OAK,
        "aldreomsorg-genomfora-uppdrag",
        "Är det bara en person på passet hos er som har rätt att ge läkemedel?",
        40,
        14,
        (("no", ""), ("yes", "På helger är det så.")),
    ),
)

LESSONS = (
    Learnt(
        "Två namn på varje bevakningslista",
        LessonKind.LESSON,
        "barn-och-unga-aktualisera",
        "En lista bevakades av en person. När personen var borta såg ingen att tiden gick.",
        "Varje lista har en ansvarig och en ersättare. Namnen står på tavlan.",
        "Gå igenom era listor inför varje ledighet.",
        "publish",
    ),
    Learnt(
        "Ring upp när planeringen läggs om",
        LessonKind.LESSON,
        "aldreomsorg-genomfora-uppdrag",
        "Ett besök försvann när planeringen lades om under dagen och ingen fick veta det.",
        "Den som lägger om ringer den som tar över. Först då räknas besöket som flyttat.",
        "Ett meddelande i systemet räcker inte när det är bråttom.",
        "publish",
    ),
    Learnt(
        "Kvällsmöte på fem minuter",
        LessonKind.GOOD_EXAMPLE,
        "aldreomsorg-genomfora-uppdrag",
        "Förut gick kvällspasset isär utan att stämma av, och sådant som var på gång blev kvar.",
        "Passet möts fem minuter innan det går. Tre frågor: vad är nytt, vad är kvar, vem tar det.",
        "Håll mötet stående och sluta på tid.",
        "publish",
    ),
    Learnt(
        "Prova larmet vid varje första besök",
        LessonKind.LESSON,
        "aldreomsorg-genomfora-uppdrag",
        "Ett larm hade inte provats sedan det delades ut.",
        "Larmet provas vid första besöket och står på checklistan.",
        "",
        "send",
    ),
)

PROPOSALS: tuple[Mapping[str, Any], ...] = (
    {
        "title": "En kväll i veckan med öppet för samtal utan ansökan",
        "text": "Flera frågar efter någon att prata med efter jobbet. I dag har vi bara öppet på dagen.",
        "unit": INTAKE,
        "process": "barn-och-unga-aktualisera",
        "receiver": ProposalReceiver.OWNER,
        "need": True,
        "votes": 7,
        "ago": 5,
    },
    {
        "title": "Skriv mötestiderna på dörren",
        "text": "Då behöver ingen knacka och störa.",
        "unit": INTAKE,
        "votes": 3,
        "ago": 9,
        "shown": True,
        "steps": ("consider",),
    },
    {
        "title": "En gemensam telefonlista på en sida",
        "text": "Numren finns i tre olika listor, och ingen av dem är hel.",
        "unit": INTAKE,
        "votes": 5,
        "ago": 60,
        "steps": ("carry_out",),
        "answer": "Gjort. Listan sitter i varje rum och uppdateras första måndagen i månaden.",
    },
    {
        "title": "Checklista för det första hembesöket",
        "text": "Nya medarbetare frågar vad som ska med. En sida räcker.",
        "unit": INTAKE,
        "process": "barn-och-unga-aktualisera",
        "votes": 9,
        "ago": 45,
        "steps": ("plan",),
        "answer": "Bra. Vi gör en checklista och provar den under hösten.",
    },
    {
        "title": "Dela lokal med skolan på tisdagar",
        "text": "Då når vi fler unga där de redan är.",
        "unit": "utredning-ungdom",
        "need": True,
        "votes": 2,
        "ago": 80,
        "steps": ("decline",),
        "answer": "Inte i år. Lokalen saknar rum för samtal. Vi frågar igen när skolan har byggt om.",
    },
    {
        "title": "Ta bort fikarasten på fredagar",
        "text": "",
        "unit": INTAKE,
        "votes": 0,
        "ago": 12,
        "steps": ("withdraw",),
    },
)


class World:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people = {one.email.split("@")[0]: one for one in User.objects.filter(is_active=True)}
        self.units = {one.slug: one for one in Unit.objects.all()}
        self.processes = {one.slug: one for one in Process.objects.select_related("parent__parent")}

    def ago(self, days: float) -> datetime:
        return at((self.now - timedelta(days=days)).date())

    def managers_of(self, units: list[Unit]) -> dict[int, User]:
        """Who answers for each of the units today."""
        found = {}
        for pk, chain in line.chains(one.pk for one in units).items():
            people = line.recipients(chain)
            found[pk] = people[0] if people else self.people["samordnare"]
        return found

    def staff_of(self, unit: Unit) -> list[User]:
        rows = RoleAssignment.objects.on(timezone.localdate()).filter(unit__tree_id=unit.tree_id)
        people = User.objects.filter(pk__in=rows.exclude(role="provider_contact").values("user"))
        return list(people.filter(is_active=True).order_by("pk"))


def tell() -> None:
    """All of it, unless it is there."""
    if SpreadPrompt.objects.exists() or Proposal.objects.exists():
        return
    world = World(timezone.now())
    for question in QUESTIONS:
        _ask(world, question)
    made = [_write(world, lesson) for lesson in LESSONS]
    if made and INTAKE in world.units:
        _take_up(world, [one for one in made[1:] if one.status == LessonStatus.PUBLISHED])
        AgendaItem.objects.create(
            unit=world.units[INTAKE],
            lesson=made[0],
            question="Vilka listor har vi, och vem tar över?",
            added_by=world.people["chef"],
        )
    for number, proposal in enumerate(PROPOSALS):
        _propose(world, number, proposal)


def _take_up(world: World, lessons: list[Lesson]) -> None:
    """The first of them, at the meeting that the unit has held."""
    held = GroupReading.objects.filter(unit=world.units[INTAKE]).first()
    if held is not None and lessons:
        AgendaItem.objects.create(
            unit=held.unit,
            lesson=lessons[0],
            added_by=world.people["chef"],
            added_at=at(held.held_on - timedelta(days=3)),
            is_taken_up=True,
            handled_at=at(held.held_on),
            handled_by=held.by,
            reading=held,
        )


def _ask(world: World, told: Question) -> None:
    cases = Deviation.objects.filter(
        status=DeviationStatus.CLOSED,
        suspicion=Suspicion.NONE,
        unit__slug=told.place,
        process__slug__startswith=told.process,
        spread_prompts=None,
    )
    case = cases.select_related("unit", "process").order_by("-closed_at").first()
    if case is None or case.process is None or case.unit is None:
        return
    asked = sorted(spread_verbs.asked_units(case), key=lambda unit: unit.slug != told.at_risk)[:8]
    if not asked:
        return
    managers = world.managers_of([case.unit, *asked])
    sent = world.ago(told.ago)
    prompt = SpreadPrompt.objects.create(
        deviation=case,
        process=case.process,
        question=told.question,
        answer_by=(sent + timedelta(days=told.within)).date(),
        sent_by=managers[case.unit.pk],
        sent_at=sent,
    )
    for number, unit in enumerate(asked):
        reply, comment = told.replies[number] if number < len(told.replies) else ("", "")
        answered = (
            {"answered_at": sent + timedelta(days=2), "answered_by": managers[unit.pk]} if reply else {}
        )
        SpreadAnswer.objects.create(
            prompt=prompt, unit=unit, answer=SpreadReply(reply) if reply else "", comment=comment, **answered
        )
    if told.risk:
        risk = Deviation.objects.filter(unit__slug=told.at_risk, what_happened=told.risk).first()
        prompt.answers.filter(unit__slug=told.at_risk).update(risk=risk)


def _write(world: World, told: Learnt) -> Lesson:
    writer, publisher = world.people["chef"], world.people["processhandledare"]
    lesson = Lesson.objects.create(
        kind=told.kind,
        title=told.title,
        what_happened=told.happened,
        what_changed=told.changed,
        advice=told.advice,
        created_by=writer,
        created_at=world.ago(30),
    )
    if told.process in world.processes:
        LessonProcess.objects.create(lesson=lesson, process=world.processes[told.process])
    by = publisher if told.step == "publish" else writer
    done: Lesson = LESSON.change_status(lesson, told.step, user=by, at=world.ago(25))
    return done


def _propose(world: World, number: int, told: Mapping[str, Any]) -> None:
    unit, process = world.units[told["unit"]], world.processes.get(told.get("process", ""))
    people = world.staff_of(unit)
    proposer = world.people["medarbetare"]
    sent = world.ago(told["ago"])
    proposal = Proposal.objects.create(
        submission=uuid.uuid5(KEYS, str(number)),
        title=told["title"],
        text=told["text"],
        unit=unit,
        process=process,
        receiver=told.get("receiver", ProposalReceiver.UNIT),
        shows_unmet_need=told.get("need", False),
        is_name_shown=told.get("shown", False),
        submitted_by=proposer,
        submitted_at=sent,
        answer_by=(sent + timedelta(days=14)).date(),
    )
    voters = [one for one in people if one.pk != proposer.pk][number : number + told["votes"]]
    ProposalVote.objects.bulk_create(
        ProposalVote(proposal=proposal, user=one, created_at=sent) for one in voters
    )
    manager = world.managers_of([unit])[unit.pk]
    for step in told.get("steps", ()):
        by = proposer if step == "withdraw" else manager
        values = {"answer": told["answer"]} if "answer" in told else {}
        PROPOSAL.change_status(proposal, step, user=by, values=values, at=sent + timedelta(days=6))
        if step == "plan":
            _plan(world, proposal, manager)


def _plan(world: World, proposal: Proposal, manager: User) -> None:
    due = (proposal.submitted_at + timedelta(days=60)).date()
    Measure.objects.create(
        proposal=proposal,
        title="Checklista för det första hembesöket",
        type=MeasureType.IMPROVEMENT,
        content=MeasureContent.NEW_ROUTINE,
        strength=Strength.MEDIUM,
        unit=proposal.unit,
        responsible=manager,
        due=due,
        effect_on=due + timedelta(days=90),
        created_by=manager,
        created_at=proposal.submitted_at + timedelta(days=6),
    )
