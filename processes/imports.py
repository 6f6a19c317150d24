"""Files from other tools made into processes, or into new versions of the processes they come from."""

import re
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, User
from kvalitet.workflow import Blocked
from processes import actions, maps, permissions
from processes.bpmn.model import Element, Model, Pool
from processes.enums import ProcessState
from processes.models import Process, ProcessRevision

UNNAMED = re.compile(
    r"(main |untitled |new |ny )?(process|pool|lane|diagram|participant)[ _-]?\d*", re.IGNORECASE
)


def import_file(
    *, data: bytes, name: str, title: str, parent: Process | None, kind: str
) -> tuple[ProcessRevision, list[str]]:
    """A draft of a new process with the map in it, and what was repaired in the reading.

    A step of the parent with the same name is the process that the map belongs to. Call it in a transaction.
    """
    user = User.objects.system()
    process = same_step(parent, title) or actions.create_process(
        user=user, title=title, parent=parent, kind=kind
    )
    revision = actions.start_revision(process, user=user)
    revision = actions.save_revision(revision, user=user, values={"title": title})
    model = actions.import_map(revision, user=user, data=data, name=name)
    return revision, model.remarks


@transaction.atomic
def put_in(
    process: Process, *, user: Any, data: bytes, name: str, number: int | None = None
) -> ProcessRevision:
    """A new version of ``process`` with the map in it, or the map of version ``number``, under work, changed.

    Raises Blocked when there is a version under work already, or when that one no longer is.
    """
    if number is None:
        revision = actions.start_revision(process, user=user)
    else:
        found = process.revisions.open().filter(number=number).first()
        if found is None:
            raise Blocked([f"Version {number} är inte under arbete längre. Inget är sparat."])
        revision = found
    actions.import_map(revision, user=user, data=data, name=name)
    return revision


def title_of(model: Model, name: str) -> str:
    """What the map is called: its only process or pool, else the file."""
    own = {one.name for one in model.processes if _says_something(one) and model.children.get(one.id)}
    pools = {pool.name for pool in model.of(Pool) if _says_something(pool) and pool.process}
    for names in (own, pools):
        if len(names) == 1:
            return names.pop()[:200]
    words = re.sub(r"[\s_-]+", " ", PurePosixPath(name.replace("\\", "/")).stem).strip()
    return (words[:1].upper() + words[1:])[:200] or "Namnlös process"


def _says_something(element: Element) -> bool:
    """Tools name what nobody has named: "Process 1", "Pool"."""
    return bool(element.name) and not UNNAMED.fullmatch(element.name)


def same_step(parent: Process | None, title: str) -> Process | None:
    """The process under ``parent`` that has that name, for the map of what is drawn there as one step."""
    if parent is None:
        return None
    children = Process.objects.filter(parent=parent).exclude(state=ProcessState.RETIRED)
    wanted = maps.normalised(title)
    return next((child for child in children if maps.normalised(child.title) == wanted), None)


def publish(revision: ProcessRevision, *, day: date) -> ProcessRevision:
    """Fastställ and publish an imported version in the name of whoever answers for the process.

    Without an owner it becomes the first samordnare or processhandledare. Raises Blocked when there is none:
    two stand on every version, and the importer is the first of them.
    """
    process = Process.objects.select_related("parent__parent").get(pk=revision.process_id)
    approver = User.objects.filter(pk=permissions.owner_id(process) or 0).first() or _make_owner(process)
    system = User.objects.system()
    note = revision.change_note or f"Inläst från {revision.map_name or 'fil'}."[:500]
    revision = actions.change_status(revision, "send", user=system, change_note=note)
    revision = actions.change_status(revision, "approve", user=approver, comment="Fastställd vid import.")
    return actions.change_status(revision, "publish", user=system, valid_from=day)


def _make_owner(process: Process) -> Any:
    units = RoleAssignment.objects.values_list("unit_id", flat=True)
    for role in (Role.COORDINATOR, Role.FACILITATOR):
        first = grants.holders(role, units).first()
        if first is not None:
            Process.objects.filter(pk=process.pk).update(owner=first.user)
            return first.user
    raise Blocked(["Ingen kan fastställa: det finns varken ägare, samordnare eller processhandledare."])
