"""*Styrdokument som gäller oss*: what a unit says of a document."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from documents.actions.documents import require
from documents.models import Document, Revision, UnitStatement
from documents.reading import rights as reading_rights
from kvalitet.organisation.models import Unit
from kvalitet.workflow import Blocked


@transaction.atomic
def take_stand(
    unit: Unit, document: Document, *, user: Any, applies: bool, reason: str = "", has_seen: bool = False
) -> UnitStatement:
    """Whether the document holds for the unit; ``has_seen``: the unit has read the version in force."""
    require(reading_rights.may_judge(user, unit), "ta ställning för den enheten")
    if not applies and not reason.strip():
        raise Blocked(["Skriv varför dokumentet inte gäller för enheten."])
    # In turn, so that a button pressed twice makes one row.
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    row = UnitStatement.objects.filter(unit=unit, document=document).first()
    row = row or UnitStatement(unit=unit, document=document)
    now = timezone.now()
    row.applies, row.reason, row.decided_at, row.decided_by = applies, reason.strip(), now, user
    if has_seen and applies:
        revision = Revision.objects.visible_to(user).in_force().filter(document=document).first()
        if revision is None:
            raise Blocked(["Ingen version gäller i dag. Det finns inget att ta del av."])
        if row.seen_revision_id != revision.pk:
            row.seen_revision, row.seen_at, row.seen_by = revision, now, user
    row.save()
    return row
