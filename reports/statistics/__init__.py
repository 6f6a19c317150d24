"""Figures of a unit and a year: queries only, no table of its own.

``gather(unit, year)`` counts everything, exactly; ``for_outsiders`` hides what is small.
"""

from collections.abc import Sequence

from kvalitet.organisation.models import Unit
from reports.statistics import deviations, measures, system
from reports.statistics.figures import Area, Cell, Figure, Row, Statistics, Table, from_json
from reports.statistics.hiding import for_outsiders, without_links, without_links_of
from reports.statistics.scope import Scope, units_of

__all__ = [
    "Area",
    "Cell",
    "Figure",
    "Row",
    "Statistics",
    "Table",
    "for_outsiders",
    "from_json",
    "gather",
    "without_links",
    "without_links_of",
]


def gather(unit: Unit, year: int, tree: Sequence[Unit] | None = None) -> Statistics:
    """Every figure of the unit and the year, in about eight queries; none may see it uncut but the circle.

    ``tree`` is all units, for a caller that has read them.
    """
    scope = Scope(unit, year)
    units = units_of(scope, Unit.objects.in_tree_order() if tree is None else tree)
    areas = (deviations.area(scope, units), measures.area(scope), system.area(scope, units))
    return Statistics(unit.name, year, areas)
