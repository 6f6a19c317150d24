from improvement.views.deviations import (
    access_log,
    deviation,
    deviation_history,
    deviations,
    open_with_reason,
)
from improvement.views.exchanges import (
    exchange,
    exchange_add,
    exchange_edit,
    exchange_transition,
    exchanges,
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
from improvement.views.overview import process_overview
from improvement.views.reporting import goes_to, report, supplement
from improvement.views.sent import receipt

__all__ = [
    "access_log",
    "assess",
    "bar",
    "case_add",
    "case_remove",
    "cause_add",
    "cause_strike",
    "deviation",
    "deviation_history",
    "deviations",
    "entry_add",
    "exchange",
    "exchange_add",
    "exchange_edit",
    "exchange_transition",
    "exchanges",
    "goes_to",
    "hand_over",
    "measure",
    "measure_add",
    "measure_edit",
    "measure_history",
    "measure_transition",
    "measures",
    "open_with_reason",
    "process_overview",
    "receipt",
    "report",
    "supplement",
    "take_back",
    "transition",
    "unbar",
]
