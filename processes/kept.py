"""The maps that a version has had: each can be fetched by those who change it, and none is thrown away."""

from dataclasses import dataclass
from datetime import datetime

from processes.models import ProcessRevision


@dataclass(frozen=True)
class Kept:
    """A map that a version has had: ``map_id`` finds its bytes."""

    map_id: str
    at: datetime
    by: str


def kept_maps(revision: ProcessRevision) -> list[Kept]:
    """Every map that the version has had, newest first, with who saved it and when."""
    events = revision.events.exclude(map=None).order_by("pgh_id")  # type: ignore[attr-defined]
    found: list[Kept] = []
    for map_id, at, by in events.values_list("map_id", "pgh_created_at", "author__name"):
        if not found or found[-1].map_id != map_id:
            found.append(Kept(map_id, at, by))
    return found[::-1]
