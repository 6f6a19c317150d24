"""Looking documents over: that they still hold is said for one or many, and carries the review on."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from documents import permissions, reviews
from documents.actions.documents import lock, require
from documents.enums import Basis
from documents.models import Document, ReviewConfirmation
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked

NOT_IN_FORCE = "Dokumentet gäller inte. Bara det som gäller kan bekräftas."
UNDER_WORK = "En ny version granskas just nu. Nästa översyn bestäms när den fastställs."


def refuse_month(day: date) -> None:
    """Blocked unless ``day`` is the end of next month or of a later one, within ten years."""
    latest = reviews.months_after(reviews.earliest(), 12 * reviews.YEARS_AHEAD)
    if not reviews.earliest() <= day <= latest or day != reviews.last_of_month(day):
        raise Blocked(["Nästa översyn är tidigast nästa månad. Välj en månad i listan."])


@transaction.atomic
def confirm_review(
    documents: Iterable[Document],
    *,
    user: Any,
    new_date: date,
    basis: Mapping[int, Basis],
    note: str = "",
) -> list[ReviewConfirmation]:
    """Say of each document that it still holds, and carry its review on to the end of a month.

    ``basis`` says of each by its id what stands behind the word; without, it has not been read again. All or
    none: raises PermissionDenied, or Blocked with a reason for each that cannot be. One that is looked over
    that month already is left as it is, so that what is sent twice is said once.
    """
    refuse_month(new_date)
    locked = [lock(one) for one in sorted(documents, key=lambda one: one.pk)]
    for document in locked:
        require(permissions.may_confirm(user, document), f"bekräfta {document.title}")
    reasons = [f"{one.title}: {reason}" for one in locked for reason in _stops(one)]
    if reasons:
        raise Blocked(reasons)
    return [
        _confirm(one, user=user, new_date=new_date, basis=basis.get(one.pk, Basis.UNCHANGED), note=note)
        for one in locked
        if one.next_review != new_date
    ]


def _stops(document: Document) -> Iterable[str]:
    if not document.revisions.in_force().exists():
        yield NOT_IN_FORCE
    elif document.revisions.filter(status=RevisionStatus.IN_REVIEW).exists():
        yield UNDER_WORK


def _confirm(document: Document, *, user: Any, new_date: date, basis: Basis, note: str) -> ReviewConfirmation:
    made = ReviewConfirmation.objects.create(
        document=document,
        created_by=user,
        basis=basis,
        old_date=document.next_review,
        new_date=new_date,
        note=note.strip(),
    )
    document.next_review = new_date
    document.save(update_fields=["next_review"])
    return made
