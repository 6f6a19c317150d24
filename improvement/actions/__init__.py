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
from improvement.actions.quick import handle_together, start_inquiry, thank
from improvement.actions.reporting import report, supplement

__all__ = [
    "add_cause",
    "add_entry",
    "assess",
    "bar",
    "change_status",
    "hand_over",
    "handle_simply",
    "handle_together",
    "report",
    "start_inquiry",
    "strike_cause",
    "supplement",
    "take_back",
    "thank",
    "unbar",
]
