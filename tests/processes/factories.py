"""Processes, versions and small maps for the tests."""

from datetime import date
from itertools import pairwise
from typing import Any

from django.utils import timezone

from kvalitet.organisation.models import User
from kvalitet.versions import RevisionStatus
from processes import actions
from processes.enums import ProcessKind, Visibility
from processes.models import Process, ProcessRevision
from tests.cast import Cast


def bpmn(*steps: Any, name: str = "Karta") -> bytes:
    """A map without a drawing. A step is (id, name, [inner steps], text), the last two left out if empty."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">'
        f'<process id="p" name="{name}">{_inner("p", steps)}</process></definitions>'
    ).encode()


def _inner(prefix: str, steps: Any) -> str:
    ids = [f"{prefix}_start", *(step[0] for step in steps), f"{prefix}_end"]
    parts = [f'<startEvent id="{ids[0]}"/>', *(_step(*step) for step in steps), f'<endEvent id="{ids[-1]}"/>']
    flows = [
        f'<sequenceFlow id="{prefix}_f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(pairwise(ids))
    ]
    return "".join(parts + flows)


def _step(key: str, name: str, inner: Any = (), text: str = "") -> str:
    said = f"<documentation>{text}</documentation>" if text else ""
    if not inner:
        return f'<userTask id="{key}" name="{name}">{said}</userTask>'
    return f'<subProcess id="{key}" name="{name}">{said}{_inner(key, inner)}</subProcess>'


def make_process(cast: Cast, title: str = "Barn och unga", **values: Any) -> Process:
    values = {"kind": ProcessKind.MAIN, "visibility": Visibility.PUBLIC, "owner": cast.processagare, **values}
    if values.get("parent"):
        values.pop("kind")
    return actions.create_process(user=cast.processhandledare, title=title, **values)


def make_draft(
    cast: Cast, process: Process | None = None, *, map_bytes: bytes | None = None, **values: Any
) -> ProcessRevision:
    """A draft written by the processhandledare."""
    revision = actions.start_revision(process or make_process(cast), user=cast.processhandledare)
    text = {"mission": "Vi gör det vi ska.", **values}
    revision = actions.save_revision(revision, user=cast.processhandledare, values=text)
    if map_bytes is not None:
        actions.import_map(revision, user=cast.processhandledare, data=map_bytes, name="karta.bpmn")
        revision.refresh_from_db()
    return revision


def bring_to(
    revision: ProcessRevision, cast: Cast, status: str, *, owner: User | None = None
) -> ProcessRevision:
    """Take a draft to ``status`` by the workflow; "published" is approved and published from today."""
    owner = owner or cast.processagare
    road = {
        RevisionStatus.DRAFT: [],
        RevisionStatus.IN_REVIEW: ["send"],
        RevisionStatus.APPROVED: ["send", "approve"],
        RevisionStatus.WITHDRAWN: ["discard"],
        "published": ["send", "approve", "publish"],
    }[status]
    for name in road:
        user = owner if name == "approve" else cast.processhandledare
        asked = {"change_note": "Det vi ska är ändrat."} if name == "send" else {}
        revision = actions.change_status(revision, name, user=user, **asked)
    return revision


def publish(
    cast: Cast,
    process: Process,
    *,
    map_bytes: bytes | None = None,
    choices: dict[str, Any] | None = None,
    day: date | None = None,
    **values: Any,
) -> ProcessRevision:
    """A new version of ``process``, published from ``day`` (today)."""
    revision = bring_to(
        make_draft(cast, process, map_bytes=map_bytes, **values), cast, RevisionStatus.APPROVED
    )
    return actions.change_status(
        revision,
        "publish",
        user=cast.processhandledare,
        valid_from=day or timezone.localdate(),
        choices=choices or {},
    )
