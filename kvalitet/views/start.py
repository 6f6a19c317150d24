from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from kvalitet import registries
from kvalitet.registries import Task

SHOWN_TASKS = 5
SHOWN_NEWS = 6
NEWS_AT_LEAST = timedelta(days=14)


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The start map and search for everyone; for those logged in first what waits for them."""
    context: dict[str, Any] = {"panels": _panels(request, "start")}
    if request.user.is_authenticated:
        today = timezone.localdate()
        week = list(chain.from_iterable(function(request.user) for function in registries.week))
        said = {task.url for task in week}
        tasks = [task for task in _tasks(request.user) if task.url not in said]
        waiting = [task for task in tasks if not task.starts or task.starts <= today]
        coming = [task.due or task.starts for task in tasks if task.starts and task.starts > today]
        news = chain.from_iterable(function(request.user, _since(request)) for function in registries.news)
        context |= {
            "tasks": waiting[:SHOWN_TASKS],
            "more_tasks": max(len(waiting) - SHOWN_TASKS, 0),
            "next_date": min(coming, default=None),
            "week": week,
            "news": list(news)[:SHOWN_NEWS],
            "today": today,
            "first_panels": _panels(request, "start.first"),
            "own_panels": _panels(request, "start.own"),
        }
    return render(request, "start.html", context)


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Everything that waits for the reader, late first."""
    return render(
        request, "frame/my_work.html", {"tasks": _tasks(request.user), "today": timezone.localdate()}
    )


def _panels(request: HttpRequest, place: str) -> list[registries.Panel]:
    functions = registries.panels.for_model(place)
    return [panel for function in functions if (panel := function(request.user, None))]


def _tasks(user: Any) -> list[Task]:
    found: Iterable[Task] = chain.from_iterable(function(user) for function in registries.work)
    return sorted(found, key=lambda task: (task.due or task.since or date.max, task.sentence))


def _since(request: HttpRequest) -> datetime:
    """When the reader was here last, as the login noted it; at least a fortnight back, so that it is
    never empty.
    """
    last = parse_datetime(request.session.get("previous_login", "")) or timezone.now()
    return min(last, timezone.now() - NEWS_AT_LEAST)
