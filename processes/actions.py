"""What is done with processes. Each verb checks the right, is atomic, and raises ``Blocked`` with reasons."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from kvalitet import trees
from kvalitet.models import Blob
from kvalitet.versions import RevisionStatus, last_day
from kvalitet.workflow import Blocked
from processes import maps, numbering, permissions, projection, recognition, reviewing, slugs
from processes.bpmn.model import Model
from processes.bpmn.parse import parse
from processes.enums import ProcessKind, ProcessState, Visibility
from processes.models import Process, ProcessAddress, ProcessComment, ProcessRevision, ProcessUnit
from processes.workflow import CONTENT, REVISION, TEXTS


def _require(allowed: bool, what: str) -> None:
    if not allowed:
        raise PermissionDenied(f"Du får inte {what}.")


@transaction.atomic
def create_process(
    *,
    user: Any,
    title: str,
    kind: str = "",
    parent: Process | None = None,
    visibility: str = Visibility.INTERNAL,
    owner: Any = None,
    slug: str = "",
    element_id: str = "",
) -> Process:
    """Lay up a process, planned, last among its siblings; its content comes with its first version.

    ``kind`` is for the first level only. The address is made of the titles; it does not follow them later.
    """
    _require(permissions.may_create(user), "lägga upp processer")
    if parent is not None and parent.level >= 2:
        raise Blocked(["En process har högst tre nivåer. Välj en process högre upp."])
    if parent is not None and visibility == Visibility.PUBLIC and parent.visibility == Visibility.INTERNAL:
        raise Blocked([f"{parent.title} är bara för medarbetare, så det som ligger under är det också."])
    wanted = slug or slugs.propose(title, parent_slug=parent.slug if parent else "")
    with trees.locked(Process):
        _refuse_sent_twice(title, parent)
        taken = ProcessAddress.objects.taken(wanted[:80])
        process = Process(
            title=title,
            slug=slugs.unique(wanted, taken),
            kind="" if parent else (kind or ProcessKind.MAIN),
            visibility=visibility,
            owner=owner,
            element_id=element_id,
        )
        return trees.insert(process, parent=parent)


def _refuse_sent_twice(title: str, parent: Process | None) -> None:
    """A button pressed twice makes one process; asked under the lock, so that the second is told so.

    One whose only draft was thrown away is no obstacle.
    """
    alive = Q(state=ProcessState.ACTIVE) | Q(revisions__in=ProcessRevision.objects.open())
    if Process.objects.filter(alive, parent=parent, title=title).exists():
        place = f"under {parent.title}" if parent else "på första nivån"
        raise Blocked(
            [f"Det finns redan en process {place} som heter {title}. Öppna den, eller välj ett annat namn."]
        )


@transaction.atomic
def change_settings(
    process: Process, *, user: Any, visibility: str, owner: Any, units: Iterable[Any]
) -> Process:
    """Set who answers for the process, who may see it, and which units work in it from today.

    What is internal hides all that lies under it, so it is made internal with it. A unit taken away keeps its
    row, which ends yesterday.
    """
    _require(permissions.may_change(user, process), "ändra processen")
    process.refresh_from_db()
    below = process.get_descendants(include_self=True)
    if visibility == Visibility.INTERNAL:
        below.update(visibility=visibility)
    elif process.parent and process.parent.visibility == Visibility.INTERNAL:
        raise Blocked([f"{process.parent.title} är bara för medarbetare. Öppna den för alla först."])
    elif process.visibility == Visibility.INTERNAL:
        below.filter(Q(pk=process.pk) | Q(revisions=None)).update(visibility=visibility)
    Process.objects.filter(pk=process.pk).update(owner=owner)
    wanted = list(units)
    _refuse_foreign_units(process, wanted, user=user)
    set_units(process, wanted)
    process.refresh_from_db()
    return process


def _refuse_foreign_units(process: Process, wanted: Iterable[Any], *, user: Any) -> None:
    known = set(
        ProcessUnit.objects.on(timezone.localdate()).filter(process=process).values_list("unit", flat=True)
    )
    foreign = [unit.name for unit in wanted if unit.pk not in known and not permissions.may_place(user, unit)]
    if foreign:
        raise Blocked(
            [f"Inget är sparat. Processhandledaren eller enhetens chef lägger till {', '.join(foreign)}."]
        )


def set_units(process: Process, units: Iterable[Any], *, day: date | None = None) -> None:
    """Let exactly ``units`` work in the process from ``day`` (today)."""
    day = day or timezone.localdate()
    wanted = {unit.pk for unit in units}
    current = ProcessUnit.objects.on(day).filter(process=process)
    known = set(current.values_list("unit_id", flat=True))
    ended = current.exclude(unit__in=wanted)
    ended.filter(valid_from=day).delete()
    ended.update(valid_to=day - timedelta(days=1))
    ProcessUnit.objects.bulk_create(
        ProcessUnit(process=process, unit_id=pk, valid_from=day) for pk in sorted(wanted - known)
    )


@transaction.atomic
def start_revision(process: Process, *, user: Any, is_minor: bool = False) -> ProcessRevision:
    """A new draft with the content of the version in force or coming; Blocked when one is under work.

    ``is_minor`` begins a redaktionell ändring of the version in force.
    """
    _require(permissions.may_change(user, process), "ändra processen")
    Process.objects.select_for_update(of=("self",)).get(pk=process.pk)
    if process.revisions.open().exists():
        raise Blocked(["Det finns redan en version under arbete."])
    last = process.revisions.published().exclude(status=RevisionStatus.WITHDRAWN).first()
    content = {name: getattr(last, name) for name in (*CONTENT, "map_name", "calls")} if last else {}
    content.setdefault("title", process.title)
    if is_minor:
        numbering.refuse_amending(last)
    content |= numbering.next_label(process, last if is_minor else None)
    return ProcessRevision.objects.create(process=process, author=user, **content)


@transaction.atomic
def make_whole(revision: ProcessRevision, *, user: Any) -> ProcessRevision:
    """Let a redaktionell ändring that became more than words go on as the next version, to be reviewed."""
    Process.objects.select_for_update(of=("self",)).get(pk=revision.process_id)
    fresh = _lock_open(revision, user=user)
    if fresh.minor:
        fresh.major, fresh.minor = numbering.next_label(fresh.process)["major"], 0
        fresh.save(update_fields=["major", "minor"])
    return fresh


def _lock_open(revision: ProcessRevision, *, user: Any) -> ProcessRevision:
    """The row as it is now, locked; raises when it may not, or can no longer, be changed by ``user``."""
    fresh = reviewing.locked(revision)
    _require(permissions.may_change(user, fresh.process), "ändra processen")
    if not fresh.is_written:
        raise Blocked(
            [f"Versionen är {fresh.get_status_display().lower()} och kan inte ändras. Börja en ny."]
        )
    return fresh


@transaction.atomic
def save_revision(revision: ProcessRevision, *, user: Any, values: Mapping[str, Any]) -> ProcessRevision:
    """Write the text of an open version; whoever changed it becomes its author, and a signature on it falls.

    A form compares what was shown with what is saved (``VersionedFormMixin``) before it calls this.
    """
    fresh = _lock_open(revision, user=user)
    changed = {
        name: values[name]
        for name in ("title", *TEXTS)
        if name in values and values[name] != getattr(fresh, name)
    }
    if "change_note" in values:
        fresh.change_note = values["change_note"]
    _write(fresh, changed, user=user)
    return fresh


def _write(fresh: ProcessRevision, changed: Mapping[str, Any], *, user: Any) -> None:
    for name, value in changed.items():
        setattr(fresh, name, value)
    if changed:
        fresh.author = user
    fresh.save()
    fresh.refresh_from_db()


@transaction.atomic
def import_map(revision: ProcessRevision, *, user: Any, data: bytes, name: str = "") -> Model:
    """Put a BPMN file into an open version, byte for byte, and lay up its new steps as planned.

    Raises BpmnError with the Swedish reason when it cannot be read; then nothing is changed. What could be
    repaired in the reading stands in the answer's ``remarks``.
    """
    model = parse(data)
    with trees.locked(Process):
        fresh = _lock_open(revision, user=user)
        blob = Blob.objects.keep(data)
        recognition.keep(blob, model)
        if blob.pk != fresh.map_id:
            fresh.map_name, fresh.renderings, fresh.calls = name[:200], {}, maps.calls(model)
            _write(fresh, {"map": blob}, user=user)
        projection.prepare(fresh)
    return model


@transaction.atomic
def comment(revision: ProcessRevision, *, user: Any, text: str) -> ProcessComment:
    """Leave a remark on a version under work."""
    _require(permissions.may_comment(user, revision.process), "kommentera utkastet")
    if not revision.is_open:
        raise Blocked(["Versionen är inte under arbete längre. Kommentaren är inte sparad."])
    return ProcessComment.objects.create(revision=revision, text=text, by=user)


@transaction.atomic
def change_status(
    revision: ProcessRevision,
    name: str,
    *,
    user: Any,
    comment: str = "",
    seen: str = "",
    valid_from: date | None = None,
    choices: Mapping[str, Any] | None = None,
    moves: Mapping[str, str] | None = None,
    reviewer: Any = None,
    due: date | None = None,
    change_note: str | None = None,
    at: datetime | None = None,
) -> ProcessRevision:
    """Make transition ``name``. The effects on other versions and on the tree come in the same transaction.

    ``valid_from`` (today), ``choices`` (see ``projection.project``) and ``moves`` (the pk of a step that
    disappears -> the element id of the step that takes over what points at it) belong to ``publish``;
    ``reviewer`` (the owner) to ``send`` and ``hand_over``, ``due`` (ten working days) and ``change_note`` to
    ``send``. ``at`` is for what is put in afterwards. Raises like ``Workflow.change_status``.
    """
    if name in ("publish", "amend"):
        values = _of_publication(choices, moves, change_note)
        day = valid_from or timezone.localdate()
        return _publish(revision, name, user=user, day=day, values=values, seen=seen, at=at)
    if name == "withdraw":
        return _withdraw(revision, user=user, comment=comment)
    values = {"approved_at": None, "approved_by": None} if name == "send_back" else {}
    if name in ("send", "hand_over"):
        values = _asked(revision, name, user=user, reviewer=reviewer, due=due, change_note=change_note, at=at)
    changed: ProcessRevision = REVISION.change_status(
        revision, name, user=user, comment=comment, seen=seen, values=values, at=at
    )
    return changed


def _of_publication(
    choices: Mapping[str, Any] | None, moves: Mapping[str, str] | None, note: str | None
) -> dict[str, Any]:
    values: dict[str, Any] = {"choices": dict(choices or {}), "moves": dict(moves or {})}
    return values if note is None else {**values, "change_note": note}


def _asked(revision: ProcessRevision, name: str, *, user: Any, **asked: Any) -> dict[str, Any]:
    """Who is to review, checked on the row as it is now, after the right to ask."""
    fresh, one = reviewing.locked(revision), REVISION.transitions[name]
    _require(one.allowed(user, fresh), f"göra detta: {one.label.lower()}")
    if name == "hand_over":
        return reviewing.next_reviewer(fresh, asked["reviewer"])
    return reviewing.question(fresh, **asked)


def _publish(
    revision: ProcessRevision,
    name: str,
    *,
    user: Any,
    day: date,
    values: dict[str, Any],
    seen: str,
    at: datetime | None,
) -> ProcessRevision:
    """Let the version hold from ``day``: the one before ends the day before, and the tree follows the map."""
    with trees.locked(Process):
        _refuse_published(revision, name, user=user)
        before = revision.process.revisions.published().filter(Q(valid_to=None) | Q(valid_to__gte=day))
        _refuse_day(before.first(), day)
        before.update(valid_to=day - timedelta(days=1))
        values["valid_from"] = day
        if name == "amend":
            values |= _in_print(revision, user=user, note=values.get("change_note"), at=at)
        published: ProcessRevision = REVISION.change_status(
            revision, name, user=user, values=values, seen=seen, at=at
        )
        if day <= timezone.localdate():
            projection.put_in_force(published)
            published.refresh_from_db()
        return published


def _in_print(
    revision: ProcessRevision, *, user: Any, note: str | None, at: datetime | None
) -> dict[str, Any]:
    """A redaktionell ändring is decided and published in one step, by one person."""
    reviewing.note_of(reviewing.locked(revision), note)
    return {"published_at": at or timezone.now(), "published_by": user}


def _refuse_published(revision: ProcessRevision, name: str, *, user: Any) -> None:
    """Whoever was a moment too late is told so, not that they may not."""
    published = ProcessRevision.objects.published().filter(pk=revision.pk)
    is_amended = name == "amend" and revision.minor
    may = permissions.may_change if is_amended else permissions.may_publish
    if (is_amended or name == "publish") and may(user, revision.process) and published.exists():
        raise Blocked(["Någon annan har redan publicerat versionen. Inget är förlorat."])


def _refuse_day(before: ProcessRevision | None, day: date) -> None:
    if before is None or before.valid_from is None:
        return
    if before.valid_from > day:
        begins = date_format(before.valid_from, "j F Y")
        raise Blocked([f"Version {before.label} är redan publicerad från {begins}. Välj en senare dag."])
    if day < timezone.localdate():
        raise Blocked(["En version gäller redan. Den nya kan gälla tidigast i dag."])


def _withdraw(revision: ProcessRevision, *, user: Any, comment: str) -> ProcessRevision:
    with trees.locked(Process):
        fresh = ProcessRevision.objects.get(pk=revision.pk)
        values = {"valid_to": last_day(fresh)}
        changed: ProcessRevision = REVISION.change_status(
            revision, "withdraw", user=user, comment=comment, values=values
        )
        _after_withdrawal(changed)
        return changed


def _after_withdrawal(revision: ProcessRevision) -> None:
    """One taken back before its first day gives its days to the one before; else the tree is mended."""
    published = revision.process.revisions.published().exclude(status=RevisionStatus.WITHDRAWN)
    if revision.projected_at is None and revision.valid_from:
        published.filter(valid_to=revision.valid_from - timedelta(days=1)).update(valid_to=None)
    elif not published.in_force().exists():
        projection.take_out(Process.objects.select_related("parent").get(pk=revision.process_id))


def put_due_in_force() -> int:
    """Versions whose first day has come are made true in the tree; returns how many. Run each night."""
    due = (
        ProcessRevision.objects.in_force().filter(projected_at=None).exclude(status=RevisionStatus.WITHDRAWN)
    )
    revisions = list(due.select_related("process", "map").order_by("process__level"))
    for revision in revisions:
        with transaction.atomic():
            projection.put_in_force(revision)
    return len(revisions)
