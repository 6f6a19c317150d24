"""How the first administrator gets a role, when nobody is there to appoint one."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from kvalitet import trees
from kvalitet.organisation.enums import Law, Role, UnitKind


def appoint_first_admin(user: Any) -> None:
    """Give ``user`` the role on the first root unit, which is made when the organisation is still empty."""
    from kvalitet.organisation.models import RoleAssignment, Unit, User

    top = Unit.objects.filter(parent=None).order_by("position", "pk").first()
    if top is None:
        top = trees.insert(
            Unit(name=settings.ORGANISATION_NAME, slug="overst", kind=UnitKind.BOARD, law=Law.NONE)
        )
    RoleAssignment.objects.create(
        user=user,
        role=Role.ADMIN,
        unit=top,
        valid_from=timezone.localdate(),
        created_by=User.objects.system(),
    )
