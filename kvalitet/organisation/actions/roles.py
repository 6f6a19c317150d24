"""Who has which role: appointed by another person, ahead of time if wished, and ended, never overwritten."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kvalitet import notifications
from kvalitet.organisation import permissions
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, Unit, User


@transaction.atomic
def appoint(*, assignment: RoleAssignment, user: Any) -> RoleAssignment:
    """Save a new assignment made by ``user`` and tell the person. Raises ValidationError in Swedish."""
    if assignment.role not in permissions.appointable_roles(user, assignment.unit_id):
        raise PermissionDenied("Du får inte utse den rollen på den enheten.")
    assignment.created_by = user
    # In turn, so that a form sent twice is told in words that the person already has the role.
    User.objects.select_for_update().get(pk=assignment.user_id)
    Unit.objects.select_for_update(of=("self",)).get(pk=assignment.unit_id)
    _refuse_unfit(assignment)
    assignment.full_clean()
    assignment.save()
    role = Role(assignment.role).in_text
    notifications.notify(
        [assignment.user],
        kind="organisation.role",
        sentence=f"Du är utsedd till {role} från {_day(assignment.valid_from)}",
        url=reverse("organisation:account"),
        unit=assignment.unit.name,
    )
    return assignment


def _refuse_unfit(assignment: RoleAssignment) -> None:
    unit: Unit = assignment.unit
    if not permissions.role_fits_unit(Role(assignment.role), unit.kind):
        raise ValidationError({"role": "Rollen passar inte enheten. Utförare har egna kontaktpersoner."})
    if unit.valid_to and (assignment.valid_to is None or assignment.valid_to > unit.valid_to):
        raise ValidationError(
            {"unit": f"Enheten upphör {_day(unit.valid_to)}. Rollen kan inte räcka längre."}
        )


@transaction.atomic
def end_role(*, assignment: RoleAssignment, last_day: date, user: Any) -> None:
    """Let the role end on ``last_day``, at the earliest yesterday; one that has not begun is withdrawn."""
    if assignment.role not in permissions.appointable_roles(user, assignment.unit_id):
        raise PermissionDenied("Du får inte avsluta den rollen på den enheten.")
    locked = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    if last_day < timezone.localdate() - timedelta(days=1):
        raise ValidationError({"last_day": "Rollen har gällt till i dag. Sista dag kan tidigast vara i går."})
    _keep_an_admin(locked, last_day)
    if locked.valid_from > last_day:
        locked.delete()
        return
    locked.valid_to = last_day
    locked.full_clean()
    locked.save()


def _keep_an_admin(assignment: RoleAssignment, last_day: date) -> None:
    if assignment.role != Role.ADMIN:
        return
    # The rows are locked, so that two admins cannot end each other's role at the same time.
    others = RoleAssignment.objects.select_for_update().filter(role=Role.ADMIN).exclude(pk=assignment.pk)
    after = last_day + timedelta(days=1)
    if not any(one.is_on(after) for one in others):
        raise ValidationError("Det här är den enda systemadministratören. Utse en till först.")


def _day(day: date) -> str:
    return date_format(day, "j F Y")
