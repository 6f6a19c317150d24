"""The tables of what may happen to cases and åtgärder, gathered from the modules beside this one."""

from improvement.workflow.cases import DEVIATION, NOT_GREEN, SUSPECTED, SUSPICION
from improvement.workflow.measures import MEASURE

__all__ = ["DEVIATION", "MEASURE", "NOT_GREEN", "SUSPECTED", "SUSPICION"]
