"""What other pages show: lärdomar on a process and a unit, and what a case has led to."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone

from improvement.enums import LessonKind, LessonStatus, SpreadReply
from improvement.learning import presentation, rights
from improvement.models import Deviation, Lesson, LessonProcess, SpreadPrompt
from kvalitet.organisation.models import Unit
from kvalitet.rows import decoded
from processes.models import ProcessUnit

SHOWN = 3


def of_process() -> ArraySubquery:
    """The latest lärdomar of the process in hand and those below it, each as JSON: a column of its panel."""
    below = LessonProcess.objects.filter(
        process__tree_id=OuterRef(OuterRef("tree_id")),
        process__lft__gte=OuterRef(OuterRef("lft")),
        process__rght__lte=OuterRef(OuterRef("rght")),
    )
    return _latest(Q(pk__in=below.values("lesson")))


def of_unit(unit: Unit) -> ArraySubquery:
    """Those of the processes that the unit works in, and its own."""
    works_in = ProcessUnit.objects.on(timezone.localdate()).filter(unit=unit.pk).values("process")
    tied = LessonProcess.objects.filter(process__in=works_in).values("lesson")
    return _latest(Q(pk__in=tied) | Q(unit=unit.pk, is_unit_shown=True))


def _latest(where: Q) -> ArraySubquery:
    rows = Lesson.objects.published().filter(where).order_by("-published_at", "-pk")[:SHOWN]
    return ArraySubquery(rows.values(told=JSONObject(pk="pk", title="title", kind="kind")))


def lesson_row(row: dict[str, Any]) -> dict[str, str]:
    return {
        "url": reverse("improvement:lesson", args=[row["pk"]]),
        "text": row["title"],
        "note": LessonKind(row["kind"]).label,
    }


def of_case(user: Any, deviation: Deviation) -> dict[str, Any]:
    """What has been asked, learnt and taken up from a case that is shown whole; empty where there is nothing
    to tell or do. One query.
    """
    if not rights.is_learnt(deviation):
        return {}
    prompt, lessons = _led_to(user, deviation)
    may_spread = rights.may_spread(user, deviation)
    may_take_up = deviation.closed_at is not None and rights.may_put_case_on_agenda(user, deviation)
    if not (prompt or lessons or may_spread or may_take_up):
        return {}
    return {
        "deviation": deviation,
        "prompt": prompt and {"url": reverse("improvement:spread_prompt", args=[prompt["pk"]]), **prompt},
        "lessons": [{**lesson_row(one), "word": LessonStatus(one["status"]).label} for one in lessons],
        "may_spread": may_spread,
        "may_take_up": may_take_up,
    }


def _led_to(user: Any, deviation: Deviation) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The question that stands, with its counts, and the lärdomar; the driver gives JSON as text."""
    counts = (*(f"answered_{one.value}" for one in SpreadReply), "asked", "unanswered")
    prompts = presentation.counted(SpreadPrompt.objects.standing().filter(deviation=OuterRef("pk")))
    told = JSONObject(pk="pk", **{name: name for name in counts})
    lessons = Lesson.objects.visible_to(user).filter(deviation=OuterRef("pk")).order_by("pk")
    row = JSONObject(pk="pk", title="title", kind="kind", status="status")
    found = Deviation.objects.filter(pk=deviation.pk).order_by()
    prompt, rows = found.values_list(
        Subquery(prompts.order_by().values(told=told)), ArraySubquery(lessons.values(told=row))
    ).get()
    return decoded(prompt), [decoded(one) for one in rows]
