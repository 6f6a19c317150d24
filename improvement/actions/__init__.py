"""What is done with avvikelser and åtgärder, gathered from the modules beside this one."""

from improvement.actions.handling import (
    add_cause,
    add_entry,
    assess,
    bar,
    change_status,
    hand_over,
    handle_simply,
    strike_cause,
    take_back,
    unbar,
)
from improvement.actions.reporting import report, routines_of, supplement

__all__ = [
    "add_cause",
    "add_entry",
    "assess",
    "bar",
    "change_status",
    "hand_over",
    "handle_simply",
    "report",
    "routines_of",
    "strike_cause",
    "supplement",
    "take_back",
    "unbar",
]
