"""Reporting an avvikelse, once however often the form is sent, and adding to one's own report."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from documents.models import Document, Revision
from improvement import clocks, kin, notices, permissions, routing
from improvement.actions import attaching
from improvement.actions.handling import written_before
from improvement.actions.spread import tie_risk
from improvement.actions.together import lock_all
from improvement.enums import EntryKind, Suspicion
from improvement.models import Deviation, InvestigationEntry
from kvalitet.organisation import grants
from kvalitet.organisation.models import User
from kvalitet.search.tasks import wake
from kvalitet.workflow import Blocked
from processes.models import Process

REPORTED = ("what_happened", "happened_on", "happened_at", "unit", "harm", "immediate_action", "process")


def report(*, user: Any, submission: uuid.UUID, values: Mapping[str, Any]) -> tuple[Deviation, bool]:
    """Lay up the report and tell those it goes to; the same ``submission`` again gives the same row.

    ``values`` are those of ``REPORTED`` with ``is_suspected``, ``is_manager_involved``, ``document``, the one
    that should have been followed, ``asked``, the question to the unit that led here, and ``files``, made
    ready. Returns the case and whether it is new. Raises
    PermissionDenied for who is not employed, StorageFull, and Blocked for too many files.
    """
    if not permissions.may_report(user):
        raise PermissionDenied("Medarbetare rapporterar avvikelser.")
    key = attaching.own_key(submission, user)
    with attaching.undone_on_error() as stored, transaction.atomic():
        deviation, is_new = Deviation.objects.get_or_create(submission=key, defaults=_row(user, values))
        if is_new:
            attaching.attach(values.get("files") or (), stored, deviation=deviation)
            tie_risk(deviation, values.get("asked"), user=user)
            _send(deviation, user=user)
    return deviation, is_new


def _row(user: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    process, day = values.get("process"), values["happened_on"]
    law = routing.law_of(values.get("unit"))
    return {
        **{name: values.get(name) for name in REPORTED},
        "immediate_action": values.get("immediate_action", ""),
        "reported_by": user,
        "is_manager_involved": values.get("is_manager_involved", False),
        "suspicion": Suspicion.SUSPECTED if values.get("is_suspected") else Suspicion.NONE,
        "routine": routine_on(user, process, day, document=values.get("document")),
        "law": law,
        **clocks.first_days(timezone.localdate(), law),
    }


def routine_on(
    user: Any, process: Process | None, day: date, *, document: Document | None = None
) -> Revision | None:
    """The version that held that day of ``document``, else of the one document of the process.

    None when there are several and none was chosen: nothing is guessed.
    """
    if document is not None:
        held: Revision | None = Revision.objects.in_force(day).filter(document=document).first()
        return held
    found: list[Revision] = list(routines_of(user, process, day)[:2]) if process else []
    return found[0] if len(found) == 1 else None


def routines_of(user: Any, process: Process, day: date) -> Any:
    """The versions in force that day of the documents of the process that ``user`` may open."""
    documents = Document.objects.visible_to(user).filter(links__process=process)
    return Revision.objects.in_force(day).filter(document__in=documents.values("pk"))


def _send(deviation: Deviation, *, user: Any) -> None:
    route = routing.route(
        user,
        deviation.unit,
        is_suspected=deviation.suspicion == Suspicion.SUSPECTED,
        is_manager_involved=deviation.is_manager_involved,
        law=deviation.law,
    )
    for person in User.objects.filter(pk__in=route.barred):
        grants.deny(person, deviation, reason=routing.BARRED_BECAUSE, by=user)
    notices.tell_reported(deviation, route, user=user)
    wake()


def supplement(
    deviation: Deviation,
    *,
    user: Any,
    text: str,
    submission: uuid.UUID | None = None,
    files: Sequence[attaching.Ready] = (),
) -> InvestigationEntry:
    """Add to one's own report while the case, or the other part of its event, is open: to each that is.

    The same ``submission`` again gives the same. Raises StorageFull, Blocked and PermissionDenied.
    """
    with attaching.undone_on_error() as stored, transaction.atomic():
        key = submission and attaching.own_key(submission, user, deviation)
        parts = _parts_to_add_to(deviation, user)
        known = written_before(parts[0], key)
        if known is not None:
            return known
        made = _written(parts, author=user, text=text, submission=key)
        attaching.attach_to_entry(files, stored, entry=made[0])
        for one in made[1:]:
            attaching.copy_to_entry(made[0], one, stored)
        for one in made:
            notices.tell_supplement(kin.goes_on_in(one.deviation), user=user)
        wake()
    return made[0]


def _parts_to_add_to(deviation: Deviation, user: Any) -> list[Deviation]:
    lock_all(deviation)
    fresh = Deviation.objects.get(pk=deviation.pk)
    if not permissions.is_reporter(user, fresh):
        raise PermissionDenied("Bara den som rapporterade lägger till i rapporten.")
    parts = [one for one in (fresh, kin.other_part(fresh)) if one is not None and kin.goes_on_in(one).is_open]
    if not parts:
        raise Blocked([f"Avvikelsen är {fresh.get_status_display().lower()}. Rapportera det nya för sig."])
    return parts


def _written(parts: Sequence[Deviation], **values: Any) -> list[InvestigationEntry]:
    now = timezone.now()
    return [
        InvestigationEntry.objects.create(deviation=one, kind=EntryKind.SUPPLEMENT, at=now, **values)
        for one in parts
    ]
