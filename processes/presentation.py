"""How versions are told: their description as pairs, their standing as a tag, their life as sentences."""

from typing import Any

from kvalitet.history import Entry
from processes.enums import Standing
from processes.models import Process, ProcessRevision, ProcessRevisionTransition
from processes.models.revision import TEXTS
from processes.workflow import REVISION

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
    label = revision._meta.get_field
    return [(str(label(name).verbose_name).capitalize(), getattr(revision, name)) for name in names]


def standing(revision: ProcessRevision) -> dict[str, str]:
    """Word and tone of what the version is today."""
    now = revision.standing()
    return {"word": now.label, "tone": TONES[now]}


def timeline(user: Any, process: Process) -> list[Entry]:
    """What has been done with the versions of the process that ``user`` may see, newest first."""
    mine = ProcessRevision.objects.visible_to(user).filter(process=process).values("pk")
    records = ProcessRevisionTransition.objects.filter(obj__in=mine).select_related(
        "by", "on_behalf_of", "obj"
    )
    return [_entry(record) for record in records.order_by("-at", "-pk")]


def _entry(record: ProcessRevisionTransition) -> Entry:
    effect = REVISION.transitions[record.name].effect.replace("versionen", f"version {record.obj.number}")
    actor = f"{record.by} som ersättare för {record.on_behalf_of}" if record.on_behalf_of else str(record.by)
    return Entry(at=record.at, actor=actor, sentence=effect, comment=record.comment)
