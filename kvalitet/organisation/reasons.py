"""Why a person may what they may, for the page that says so."""

from dataclasses import dataclass
from typing import Any

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.grants import Reach


@dataclass(frozen=True)
class Reason:
    """Why a person may do something: by which role, from which unit and how far."""

    role: Role
    reach: Reach
    unit_id: int
    substitutes_for: int | None


def explain(user: Any) -> dict[str, list[Reason]]:
    """Every permission that ``user`` has today by a role, with the reasons; not those on single objects."""
    found: dict[str, list[Reason]] = {}
    for one in grants.held(user):
        for code, grant in grants.registered().items():
            reach = grant.roles.get(Role(one.role))
            if reach:
                reason = Reason(Role(one.role), reach, one.unit_id, one.substitutes_for)
                found.setdefault(code, []).append(reason)
    return found
