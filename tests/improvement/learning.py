"""Makes questions to other units, lärdomar and förslag by the same verbs as the pages."""

import uuid
from dataclasses import dataclass
from typing import Any

from improvement import actions
from improvement.actions import lessons, proposals, spread
from improvement.enums import MeasureContent, MeasureType, Strength
from improvement.models import AgendaItem, Deviation, Lesson, Measure, Proposal, SpreadAnswer, SpreadPrompt
from processes import actions as process_actions
from processes.models import Process
from tests.cast import Cast
from tests.factories import days
from tests.improvement.factories import bring_to, report
from tests.processes.factories import make_process, publish

SECRET = "Fru Granat föll vid köksluckan medan larmklockan låg i byrålådan"
QUESTION = "Kan larmet ligga utom räckhåll när någon faller?"


def shared_process(cast: Cast, title: str = "Besvara larm") -> Process:
    """In force, of the processägare, and used at home, by the neighbours and by hemtjänsten."""
    process = make_process(cast, title)
    units = cast.units
    process_actions.set_units(process, [units.home, units.neighbour, units.other])
    publish(cast, process)
    return process


def learnt_case(cast: Cast, *, status: str = "closed", **values: Any) -> Deviation:
    """A case with a confidential text, brought to ``status``."""
    if "process" not in values:
        values["process"] = shared_process(cast)
    case = report(cast, what_happened=SECRET, immediate_action=SECRET, **values)
    return bring_to(case, cast, status)


def ask(case: Deviation, cast: Cast, *, by: Any = None, **values: Any) -> SpreadPrompt:
    known = {"question": QUESTION, "answer_by": days(14)}
    return spread.ask(case, user=by or cast.chef, **{**known, **values})


def answer_of(prompt: SpreadPrompt, unit: Any) -> Any:
    return prompt.answers.get(unit=unit)


def write(cast: Cast, *, by: Any = None, **values: Any) -> Lesson:
    known = {
        "kind": "lesson",
        "title": "Pröva larmet vid varje besök",
        "what_happened": "Ett larm låg utom räckhåll.",
        "what_changed": "Larmet prövas vid varje besök.",
        "advice": "Lägg det i genomförandeplanen.",
    }
    more = {name: values.pop(name) for name in ("processes", "deviation") if name in values}
    return lessons.write(user=by or cast.chef, values={**known, **values}, **more)


def published(cast: Cast, **values: Any) -> Lesson:
    return lessons.change_status(write(cast, **values), "publish", user=cast.processhandledare)


def propose(cast: Cast, *, by: Any = None, **values: Any) -> Proposal:
    known = {"title": "Ha ett reservlarm i bilen", "text": "Då slipper vi vänta.", "unit": cast.units.home}
    key = values.pop("submission", uuid.uuid4())
    made, _ = proposals.propose(user=by or cast.medarbetare, submission=key, values={**known, **values})
    return made


def measure_values(cast: Cast, **values: Any) -> dict[str, Any]:
    known = {
        "title": "Köp in reservlarm",
        "type": MeasureType.IMPROVEMENT,
        "content": MeasureContent.TECHNOLOGY,
        "strength": Strength.MEDIUM,
        "unit": cast.units.home,
        "responsible": cast.ombud,
        "due": days(14),
        "effect_on": days(100),
    }
    return {**known, **values}


def planned(proposal: Proposal, cast: Cast, *, by: Any = None, **values: Any) -> Measure:
    return proposals.plan(proposal, user=by or cast.chef, values=measure_values(cast, **values))


def suspected(cast: Cast, **values: Any) -> Deviation:
    if "process" not in values:
        values["process"] = shared_process(cast)
    return report(cast, is_suspected=True, what_happened=SECRET, **values)


def bar(case: Deviation, cast: Cast, who: str) -> None:
    actions.bar(case, person=cast[who], reason="Nära.", user=cast.lexansvarig)


@dataclass(frozen=True)
class Learning:
    """``case`` is closed, and asked of by ``prompt``; ``closed`` is not. ``sent`` waits to be published."""

    case: Deviation
    closed: Deviation
    prompt: SpreadPrompt
    answer: SpreadAnswer
    lesson: Lesson
    sent: Lesson
    item: AgendaItem
    proposal: Proposal


def make(cast: Cast) -> Learning:
    case = learnt_case(cast)
    prompt = ask(case, cast)
    lesson = published(cast, deviation=case)
    return Learning(
        case=case,
        closed=learnt_case(cast, process=case.process),
        prompt=prompt,
        answer=answer_of(prompt, cast.units.neighbour),
        lesson=lesson,
        sent=lessons.change_status(write(cast), "send", user=cast.chef),
        item=lessons.take_up(unit=cast.units.home, user=cast.chef, lesson=lesson),
        proposal=propose(cast, process=case.process),
    )
