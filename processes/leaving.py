"""What points at processes and steps that are to be retired or changed, for whoever does so."""

from dataclasses import dataclass
from typing import Any

from kvalitet import registries
from kvalitet.registries import Use
from processes import projection
from processes.models import Process
from processes.projection import Plan

STAYS = "ligger kvar"


@dataclass(frozen=True)
class Leaving:
    """A row that is retired; ``is_proposed`` when it stays if a step is said to be the same."""

    process: Process
    uses: tuple[Use, ...]
    is_proposed: bool

    @property
    def key(self) -> str:
        return f"flytta_{self.process.pk}"

    @property
    def is_movable(self) -> bool:
        return any(STAYS not in one.kind for one in self.uses)


def steps(user: Any, plan: Plan) -> list[Leaving]:
    """The rows that disappear, each with what points at it or at what lies in it; one query a layer."""
    rows = [row for part in plan.all() for row in part.retiring]
    if not rows:
        return []
    unclaimed = {row.pk for part in plan.all() for row in part.unclaimed}
    uses = _uses(user, rows)
    return [Leaving(row, tuple(uses[row.pk]), row.pk not in unclaimed) for row in rows]


def of_process(user: Any, process: Process) -> list[Use]:
    """What points at the process or at what lies in it, and can be opened: all of it is retired together."""
    return [one for one in _uses(user, [process])[process.pk] if one.url]


def _uses(user: Any, rows: list[Process]) -> dict[int, list[Use]]:
    owner_of = projection.with_inside(rows)
    uses: dict[int, list[Use]] = {row.pk: [] for row in rows}
    for function in registries.step_uses:
        for pk, found in function(user, owner_of).items():
            uses[owner_of[pk]].extend(one for one in found if one not in uses[owner_of[pk]])
    return uses
