"""Saving what was drawn in the browser: like an imported file, and never over what another just saved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from kvalitet import trees
from processes import actions
from processes.bpmn.model import Model
from processes.models import Process, ProcessRevision


@dataclass(frozen=True)
class Kept:
    """A map that a version has had: ``map_id`` finds its bytes, which are never thrown away."""

    map_id: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Saved:
    map_id: str
    model: Model


class Stale(Exception):
    """Somebody saved another map meanwhile; ``theirs`` is that one, or None when they left none."""

    def __init__(self, theirs: Kept | None) -> None:
        super().__init__()
        self.theirs = theirs


@transaction.atomic
def save(revision: ProcessRevision, *, user: Any, data: bytes, seen: str) -> Saved:
    """Put a drawing into an open version. ``seen`` is the id of the map that it was drawn from, "" for none.

    Raises Stale when the version has another map by now, else what ``actions.import_map`` raises; then
    nothing is changed. Who has been shown the other map saves over it by having seen it.
    """
    with trees.locked(Process):
        fresh = ProcessRevision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
        if (fresh.map_id or "") != seen:
            raise Stale(next(iter(kept_maps(revision)), None) if fresh.map_id else None)
        name = fresh.map_name or f"{revision.process.slug}.bpmn"
        model = actions.import_map(fresh, user=user, data=data, name=name)
        fresh.refresh_from_db(fields=["map"])
        return Saved(fresh.map_id or "", model)


def kept_maps(revision: ProcessRevision) -> list[Kept]:
    """Every map that the version has had, newest first, with who saved it and when."""
    events = revision.events.exclude(map=None).order_by("pgh_id")  # type: ignore[attr-defined]
    found: list[Kept] = []
    for map_id, at, by in events.values_list("map_id", "pgh_created_at", "author__name"):
        if not found or found[-1].map_id != map_id:
            found.append(Kept(map_id, at, by))
    return found[::-1]
