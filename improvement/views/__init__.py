from improvement.views.attachments import attachment
from improvement.views.deviations import (
    access_log,
    deviation,
    deviation_history,
    deviations,
    open_with_reason,
)
from improvement.views.handling import (
    assess,
    bar,
    cause_add,
    cause_strike,
    entry_add,
    hand_over,
    take_back,
    transition,
    unbar,
)
from improvement.views.measures import (
    case_add,
    case_remove,
    measure,
    measure_add,
    measure_edit,
    measure_history,
    measure_transition,
    measures,
)
from improvement.views.reporting import goes_to, report, supplement

__all__ = [
    "access_log",
    "assess",
    "attachment",
    "bar",
    "case_add",
    "case_remove",
    "cause_add",
    "cause_strike",
    "deviation",
    "deviation_history",
    "deviations",
    "entry_add",
    "goes_to",
    "hand_over",
    "measure",
    "measure_add",
    "measure_edit",
    "measure_history",
    "measure_transition",
    "measures",
    "open_with_reason",
    "report",
    "supplement",
    "take_back",
    "transition",
    "unbar",
]
