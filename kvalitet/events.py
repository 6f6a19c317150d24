"""The event rows of tracked objects as steps: each beside the one before it, and what caused it.

``kvalitet.timeline`` tells them in words.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from kvalitet.rows import together
from kvalitet.workflow import Workflow

LIMIT = 300

LOADED_AFTER = timedelta(hours=1)
# The columns that say who made a row, and when.
MAKERS = (("created_at", "created_by"), ("reported_at", "reported_by"), ("at", "author"))


@dataclass
class Step:
    """One event row beside the one before it; ``changed`` holds field -> (before, after) as stored."""

    event: Any
    record: Any = None
    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Past:
    """Steps and transitions of each of the objects by its id, in order, and the steps of the rows that point
    at one of them. ``beside`` are the rows of other querysets that were asked for with them.
    """

    steps: dict[Any, list[Step]]
    records: dict[Any, list[Any]]
    linked: list[Step]
    beside: list[list[Any]]


def past(
    model: type[models.Model],
    pks: Iterable[Any],
    links: Mapping[type[models.Model], str],
    *,
    limit: int = LIMIT,
    beside: Sequence[Any] = (),
) -> Past:
    """In one query. ``limit`` holds for the events of each model; ``links`` has the tracked models whose rows
    belong to the objects, with the name of their foreign key to them.
    """
    ids = list(pks)
    own = _events(model).filter(pgh_obj_id__in=ids)
    others = {one: _events(one).filter(**{f"{link}_id__in": ids}) for one, link in links.items()}
    latest = [events.order_by("-pgh_id")[:limit] for events in (own, *others.values())]
    logs = [_log(model, ids), *(_log(one, events.values("pgh_obj_id")) for one, events in others.items())]
    found = iter(together(*latest, *logs, *beside))
    happened, *happened_to = [_by_object(next(found)) for _ in latest]
    records, *records_of = [_records_by_object(next(found)) for _ in logs]
    steps = {pk: steps_of(model, one) for pk, one in happened.items()}
    linked = [_linked(*one) for one in zip(others, happened_to, records_of, strict=True)]
    return Past(steps, records, [step for steps in linked for step in steps], list(found))


def _events(model: type[models.Model]) -> Any:
    return model.pgh_event_model._base_manager.order_by()  # type: ignore[attr-defined]


def _log(model: type[models.Model], pks: Any) -> Any:
    """The transitions of those objects, each with who stands behind it."""
    if not hasattr(model, "transitions"):
        return model._base_manager.none()
    log: Any = model._meta.get_field("transitions").related_model
    return log._base_manager.filter(obj__in=pks).order_by().select_related("by", "on_behalf_of")


def _by_object(events: list[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for event in sorted(events, key=lambda one: one.pgh_id):
        found[event.pgh_obj_id].append(event)
    return found


def _records_by_object(records: list[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for record in sorted(records, key=lambda one: (one.at, one.pk)):
        found[record.obj_id].append(record)
    return found


def _linked(
    model: type[models.Model], events: dict[Any, list[Any]], untold: dict[Any, list[Any]]
) -> list[Step]:
    """The steps of rows, each row's own in order, with the transitions that caused them."""
    steps = [step for one in events.values() for step in steps_of(model, one, tell_birth=True)]
    workflows = workflows_of(model)
    for step in steps:
        waiting = untold[step.event.pgh_obj_id]
        step.record = cause(step, waiting, workflows)
        if step.record is not None:
            waiting.remove(step.record)
    return steps


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
