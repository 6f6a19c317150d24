"""To ask for läskvittens, to give it, and to take one back."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from documents.actions.documents import lock, require
from documents.enums import ReadHow, Visibility
from documents.models import (
    Document,
    GroupReading,
    ReadReceipt,
    ReceiptRequirement,
    ReceiptRetraction,
    Revision,
)
from documents.reading import rights as reading_rights
from kvalitet.organisation.models import Unit, User
from kvalitet.organisation.permissions import is_employee
from kvalitet.workflow import Blocked

OTHER_VERSION = (
    "En annan version gäller sedan du öppnade sidan. Inget är kvitterat. "
    "Läs den nya versionen och kvittera den."
)
NOT_IN_FORCE = "Ingen version gäller i dag. Det finns inget att kvittera."


@transaction.atomic
def ask_to_read(
    document: Document, *, user: Any, role: str = "", unit: Unit | None = None, days: int
) -> ReceiptRequirement:
    """From today those who have ``role`` (any) in ``unit`` (anywhere) or below are asked to confirm."""
    fresh = lock(document)
    require(reading_rights.may_require(user, fresh), "begära läskvittens på dokumentet")
    if fresh.visibility == Visibility.UNIT and (unit is None or not _lies_in(unit, fresh.owner_unit)):
        raise Blocked([f"Bara {fresh.owner_unit} får läsa dokumentet. Välj den enheten eller en under den."])
    running = ReceiptRequirement.objects.filter(document=fresh, role=role, unit=unit, valid_to=None)
    if running.exists():
        raise Blocked(["De blir redan ombedda att läsa dokumentet."])
    made: ReceiptRequirement = ReceiptRequirement.objects.create(
        document=fresh, role=role, unit=unit, days=days, created_by=user
    )
    return made


def _lies_in(unit: Unit, above: Unit) -> bool:
    return bool(unit.tree_id == above.tree_id and above.lft <= unit.lft and unit.rght <= above.rght)


@transaction.atomic
def stop_asking(requirement: ReceiptRequirement, *, user: Any) -> ReceiptRequirement:
    """The asks of the requirement disappear today; the receipts given are kept."""
    require(reading_rights.may_require(user, requirement.document), "ändra läskvittensen")
    fresh = ReceiptRequirement.objects.select_for_update().get(pk=requirement.pk)
    if fresh.valid_to is None:
        fresh.valid_to = timezone.localdate() - timedelta(days=1)
        fresh.save()
    return fresh


@transaction.atomic
def confirm(document: Document, *, user: Any, seen: int | None = None) -> ReadReceipt:
    """*Jag har läst* the version in force; ``seen`` is the key of the one that the page showed.

    Pressed twice it gives the same receipt. Blocked when another version holds by now.
    """
    if not is_employee(user):
        raise PermissionDenied("Medarbetare kvitterar att de har läst.")
    # In turn with others of the person's own, so that two windows make one receipt.
    User.objects.select_for_update().get(pk=user.pk)
    revision = Revision.objects.visible_to(user).in_force().filter(document=document).first()
    if revision is None:
        raise Blocked([NOT_IN_FORCE])
    if seen is not None and seen != revision.pk:
        raise Blocked([OTHER_VERSION])
    give([revision], [user.pk])
    found: ReadReceipt = _standing([revision], [user.pk]).get()
    return found


def _standing(revisions: Iterable[Revision], user_ids: Iterable[int]) -> Any:
    """Receipts that count for the whole versions of ``revisions``, whichever n.x they are on."""
    rows = ReadReceipt.objects.standing().filter(user__in=list(user_ids))
    wanted = {(one.document_id, one.number) for one in revisions}
    keys = [
        pk
        for pk, document, number in rows.values_list("pk", "revision__document_id", "revision__number")
        if (document, number) in wanted
    ]
    return ReadReceipt.objects.filter(pk__in=keys)


def give(
    revisions: Iterable[Revision], user_ids: Iterable[int], *, meeting: GroupReading | None = None
) -> int:
    """Receipts for those who have none that counts for the whole version; returns how many were made."""
    revisions, people = list(revisions), list(user_ids)
    # In turn for each person: a button of their own and a meeting at the same moment give one receipt.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
    rows = _standing(revisions, people).values_list("user_id", "revision__document_id", "revision__number")
    has = set(rows)
    turns = _turns(revisions, people)
    how = ReadHow.GROUP if meeting else ReadHow.OWN
    made = [
        ReadReceipt(revision=one, user_id=pk, how=how, meeting=meeting, turn=turns.get((one.pk, pk), 0))
        for one in revisions
        for pk in people
        if (pk, one.document_id, one.number) not in has
    ]
    ReadReceipt.objects.bulk_create(made)
    return len(made)


def _turns(revisions: Iterable[Revision], user_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """How many receipts of each on each were taken back."""
    found: dict[tuple[int, int], int] = {}
    rows = ReceiptRetraction.objects.filter(
        receipt__revision__in=list(revisions), receipt__user__in=list(user_ids)
    )
    for key in rows.values_list("receipt__revision_id", "receipt__user_id"):
        found[key] = found.get(key, 0) + 1
    return found


@transaction.atomic
def take_back(receipt: ReadReceipt, *, user: Any, reason: str) -> ReceiptRetraction:
    """The receipt no longer counts, and the person is asked again. It is kept, with the reason."""
    require(reading_rights.may_take_back(user, receipt), "ta tillbaka kvittensen")
    if not reason.strip():
        raise Blocked(["Skriv varför kvittensen tas tillbaka."])
    User.objects.select_for_update().get(pk=receipt.user_id)
    if ReceiptRetraction.objects.filter(receipt=receipt).exists():
        raise Blocked(["Kvittensen är redan tagen tillbaka."])
    made: ReceiptRetraction = ReceiptRetraction.objects.create(
        receipt=receipt, reason=reason.strip(), by=user
    )
    return made
