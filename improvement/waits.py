"""What waits for a person beside cases and åtgärder: querysets in the columns of ``improvement.work``, for
its one union, so that they ask for nothing themselves.
"""

from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, CharField, DateField, F, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone

from improvement import permissions
from improvement.enums import Direction, LessonStatus
from improvement.learning import rights
from improvement.models import Exchange, ExternalReview, Lesson, Proposal, SpreadAnswer, circles
from kvalitet.organisation import grants, line
from kvalitet.organisation.enums import Role
from processes.permissions import stands_for

SPREAD, PROPOSAL, LESSON, REVIEW, EXCHANGE = "spread", "proposal", "lesson", "review", "exchange"
REVIEW_AHEAD = timedelta(days=60)


def rows(user: Any, cases: Any) -> list[Any]:
    """``cases`` are the ids of the open cases that may be ``user``'s to handle."""
    found = [
        _columns(SpreadAnswer.objects.to_answer_by(user), SPREAD, "prompt_id", "prompt__answer_by"),
        _columns(Proposal.objects.to_answer_by(user), PROPOSAL, "pk", "answer_by"),
        _exchanges(cases),
    ]
    if rights.may_publish_lessons(user):
        sent = Lesson.objects.filter(status=LessonStatus.SENT)
        found.append(_columns(sent, LESSON, "pk", "created_at"))
    if permissions.may_manage_sources(user):
        soon = timezone.localdate() + REVIEW_AHEAD
        reviews = ExternalReview.objects.unanswered().filter(_answered_by(user), answer_by__lte=soon)
        found.append(_columns(reviews, REVIEW, "pk", "answer_by", title="title"))
    return found


def _answered_by(user: Any) -> Q:
    """Granskningar that ``user`` registered, or whose unit they receive for; the samordnare has them all."""
    if grants.has_role(user, Role.COORDINATOR):
        return Q(pk__isnull=False)
    where = Q(created_by__in=list(stands_for(user)))
    for owner in {one.substitutes_for or user.pk for one in grants.held(user) if one.role in line.RECEIVING}:
        where |= Q(unit__in=line.first_hand_of(owner))
    return where


def _exchanges(cases: Any) -> Any:
    """What others wait for, and what they should have answered by now."""
    is_ours = Q(direction=Direction.IN) | Q(answer_by__lt=timezone.localdate())
    waiting = Exchange.objects.waiting().filter(is_ours, deviation__in=cases)
    return _columns(
        waiting, EXCHANGE, "pk", "answer_by", title="party_name", status="direction", case="deviation"
    )


def _columns(
    rows: Any, what: str, pk: str, day: str, *, title: str = "", status: str = "", case: str = ""
) -> Any:
    """As ``improvement.work`` has them; ``case`` is the path to the case behind what is shown, if any."""
    none = Cast(Value(None, output_field=BigIntegerField()), BigIntegerField())
    no, ids = Value(False, output_field=BooleanField()), ArrayField(BigIntegerField())
    barred: Any = Cast(Value([], output_field=ids), ids)
    if case:
        barred = ArraySubquery(
            circles.denials().filter(object_id=OuterRef(case)).order_by().values("user_id")
        )
    return rows.order_by().values_list(
        Value(what, output_field=CharField()),
        pk,
        F(f"{case}_id") if case else none,
        _text(title),
        _text(status),
        f"{case}__unit__name" if case else "unit__name",
        Cast(F(day), DateField()),
        no,
        no,
        F(f"{case}__unit_id") if case else none,
        barred,
        _text(""),
    )


def _text(column: str) -> Any:
    return Cast(F(column) if column else Value(""), CharField())
