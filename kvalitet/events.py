"""The event rows of tracked objects as steps: each beside the one before it, and what caused it.

``kvalitet.timeline`` tells them in words.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from kvalitet.workflow import Workflow

# The columns that say who made a row, and when.
LOADED_AFTER = timedelta(hours=1)
MAKERS = (("created_at", "created_by"), ("reported_at", "reported_by"), ("at", "author"))


@dataclass
class Step:
    """One event row beside the one before it; ``changed`` holds field -> (before, after) as stored."""

    event: Any
    record: Any = None
    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def _events(model: type[models.Model]) -> Any:
    return model.pgh_event_model._base_manager  # type: ignore[attr-defined]


def own(model: type[models.Model], pks: Iterable[Any], limit: int) -> dict[Any, list[Step]]:
    """The steps of each of the objects by its id; ``limit`` holds for all of them together."""
    return {
        pk: steps_of(model, rows) for pk, rows in _by_object(model, limit, pgh_obj_id__in=list(pks)).items()
    }


def _by_object(model: type[models.Model], limit: int, **where: Any) -> dict[Any, list[Any]]:
    """The latest event rows, those of each object in order."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for event in list(_events(model).filter(**where).order_by("-pgh_id")[:limit])[::-1]:
        found[event.pgh_obj_id].append(event)
    return found


def records(model: type[models.Model], pks: Iterable[Any]) -> dict[Any, list[Any]]:
    """The transitions of each of the objects by its id, in order."""
    found: dict[Any, list[Any]] = defaultdict(list)
    if hasattr(model, "transitions"):
        log: Any = model._meta.get_field("transitions").related_model
        rows = log._base_manager.filter(obj__in=list(pks)).select_related("by", "on_behalf_of")
        for record in rows.order_by("at", "pk"):
            found[record.obj_id].append(record)
    return found


def linked(model: type[models.Model], link: str, pk: Any, limit: int) -> list[Step]:
    """The steps of the rows that point at the object, each row's own events in order."""
    by_row = _by_object(model, limit, **{f"{link}_id": pk})
    steps = [step for one in by_row.values() for step in steps_of(model, one, tell_birth=True)]
    _explain(model, steps)
    return steps


def _explain(model: type[models.Model], steps: list[Step]) -> None:
    """Give each step the transition that caused it, where the rows live in a workflow."""
    workflows = workflows_of(model)
    if not workflows or not steps:
        return
    untold = records(model, {step.event.pgh_obj_id for step in steps})
    for step in steps:
        waiting = untold[step.event.pgh_obj_id]
        step.record = cause(step, waiting, workflows)
        if step.record is not None:
            waiting.remove(step.record)


def workflows_of(obj: Any) -> tuple[Workflow, ...]:
    found = getattr(obj, "WORKFLOW", ())
    return (found,) if isinstance(found, Workflow) else tuple(found)


def named_by(record: Any, workflows: tuple[Workflow, ...]) -> Workflow | None:
    """The table that the transition stands in."""
    return next((one for one in workflows if record.name in one.transitions), None)


def fields(model: type[models.Model]) -> list[Any]:
    tracked = {one.name for one in model.pgh_event_model._meta.get_fields()}  # type: ignore[attr-defined]
    return [one for one in model._meta.concrete_fields if one.name in tracked and not one.primary_key]


def steps_of(model: type[models.Model], events: Iterable[Any], *, tell_birth: bool = False) -> list[Step]:
    steps = []
    before: Any = None
    for event in events:
        step = Step(event)
        for one in fields(model):
            new = getattr(event, one.attname)
            old = getattr(before, one.attname) if before else None
            born = before is None and tell_birth and new not in (None, "", False)
            if born or (before is not None and old != new):
                step.changed[one.name] = (old, new)
        if event.pgh_label == "delete" and tell_birth:
            step.changed = {one.name: (getattr(event, one.attname), None) for one in fields(model)}
        before = event
        steps.append(step)
    return steps


def cause(step: Step, records: list[Any], workflows: tuple[Workflow, ...]) -> Any:
    """The first transition not yet told that explains this event row, by its status or its stamp."""
    if step.event.pgh_label != "update":
        return None
    for record in records:
        workflow = named_by(record, workflows)
        if workflow is None:
            continue
        transition = workflow.transitions[record.name]
        stamped = bool(transition.stamp and f"{transition.stamp}_at" in step.changed)
        if step.changed.get(workflow.field) == (record.source, record.target):
            return record
        if record.source == record.target and stamped:
            return record
    return None


def context(event: Any) -> dict[str, Any]:
    return event.pgh_context or {}


def maker(step: Step) -> tuple[datetime | None, Any]:
    """When and by whom (id) as the row itself says it, of what was no request and happened long before."""
    event = step.event
    if "path" in context(event):
        return None, None
    pairs: Iterable[tuple[str, str]] = MAKERS if event.pgh_label == "insert" else ()
    if event.pgh_label == "update":
        stamps = [name.removesuffix("_at") for name in step.changed if name.endswith("_at")]
        pairs = [(f"{one}_at", f"{one}_by") for one in stamps if f"{one}_by" in step.changed]
    for at, by in pairs:
        when, person = getattr(event, at, None), getattr(event, f"{by}_id", None)
        if when and person and event.pgh_created_at - when > LOADED_AFTER:
            return when, person
    return None, None
