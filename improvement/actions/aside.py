"""The side ways of a case: two parts, another who takes it over or hands it back, a corrected note."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from improvement import access, clocks, kin, notices, permissions, routing
from improvement.actions import attaching
from improvement.actions.handling import lock_open, require, search_anew, written_before
from improvement.actions.together import lock_all
from improvement.enums import CaseLaw, DeviationStatus, EntryKind, Suspicion
from improvement.models import Deviation, InvestigationEntry
from improvement.permissions import Permission
from improvement.workflow import DEVIATION
from kvalitet import history
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.search.tasks import wake
from kvalitet.workflow import Blocked

# What both parts say of the event: frozen in the one as in the other.
SHARED = (
    *("reported_at", "reported_on", "reported_by", "what_happened", "happened_on", "happened_at", "harm"),
    *("immediate_action", "is_manager_involved", "unit", "process", "routine"),
)


def laws_of_other_part(deviation: Deviation) -> list[CaseLaw]:
    """Hälso- och sjukvården has a circle of its own; SoL and LSS share theirs, and are never two parts."""
    if not deviation.law:
        return []
    return [one for one in CaseLaw if (one == CaseLaw.HSL) != (deviation.law == CaseLaw.HSL)]


def split(deviation: Deviation, *, user: Any, law: str) -> Deviation:
    """One event under two laws: lay up its other part, with its own circle, clocks and answer.

    The parts share the report, its supplements and its jäv. Whoever handles both has received both.
    """
    with attaching.undone_on_error() as stored, transaction.atomic():
        return _split(deviation, stored, user=user, law=law)


def _split(deviation: Deviation, stored: list[str], *, user: Any, law: str) -> Deviation:
    lock_all(deviation)
    fresh = lock_open(deviation)
    require(permissions.may_handle(user, fresh), "dela händelsen i två")
    _refuse_parting(fresh, law)
    part: Deviation = Deviation.objects.create(
        **{name: getattr(fresh, name) for name in SHARED},
        submission=uuid.uuid5(fresh.submission, "part"),
        part_of=fresh,
        law=law,
        suspicion=Suspicion.SUSPECTED if fresh.suspicion == Suspicion.SUSPECTED else Suspicion.NONE,
        **clocks.first_days(timezone.localdate(), law),
    )
    for row in fresh.barred():
        grants.deny(row.user, part, reason=row.reason, by=row.created_by)
    part.forget_barred()
    _copy_supplements(fresh, part, stored)
    _tell_part(part, user=user)
    if fresh.status != DeviationStatus.REPORTED and permissions.may_handle(user, part):
        part = DEVIATION.change_status(part, "receive", user=user)
    wake()
    return part


def _refuse_parting(deviation: Deviation, law: str) -> None:
    if kin.other_part(deviation) is not None:
        raise Blocked(["Händelsen är redan delad i två."])
    if not deviation.law:
        raise Blocked(["Ange först i bedömningen vilken lagstiftning den här delen ligger under."])
    if law not in laws_of_other_part(deviation):
        raise Blocked(["Den andra delen ska ligga under en annan lagstiftning. Välj vilken."])


def _copy_supplements(deviation: Deviation, part: Deviation, stored: list[str]) -> None:
    for one in deviation.entries.filter(kind=EntryKind.SUPPLEMENT):
        made = InvestigationEntry.objects.create(
            deviation=part, kind=one.kind, text=one.text, author=one.author, at=one.at
        )
        attaching.copy_to_entry(one, made, stored)


def _tell_part(part: Deviation, *, user: Any) -> None:
    """As a report of its own is told, to those who are not jäviga in it."""
    barred = part.barred_ids()
    people, is_unplaced = routing.receivers(part.unit, barred=barred, chain=part.chain())
    route = routing.Route(
        receivers=people,
        lex_officers=routing.lex_officers(part.unit, barred=barred) if kin.is_grave(part) else [],
        medical=routing.everyone_with(Role.MAS, barred=barred) if part.law == CaseLaw.HSL else [],
        barred=barred,
        is_unplaced=is_unplaced,
    )
    notices.tell_reported(part, route, user=user)


@transaction.atomic
def take_over(deviation: Deviation, *, user: Any, reason: str) -> None:
    """Handle the case as a manager above, beside those who had it, who are told. The reason is logged."""
    fresh = lock_open(deviation)
    require(permissions.may_take_over(user, fresh), "ta över ärendet")
    if not reason.strip():
        raise Blocked(["Skriv varför du tar över ärendet."])
    before = notices.receivers(fresh)
    access.log_opening(user, fresh, reason=f"Tog över: {reason.strip()}")
    with history.acting_as(user, why=reason.strip()):
        grants.allow(user, Permission.HANDLE, fresh)
    notices.tell_taken_over(fresh, before, user=user)
    search_anew(fresh)


@transaction.atomic
def hand_back(deviation: Deviation, *, user: Any, comment: str) -> None:
    """The handläggare leaves the case to those who answer for the unit, and says why."""
    fresh = lock_open(deviation)
    require(permissions.may_hand_back(user, fresh), "lämna tillbaka ärendet")
    if not comment.strip():
        raise Blocked(["Skriv varför du lämnar tillbaka ärendet."])
    with history.acting_as(user, why=comment.strip()):
        grants.withdraw(user, Permission.HANDLE, fresh)
    notices.tell_handed_back(fresh, user=user)
    search_anew(fresh)


def correct_entry(
    entry: InvestigationEntry,
    *,
    user: Any,
    kind: str,
    text: str,
    source: str = "",
    submission: uuid.UUID | None = None,
    files: Sequence[attaching.Ready] = (),
) -> InvestigationEntry:
    """Write a note that takes the place of ``entry``, which stays to be read. What the reporter added is not
    corrected by others. The same ``submission`` again gives the same note.
    """
    with attaching.undone_on_error() as stored, transaction.atomic():
        fresh = lock_open(entry.deviation)
        require(permissions.may_write_entry(user, fresh), "rätta anteckningar")
        key = submission and attaching.own_key(submission, user, fresh)
        known = written_before(fresh, key)
        if known is not None:
            return known
        _refuse_correcting(entry, kind)
        made: InvestigationEntry = InvestigationEntry.objects.create(
            deviation=fresh,
            kind=kind,
            text=text,
            source=source,
            author=user,
            corrects=entry,
            submission=key,
        )
        attaching.attach_to_entry(files, stored, entry=made)
        wake()
    return made


def _refuse_correcting(entry: InvestigationEntry, kind: str) -> None:
    if EntryKind.SUPPLEMENT in (entry.kind, kind):
        raise Blocked(["Det rapportören har lagt till rättas inte av någon annan. Skriv en egen anteckning."])
    if entry.corrections.exists():
        raise Blocked(["Anteckningen är redan rättad. Rätta den nya i stället."])
