"""Whether a BPMN file is a map that is here already, come back from another tool.

What is exported is the bytes as they came, so it carries no mark of ours. Other tools keep what links depend
on: the id of the process and of most activities, while prefixes, order, spaces, drawings and extensions are
their own. So a file is **the same process** when it is byte for byte one of its versions, or has a process id
in common with one and at least half the activities of the smaller of the two, two at the least, of which at
least half have kept their names. Ids that tools give to everyone ("Process_1", "Task_1") do not pass that.

It **may be** the same when half the activities are there under another process id, when the process id and a
named activity are, or when the ids are all new but at least four of five names (three at the least) are
there. Then a person is asked; nothing is tied silently.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from kvalitet.models import Blob
from kvalitet.versions import RevisionStatus
from processes.bpmn import structure
from processes.bpmn.model import ACTIVITIES, BpmnError, Model
from processes.bpmn.parse import parse
from processes.models import MapSignature, Process, ProcessRevision

FEWEST_IDS, FEWEST_NAMES = 2, 3


@dataclass(frozen=True)
class Match:
    """A process that a file belongs to, or may: ``common`` of the ``of`` activities that could be the same.

    ``same`` is the version with exactly these bytes, if there is one; ``open`` the version under work.
    """

    process: Process
    is_certain: bool
    common: int
    of: int
    same: ProcessRevision | None = None
    open: ProcessRevision | None = None

    @property
    def rank(self) -> tuple[bool, bool, int]:
        return (self.is_certain, self.same is not None, self.common)


def signature(model: Model) -> dict[str, Any]:
    """What a map is recognised by, as the columns of ``MapSignature``."""
    activities = {
        key: structure.normalise(element.name)
        for key, element in model.elements.items()
        if element.kind in ACTIVITIES and not key.startswith(f"{element.kind}-utan-id-")
    }
    return {
        "process_ids": sorted(one.id for one in model.processes if model.children.get(one.id)),
        "activities": activities,
        "names": sorted({name for name in activities.values() if name}),
    }


def keep(blob: Blob, model: Model) -> None:
    """Remember what the map is recognised by."""
    row = MapSignature(blob=blob, **signature(model))
    MapSignature.objects.bulk_create([row], ignore_conflicts=True)


def complete() -> None:
    """Read what maps of versions are recognised by, where it has not been: those from before it was kept."""
    used = ProcessRevision.objects.exclude(map=None).values("map")
    for blob in Blob.objects.filter(pk__in=used, signature=None).iterator(chunk_size=20):
        try:
            keep(blob, parse(bytes(blob.data)))
        except BpmnError:
            keep(blob, Model())


def recognise(data: bytes, model: Model) -> list[Match]:
    """The processes that the file belongs to or may belong to, the best first.

    Versions that were thrown away do not count. Read it under the lock of the tree when something is made of
    the answer.
    """
    complete()
    mine, sha256 = signature(model), Blob.key_of(data)
    best = _best(mine, sha256, _by_ids(mine) | Q(map=sha256))
    # Names alone are common, so they are looked for only when no id has said enough.
    if mine["names"] and not any(one.is_certain for one in best.values()):
        best = _best(mine, sha256, Q(map__in=_by_names(set(mine["names"])))) | best
    working = {one.process_id: one for one in ProcessRevision.objects.open().filter(process__in=best)}
    found = [replace(match, open=working.get(pk)) for pk, match in best.items()]
    return sorted(found, key=lambda one: (one.rank, one.process.pk), reverse=True)


def _by_ids(mine: Mapping[str, Any]) -> Q:
    wanted = (
        Q(map__signature__process_ids__overlap=mine["process_ids"]) if mine["process_ids"] else Q(pk=None)
    )
    if mine["activities"]:
        wanted |= Q(map__signature__activities__has_any_keys=list(mine["activities"]))
    return wanted


def _by_names(mine: set[str]) -> list[str]:
    """Keys of the maps with nearly the same names."""
    rows = MapSignature.objects.filter(names__overlap=sorted(mine)).values_list("blob", "names")
    return [key for key, names in rows if _are_alike(mine, set(names))]


def _are_alike(mine: set[str], theirs: set[str]) -> bool:
    common = len(mine & theirs)
    return common >= FEWEST_NAMES and 5 * common >= 4 * min(len(mine), len(theirs))


def _best(mine: Mapping[str, Any], sha256: str, wanted: Q) -> dict[int, Match]:
    """The best match of each process among the versions that are ``wanted``, by the process's key."""
    rows = ProcessRevision.objects.filter(wanted).exclude(status=RevisionStatus.WITHDRAWN, published_at=None)
    rows = rows.select_related("process__parent__parent", "map__signature").order_by("number")
    best: dict[int, Match] = {}
    for revision in rows.defer("renderings", "map__data"):
        match = _compare(mine, revision, is_same=revision.map_id == sha256)
        known = best.get(revision.process_id)
        if match is not None and (known is None or match.rank >= known.rank):
            best[revision.process_id] = match
    return best


def _compare(mine: Mapping[str, Any], revision: ProcessRevision, *, is_same: bool) -> Match | None:
    theirs: MapSignature = revision.map.signature  # type: ignore[union-attr]
    common = mine["activities"].keys() & theirs.activities.keys()
    of = min(len(mine["activities"]), len(theirs.activities))
    same = revision if is_same else None
    if is_same:
        return Match(revision.process, True, len(common), of, same)
    named = sum(mine["activities"][key] == theirs.activities[key] for key in common)
    has_process = bool(set(mine["process_ids"]) & set(theirs.process_ids))
    is_half = 2 * len(common) >= of and 2 * named >= len(common) and len(common) >= FEWEST_IDS
    if is_half:
        return Match(revision.process, has_process, len(common), of)
    mine_names, their_names = set(mine["names"]), set(theirs.names)
    if (has_process and named) or _are_alike(mine_names, their_names):
        return Match(revision.process, False, max(len(common), len(mine_names & their_names)), of)
    return None


def the_one(matches: list[Match]) -> Match | None:
    """The process that the file certainly is; None when there is none, or two that it fits alike."""
    certain = [one for one in matches if one.is_certain]
    if not certain or (len(certain) > 1 and certain[0].rank == certain[1].rank):
        return None
    return certain[0]
