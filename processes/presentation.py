"""How versions are told: their description as pairs, their standing as a tag, their life as sentences."""

from typing import Any

from kvalitet import history
from kvalitet.versions import Standing
from processes.models import Process, ProcessRevision, ProcessRevisionTransition, ProcessUnit
from processes.workflow import REVISION, TEXTS

TONES = {
    Standing.DRAFT: "neutral",
    Standing.IN_REVIEW: "warn",
    Standing.APPROVED: "info",
    Standing.COMING: "info",
    Standing.IN_FORCE: "good",
    Standing.REPLACED: "neutral",
    Standing.WITHDRAWN: "bad",
    Standing.DISCARDED: "neutral",
}


def description(revision: ProcessRevision) -> list[tuple[str, str]]:
    """The texts of a version with their Swedish names, empty ones left out; uppdraget stands as the lead."""
    names = [name for name in TEXTS if name != "mission" and getattr(revision, name).strip()]
    return [(label(name), getattr(revision, name)) for name in names]


def label(name: str) -> str:
    """What a text of a version is called on a page."""
    words = {one.name: str(one.verbose_name) for one in ProcessRevision._meta.concrete_fields}
    return words[name].capitalize()


def standing(revision: ProcessRevision) -> dict[str, str]:
    """Word and tone of what the version is today."""
    now = revision.standing()
    return {"word": now.label, "tone": TONES[now]}


def timeline(user: Any, process: Process) -> list[history.Entry]:
    """*Historik*: the process, its units, and the decisions on versions ``user`` may see, newest first."""
    entries = history.timeline(process, reader=user, rows={ProcessUnit: "process"})
    mine = ProcessRevision.objects.visible_to(user).filter(process=process).values("pk")
    records = ProcessRevisionTransition.objects.filter(obj__in=mine).order_by("pk")
    entries += [_decision(one) for one in records.select_related("by", "on_behalf_of", "obj")[::-1]]
    return sorted(entries, key=lambda one: one.at, reverse=True)


def _decision(record: ProcessRevisionTransition) -> history.Entry:
    effect = REVISION.transitions[record.name].effect.replace("versionen", f"version {record.obj.label}")
    actor = f"{record.by} som ersättare för {record.on_behalf_of}" if record.on_behalf_of else str(record.by)
    return history.Entry(at=record.at, actor=actor, sentence=effect, comment=record.comment)
