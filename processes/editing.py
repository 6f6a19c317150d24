"""Saving a map in an open version: a change to it as it is now, or a whole new one; never over another's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from kvalitet import trees
from processes import actions
from processes.bpmn.edit import Sheet, settle
from processes.bpmn.model import Model
from processes.models import Process, ProcessRevision

Change = Callable[[Sheet], Any]


@dataclass(frozen=True)
class Saved:
    map_id: str
    model: Model


class Stale(Exception):
    """Somebody else changed the same thing since it was shown; nothing is saved."""


@transaction.atomic
def change_map(
    revision: ProcessRevision, *, user: Any, change: Change, redraw: bool = False, seen: str | None = None
) -> Any:
    """Read the map anew, let ``change`` work on it, draw it and save it; returns what ``change`` returned.

    ``seen`` is the map that the change was meant for: another raises Stale. Without it any map will do, and
    ``change`` itself looks whether what it wants to change is as it was. Raises EditError, NeedsRedraw,
    Blocked and BpmnError, and then nothing is changed.
    """
    fresh = _locked(revision, seen)
    sheet = Sheet(bytes(fresh.map.data) if fresh.map else b"")
    answer = change(sheet)
    settle(sheet, redraw=redraw)
    actions.import_map(fresh, user=user, data=sheet.bytes(), name=_name(fresh))
    return answer


@transaction.atomic
def put_map(revision: ProcessRevision, *, user: Any, data: bytes, seen: str) -> Saved:
    """Save a whole new map in place of the one that was ``seen``, its id, "" for none.

    Raises Stale for another, else what ``actions.import_map`` raises; then nothing is changed.
    """
    fresh = _locked(revision, seen)
    model = actions.import_map(fresh, user=user, data=data, name=_name(fresh))
    fresh.refresh_from_db(fields=["map"])
    return Saved(fresh.map_id or "", model)


def _locked(revision: ProcessRevision, seen: str | None) -> ProcessRevision:
    """The row as it is now, locked. The tree's lock comes first, as it does when a map is imported."""
    with trees.locked(Process):
        rows = ProcessRevision.objects.select_for_update(of=("self",)).select_related(
            "process__parent__parent", "map"
        )
        fresh = rows.get(pk=revision.pk)
        if seen is not None and (fresh.map_id or "") != seen:
            raise Stale
        return fresh


def _name(revision: ProcessRevision) -> str:
    return revision.map_name or f"{revision.process.slug}.bpmn"
