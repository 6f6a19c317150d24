"""What of questions, förslag and lärdomar waits for a person, in the columns of ``improvement.work``."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, CharField, DateField, F, Value
from django.db.models.functions import Cast

from improvement.enums import LessonStatus
from improvement.learning import rights
from improvement.models import Lesson, Proposal, SpreadAnswer

SPREAD, PROPOSAL, LESSON = "spread", "proposal", "lesson"


def rows(user: Any) -> list[Any]:
    """Querysets for one union: no query of their own."""
    found = [
        _columns(SpreadAnswer.objects.to_answer_by(user), SPREAD, "prompt_id", "prompt__answer_by"),
        _columns(Proposal.objects.to_answer_by(user), PROPOSAL, "pk", "answer_by"),
    ]
    if rights.may_publish_lessons(user):
        sent = Lesson.objects.filter(status=LessonStatus.SENT)
        found.append(_columns(sent, LESSON, "pk", "created_at"))
    return found


def _columns(rows: Any, what: str, pk: str, day: str) -> Any:
    """As ``improvement.work._Row`` has them; there is no case behind what is shown."""
    text, number = Cast(Value(""), CharField()), Value(None, output_field=BigIntegerField())
    no, nobody = Value(False, output_field=BooleanField()), ArrayField(BigIntegerField())
    return rows.order_by().values_list(
        Value(what, output_field=CharField()),
        pk,
        Cast(number, BigIntegerField()),
        text,
        text,
        "unit__name",
        Cast(F(day), DateField()),
        no,
        no,
        Cast(number, BigIntegerField()),
        Cast(Value([], output_field=nobody), nobody),
        text,
    )
