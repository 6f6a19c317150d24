"""What waits in external granskningar, who is reminded of them, and what a unit shows of them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.http import urlencode

from improvement import routing, work
from improvement.models import Analysis, ExternalReview
from improvement.waits import REVIEW
from kvalitet import notifications
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Unit
from kvalitet.registries import Task

KIND = "improvement.review"
# How long before the day of the answer somebody is told; the last is the day after it.
REMINDED = (14, 3, 0, -1)
SHOWN, MOST = 5, 30


def tasks(user: Any) -> Iterator[Task]:
    """*Svara* on each granskning that wants an answer; read with the cases, in their query."""
    shown = [one for one in work.rows(user) if one.what == REVIEW]
    for row in sorted(shown, key=lambda one: (one.day, one.pk))[:MOST]:
        said, url = f"Svara på granskningen: {row.title}", reverse("improvement:review", args=[row.pk])
        yield Task(said, url, "Öppna", due=row.day, kind="improvement", unit=row.unit or "")


def remind(today: date) -> int:
    """Tell who registered it, who receives for the unit and the samordnare; returns how many granskningar."""
    days = [today + timedelta(days=ahead) for ahead in REMINDED]
    due = ExternalReview.objects.unanswered().filter(answer_by__in=days)
    rows = list(due.select_related("unit", "created_by"))
    everywhere = routing.everyone_with(Role.COORDINATOR) if rows else []
    for one in rows:
        received, _ = routing.receivers(one.unit)
        is_late = one.answer_by is not None and one.answer_by < today
        notifications.notify(
            {person.pk: person for person in (one.created_by, *received, *everywhere)}.values(),
            kind=KIND,
            sentence=f"{'Svaret är försenat' if is_late else 'Svara på'}: granskning {one.dnr}",
            url=one.get_absolute_url(),
            unit=one.unit.name,
            due=one.answer_by,
            urgent=is_late,
            once=True,
        )
    return len(rows)


def columns(unit: Unit) -> tuple[Any, Any]:
    """The unit's latest analyses and granskningar, as columns of whatever query the page asks anyway."""
    analyses = Analysis.objects.filter(unit=unit.pk).order_by("-period_to", "-pk")
    reviews = ExternalReview.objects.filter(unit=unit.pk).order_by("-decided_on", "-pk")
    return _column(analyses, "period_to", "Analys"), _column(reviews, "decided_on", "Granskning")


def _column(rows: Any, day: str, what: str) -> ArraySubquery:
    said = Value(what, output_field=CharField())
    return ArraySubquery(rows.values(told=JSONObject(pk="pk", title="title", day=day, what=said))[:SHOWN])


def of_unit(unit: Unit, found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What the unit's page shows of what ``columns`` gave, the latest first; None without any."""
    if not found:
        return None
    names_of = {"Analys": "improvement:analysis", "Granskning": "improvement:review"}
    latest = sorted(found, key=lambda row: row["day"], reverse=True)[:SHOWN]
    query = urlencode({"enhet": unit.slug})
    return {
        "rows": [
            {
                **row,
                "day": date.fromisoformat(row["day"]),
                "url": reverse(names_of[row["what"]], args=[row["pk"]]),
            }
            for row in latest
        ],
        "analyses_url": f"{reverse('improvement:analyses')}?{query}",
        "reviews_url": f"{reverse('improvement:reviews')}?{query}",
    }
