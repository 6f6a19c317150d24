"""What waits in external granskningar, who is reminded of them, and what a unit shows of them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, F, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from improvement import permissions, routing
from improvement.models import Analysis, ExternalReview
from kvalitet import notifications
from kvalitet.organisation import grants, line
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Unit
from kvalitet.registries import Panel, Task
from processes.permissions import stands_for

KIND = "improvement.review"
AHEAD = timedelta(days=60)
# How long before the day of the answer somebody is told; the last is the day after it.
REMINDED = (14, 3, 0, -1)
SHOWN, MOST = 5, 30


def _mine(user: Any) -> Q:
    """Granskningar that ``user`` registered, or whose unit they receive for; the samordnare has them all."""
    if grants.has_role(user, Role.COORDINATOR):
        return Q(pk__isnull=False)
    where = Q(created_by__in=list(stands_for(user)))
    for owner in {one.substitutes_for or user.pk for one in grants.held(user) if one.role in line.RECEIVING}:
        where |= Q(unit__in=line.first_hand_of(owner))
    return where


def tasks(user: Any) -> Iterator[Task]:
    """*Svara* on each granskning that wants an answer. One query, and none for those who answer none."""
    if not permissions.may_manage_sources(user):
        return
    soon = timezone.localdate() + AHEAD
    rows = ExternalReview.objects.unanswered().filter(_mine(user), answer_by__lte=soon)
    for one in rows.select_related("unit").order_by("answer_by", "pk")[:MOST]:
        sentence = f"Svara på granskningen: {one.title}"
        url = one.get_absolute_url()
        yield Task(sentence, url, "Öppna", due=one.answer_by, kind="improvement", unit=one.unit.name)


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
        )
    return len(rows)


def of_unit(user: Any, unit: Unit) -> Panel | None:
    """The latest analyses and granskningar of the unit, for every employee. One query."""
    if not permissions.may_report(user):
        return None
    names = ("pk", "title", "day", "what")
    analyses = Analysis.objects.filter(unit=unit).order_by("-period_to", "-pk")
    reviews = ExternalReview.objects.filter(unit=unit).order_by("-decided_on", "-pk")
    found = _rows(analyses, "period_to", "Analys").union(_rows(reviews, "decided_on", "Granskning"), all=True)
    told = (dict(zip(names, row, strict=True)) for row in found)
    rows = sorted(told, key=lambda row: row["day"], reverse=True)
    if not rows:
        return None
    names_of = {"Analys": "improvement:analysis", "Granskning": "improvement:review"}
    shown = [{**row, "url": reverse(names_of[row["what"]], args=[row["pk"]])} for row in rows[:SHOWN]]
    query = urlencode({"enhet": unit.slug})
    context = {
        "rows": shown,
        "analyses_url": f"{reverse('improvement:analyses')}?{query}",
        "reviews_url": f"{reverse('improvement:reviews')}?{query}",
    }
    return Panel("Analyser och granskningar", "improvement/panels/sources.html", context)


def _rows(rows: Any, day: str, what: str) -> Any:
    told = rows.annotate(day=F(day), what=Value(what, output_field=CharField()))
    return told.values_list("pk", "title", "day", "what")[:SHOWN]
