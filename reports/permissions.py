"""Who may what with statistics and kvalitetsberättelser, by role as data."""

from typing import Any

from django.db import models

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience, Role
from kvalitet.organisation.grants import Grant, Reach
from reports.enums import ReportStatus


class Permission(models.TextChoices):
    COORDINATE = "reports.coordinate", "Börja, skicka och publicera kvalitetsberättelser"
    READ = "reports.read", "Läsa kvalitetsberättelser från utkastet"
    WRITE = "reports.write", "Skriva och sammanställa kvalitetsberättelsen"
    PREPARE = "reports.prepare", "Bereda kvalitetsberättelser"
    READ_PREPARED = "reports.read_prepared", "Läsa beredda kvalitetsberättelser"
    ENTER_DECISION = "reports.enter_decision", "Föra in nämndens beslut om kvalitetsberättelser"
    SEE_EXACT = "reports.see_exact", "Se antal under fem i statistiken"


GRANTS = {
    Permission.COORDINATE: Grant({Role.COORDINATOR: Reach.EVERYWHERE}),
    Permission.READ: Grant({Role.COORDINATOR: Reach.EVERYWHERE, Role.MANAGER: Reach.SUBTREE}),
    Permission.WRITE: Grant({Role.COORDINATOR: Reach.EVERYWHERE, Role.MANAGER: Reach.UNIT}),
    Permission.PREPARE: Grant({Role.STEERING_GROUP: Reach.EVERYWHERE}),
    Permission.READ_PREPARED: Grant({Role.BOARD: Reach.EVERYWHERE, Role.REGISTRAR: Reach.EVERYWHERE}),
    Permission.ENTER_DECISION: Grant({Role.REGISTRAR: Reach.EVERYWHERE}),
    # The circle of the figures: who answers for the unit, and those who steer or support all of it.
    Permission.SEE_EXACT: Grant(
        {
            Role.COORDINATOR: Reach.EVERYWHERE,
            Role.FACILITATOR: Reach.EVERYWHERE,
            Role.STEERING_GROUP: Reach.EVERYWHERE,
            Role.BOARD: Reach.EVERYWHERE,
            Role.MANAGER: Reach.SUBTREE,
            Role.CONTRACT_MANAGER: Reach.UNIT,
        }
    ),
}
AT_STEERING_GROUP = (
    ReportStatus.PREPARING,
    ReportStatus.PREPARED,
    ReportStatus.DECIDED,
    ReportStatus.PUBLISHED,
)
AT_BOARD = (ReportStatus.PREPARED, ReportStatus.DECIDED, ReportStatus.PUBLISHED)


def may_see_statistics(user: Any) -> bool:
    """Every employee; small numbers are hidden from those outside the circle."""
    return grants.audience(user) >= Audience.INTERNAL


def sees_exact(user: Any, unit_id: int) -> bool:
    """Whether small numbers of the unit may be told."""
    return grants.may(user, Permission.SEE_EXACT, unit_id=unit_id)


def may_coordinate(user: Any, report: Any = None) -> bool:
    return bool(grants.scope(user, Permission.COORDINATE))


def may_write(user: Any, report: Any) -> bool:
    """Samordnaren, and the chef of the very unit that the report is about."""
    return grants.may(user, Permission.WRITE, unit_id=report.unit_id)


def may_prepare(user: Any, report: Any) -> bool:
    return bool(grants.scope(user, Permission.PREPARE))


def may_enter_decision(user: Any, report: Any) -> bool:
    return bool(grants.scope(user, Permission.ENTER_DECISION))


def prepares_for(user: Any, report: Any) -> int | None:
    """Id of the person that ``user`` stands in for when preparing."""
    return grants.substitutes_for(user, Permission.PREPARE, unit_id=report.unit_id)


def coordinates_for(user: Any, report: Any) -> int | None:
    return grants.substitutes_for(user, Permission.COORDINATE, unit_id=report.unit_id)


def decides_for(user: Any, report: Any) -> int | None:
    return grants.substitutes_for(user, Permission.ENTER_DECISION, unit_id=report.unit_id)


def reads_by_task(user: Any, report: Any) -> bool:
    """Whether the report is before ``user`` in its way to the decision: then it is read uncut."""
    if grants.may(user, Permission.READ, unit_id=report.unit_id):
        return True
    if report.status in AT_STEERING_GROUP and grants.scope(user, Permission.PREPARE):
        return True
    return report.status in AT_BOARD and bool(grants.scope(user, Permission.READ_PREPARED))


def reads_uncut(user: Any, report: Any) -> bool:
    """With small numbers told."""
    return reads_by_task(user, report) or sees_exact(user, report.unit_id)
