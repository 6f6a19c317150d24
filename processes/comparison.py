"""Two versions of a process side by side: which two, their texts word by word, and their maps.

Maps do not change, so their comparison is kept in memory under the two of them; the texts are compared anew.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.urls import reverse

from kvalitet import differences
from kvalitet.versions import Standing
from processes import compared_maps
from processes.bpmn.parse import parse
from processes.compared_maps import Maps
from processes.models import Process, ProcessRevision
from processes.presentation import label
from processes.workflow import TEXTS

KEPT_SECONDS = 60 * 60


def visible_versions(user: Any, process: Process) -> list[ProcessRevision]:
    """The versions of the process that ``user`` may compare, newest first, with what their names need."""
    rows = ProcessRevision.objects.visible_to(user).filter(process=process).order_by("-number")
    return list(rows.only("number", "major", "minor", "status", "valid_from", "valid_to", "published_at"))


def pair(versions: Sequence[ProcessRevision], number: int | None = None) -> tuple[int, int] | None:
    """The version ``number`` (the newest) and the one that it most likely is to be compared with.

    That is the one in force for a version under work, else the one before; None when there is no such.
    """
    newest = next((one for one in versions if number in (None, one.number)), None)
    if newest is None:
        return None
    earlier = [one for one in versions if one.number < newest.number and one.published_at]
    in_force = [one for one in earlier if one.standing() == Standing.IN_FORCE]
    found = [*in_force, *earlier] if newest.is_open else earlier
    return (found[0].number, newest.number) if found else None


def address(slug: str, numbers: tuple[int, int] | None) -> str:
    return reverse("processes:compare", args=[slug, *numbers]) if numbers else ""


@dataclass(frozen=True)
class Text:
    """One text of the description that is not the same in both."""

    label: str
    pieces: list[differences.Piece]


def texts(old: ProcessRevision, new: ProcessRevision) -> list[Text]:
    """The name and the texts that differ, word by word."""
    found = []
    for name in ("title", *TEXTS):
        before, after = _lines(getattr(old, name)), _lines(getattr(new, name))
        if before != after:
            found.append(Text(label(name), differences.words(before, after)))
    return found


def _lines(text: str) -> str:
    """A browser sends its own line breaks, which are no difference."""
    return text.replace("\r\n", "\n").strip()


def shown(old: ProcessRevision, new: ProcessRevision) -> dict[str, Any]:
    """What ``compare_body.html`` shows of the two."""
    compared = maps(old, new)
    return {
        "old": old,
        "new": new,
        "texts": texts(old, new),
        "map_summary": compared.summary,
        "html": compared.html,
    }


def summary(old: ProcessRevision, new: ProcessRevision) -> str:
    """In a line what differs: "3 nya steg, 1 ändrat, 2 borttagna. 2 texter är ändrade."."""
    changed = len(texts(old, new))
    told = [maps(old, new).summary]
    if changed:
        told.append(f"{changed} {'text är ändrad' if changed == 1 else 'texter är ändrade'}")
    return " ".join(f"{sentence}." for sentence in told if sentence)


def maps(old: ProcessRevision, new: ProcessRevision) -> Maps:
    """The comparison of the maps of two versions, made when it is not kept from before."""
    if old.map is None or new.map is None or old.map_id == new.map_id:
        return Maps(_without_comparing(old.map_id, new.map_id))
    parts = [[one.map_id, one.label, one.title] for one in (old, new)]
    key = f"compare-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"
    kept: Maps | None = cache.get(key)
    if kept is None:
        before, after = parse(bytes(old.map.data)), parse(bytes(new.map.data))
        names = [(f"Version {one.label}", one.title) for one in (old, new)]
        kept = compared_maps.draw(before, after, names)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _without_comparing(before: str | None, after: str | None) -> str:
    if before == after:
        return "Kartan är densamma" if before else ""
    return "Kartan är ny" if after else "Kartan är borttagen"
