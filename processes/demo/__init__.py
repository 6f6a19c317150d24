"""Norrvik's processes: read from the TOML here, drawn, fastställda by their owners, published."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from kvalitet import history
from kvalitet.organisation.models import Unit, User
from processes import actions
from processes.bpmn.build import build
from processes.enums import ProcessState
from processes.models import Process, ProcessRevision
from processes.workflow import TEXTS

FOLDER = Path(__file__).parent


def load(say: Callable[[str], Any]) -> None:
    """Lay up what is missing; a process that has a version is left as it is."""
    data = tomllib.loads((FOLDER / "processer.toml").read_text(encoding="utf-8"))
    writer = _person("processhandledare")
    made = 0
    for entry in data["process"]:
        with transaction.atomic(), history.acting_as(User.objects.system(), why="Demoinnehållet"):
            made += _load_one(entry, writer)
    for entry in data.get("under_work", ()):
        with transaction.atomic(), history.acting_as(User.objects.system(), why="Demoinnehållet"):
            _start_next(entry, writer)
    say(f"Processer: {made} nya, {Process.objects.count()} rader i trädet")


def _person(login: str) -> User:
    return User.objects.get(email=f"{login}@demo.invalid")


def _load_one(entry: Mapping[str, Any], writer: User) -> bool:
    process = _place(entry, writer)
    if process.owner_id or process.revisions.exists():
        return False
    owner = _person(entry["owner"])
    Process.objects.filter(pk=process.pk).update(owner=owner, visibility=entry["visibility"])
    process.refresh_from_db()
    day = entry.get("published") or timezone.localdate()
    actions.set_units(process, Unit.objects.filter(slug__in=entry.get("units", [])), day=day)
    if entry["status"] == "published":
        _publish(entry, process, writer=writer, owner=owner, day=day)
    return True


def _place(entry: Mapping[str, Any], writer: User) -> Process:
    """The process's row: there before, made by the map above it, or new."""
    found = Process.objects.filter(slug=entry["slug"]).first()
    if found is not None:
        return found
    parent = Process.objects.filter(slug=entry.get("parent", "")).first()
    step = Process.objects.filter(parent=parent, element_id=entry.get("element", "-")).first()
    if step is not None:
        Process.objects.filter(pk=step.pk).update(slug=entry["slug"])
        step.refresh_from_db()
        return step
    return actions.create_process(
        user=writer, title=entry["name"], kind=entry.get("kind", ""), parent=parent, slug=entry["slug"]
    )


def _publish(entry: Mapping[str, Any], process: Process, *, writer: User, owner: User, day: date) -> None:
    at = timezone.make_aware(datetime.combine(day, time(9)))
    values = {name: entry[name] for name in TEXTS if name in entry}
    values |= {"title": entry["name"], "functions": "\n".join(entry.get("functions", []))}
    revision = actions.start_revision(process, user=writer)
    ProcessRevision.objects.filter(pk=revision.pk).update(created_at=at)
    actions.save_revision(revision, user=writer, values=values)
    if entry.get("map"):
        actions.import_map(revision, user=writer, data=_drawn(entry["slug"]), name=f"{entry['slug']}.bpmn")
    for name, user in (("send", writer), ("sign", owner), ("approve", owner)):
        actions.change_status(revision, name, user=user, at=at)
    actions.change_status(revision, "publish", user=writer, valid_from=day, at=at)


def _drawn(slug: str, changed: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """The map as BPMN; ``changed`` are steps that are new or have other values than in the file."""
    spec = tomllib.loads((FOLDER / "kartor" / f"{slug}.toml").read_text(encoding="utf-8"))
    steps = {step["id"]: step for step in spec["step"]}
    for step in changed:
        steps[step["id"]] = {**steps.get(step["id"], {}), **step}
    return build({**spec, "step": list(steps.values())})


def _start_next(entry: Mapping[str, Any], writer: User) -> None:
    """A next version under work, so that there is something to review, or one whose words are mended."""
    process = Process.objects.get(slug=entry["process"])
    if process.state != ProcessState.ACTIVE or process.revisions.count() != 1:
        return
    is_amended = entry["status"] == "amended"
    revision = actions.start_revision(process, user=writer, is_minor=is_amended)
    values = {name: entry[name] for name in TEXTS if name in entry}
    actions.save_revision(revision, user=writer, values={**values, "change_note": entry["change"]})
    if entry.get("step"):
        data = _drawn(entry["process"], entry["step"])
        actions.import_map(revision, user=writer, data=data, name=f"{entry['process']}.bpmn")
    if is_amended:
        actions.change_status(revision, "amend", user=writer)
    if entry["status"] == "in_review":
        asked = timezone.now() - timedelta(days=entry.get("asked_days_ago", 0))
        due = timezone.localdate() + timedelta(days=entry["due_in_days"])
        reviewer = _person(entry["reviewer"])
        actions.change_status(revision, "send", user=writer, reviewer=reviewer, due=due, at=asked)
