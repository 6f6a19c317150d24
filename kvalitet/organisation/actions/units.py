"""Changes to the tree of units. Nothing is deleted: a unit that ends gets a last day, perhaps a successor."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from mptt.exceptions import InvalidMove

from kvalitet import trees
from kvalitet.organisation import permissions
from kvalitet.organisation.models import RoleAssignment, Unit
from kvalitet.organisation.models.unit import RESERVED_SLUGS


def _require(user: Any) -> None:
    if not permissions.may_change_units(user):
        raise PermissionDenied("Organisationen ändras av samordnaren eller en systemadministratör.")


def free_slug(name: str) -> str:
    """An address for a new unit: its name in plain letters, with a number when that is taken."""
    stem = slugify(name)[:100] or "enhet"
    taken = {*RESERVED_SLUGS, *Unit.objects.filter(slug__startswith=stem).values_list("slug", flat=True)}
    candidates = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


@transaction.atomic
def create_unit(*, unit: Unit, parent: Unit | None, position: int | None, user: Any) -> Unit:
    """Save a new unit under ``parent``, last unless ``position`` (1 = first) is given."""
    _require(user)
    with trees.locked(Unit):
        unit.slug = free_slug(unit.name)
        trees.insert(unit, parent=parent, position=position)
    return unit


@transaction.atomic
def change_unit(*, unit: Unit, user: Any) -> Unit:
    """Save an edited unit; its address stays, so that links to it go on working."""
    _require(user)
    unit.save()
    return unit


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit | None, position: int | None, user: Any) -> None:
    """Move the unit with everything under it. Raises ValidationError when the parent lies inside it."""
    _require(user)
    try:
        trees.move(unit, parent=parent, position=position)
    except InvalidMove as error:
        raise ValidationError(
            {"parent": "En enhet kan inte flyttas in under sig själv. Välj en annan plats."}
        ) from error


@transaction.atomic
def close_unit(
    *, unit: Unit, last_day: date, successor: Unit | None, take_over_roles: bool, user: Any
) -> None:
    """Let the unit end on ``last_day`` and, if there is a successor, go up in it.

    Its roles end that day; with ``take_over_roles`` they go on in the successor from the day after. Raises
    ValidationError when open units lie under it.
    """
    _require(user)
    if unit.children.filter(Q(valid_to=None) | Q(valid_to__gt=last_day)).exists():
        raise ValidationError("Det ligger enheter under den här. Flytta eller avsluta dem först.")
    unit.valid_to, unit.successor = last_day, successor
    unit.full_clean(exclude=["parent"])
    unit.save()
    following = last_day + timedelta(days=1)
    for assignment in unit.assignments.filter(Q(valid_to=None) | Q(valid_to__gt=last_day)):
        if successor and take_over_roles:
            _take_over(assignment, successor, max(following, assignment.valid_from))
        if assignment.valid_from > last_day:
            assignment.delete()
            continue
        assignment.valid_to = last_day
        assignment.save()


def _take_over(assignment: RoleAssignment, successor: Unit, first_day: date) -> None:
    """The same role in the successor; not for one who has it there already, and one main recipient only."""
    later = Q(valid_to=None) | Q(valid_to__gte=first_day)
    there = successor.assignments.filter(later)
    if there.filter(user=assignment.user, role=assignment.role).exists():
        return
    has_main = there.filter(is_main_recipient=True).exists()
    RoleAssignment.objects.create(
        user=assignment.user,
        role=assignment.role,
        unit=successor,
        valid_from=first_day,
        valid_to=assignment.valid_to,
        is_main_recipient=assignment.is_main_recipient and not has_main,
        is_acting=assignment.is_acting,
        created_by=assignment.created_by,
    )
