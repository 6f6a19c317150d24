"""What every thing that lives in versions has in common: its statuses, rules, constraints and triggers.

A version is written, signed *Granskad*, fastställd and holds between two dates. Two different people stand on
every version, and what has been decided cannot be changed by anyone.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q, Value
from django.utils import timezone


class RevisionStatus(models.TextChoices):
    DRAFT = "draft", "Utkast"
    IN_REVIEW = "in_review", "Granskas"
    APPROVED = "approved", "Fastställd"
    WITHDRAWN = "withdrawn", "Upphävd"


class Standing(models.TextChoices):
    """What a version is on a day. Computed from status and dates; never stored."""

    DRAFT = "draft", "Utkast"
    IN_REVIEW = "in_review", "Granskas"
    APPROVED = "approved", "Fastställd, inte publicerad"
    COMING = "coming", "Kommande"
    IN_FORCE = "in_force", "Gällande"
    REPLACED = "replaced", "Ersatt"
    WITHDRAWN = "withdrawn", "Upphävd"
    DISCARDED = "discarded", "Kastat utkast"


def standing(revision: Any, day: date | None = None) -> Standing:
    """What ``revision`` is on ``day`` (today); without a first day it has never been to hold.

    One that is taken back, or replaced, before its first day ends the day before it, and never comes to hold.
    """
    day = day or timezone.localdate()
    withdrawn = revision.status == RevisionStatus.WITHDRAWN
    if revision.valid_from is None:
        return Standing.DISCARDED if withdrawn else Standing(revision.status)
    has_days = revision.valid_to is None or revision.valid_to >= revision.valid_from
    if has_days and revision.valid_from > day:
        return Standing.COMING
    if has_days and (revision.valid_to is None or revision.valid_to >= day):
        return Standing.IN_FORCE
    return Standing.WITHDRAWN if withdrawn else Standing.REPLACED


def holds_on(day: date | None = None) -> Q:
    """Versions between whose dates ``day`` (today) lies."""
    day = day or timezone.localdate()
    return Q(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


def never_began(revision: Any) -> bool:
    """Whether the version was taken back or replaced before its first day, as far as its own row tells."""
    begins, ends = revision.valid_from, revision.valid_to
    if begins is None or ends is None or ends >= begins:
        return False
    left = revision.withdrawn_at and timezone.localdate(revision.withdrawn_at)
    return bool(begins > timezone.localdate() or (left and left < begins))


def last_day(revision: Any) -> date:
    """The last day of a version that is upphävd today: yesterday, or the day before its first."""
    yesterday = timezone.localdate() - timedelta(days=1)
    if revision.valid_from is None:
        return yesterday
    last: date = max(yesterday, revision.valid_from - timedelta(days=1))
    return min(last, revision.valid_to) if revision.valid_to else last


def is_own(user: Any, revision: Any) -> Iterable[str]:
    """Blocks the signature *Granskad* of who wrote it."""
    if revision.author_id == user.pk:
        yield "Versionen är din egen. Någon annan behöver granska den."


def is_own_and_unsigned(user: Any, revision: Any) -> Iterable[str]:
    """Blocks the decision of who wrote it, until another has signed: the check ``four_eyes`` in words."""
    signed_by_other = revision.reviewed_by_id and revision.reviewed_by_id != revision.author_id
    if revision.author_id == user.pk and not signed_by_other:
        yield "Versionen är din egen. Någon annan behöver först markera den som granskad."


class DaysInForce(Func):
    """The days a version holds. Empty for one that was replaced or upphävd the day it was to begin."""

    function = "DATERANGE"
    template = "%(function)s(%(expressions)s + 1, '[)')"
    output_field = DateRangeField()


def changed(*fields: str) -> Any:
    """Trigger condition: one of the columns is written to something else."""
    conditions = [pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in fields]
    return reduce(or_, conditions)


def stamp_pair(prefix: str, stamp: str) -> models.CheckConstraint:
    """Who and when come together: ``<stamp>_at`` and ``<stamp>_by``."""
    at, by = f"{stamp}_at", f"{stamp}_by"
    return models.CheckConstraint(
        name=f"{prefix}_{stamp}_pair",
        condition=Q(**{f"{at}__isnull": True, f"{by}__isnull": True})
        | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
        violation_error_message="Den som gjorde det och tiden hör ihop.",
    )


def approved_has_stamp(prefix: str) -> models.CheckConstraint:
    """Fastställd means by someone, at a time; work that is open has no such stamp."""
    return models.CheckConstraint(
        name=f"{prefix}_approved_has_stamp",
        condition=Q(status__in=[RevisionStatus.DRAFT, RevisionStatus.IN_REVIEW], approved_at=None)
        | Q(status=RevisionStatus.APPROVED, approved_at__isnull=False)
        | Q(status=RevisionStatus.WITHDRAWN),
        violation_error_message="En fastställd version visar vem som fastställde den och när.",
    )


def withdrawn_has_stamp(prefix: str) -> models.CheckConstraint:
    """Upphävd means by someone, at a time, and nothing else has that stamp."""
    return models.CheckConstraint(
        name=f"{prefix}_withdrawn_has_stamp",
        condition=Q(status=RevisionStatus.WITHDRAWN, withdrawn_at__isnull=False)
        | (~Q(status=RevisionStatus.WITHDRAWN) & Q(withdrawn_at=None)),
        violation_error_message="En upphävd version visar vem som upphävde den och när.",
    )


def four_eyes(prefix: str, *, unless: Q | None = None) -> models.CheckConstraint:
    """Who decides may be who wrote only if another has signed exactly that version; ``unless`` is exempt."""
    two = (
        Q(approved_by=None)
        | ~Q(approved_by=F("author"))
        | (Q(reviewed_by__isnull=False) & ~Q(reviewed_by=F("author")))
    )
    return models.CheckConstraint(
        name=f"{prefix}_four_eyes",
        condition=two if unless is None else two | unless,
        violation_error_message="Två olika personer ska stå på varje version.",
    )


def change_clears_signature(*content: str) -> pgtrigger.Trigger:
    """A changed text or file takes the signature *Granskad* away: it was on something else."""
    return pgtrigger.Trigger(
        name="change_clears_signature",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=changed(*content),
        func="NEW.reviewed_at = NULL; NEW.reviewed_by_id = NULL; RETURN NEW;",
    )


def dates_in_order(prefix: str) -> models.CheckConstraint:
    """``valid_to`` may be the day before ``valid_from``: the version never came to hold."""
    return models.CheckConstraint(
        name=f"{prefix}_dates_in_order",
        condition=Q(valid_to=None)
        | Q(valid_to__gte=ExpressionWrapper(F("valid_from") - Value(1), models.DateField())),
        violation_error_message="Slutdatum kan inte ligga före startdatum.",
    )


def one_in_force(prefix: str, owner: str, *, condition: Q) -> ExclusionConstraint:
    """No two decided versions of the same ``owner`` hold on the same day."""
    return ExclusionConstraint(
        name=f"{prefix}_one_in_force",
        expressions=[
            (owner, RangeOperators.EQUAL),
            (DaysInForce("valid_from", "valid_to"), RangeOperators.OVERLAPS),
        ],
        condition=condition,
        violation_error_message="En annan version gäller redan någon av de dagarna.",
    )
