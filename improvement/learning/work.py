"""What waits for a person: other units' questions, förslag to answer, lärdomar to publish. One query."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, F, Value
from django.db.models.functions import Cast
from django.urls import reverse

from improvement import permissions
from improvement.enums import LessonStatus
from improvement.learning import rights
from improvement.models import Lesson, Proposal, SpreadAnswer
from kvalitet.registries import Task

KIND = "improvement.learning"
MOST = 60
SPREAD, PROPOSAL, LESSON = "spread", "proposal", "lesson"
# What waits: sentence, address, button, and whether the day is one to answer by.
TOLD = {
    SPREAD: ("Kan det hända hos oss? Svara på fråga {pk}", "improvement:spread_prompt", "Svara", True),
    PROPOSAL: ("Svara på förslag {pk}", "improvement:proposal", "Läs och svara", True),
    LESSON: ("Läs och publicera lärdom {pk}", "improvement:lesson", "Läs", False),
}


def tasks(user: Any) -> Iterator[Task]:
    """In *Mitt arbete*, those with the nearest day first."""
    if not permissions.may_report(user):
        return
    for what, pk, unit, day in sorted(_rows(user), key=lambda row: (row[3], row[1]))[:MOST]:
        sentence, address, button, has_due = TOLD[what]
        when: dict[str, date] = {"due" if has_due else "since": day}
        url = reverse(address, args=[pk])
        yield Task(sentence.format(pk=pk), url, button, kind=KIND, unit=unit or "", **when)


def _rows(user: Any) -> list[tuple[str, int, str | None, date]]:
    answers = SpreadAnswer.objects.to_answer_by(user)
    proposals = Proposal.objects.to_answer_by(user)
    asked = [_columns(answers, SPREAD, "prompt_id", "prompt__answer_by")]
    asked.append(_columns(proposals, PROPOSAL, "pk", "answer_by"))
    if rights.may_publish_lessons(user):
        sent = Lesson.objects.filter(status=LessonStatus.SENT)
        asked.append(_columns(sent, LESSON, "pk", "created_at"))
    return list(asked[0].union(*asked[1:], all=True))


def _columns(rows: Any, what: str, pk: str, day: str) -> Any:
    told = Value(what, output_field=CharField())
    return rows.order_by().values_list(told, pk, "unit__name", Cast(F(day), DateField()))
