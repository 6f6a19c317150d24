"""An åtgärd born from a förslag, by the register's own rules."""

from collections.abc import Mapping
from typing import Any

from improvement.actions.measures import PLANNED
from improvement.models import Measure, Proposal
from improvement.notices import MEASURE_KIND
from kvalitet import notifications
from kvalitet.organisation.permissions import is_employee
from kvalitet.workflow import Blocked


def plan_for(*, source: Proposal, user: Any, values: Mapping[str, Any]) -> Measure:
    """Make the åtgärd and tell who is responsible; ``values`` are those of ``PLANNED``."""
    known = {name: values[name] for name in PLANNED if name in values}
    person = known["responsible"]
    if not is_employee(person) or not person.is_active:
        raise Blocked(["Bara en medarbetare kan ansvara för en åtgärd."])
    measure: Measure = Measure.objects.create(proposal=source, created_by=user, **known)
    notifications.notify(
        [person],
        kind=MEASURE_KIND,
        sentence=f"Du ansvarar för: åtgärd {measure.pk}",
        url=measure.get_absolute_url(),
        unit=measure.unit.name,
        due=measure.due,
        never={user.pk},
    )
    return measure
