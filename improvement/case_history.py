"""*Historik* of a case: what happened to it and its rows, what others answered, and what was merged."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from improvement import kin, permissions, presentation
from improvement.enums import AttachmentKind
from improvement.learning import rights
from improvement.models import (
    Attachment,
    Cause,
    Deviation,
    DeviationTransition,
    DeviationUserPermission,
    Exchange,
    InvestigationEntry,
    Measure,
    SpreadAnswer,
)
from kvalitet import history
from kvalitet.organisation.models import User

ROWS = {
    InvestigationEntry: "deviation",
    Cause: "deviation",
    DeviationUserPermission: "content_object",
    Measure: "deviation",
    Attachment: "deviation",
    Exchange: "deviation",
}
ASKED = "frågade andra enheter: Kan det hända hos oss?"
# A file of a form that came back is there before it belongs to the case.
FILES = {
    f"{verb} bilagan: {kind.label}": f"bifogade en {kind.label.lower()}"
    for verb in ("bifogade", "ändrade")
    for kind in AttachmentKind
}


def timeline(user: Any, deviation: Deviation) -> list[history.Entry]:
    """*Historik* of the case with the rows that belong to it, and what came of it elsewhere, newest first.

    The one who reported, and nothing else, is not named to colleagues.
    """
    told = [_reworded(one, deviation) for one in history.timeline(deviation, reader=user, rows=ROWS)]
    told += [*_of_kin(user, deviation), *_of_spread(user, deviation)]
    told = sorted(told, key=lambda one: one.at, reverse=True)
    reporter = deviation.reported_by
    if reporter == user or permissions.may_handle(reporter, deviation):
        return told
    return [_unnamed(one, str(reporter)) for one in told]


def _reworded(entry: history.Entry, deviation: Deviation) -> history.Entry:
    """Whoever appoints themselves takes over; a note with an older one behind it is a correction."""
    if entry.sentence in FILES:
        return replace(entry, sentence=FILES[entry.sentence], changes=())
    words = {
        "skrev anteckningen: Tillägg från rapportören": "lade till i rapporten",
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


def _of_spread(user: Any, deviation: Deviation) -> Iterator[history.Entry]:
    """That other units were asked; their answers as they were given, to who sees them."""
    prompts = list(deviation.spread_prompts.select_related("sent_by", "withdrawn_by"))
    for prompt in prompts:
        yield history.Entry(prompt.sent_at, str(prompt.sent_by), ASKED, prompt.question)
        if prompt.withdrawn_at is not None:
            yield history.Entry(prompt.withdrawn_at, str(prompt.withdrawn_by), "drog tillbaka frågan")
    seen = [prompt.pk for prompt in prompts if rights.sees_answers(user, prompt)]
    if seen:
        given = SpreadAnswer.pgh_event_model.objects.filter(prompt__in=seen, pgh_label="update")  # type: ignore[attr-defined]
        for one in given.exclude(answer="").select_related("unit", "answered_by"):
            sentence = f"svarade för {one.unit}: {one.get_answer_display().lower()}"
            yield history.Entry(one.answered_at, str(one.answered_by), sentence, one.comment)


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
