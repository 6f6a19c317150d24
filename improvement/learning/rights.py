"""Who asks other units, writes and publishes lärdomar, and answers förslag: by role as data and by the line.

A question to other units holds nothing of its case, so a manager who is jävig in the case is asked too.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from documents.models.document import processes_owned_by
from documents.reading import rights as reading_rights
from improvement import permissions
from improvement.enums import DeviationStatus, LessonStatus, ProposalReceiver, ProposalStatus
from kvalitet.organisation import grants, line
from kvalitet.organisation.enums import Role
from kvalitet.organisation.grants import Grant, Reach
from processes.permissions import owner_id, stands_for

LEARNT = (DeviationStatus.ACTED, DeviationStatus.CLOSED)
WAITING = (ProposalStatus.SUBMITTED, ProposalStatus.CONSIDERED)


class LearningPermission(models.TextChoices):
    SEE_SPREAD = "improvement.see_spread", "Se alla enheters svar på Kan det hända hos oss?"
    WRITE_LESSON = "improvement.write_lesson", "Skriva lärdomar och goda exempel"
    PUBLISH_LESSON = "improvement.publish_lesson", "Publicera lärdomar och goda exempel"


EVERYWHERE = {Role.COORDINATOR: Reach.EVERYWHERE, Role.FACILITATOR: Reach.EVERYWHERE}

GRANTS = {
    LearningPermission.SEE_SPREAD: Grant({Role.COORDINATOR: Reach.EVERYWHERE}),
    LearningPermission.WRITE_LESSON: Grant({**EVERYWHERE, Role.MANAGER: Reach.SUBTREE}),
    LearningPermission.PUBLISH_LESSON: Grant(EVERYWHERE),
}


def may_spread(user: Any, deviation: Any) -> bool:
    """Who handles the case asks the others; of what may be a missförhållande only the lex Sarah-ansvarig."""
    if permissions.is_secret(deviation):
        return permissions.may_judge_suspicion(user, deviation)
    return permissions.may_handle(user, deviation)


def is_learnt(deviation: Any) -> bool:
    """Whether enough is known to ask others: it is dealt with, or judged apart."""
    return deviation.status in LEARNT or permissions.is_secret(deviation)


def sees_spread(user: Any) -> bool:
    """All prompts with every answer, without the cases behind them."""
    return grants.scope(user, LearningPermission.SEE_SPREAD).everywhere


def sees_answers(user: Any, prompt: Any) -> bool:
    """Every unit's answer: the samordnare, who asked, and who could have; jäv is subtracted last."""
    if grants.is_denied(user, prompt.deviation):
        return False
    return sees_spread(user) or prompt.sent_by_id in stands_for(user) or may_spread(user, prompt.deviation)


def reads_reply(user: Any, answer: Any) -> bool:
    """What a unit wrote with its answer: those who see every answer, and the managers of the unit."""
    if sees_answers(user, answer.prompt) or answer.unit_id in led_units(user):
        return True
    return bool(answered_for(user, [answer.unit_id]))


def sees_asker(user: Any, prompt: Any) -> bool:
    """Who asked: of what may be a missförhållande the asker's name would tell that it is."""
    return not permissions.is_secret(prompt.deviation) or may_withdraw_prompt(user, prompt)


def may_withdraw_prompt(user: Any, prompt: Any) -> bool:
    if grants.is_denied(user, prompt.deviation):
        return False
    return prompt.sent_by_id in stands_for(user) or may_spread(user, prompt.deviation)


def answered_for(user: Any, unit_ids: Iterable[int]) -> frozenset[int]:
    """Those of the units that ``user`` answers for today. Never nobody: the samordnare where no manager does.

    One query.
    """
    if not permissions.may_report(user):
        return frozenset()
    chains = line.chains(unit_ids)
    return frozenset(pk for pk, chain in chains.items() if _receives(user, chain))


def _receives(user: Any, chain: list[line.Link]) -> bool:
    if line.receives(user, chain):
        return True
    return not line.is_answered(chain) and permissions.distributes(user)


def of_line(user: Any) -> Q:
    """Rows whose ``unit`` is ``user``'s to answer for, as a filter without a query of its own."""
    where = Q(pk__in=[])
    for owner in {one.substitutes_for or user.pk for one in grants.held(user) if one.role in line.RECEIVING}:
        where |= Q(unit__in=line.first_hand_of(owner))
    if permissions.distributes(user):
        where |= Q(unit__in=line.unanswered())
    return where


def led_units(user: Any) -> frozenset[int]:
    """Units whose answers a manager sees: their own and those below."""
    return grants.scope(user, permissions.Permission.LIST_CASES).unit_ids


def may_write_lessons(user: Any) -> bool:
    return bool(grants.scope(user, LearningPermission.WRITE_LESSON))


def may_write_from(user: Any, deviation: Any) -> bool:
    """A lärdom from a case is written by those who could ask others about it."""
    return may_spread(user, deviation)


def may_publish_lessons(user: Any) -> bool:
    return grants.scope(user, LearningPermission.PUBLISH_LESSON).everywhere


def may_change_lesson(user: Any, lesson: Any) -> bool:
    """Who wrote it, while it is a draft; and who publishes, until it is published."""
    if may_publish_lessons(user):
        return lesson.status in (LessonStatus.DRAFT, LessonStatus.SENT)
    return lesson.status == LessonStatus.DRAFT and wrote(user, lesson)


def wrote(user: Any, lesson: Any) -> bool:
    return lesson.created_by_id in stands_for(user)


def may_send_lesson(user: Any, lesson: Any) -> bool:
    return wrote(user, lesson) or may_publish_lessons(user)


def may_publish_lesson(user: Any, lesson: Any) -> bool:
    return may_publish_lessons(user)


def may_put_case_on_agenda(user: Any, deviation: Any) -> bool:
    """Whoever plans the APT of the case's own unit and reads the case whole."""
    if deviation.unit_id is None or permissions.is_secret(deviation):
        return False
    may_plan = grants.may(user, reading_rights.ReadingPermission.PLAN_APT, unit_id=deviation.unit_id)
    return may_plan and permissions.may_read(user, deviation)


def may_propose(user: Any) -> bool:
    """Every employee."""
    return permissions.may_report(user)


def proposed(user: Any, proposal: Any) -> bool:
    """The proposer alone: nobody takes it back in their place."""
    return bool(proposal.submitted_by_id == user.pk and permissions.may_report(user))


def may_answer(user: Any, proposal: Any) -> bool:
    """Whom the förslag went to; the samordnare too when the process's owner has let the day pass."""
    if not permissions.may_report(user):
        return False
    if proposal.receiver == ProposalReceiver.UNIT:
        return _receives(user, proposal.chain())
    if owner_id(proposal.process) in stands_for(user):
        return True
    return proposal.answer_by < timezone.localdate() and permissions.distributes(user)


def answers_for(user: Any, proposal: Any) -> int | None:
    """Id of the absent person that ``user`` answers for; None when it is by a right of their own."""
    if proposal.receiver == ProposalReceiver.OWNER:
        owner = owner_id(proposal.process)
        return owner if owner != user.pk and owner in stands_for(user) else None
    links = line.receiving_links(proposal.chain())
    if any(user.pk in link.user_ids for link in links):
        return None
    return line.received_for(user, links)


def to_answer(user: Any) -> Q:
    """The same as a filter: förslag that are ``user``'s to answer."""
    if not permissions.may_report(user):
        return Q(pk__in=[])
    owned = Q(process__in=processes_owned_by(stands_for(user)))
    where = Q(receiver=ProposalReceiver.UNIT) & of_line(user)
    where |= Q(receiver=ProposalReceiver.OWNER) & owned
    if permissions.distributes(user):
        where |= Q(receiver=ProposalReceiver.OWNER, answer_by__lt=timezone.localdate())
    return where & Q(status__in=WAITING)


def sees_name(user: Any, proposal: Any) -> bool:
    """The proposer's name is for whoever answers; for colleagues when the proposer says so."""
    return proposal.is_name_shown or proposal.submitted_by_id == user.pk or may_answer(user, proposal)


def may_vote(user: Any, proposal: Any) -> bool:
    """Colleagues, as long as it is not decided."""
    return may_propose(user) and proposal.submitted_by_id != user.pk and proposal.status in WAITING
