"""What is done with avvikelser and åtgärder, gathered from the modules beside this one."""

from improvement.actions.aside import correct_entry, hand_back, laws_of_other_part, split, take_over
from improvement.actions.handling import (
    DESCRIBED,
    add_cause,
    add_entry,
    assess,
    bar,
    change_status,
    describe,
    hand_over,
    handle_simply,
    strike_cause,
    take_back,
    unbar,
)
from improvement.actions.quick import handle_together, start_inquiry, thank
from improvement.actions.reporting import report, routines_of, supplement

__all__ = [
    "DESCRIBED",
    "add_cause",
    "add_entry",
    "assess",
    "bar",
    "change_status",
    "correct_entry",
    "describe",
    "hand_back",
    "hand_over",
    "handle_simply",
    "handle_together",
    "laws_of_other_part",
    "report",
    "routines_of",
    "split",
    "start_inquiry",
    "strike_cause",
    "supplement",
    "take_back",
    "take_over",
    "thank",
    "unbar",
]
