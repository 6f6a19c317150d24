"""*Historik* of a case: what happened to it, to its notes and causes, and to the cases of the same event."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from improvement import kin, permissions, presentation
from improvement.models import (
    Cause,
    Deviation,
    DeviationTransition,
    DeviationUserPermission,
    InvestigationEntry,
    Measure,
)
from kvalitet import history
from kvalitet.organisation.models import User

ROWS = {
    InvestigationEntry: "deviation",
    Cause: "deviation",
    DeviationUserPermission: "content_object",
    Measure: "deviation",
}


def timeline(user: Any, deviation: Deviation) -> list[history.Entry]:
    """*Historik* of the case with its notes, causes, measures and handläggare, newest first.

    The one who reported, and nothing else, is not named to colleagues.
    """
    told = [_reworded(one, deviation) for one in history.timeline(deviation, reader=user, rows=ROWS)]
    told = sorted([*told, *_of_kin(user, deviation)], key=lambda one: one.at, reverse=True)
    reporter = deviation.reported_by
    if reporter == user or permissions.may_handle(reporter, deviation):
        return told
    return [_unnamed(one, str(reporter)) for one in told]


def _reworded(entry: history.Entry, deviation: Deviation) -> history.Entry:
    """Whoever appoints themselves takes over; a note with an older one behind it is a correction."""
    words = {
        f"utsåg handläggaren: {entry.actor}": "tog över ärendet",
        f"tog bort handläggaren: {entry.actor}": "lämnade tillbaka ärendet",
    }
    if deviation.part_of_id is not None:
        words["rapporterade avvikelsen"] = "delade händelsen i två delar. Den här är den andra"
    sentence = words.get(entry.sentence, entry.sentence)
    corrected = InvestigationEntry._meta.get_field("corrects").verbose_name
    if any(name == corrected for name, _, _ in entry.changes):
        sentence = sentence.replace("skrev anteckningen", "rättade en anteckning", 1)
    return replace(entry, sentence=sentence)


def _unnamed(entry: history.Entry, reporter: str) -> history.Entry:
    """The entry without the reporter's name as the one who wrote it."""
    author = InvestigationEntry._meta.get_field("author").verbose_name
    changes = tuple(one for one in entry.changes if one[0] != author or reporter not in one)
    actor = "Rapportören" if entry.actor == reporter else entry.actor
    return replace(entry, actor=actor, changes=changes)


def _of_kin(user: Any, deviation: Deviation) -> Iterator[history.Entry]:
    """That the event was parted, and what was merged here as far as ``user`` reads it."""
    part = kin.other_part(deviation)
    if part is not None and part.part_of_id == deviation.pk:
        born = Deviation.pgh_event_model.objects.filter(pgh_obj_id=part.pk, pgh_label="insert").first()  # type: ignore[attr-defined]
        if born:
            by = User.objects.filter(pk=(born.pgh_context or {}).get("user") or 0).first()
            yield history.Entry(born.pgh_created_at, str(by or "Systemet"), "delade händelsen i två delar")
    if merged := presentation.merged_for(user, deviation):
        rows = DeviationTransition.objects.filter(name="merge", obj__in=[one.pk for one in merged])
        for one in rows.select_related("by", "obj"):
            sentence = f"slog ihop {str(one.obj).lower()} med den här"
            yield history.Entry(one.at, str(one.by), sentence, one.comment)
