"""How questions, lärdomar and förslag are told on their pages."""

from dataclasses import replace
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils.formats import date_format

from improvement.enums import LessonStatus, ProposalStatus, SpreadReply
from improvement.learning import rights
from improvement.models import (
    Lesson,
    LessonProcess,
    Proposal,
    SpreadAnswer,
    SpreadPrompt,
)
from kvalitet import history, lookups

REPLY_TONES = {SpreadReply.YES: "warn", SpreadReply.NO: "good", SpreadReply.HANDLED: "good", "": "neutral"}
LESSON_TONES = {
    LessonStatus.DRAFT: "warn",
    LessonStatus.SENT: "info",
    LessonStatus.PUBLISHED: "good",
    LessonStatus.WITHDRAWN: "neutral",
}
PROPOSAL_TONES = {
    ProposalStatus.SUBMITTED: "info",
    ProposalStatus.CONSIDERED: "info",
    ProposalStatus.PLANNED: "good",
    ProposalStatus.CARRIED_OUT: "good",
    ProposalStatus.DECLINED: "neutral",
    ProposalStatus.WITHDRAWN: "neutral",
}


def counted(prompts: QuerySet[SpreadPrompt]) -> QuerySet[SpreadPrompt]:
    """With how many units were asked, and how many answered what."""
    answers = SpreadAnswer.objects.filter(prompt=OuterRef("pk"))
    return prompts.annotate(
        asked=lookups.counted(answers),
        **{f"answered_{one.value}": lookups.counted(answers.filter(answer=one)) for one in SpreadReply},
        unanswered=lookups.counted(answers.filter(answered_at=None)),
    )


def prompt_facts(prompt: SpreadPrompt, *, sees_all: bool, sees_asker: bool) -> list[tuple[str, Any]]:
    """What every unit asked may know; who asked tells where it happened, so it is for those who see all."""
    place = prompt.deviation.unit if prompt.is_unit_shown else None
    return [
        ("Process", prompt.process),
        ("Hände hos", place or ("" if sees_all else "En annan enhet")),
        ("Skickad", date_format(prompt.sent_at, "j F Y")),
        ("Skickad av", prompt.sent_by if sees_asker else ""),
        ("Svar senast", date_format(prompt.answer_by, "j F Y")),
        ("Tillbakadragen", date_format(prompt.withdrawn_at, "j F Y") if prompt.withdrawn_at else ""),
    ]


def lesson_history(user: Any, lesson: Lesson) -> list[history.Entry]:
    return history.timeline(lesson, reader=user, rows={LessonProcess: "lesson"})


def prompt_history(user: Any, prompt: SpreadPrompt) -> list[history.Entry]:
    reads_all = rights.sees_answers(user, prompt)
    told = history.timeline(prompt, reader=user, rows={SpreadAnswer: "prompt"}, reads_rows=reads_all)
    return told if rights.sees_asker(user, prompt) else _without(told, str(prompt.sent_by), "Den som frågade")


def proposal_history(user: Any, proposal: Proposal) -> list[history.Entry]:
    """Without the proposer's name for those who are not told it."""
    told = history.timeline(proposal, reader=user)
    if rights.sees_name(user, proposal):
        return told
    return _without(told, str(proposal.submitted_by), "Förslagsställaren")


def _without(entries: list[history.Entry], name: str, instead: str) -> list[history.Entry]:
    """The entries with ``instead`` where the person named did something, or stands in a change."""
    return [
        replace(
            one,
            actor=instead if one.actor == name else one.actor,
            changes=tuple(change for change in one.changes if name not in change),
        )
        for one in entries
    ]
