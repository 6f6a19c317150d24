"""Who may what in the organisation, as data: permission -> role -> how far the role reaches."""

from itertools import chain
from typing import Any

from django.db import models
from django.utils import timezone

from kvalitet import registries
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience, Role, UnitKind
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
    MANAGE_LOGINS = "organisation.manage_logins", "Öppna och avsluta inloggningar"
    RESET_SECOND_FACTOR = "organisation.reset_second_factor", "Nollställa tvåstegsinloggning"


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
            # The role lies on the topmost unit, and to keep the system running is no reason to read below it.
            Role.ADMIN: Reach.UNIT,
        }
    ),
    Permission.CHANGE_UNITS: Grant({Role.COORDINATOR: Reach.EVERYWHERE, Role.ADMIN: Reach.EVERYWHERE}),
    Permission.APPOINT: Grant({Role.COORDINATOR: Reach.EVERYWHERE, Role.ADMIN: Reach.EVERYWHERE}),
    Permission.APPOINT_REPRESENTATIVE: Grant({Role.MANAGER: Reach.SUBTREE}),
    Permission.SEE_RIGHTS: Grant({Role.COORDINATOR: Reach.EVERYWHERE, Role.ADMIN: Reach.EVERYWHERE}),
    Permission.LEAD_UNIT: Grant({Role.MANAGER: Reach.SUBTREE}),
    Permission.SET_DENIAL: Grant({Role.MANAGER: Reach.SUBTREE, Role.LEX_SARAH_OFFICER: Reach.SUBTREE}),
    Permission.MANAGE_LOGINS: Grant({Role.COORDINATOR: Reach.EVERYWHERE, Role.ADMIN: Reach.EVERYWHERE}),
    Permission.RESET_SECOND_FACTOR: Grant({Role.ADMIN: Reach.EVERYWHERE}),
}

# Who has one of these logs in in two steps: to give a role is to give what the role opens.
IN_TWO_STEPS = (Permission.APPOINT,)

BY_MANAGER = (Role.REPRESENTATIVE, Role.CASE_WORKER)
BY_PROCESS_OWNER = (Role.REPRESENTATIVE,)


def is_employee(user: Any) -> bool:
    """Whether ``user`` may read what is internal: names of colleagues, roles, absences."""
    return grants.audience(user) >= Audience.INTERNAL


def may_change_units(user: Any) -> bool:
    return bool(grants.scope(user, Permission.CHANGE_UNITS))


def may_see_rights(user: Any) -> bool:
    return bool(grants.scope(user, Permission.SEE_RIGHTS))


def may_manage_logins(user: Any) -> bool:
    return bool(grants.scope(user, Permission.MANAGE_LOGINS))


def may_reset_second_factor(user: Any) -> bool:
    return bool(grants.scope(user, Permission.RESET_SECOND_FACTOR))


def may_appoint_anywhere(user: Any) -> bool:
    return grants.scope(user, Permission.APPOINT).everywhere


def roles_given_everywhere(user: Any) -> tuple[Role, ...]:
    """What whoever appoints everywhere may give. The administrator's role is given by an administrator."""
    is_admin = grants.has_role(user, Role.ADMIN)
    return tuple(role for role in Role if is_admin or role != Role.ADMIN)


def appointable_unit_ids(user: Any) -> frozenset[int] | None:
    """Units where ``user`` may appoint somebody to something; None means everywhere."""
    if may_appoint_anywhere(user):
        return None
    led = grants.scope(user, Permission.APPOINT_REPRESENTATIVE).unit_ids
    return led | _units_of_owned_processes(user)


def appointable_roles(user: Any, unit_id: int) -> tuple[Role, ...]:
    """The roles that ``user`` may give and take on the unit."""
    if grants.may(user, Permission.APPOINT, unit_id=unit_id):
        return roles_given_everywhere(user)
    if grants.may(user, Permission.APPOINT_REPRESENTATIVE, unit_id=unit_id):
        return BY_MANAGER
    return BY_PROCESS_OWNER if unit_id in _units_of_owned_processes(user) else ()


def _units_of_owned_processes(user: Any) -> frozenset[int]:
    if not is_employee(user):
        return frozenset()
    return frozenset(chain.from_iterable(ids(user) for ids in registries.appointable_units))


def may_see_system_health(user: Any) -> bool:
    return grants.has_role(user, Role.ADMIN) or grants.has_role(user, Role.FACILITATOR)


def role_fits_unit(role: Role, kind: str) -> bool:
    """A provider has its contacts and those who answer for the contract; no other unit has contacts."""
    if kind == UnitKind.PROVIDER:
        return role in (Role.PROVIDER_CONTACT, Role.CONTRACT_MANAGER)
    return role != Role.PROVIDER_CONTACT


def may_enter_absence(user: Any, person: Any) -> bool:
    """Oneself, whoever appoints roles, and a manager for those who have no role outside what the manager
    leads.

    An ersättare gets every role of the person away, those that begin meanwhile included, and answers for the
    person's processes, so a manager could otherwise hand out what is not theirs.
    """
    if user.pk == person.pk:
        return bool(grants.roles(user))
    if may_appoint_anywhere(user):
        return True
    led = grants.scope(user, Permission.LEAD_UNIT)
    not_ended = person.assignments.exclude(valid_to__lt=timezone.localdate())
    places = {*not_ended.values_list("unit_id", flat=True), *_units_of_owned_processes(person)}
    return bool(places) and (led.everywhere or places <= led.unit_ids)
