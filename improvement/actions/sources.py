"""Analyses and external granskningar: written, answered, with their brister and documents."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from documents.models import Document
from improvement import permissions
from improvement.actions.handling import require
from improvement.models import Analysis, ExternalReview, ReviewDocument, Shortcoming
from kvalitet.search.tasks import wake
from kvalitet.workflow import Blocked

OF_ANALYSIS = ("title", "unit", "period_from", "period_to", "sources", "text")
OF_REVIEW = ("kind", "title", "dnr", "unit", "decided_on", "answer_by", "summary")
ANSWERED = "Granskningen är redan besvarad. Inget är förlorat."


@transaction.atomic
def save_analysis(analysis: Analysis | None, *, user: Any, values: Mapping[str, Any]) -> Analysis:
    """Write a new analysis, or an old one anew; to move it asks for the right in both units."""
    made = analysis or Analysis(created_by=user)
    _write(made, OF_ANALYSIS, user=user, values=values)
    return made


@transaction.atomic
def save_review(review: ExternalReview | None, *, user: Any, values: Mapping[str, Any]) -> ExternalReview:
    made = review or ExternalReview(created_by=user)
    _write(made, OF_REVIEW, user=user, values=values)
    return made


def _write(made: Any, names: tuple[str, ...], *, user: Any, values: Mapping[str, Any]) -> None:
    if made.pk is not None:
        before = type(made).objects.select_for_update(of=("self",)).get(pk=made.pk)
        require(permissions.may_manage_sources(user, before.unit_id), "ändra")
    for name in names:
        if name in values:
            setattr(made, name, values[name])
    if not permissions.may_manage_sources(user, made.unit_id):
        raise Blocked(["Du får inte skriva för den enheten. Välj en enhet som du leder."])
    made.save()
    wake()


def _lock(review: ExternalReview) -> ExternalReview:
    found: ExternalReview = ExternalReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    return found


@transaction.atomic
def set_dnr(review: ExternalReview, *, user: Any, dnr: str) -> ExternalReview:
    """The registrator's part."""
    fresh = _lock(review)
    require(permissions.may_set_review_dnr(user, fresh), "sätta diarienummer")
    if not dnr.strip():
        raise Blocked(["Skriv diarienumret."])
    fresh.dnr = dnr.strip()
    fresh.save(update_fields=["dnr"])
    wake()
    return fresh


@transaction.atomic
def answer_review(review: ExternalReview, *, user: Any, answer: str) -> ExternalReview:
    """Record what was answered; it then stands."""
    fresh = _lock(review)
    require(permissions.may_manage_sources(user, fresh.unit_id), "besvara granskningen")
    if fresh.answered_at is not None:
        raise Blocked([ANSWERED])
    if not answer.strip():
        raise Blocked(["Skriv vad ni svarade."])
    fresh.answer, fresh.answered_at, fresh.answered_by = answer.strip(), timezone.now(), user
    fresh.save()
    wake()
    return fresh


@transaction.atomic
def add_shortcoming(review: ExternalReview, *, user: Any, text: str) -> Shortcoming:
    require(permissions.may_manage_sources(user, review.unit_id), "lägga till brister")
    return Shortcoming.objects.create(review=_lock(review), text=text.strip(), created_by=user)


@transaction.atomic
def remedy(shortcoming: Shortcoming, *, user: Any, is_remedied: bool = True) -> Shortcoming:
    """Say that the brist is mended, or that it is not after all."""
    rows = Shortcoming.objects.select_for_update(of=("self",)).select_related("review")
    fresh = rows.get(pk=shortcoming.pk)
    require(permissions.may_manage_sources(user, fresh.review.unit_id), "bedöma bristen")
    still = sum(one.measure.is_open for one in fresh.remedies.select_related("measure"))
    if is_remedied and still:
        what = "En åtgärd" if still == 1 else f"{still} åtgärder"
        raise Blocked([f"{what} mot bristen är inte genomförd än."])
    fresh.remedied_at = timezone.now() if is_remedied else None
    fresh.remedied_by = user if is_remedied else None
    fresh.save()
    return fresh


@transaction.atomic
def link_document(review: ExternalReview, *, user: Any, document: Document) -> ReviewDocument:
    require(permissions.may_manage_sources(user, review.unit_id), "koppla dokument")
    row, _ = ReviewDocument.objects.get_or_create(
        review=review, document=document, defaults={"created_by": user}
    )
    return row


@transaction.atomic
def unlink_document(row: ReviewDocument, *, user: Any) -> None:
    require(permissions.may_manage_sources(user, row.review.unit_id), "koppla bort dokument")
    row.delete()
