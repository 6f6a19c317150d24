"""Who is told what about a report. A notice says year and unit, never a text."""

from collections.abc import Iterable
from typing import Any

from kvalitet import notifications
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Unit
from reports.models import QualityReport
from reports.workflow import REPORT

KIND = "reports.report"


def connect() -> None:
    """Tell those whose turn it is after each step; called once, when the app is ready."""
    REPORT.after("send", _tell("att bereda", Role.STEERING_GROUP))
    REPORT.after("prepare", _tell("beredd, nämndens beslut förs in", Role.REGISTRAR))
    REPORT.after("send_back", _tell("tillbaka för komplettering", Role.COORDINATOR))
    REPORT.after("remit", _tell("återremitterad av nämnden", Role.COORDINATOR))
    REPORT.after("decide", _tell("beslutad, kan publiceras", Role.COORDINATOR))


def _tell(what: str, role: Role) -> Any:
    def tell(report: QualityReport, *, user: Any, record: Any) -> None:
        notifications.notify(
            [one for one in _holders(role) if one.pk != user.pk],
            kind=KIND,
            sentence=f"Kvalitetsberättelsen för {report.year}: {what}",
            url=report.get_absolute_url(),
            unit=report.unit.name,
        )

    return tell


def _holders(role: Role) -> Iterable[Any]:
    rows = grants.holders(role, Unit.objects.values_list("pk", flat=True))
    return {row.user_id: row.user for row in rows}.values()
