"""What a unit takes up at its meeting, and the record of what was read together."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from documents.actions.documents import require
from documents.actions.receipts import give
from documents.models import (
    AptItem,
    Document,
    GroupReadAttendant,
    GroupReading,
    GroupReadVersion,
    ReadReceipt,
    ReceiptRetraction,
    Revision,
)
from documents.notices import jav
from documents.reading import asks as reading
from documents.reading import rights as reading_rights
from kvalitet import registries
from kvalitet.organisation.models import Unit, User
from kvalitet.workflow import Blocked

NOTHING = "Inget av det du valde gäller i dag. Inget är registrerat. Läs om sidan och välj igen."
LATER = (
    "Version {label} av {title} gäller från {day}, efter genomgången. Inget är registrerat. "
    "Ändra datumet, eller ta bort krysset för dokumentet."
)
STRANGERS = "{names} har ingen roll i {unit} i dag. Inget är registrerat. Ta bort krysset och försök igen."
DENIED = (
    "{names} är jävig i {title} och kan inte kvittera det. Inget är registrerat. "
    "Ta bort krysset för personen eller för dokumentet."
)


@transaction.atomic
def put_on_list(
    document: Document, *, unit: Unit, user: Any, changes: str = "", question: str = ""
) -> AptItem:
    """*Ta upp på APT*; put twice it is the same line, with the newer words."""
    require(reading_rights.may_plan_apt(user, unit), "lägga dokument på den enhetens lista")
    if not Revision.objects.visible_to(user).in_force().filter(document=document).exists():
        raise Blocked(["Ingen version gäller i dag. Ta upp dokumentet när det är fastställt."])
    # The unit's list changes in turn.
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    item = AptItem.objects.waiting().filter(unit=unit, document=document).first()
    if item is None:
        item = AptItem(unit=unit, document=document, added_by=user)
    item.changes, item.question = changes.strip(), question.strip()
    item.save()
    return item


@transaction.atomic
def take_off_list(item: AptItem, *, user: Any) -> AptItem:
    require(reading_rights.may_plan_apt(user, item.unit), "ändra den enhetens lista")
    fresh = AptItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if fresh.handled_at is None:
        fresh.handled_at, fresh.handled_by = timezone.now(), user
        fresh.save()
    return fresh


@transaction.atomic
def hold_reading(
    unit: Unit,
    *,
    user: Any,
    documents: Iterable[Document],
    people: Iterable[int],
    held_on: date,
    note: str = "",
    form_key: UUID,
    points: Iterable[str] = (),
    corrects: GroupReading | None = None,
) -> GroupReading:
    """Record what was read together and who was there; each gets a receipt unless they have one.

    ``points`` are keys of what else was taken up. The same ``form_key`` gives the same record. ``corrects``
    is a record that this one mends: who was named there and is not here gets the receipts of that meeting
    taken back, with ``note`` as the reason.
    """
    require(reading_rights.may_hold_apt(user, unit), "registrera genomgångar för enheten")
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    known = GroupReading.objects.filter(form_key=form_key, unit=unit).first()
    if known is not None:
        return known
    present, taken_up = sorted(set(people)), list(points)
    versions = list(_versions(documents, user, corrects).select_related("document"))
    _refuse(present, versions, held_on, note, corrects)
    _refuse_people(unit, present, versions, corrects)
    said = {"held_on": held_on, "note": note.strip(), "form_key": form_key, "corrects": corrects}
    made = _record(versions, present, unit=unit, by=user, **said)
    if corrects is not None:
        _take_back(corrects, present, user=user, reason=note.strip())
    give(versions, present, meeting=made)
    _strike_off(unit, versions, made, user=user)
    others = sum(held(taken_up, made, user=user) for held in registries.apt_held)
    if not versions and not others and corrects is None:
        raise Blocked([NOTHING])
    return made


def _record(versions: Iterable[Revision], present: Iterable[int], **values: Any) -> GroupReading:
    """The row of the meeting, with what was read and who was there."""
    made: GroupReading = GroupReading.objects.create(**values)
    GroupReadVersion.objects.bulk_create(GroupReadVersion(reading=made, revision=one) for one in versions)
    GroupReadAttendant.objects.bulk_create(GroupReadAttendant(reading=made, user_id=pk) for pk in present)
    return made


def _versions(documents: Iterable[Document], user: Any, corrects: GroupReading | None) -> Any:
    """Those in force; for a correction those that were read then."""
    if corrects is not None:
        return Revision.objects.filter(pk__in=corrects.versions.values("revision"))
    wanted = [one.pk for one in documents]
    return Revision.objects.visible_to(user).in_force().filter(document__in=wanted)


def _refuse(
    present: list[int],
    versions: list[Revision],
    held_on: date,
    note: str,
    corrects: GroupReading | None,
) -> None:
    if not present:
        raise Blocked(["Kryssa för minst en som var med."])
    if held_on > timezone.localdate():
        raise Blocked(["Genomgången kan inte ligga framåt i tiden. Registrera den när den är hållen."])
    if corrects is not None and not note.strip():
        raise Blocked(["Skriv vad som var fel i den tidigare anteckningen."])
    if corrects is not None and corrects.corrections.exists():
        raise Blocked(["Anteckningen är redan rättad. Öppna rättelsen och rätta den."])
    _refuse_later(versions, held_on, is_named=corrects is None)


def _refuse_people(
    unit: Unit, present: list[int], versions: list[Revision], corrects: GroupReading | None
) -> None:
    """Who does not work there, or is jävig, has not read there. Who the corrected record names may stay."""
    named = set(corrects.attendants.values_list("user", flat=True)) if corrects else set()
    new = set(present) - named
    strangers = User.objects.filter(pk__in=new).exclude(pk__in=reading.people_of(unit))
    if strangers:
        raise Blocked([STRANGERS.format(names=_names(strangers), unit=unit)])
    for one in versions:
        denied = User.objects.filter(pk__in=new.intersection(jav(one.document)))
        if denied:
            title = one.document if corrects is None else "ett av dokumenten"
            raise Blocked([DENIED.format(names=_names(denied), title=title)])


def _names(people: Iterable[User]) -> str:
    return ", ".join(str(one) for one in people)


def _refuse_later(versions: list[Revision], held_on: date, *, is_named: bool) -> None:
    """Nobody has read at a meeting a version that began to hold after it.

    Who corrects a record may not read all of it, and is not told what it is called.
    """
    for one in versions:
        whole = Revision.objects.issued().filter(document=one.document_id, number=one.number)
        first = whole.order_by("valid_from").values_list("valid_from", flat=True).first()
        if first and first > held_on:
            day = date_format(first, "j F Y")
            title = one.document if is_named else "ett dokument"
            raise Blocked([LATER.format(title=title, label=one.label, day=day)])


def _take_back(corrected: GroupReading, present: list[int], *, user: Any, reason: str) -> None:
    wrong = ReadReceipt.objects.standing().filter(meeting=corrected).exclude(user__in=present)
    ReceiptRetraction.objects.bulk_create(
        ReceiptRetraction(receipt=one, reason=reason[:500], by=user) for one in wrong
    )


def _strike_off(unit: Unit, versions: list[Revision], made: GroupReading, *, user: Any) -> None:
    rows = AptItem.objects.waiting().filter(unit=unit, document__in=[one.document_id for one in versions])
    rows.update(handled_at=timezone.now(), handled_by=user, reading=made)
