"""Processes in the search: what is in force for its readers, and the open draft for those who work on it."""

import re
from collections.abc import Iterable, Iterator, Sequence

from kvalitet.search import Audience, Edition, EntryData, Kind
from processes import maps
from processes.bpmn import structure
from processes.bpmn.model import BpmnError
from processes.bpmn.parse import parse
from processes.enums import ProcessState, Visibility
from processes.models import Process, ProcessRevision
from processes.workflow import TEXTS


def _entries(ids: Sequence[int]) -> Iterator[EntryData]:
    rows = Process.objects.filter(pk__in=ids).select_related("parent__parent")
    in_force = _by_process(ProcessRevision.objects.in_force(), ids)
    working = _by_process(ProcessRevision.objects.open(), ids)
    for process in rows:
        if process.state == ProcessState.ACTIVE:
            yield _in_force(process, in_force.get(process.pk))
        if process.pk in working:
            yield _draft(process, working[process.pk])


def _by_process(revisions: Iterable[ProcessRevision], ids: Sequence[int]) -> dict[int, ProcessRevision]:
    wanted = revisions.filter(process__in=ids).select_related("map").defer("renderings")  # type: ignore[attr-defined]
    return {one.process_id: one for one in wanted}


def _in_force(process: Process, revision: ProcessRevision | None) -> EntryData:
    facts = [process.description, process.function, process.deadline, process.system_support]
    above = process.parent.title if process.parent else process.get_kind_display()
    return EntryData(
        object_id=process.pk,
        url=process.get_absolute_url(),
        title=process.title,
        audience=Audience.PUBLIC if process.visibility == Visibility.PUBLIC else Audience.STAFF,
        body="\n".join([*facts, _text(revision)] if revision else facts),
        keywords=above,
        meta=above,
        status=f"Gällande, version {revision.label}" if revision else "",
        day=revision.valid_from if revision else None,
    )


def _draft(process: Process, revision: ProcessRevision) -> EntryData:
    return EntryData(
        object_id=process.pk,
        url=revision.get_absolute_url(),
        title=revision.title,
        audience=Audience.UNIT,
        edition=Edition.DRAFT,
        body=_text(revision),
        meta=process.parent.title if process.parent else "",
        status=revision.standing().label,
        process_id=process.pk,
    )


def _text(revision: ProcessRevision) -> str:
    """The description, and what the map says in its steps: also those that have no page of their own."""
    parts = [getattr(revision, name) for name in TEXTS]
    if revision.map is not None:
        try:
            steps = structure.steps(parse(bytes(revision.map.data)))
        except BpmnError:
            steps = []
        for step in steps:
            parts += [step.name, step.lane, maps.facts(step.documentation).text]
    return "\n".join(part for part in parts if part)


PROCESS = Kind(
    name="process",
    label="Processer",
    model_label="processes.process",
    entries=_entries,
    all_ids=lambda: Process.objects.values_list("pk", flat=True),
    order=10,
)


def titles_with(words: Sequence[str]) -> list[str]:
    """Titles of processes and steps that hold any of the words: they are no names of people. One query."""
    where = "|".join(re.escape(word) for word in words)
    return list(Process.objects.filter(title__iregex=where).values_list("title", flat=True)[:500])
