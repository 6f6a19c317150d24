"""Append-only history: what changed, when, by whom and why, kept by database triggers.

``@track()`` on a model records every insert, update and delete in ``<Model>Event``, whoever makes the change
and by whatever road (ORM, bulk, raw SQL). The event rows are protected against change; who and why stand in
the row itself (``pgh_context``), from the request or from ``acting_as`` in tasks and commands.
``kvalitet.timeline`` tells it in words.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.apps import apps
from django.db import models
from pghistory.middleware import HistoryMiddleware as BaseMiddleware

from kvalitet import tracing
from kvalitet.timeline import Entry, timeline, timelines

__all__ = [
    "INSERT_ONLY",
    "NEVER_DELETED",
    "Entry",
    "HistoryMiddleware",
    "acting_as",
    "timeline",
    "timelines",
    "track",
    "tracked_models",
]

# Triggers of records that are kept: rows that are never taken away, and rows that are never changed either.
NEVER_DELETED = pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)
INSERT_ONLY = pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete)

ModelClass = TypeVar("ModelClass", bound=type[models.Model])


def track(*, exclude: tuple[str, ...] = ()) -> Callable[[ModelClass], ModelClass]:
    """Class decorator that tracks a model. ``exclude`` names large or derived columns, never tracked."""
    decorator: Callable[[ModelClass], ModelClass] = pghistory.track(
        pghistory.InsertEvent("insert"),
        pghistory.UpdateEvent("update"),
        pghistory.DeleteEvent("delete"),
        exclude=list(exclude),
        append_only=True,
    )
    return decorator


def tracked_models() -> list[type[models.Model]]:
    """Models with an event table."""
    events = (model for model in apps.get_models() if issubclass(model, pghistory.models.Event))
    tracked: list[type[models.Model] | None] = [getattr(model, "pgh_tracked_model", None) for model in events]
    return [model for model in tracked if model]


class HistoryMiddleware(BaseMiddleware):
    """Puts the signed-in person, the path and the number of the request on every change that it makes."""

    def get_context(self, request: Any) -> dict[str, Any]:
        user = getattr(request, "user", None)
        who = user.pk if user and user.is_authenticated else None
        return {"user": who, "path": request.path, "request": tracing.reference(request)}


@contextmanager
def acting_as(user: Any, *, why: str) -> Iterator[None]:
    """Everything changed inside is recorded as done by ``user`` for the reason ``why`` (tasks, commands)."""
    with pghistory.context(user=user.pk if user else None, why=why):
        yield
