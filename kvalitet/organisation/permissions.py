"""Who may what in the organisation, as data: permission -> role -> how far the role reaches."""

from django.db import models

from kvalitet.organisation.enums import Role
from kvalitet.organisation.grants import Grant, Reach


class Permission(models.TextChoices):
    READ_INTERNAL = "organisation.read_internal", "Läsa det som är internt"
    READ_UNIT = "organisation.read_unit", "Läsa enhetens eget"
    CHANGE_UNITS = "organisation.change_units", "Ändra organisationen"
    APPOINT = "organisation.appoint", "Utse roller"
    APPOINT_REPRESENTATIVE = "organisation.appoint_representative", "Utse ombud och handläggare"
    SEE_RIGHTS = "organisation.see_rights", "Se vem som får vad"
    LEAD_UNIT = "organisation.lead_unit", "Leda enheten"
    SET_DENIAL = "organisation.set_denial", "Ange jäv"


STAFF = (
    Role.COORDINATOR,
    Role.STEERING_GROUP,
    Role.FACILITATOR,
    Role.MANAGER,
    Role.CASE_WORKER,
    Role.REPRESENTATIVE,
    Role.EMPLOYEE,
    Role.LEX_SARAH_OFFICER,
    Role.MAS,
    Role.MAR,
    Role.BOARD,
    Role.REGISTRAR,
    Role.CONTRACT_MANAGER,
    Role.ADMIN,
)

GRANTS = {
    Permission.READ_INTERNAL: Grant(dict.fromkeys(STAFF, Reach.EVERYWHERE)),
    Permission.READ_UNIT: Grant(
        {
            **dict.fromkeys(STAFF, Reach.SUBTREE),
            Role.COORDINATOR: Reach.EVERYWHERE,
            Role.FACILITATOR: Reach.EVERYWHERE,
        }
    ),
    Permission.CHANGE_UNITS: Grant({Role.COORDINATOR: Reach.EVERYWHERE, Role.ADMIN: Reach.EVERYWHERE}),
    Permission.APPOINT: Grant({Role.COORDINATOR: Reach.EVERYWHERE, Role.ADMIN: Reach.EVERYWHERE}),
    Permission.APPOINT_REPRESENTATIVE: Grant({Role.MANAGER: Reach.SUBTREE}),
    Permission.SEE_RIGHTS: Grant({Role.COORDINATOR: Reach.EVERYWHERE, Role.ADMIN: Reach.EVERYWHERE}),
    Permission.LEAD_UNIT: Grant({Role.MANAGER: Reach.SUBTREE}),
    Permission.SET_DENIAL: Grant({Role.MANAGER: Reach.SUBTREE, Role.LEX_SARAH_OFFICER: Reach.SUBTREE}),
}
