"""Who is told of a question, a lärdom or a förslag. A notice says number, unit and day, never a text."""

from collections.abc import Iterable
from typing import Any

from improvement.enums import ProposalReceiver
from improvement.learning.workflow import LESSON
from improvement.models import Lesson, Measure, Proposal, SpreadAnswer, SpreadPrompt
from improvement.routing import everyone_with, receivers
from improvement.workflow import MEASURE
from kvalitet import notifications
from kvalitet.organisation import grants, line
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import User
from processes.permissions import owner_id

SPREAD_KIND, LESSON_KIND, PROPOSAL_KIND = "improvement.spread", "improvement.lesson", "improvement.proposal"
EFFECTS = {"done": "Genomfört", "judge": "Det här blev det", "drop": "Åtgärden utgår"}


def connect() -> None:
    """Tell those whom a transition concerns; called once, when the app is ready."""
    LESSON.after("send", _tell_publishers)
    LESSON.after("publish", _tell_writer)
    LESSON.after("send_back", _tell_writer)
    for name in EFFECTS:
        MEASURE.after(name, _tell_proposer_of_measure)


def tell_asked(prompt: SpreadPrompt, answers: Iterable[SpreadAnswer]) -> None:
    """Each unit's huvudmottagare or chef, though jävig in the case: of that nothing is told."""
    rows = list(answers)
    chains = line.chains(one.unit_id for one in rows)
    for one in rows:
        people, _ = receivers(one.unit, chain=chains[one.unit_id])
        tell_of_answer(one, people, "Att besvara")


def tell_of_answer(answer: SpreadAnswer, people: Iterable[Any], what: str) -> None:
    """``people`` of what there is to say of the unit's answer."""
    prompt = answer.prompt
    notifications.notify(
        people,
        kind=SPREAD_KIND,
        sentence=f"{what}: kan det hända hos oss? Fråga {prompt.pk}",
        url=prompt.get_absolute_url(),
        unit=answer.unit.name,
        due=prompt.answer_by,
    )


def tell_all_answered(prompt: SpreadPrompt) -> None:
    """Who asked, unless they have been found jävig since."""
    if not grants.is_denied(prompt.sent_by, prompt.deviation):
        notifications.notify(
            [prompt.sent_by],
            kind=SPREAD_KIND,
            sentence=f"Alla enheter har svarat på fråga {prompt.pk}",
            url=prompt.get_absolute_url(),
            never=prompt.deviation.barred_ids(),
        )


def _tell_publishers(lesson: Lesson, *, user: Any, record: Any) -> None:
    people = [*everyone_with(Role.FACILITATOR), *everyone_with(Role.COORDINATOR)]
    _tell_of_lesson(people, lesson, "Att läsa och publicera", never={user.pk})


def _tell_writer(lesson: Lesson, *, user: Any, record: Any) -> None:
    what = "Tillbaka för komplettering" if record.name == "send_back" else "Publicerad"
    _tell_of_lesson([lesson.created_by], lesson, what, never={user.pk})


def _tell_of_lesson(people: Iterable[Any], lesson: Lesson, what: str, *, never: Iterable[int]) -> None:
    notifications.notify(
        people,
        kind=LESSON_KIND,
        sentence=f"{what}: lärdom {lesson.pk}",
        url=lesson.get_absolute_url(),
        never=never,
    )


def receivers_of(proposal: Proposal) -> list[User]:
    """Who is to answer: the process's owner while employed, else whom the line of the unit gives."""
    owner = owner_id(proposal.process) if proposal.receiver == ProposalReceiver.OWNER else None
    if owner is not None:
        found = list(User.objects.filter(pk=owner, is_active=True))
        return found or everyone_with(Role.COORDINATOR)
    people, _ = receivers(proposal.unit, chain=proposal.chain())
    return people


def tell_of_proposal(people: Iterable[Any], proposal: Proposal, what: str, **values: Any) -> None:
    notifications.notify(
        people,
        kind=PROPOSAL_KIND,
        sentence=f"{what}: förslag {proposal.pk}",
        url=proposal.get_absolute_url(),
        unit=proposal.unit.name,
        **values,
    )


def tell_proposed(proposal: Proposal, *, user: Any) -> None:
    tell_of_proposal(receivers_of(proposal), proposal, "Att besvara", due=proposal.answer_by, never={user.pk})


def tell_proposer(proposal: Proposal, what: str, *, user: Any) -> None:
    """The proposer alone: an ersättare is not told who proposed."""
    substitute = grants.substitutes_of([proposal.submitted_by_id]).get(proposal.submitted_by_id)
    never = {user.pk, substitute} - {None}
    tell_of_proposal([proposal.submitted_by], proposal, what, never=never)


def _tell_proposer_of_measure(measure: Measure, *, user: Any, record: Any) -> None:
    if measure.proposal is not None:
        tell_proposer(measure.proposal, EFFECTS[record.name], user=user)
