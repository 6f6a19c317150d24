"""What every thing that lives in versions has in common: the pieces of its constraints and triggers.

A version is written, signed *Granskad*, fastställd and holds between two dates. Two different people stand on
every version, and what has been decided cannot be changed by anyone.
"""

from functools import reduce
from operator import or_
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q, Value


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


def four_eyes(prefix: str) -> models.CheckConstraint:
    """Who decides may be who wrote only if another has signed exactly that version."""
    return models.CheckConstraint(
        name=f"{prefix}_four_eyes",
        condition=Q(approved_by=None)
        | ~Q(approved_by=F("author"))
        | (Q(reviewed_by__isnull=False) & ~Q(reviewed_by=F("author"))),
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
