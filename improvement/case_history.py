"""*Historik* of a case: what happened to it and its rows, what others answered, and what was merged."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import BigIntegerField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from improvement import gathered, kin, permissions, presentation
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
    SpreadPrompt,
)
from kvalitet import events, history
from kvalitet.organisation import grants
from kvalitet.organisation.models import User

ROWS = {
    InvestigationEntry: "deviation",
    Cause: "deviation",
    DeviationUserPermission: "content_object",
    Measure: "deviation",
    Attachment: "deviation",
    Exchange: "deviation",
}
# A part is born when the event is parted; a unit that was asked answers, perhaps anew, when its row changes.
BIRTHS = Deviation.pgh_event_model.objects.filter(pgh_label="insert")  # type: ignore[attr-defined]
ANSWERS = SpreadAnswer.pgh_event_model.objects.filter(pgh_label="update").exclude(answer="")  # type: ignore[attr-defined]
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
    past = events.past(Deviation, [deviation.pk], ROWS, beside=_beside(user, deviation))
    seen = {Deviation: lambda pks: _seen(user, deviation, pks)}
    told = history.timeline(deviation, reader=user, rows=ROWS, seen=seen, past=past)
    told = [*(_reworded(one, deviation) for one in told), *_elsewhere(user, deviation, past.beside)]
    told = sorted(told, key=lambda one: one.at, reverse=True)
    reporter = deviation.reported_by
    if reporter == user or _handles(reporter, deviation):
        return told
    return [_unnamed(one, str(reporter)) for one in told]


def _seen(user: Any, deviation: Deviation, pks: set[int]) -> list[Deviation]:
    """Other cases that it has gone on in, those of the event today as they are known already."""
    near = {one.pk: one for one in kin.same_event(deviation) if one.pk in pks}
    known = [one for one in near.values() if permissions.may_see(user, one)]
    return known + gathered.seen(user, pks - near.keys())


def _handles(person: User, deviation: Deviation) -> bool:
    grants.rights(person)  # all that the rule asks for, at once
    return permissions.may_handle(person, deviation)


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


def _beside(user: Any, deviation: Deviation) -> list[Any]:
    """What rows of other cases and of other units tell of it: its other part as it was born, by whom, what
    was merged here as far as ``user`` reads it, and what other units were asked and have answered.
    """
    part = kin.other_part(deviation) if deviation.part_of_id is None else None
    births = BIRTHS.filter(pgh_obj__in=[part.pk] if part else [])
    maker = Cast(KT("pgh_context__user"), BigIntegerField())
    merged = [one.pk for one in presentation.merged_for(user, deviation)]
    return [
        births,
        User.objects.filter(pk__in=births.values(maker=maker)),
        DeviationTransition.objects.filter(name="merge", obj__in=merged).select_related("by"),
        SpreadPrompt.objects.filter(deviation=deviation).select_related("sent_by", "withdrawn_by"),
        ANSWERS.filter(prompt__deviation=deviation).select_related("unit", "answered_by"),
    ]


def _elsewhere(user: Any, deviation: Deviation, beside: list[list[Any]]) -> Iterator[history.Entry]:
    """The entries of those rows."""
    births, makers, merges, prompts, answers = beside
    for one in births:
        by = next(iter(makers), "Systemet")
        yield history.Entry(one.pgh_created_at, str(by), "delade händelsen i två delar")
    names = {one.pk: str(one) for one in kin.merged_here(deviation)}
    for one in merges:
        sentence = f"slog ihop {names[one.obj_id].lower()} med den här"
        yield history.Entry(one.at, str(one.by), sentence, one.comment)
    yield from _of_spread(user, deviation, prompts, answers)


def _of_spread(
    user: Any, deviation: Deviation, prompts: list[SpreadPrompt], answers: list[Any]
) -> Iterator[history.Entry]:
    """That other units were asked; their answers as they were given, to who sees them."""
    seen = set()
    for prompt in sorted(prompts, key=lambda one: one.pk, reverse=True):
        prompt.deviation = deviation
        yield history.Entry(prompt.sent_at, str(prompt.sent_by), ASKED, prompt.question)
        if prompt.withdrawn_at is not None:
            yield history.Entry(prompt.withdrawn_at, str(prompt.withdrawn_by), "drog tillbaka frågan")
        if rights.sees_answers(user, prompt):
            seen.add(prompt.pk)
    for one in sorted(answers, key=lambda one: one.pgh_id):
        if one.prompt_id in seen:
            sentence = f"svarade för {one.unit}: {one.get_answer_display().lower()}"
            yield history.Entry(one.answered_at, str(one.answered_by), sentence, one.comment)
