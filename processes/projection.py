"""The steps of a map as rows of the process tree.

A step is the row with its id. A step with a new id and the name of a row whose id is gone is only *proposed*
to be the same (a drawing tool often gives new ids to the same steps); the publisher says same or new. A row
that is in no map any more is retired, never deleted, for documents and cases may point at it.

``plan`` reads, ``prepare`` lays up what a draft adds as planned rows, ``project`` makes a publication true.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kvalitet import registries, trees
from processes import maps, slugs
from processes.bpmn.parse import parse
from processes.enums import ProcessState
from processes.maps import Step
from processes.models import Process, ProcessAddress, ProcessRevision

NEW = "new"
PROJECTED = ["title", "description", "function", "deadline", "system_support", "position", "state"]


@dataclass(frozen=True)
class Match:
    """One step of a map beside the row it is; ``proposed`` is a row with the same name whose id is gone."""

    step: Step
    process: Process | None = None
    proposed: Process | None = None

    @property
    def is_new(self) -> bool:
        """No row that has been in use stands for the step; one laid up from a draft does not count."""
        return self.process is None or self.process.state == ProcessState.PLANNED


@dataclass(frozen=True)
class Plan:
    """What publishing does under one process: its steps in order, and the rows in use that are gone."""

    process: Process
    matches: tuple[Match, ...] = ()
    gone: tuple[Process, ...] = ()
    below: tuple["Plan", ...] = ()

    @property
    def questions(self) -> tuple[Match, ...]:
        """Steps that somebody must say about whether they are new or an earlier one."""
        return tuple(one for one in self.matches if one.is_new) if self.gone else ()

    @property
    def new(self) -> tuple[Match, ...]:
        """Steps that have no proposal: they are new unless somebody says otherwise."""
        return tuple(one for one in self.matches if one.is_new and one.proposed is None)

    @property
    def retiring(self) -> tuple[Process, ...]:
        """The rows that are retired unless a step is said to be them."""
        return tuple(row for row in self.gone if row.element_id)

    @property
    def unclaimed(self) -> tuple[Process, ...]:
        """Those of them that no step is proposed to be."""
        proposed = {one.proposed.pk for one in self.matches if one.proposed}
        return tuple(row for row in self.retiring if row.pk not in proposed)

    def all(self) -> Iterator["Plan"]:
        """This plan and those of the steps that hold steps of their own."""
        yield self
        for one in self.below:
            yield from one.all()

    def proposals(self) -> dict[str, str]:
        """The choices to begin with: the same name is proposed to be the same step."""
        found = (match for plan in self.all() for match in plan.questions if match.proposed)
        return {match.step.element_id: str(match.proposed.pk) for match in found if match.proposed}


def steps_of(revision: ProcessRevision) -> tuple[Step, ...]:
    """The steps of the version's map that are rows; none without a map or on the lowest level."""
    if revision.map is None:
        return ()
    return maps.steps(parse(bytes(revision.map.data)), level=revision.process.level)


def plan(process: Process, steps: Iterable[Step]) -> Plan:
    """Match ``steps`` with the rows under ``process``, and so downwards; changes nothing.

    Rows made by hand under the process (without an id in the map) may be proposed, but never count as gone.
    """
    rows = list(Process.objects.filter(parent=process).order_by("position", "pk"))
    by_id = {row.element_id: row for row in rows if row.element_id}
    wanted = tuple(steps)
    ids = {step.element_id for step in wanted}
    loose = [row for row in rows if row.state == ProcessState.ACTIVE and row.element_id not in ids]
    by_name = {maps.normalised(row.title): row for row in reversed(loose)}
    matches = tuple(_match(step, by_id.get(step.element_id), by_name) for step in wanted)
    inner = [(one, one.proposed or one.process) for one in matches if one.step.children]
    below = tuple(plan(row, one.step.children) for one, row in inner if row and _own_steps(row) is None)
    return Plan(process, matches, tuple(loose), below)


def _match(step: Step, row: Process | None, by_name: dict[str, Process]) -> Match:
    if row is not None and row.state != ProcessState.PLANNED:
        return Match(step, row)
    return Match(step, row, by_name.pop(maps.normalised(step.title), None))


def prepare(revision: ProcessRevision) -> None:
    """Lay up rows for the new steps of a draft, planned, so that documents can be linked before publication.

    A step that may be an earlier one under a new id waits for the publisher's answer.
    """
    with trees.locked(Process):
        _prepare(revision.process, steps_of(revision))


def _prepare(process: Process, steps: Sequence[Step]) -> None:
    found = plan(process, steps)
    missing = [one.step for one in found.matches if one.process is None and one.proposed is None]
    known = {one.step.element_id: one.process for one in found.matches if one.process}
    known |= _add(process, missing)
    for step in steps:
        child = known.get(step.element_id)
        if child is not None and step.children and _own_steps(child) is None:
            _prepare(child, step.children)


def project(process: Process, steps: Sequence[Step], *, choices: Mapping[str, Any]) -> None:
    """Make the rows under ``process`` what ``steps`` say: matched, added, ordered, retired; and downwards.

    ``choices`` maps element ids to ``NEW`` or to the pk of the row that the step is. A step without a choice
    and without a row is new. A child with a version of its own in force keeps that version's name and steps.
    """
    if process.level >= maps.LEVELS - 1:
        return
    with trees.locked(Process):
        rows = _tie(process, steps, choices)
        kept = {row.pk for row in rows.values()}
        _retire(row for row in _children(process) if row.element_id and row.pk not in kept)
        own = _own_revisions(rows.values())
        _write(rows, steps, own)
        for step in steps:
            child = rows[step.element_id]
            revision = own.get(child.pk)
            has_map = revision is not None and revision.map_id is not None
            project(child, steps_of(revision) if revision and has_map else step.children, choices=choices)


def _children(process: Process) -> list[Process]:
    return list(Process.objects.filter(parent=process).select_related("parent"))


def _tie(process: Process, steps: Sequence[Step], choices: Mapping[str, Any]) -> dict[str, Process]:
    """Every step's row: the one with its id, the chosen one, or a new one. Returns element id -> row."""
    children = _children(process)
    rows = {row.element_id: row for row in children if row.element_id}
    ids = {step.element_id for step in steps}
    loose = {str(row.pk): row for row in children if row.element_id not in ids}
    for step in steps:
        own = rows.get(step.element_id)
        if own is not None and own.state == ProcessState.ACTIVE:
            continue
        chosen = loose.pop(str(choices.get(step.element_id, NEW)), None)
        if chosen is not None:
            _give_id(chosen, step.element_id, instead_of=own)
            rows[step.element_id] = chosen
    rows |= _add(process, [step for step in steps if step.element_id not in rows])
    return {step.element_id: rows[step.element_id] for step in steps}


def _give_id(row: Process, element_id: str, *, instead_of: Process | None) -> None:
    """``row`` becomes the step; a planned row laid up for it steps aside, with what is linked to it."""
    if instead_of is not None:
        Process.objects.filter(pk=instead_of.pk).update(element_id="", state=ProcessState.RETIRED)
    Process.objects.filter(pk=row.pk).update(element_id=element_id)
    row.element_id = element_id


def _add(process: Process, steps: Sequence[Step]) -> dict[str, Process]:
    if not steps:
        return {}
    taken = set(ProcessAddress.objects.taken(process.slug[:80]))
    rows = []
    for step in steps:
        slug = slugs.unique(slugs.propose(step.title, parent_slug=process.slug), taken)
        taken.add(slug)
        rows.append(
            Process(
                title=step.title,
                slug=slug,
                element_id=step.element_id,
                visibility=process.visibility,
                description=step.description,
                function=step.function,
                deadline=step.deadline,
                system_support=step.system_support,
            )
        )
    return {row.element_id: row for row in trees.insert_children(process, rows)}


def _own_revisions(rows: Iterable[Process]) -> dict[int, ProcessRevision]:
    revisions = ProcessRevision.objects.in_force().filter(process__in=[row.pk for row in rows])
    return {one.process_id: one for one in revisions.select_related("process", "map")}


def _own_steps(process: Process) -> tuple[Step, ...] | None:
    """The steps of the process's own map in force; None when it has none, and the map above decides."""
    revision = _own_revisions([process]).get(process.pk)
    return steps_of(revision) if revision is not None and revision.map_id else None


def _write(rows: Mapping[str, Process], steps: Sequence[Step], own: Mapping[int, ProcessRevision]) -> None:
    """Bring names, facts and order of the children up to date, writing only the rows that differ."""
    changed = []
    for position, step in enumerate(steps, start=1):
        row = rows[step.element_id]
        revision = own.get(row.pk)
        values = {
            "title": revision.title if revision else step.title,
            "description": revision.mission if revision else step.description,
            "function": step.function,
            "deadline": step.deadline,
            "system_support": step.system_support,
            "position": position,
            "state": ProcessState.ACTIVE,
        }
        if any(getattr(row, name) != value for name, value in values.items()):
            changed.append(row)
        for name, value in values.items():
            setattr(row, name, value)
    Process.objects.bulk_update(changed, PROJECTED, batch_size=500)


def _retire(rows: Iterable[Process]) -> None:
    """Active rows and all under them are retired; what was only planned stays so, for a later draft."""
    for row in rows:
        if row.state == ProcessState.ACTIVE:
            retire(row)


def retire(process: Process) -> None:
    """Take the process and what is active under it out of use, in one statement."""
    process.refresh_from_db()
    inside = process.get_descendants(include_self=True).filter(state=ProcessState.ACTIVE)
    inside.update(state=ProcessState.RETIRED)


def put_in_force(revision: ProcessRevision) -> None:
    """Make the tree say what the version says, on its first day; harmless to do twice."""
    with trees.locked(Process):
        process = Process.objects.select_related("parent").get(pk=revision.process_id)
        Process.objects.filter(pk=process.pk).update(
            title=revision.title, description=revision.mission, state=ProcessState.ACTIVE
        )
        steps = steps_of(revision) if revision.map_id else _steps_from_above(process)
        project(process, steps, choices=revision.choices)
        _move(process, revision)
        ProcessRevision.objects.filter(pk=revision.pk).update(projected_at=timezone.now())


def _move(process: Process, revision: ProcessRevision) -> None:
    """What points at steps that are now retired goes to the steps that the publisher chose for it."""
    if not revision.moves:
        return
    process.refresh_from_db()
    inside = process.get_descendants()
    taking_over = dict(inside.filter(state=ProcessState.ACTIVE).values_list("element_id", "pk"))
    moves: dict[int, int] = {}
    for row in inside.filter(state=ProcessState.RETIRED, pk__in=list(revision.moves)):
        target = taking_over.get(revision.moves[str(row.pk)])
        if target is not None:
            moves.update((pk, target) for pk in with_inside([row]))
    for function in registries.step_moves:
        function(moves, user=revision.published_by)


def with_inside(rows: Iterable[Process]) -> dict[int, int]:
    """The rows and what lies under them: id -> id of the row it is under, or is. One query."""
    ids = [row.pk for row in rows]
    found = Process.objects.filter(Q(pk__in=ids) | Q(parent__in=ids) | Q(parent__parent__in=ids))
    around = found.order_by("pk").values_list("pk", "parent_id", "parent__parent_id")
    return {pk: next(one for one in (pk, parent, top) if one in ids) for pk, parent, top in around}


def _steps_from_above(process: Process) -> tuple[Step, ...]:
    """What the map above says is inside the process."""
    above = process.parent and _own_steps(process.parent)
    return next((step.children for step in above or () if step.element_id == process.element_id), ())


def take_out(process: Process) -> None:
    """After its last version was upphävd: back to what the map above says of it, or retired if none does."""
    with trees.locked(Process):
        above = _own_steps(process.parent) if process.parent else None
        if process.parent is None or process.element_id not in {step.element_id for step in above or ()}:
            retire(process)
            return
        project(process.parent, above or (), choices={})
