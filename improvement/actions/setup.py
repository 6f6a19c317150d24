"""What a municipality sets for all cases: deadlines, categories, the risk matrix, how many alike."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from improvement import permissions
from improvement.actions.handling import require
from improvement.models import DeadlineRule, Deviation, DeviationCategory, RiskMatrix
from kvalitet.workflow import Blocked

WHAT = "ändra kategorier, riskmatris och frister"
STALE = "Någon annan har ändrat matrisen under tiden. Gå tillbaka, jämför och ändra igen."
MATRIX = ("likelihoods", "consequences", "green_to", "yellow_to", "grave_from")


@transaction.atomic
def save(row: Any, *, user: Any) -> Any:
    """A deadline, a category or the number of cases alike, as its form left it."""
    require(permissions.may_set_up(user), WHAT)
    row.save()
    return row


@transaction.atomic
def remove_rule(rule: DeadlineRule, *, user: Any) -> None:
    """The general deadline holds again. Days already on cases stand."""
    require(permissions.may_set_up(user), WHAT)
    if rule.is_general:
        raise Blocked(["Den allmänna fristen finns alltid kvar. Ändra den i stället."])
    rule.delete()


@transaction.atomic
def add_category(*, user: Any, name: str, parent: DeviationCategory) -> DeviationCategory:
    """A new label last under its heading, of the same law as that."""
    require(permissions.may_set_up(user), WHAT)
    DeviationCategory.objects.select_for_update().get(pk=parent.pk)
    below = DeviationCategory.objects.filter(parent=parent)
    if below.filter(name__iexact=name, is_active=True).exists():
        raise Blocked(["Rubriken har redan en kategori med det namnet."])
    code = _free_code(parent, below.count() + 1)
    last = below.order_by("-position").values_list("position", flat=True).first() or parent.position
    made: DeviationCategory = DeviationCategory.objects.create(
        code=code,
        name=name,
        parent=parent,
        position=last + 1,
        is_hsl=parent.is_hsl,
        is_rehab=parent.is_rehab,
    )
    return made


def _free_code(parent: DeviationCategory, number: int) -> str:
    codes = (f"{slugify(parent.code).upper()[:14]}-{n}" for n in range(number, number + 1000))
    return next(one for one in codes if not DeviationCategory.objects.filter(code=one).exists())


@transaction.atomic
def change_matrix(*, user: Any, values: Mapping[str, Any], seen: str) -> RiskMatrix:
    """Change what coming assessments are made by. Where a case has been assessed by the matrix that one
    stands, and what is changed is a new one.
    """
    require(permissions.may_set_up(user), WHAT)
    now = RiskMatrix.objects.select_for_update().get(is_default=True)
    if now.seen != seen:
        raise Blocked([STALE])
    changed = {name: values[name] for name in MATRIX}
    if all(getattr(now, name) == value for name, value in changed.items()):
        return now
    if not Deviation.objects.filter(matrix=now).exists():
        for name, value in changed.items():
            setattr(now, name, value)
        now.save()
        return now
    now.is_default = False
    now.save()
    made: RiskMatrix = RiskMatrix.objects.create(name=_new_name(now.name), is_default=True, **changed)
    return made


def _new_name(name: str) -> str:
    base = re.sub(r", från \d{4}-\d\d-\d\d.*$", "", name)[:50]
    first = f"{base}, från {timezone.localdate().isoformat()}"
    names = (first if number == 1 else f"{first} ({number})" for number in range(1, 1000))
    return next(one for one in names if not RiskMatrix.objects.filter(name=one).exists())
