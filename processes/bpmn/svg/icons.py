"""The symbols of BPMN as own path data, drawn around (0, 0).

A symbol is a list of (class, path): "sign" is outlined, "sign solid" filled, "sign line" an open line, and
"sign cut" a line in the paper's colour on a filled symbol.
"""

from __future__ import annotations

Symbol = list[tuple[str, str]]

OUTLINE, SOLID, STROKE, CUT = "sign", "sign solid", "sign line", "sign cut"

_ENVELOPE = "M-8-5.5H8V5.5H-8Z"
_FLAP = "M-8-5.5 0 1 8-5.5"
_CIRCLE = "M0-{r}A{r} {r} 0 1 1 0 {r}A{r} {r} 0 1 1 0-{r}Z"
_PENTAGON = "M0-9 8.6-2.8 5.3 7.3H-5.3L-8.6-2.8Z"
_PLUS = "M-2.7-9H2.7V-2.7H9V2.7H2.7V9H-2.7V2.7H-9V-2.7H-2.7Z"
_BOLT = "M-8 7.5-3.4-7 1.9.6 8-8 3.3 7-1.9-.9Z"
_ARROW_UP = "M0-9 6.8 8 0 1.6-6.8 8Z"
_CROSS = "M-8-5.5-5.5-8 0-2.5 5.5-8 8-5.5 2.5 0 8 5.5 5.5 8 0 2.5-5.5 8-8 5.5-2.5 0Z"
_REWIND = "M0-6.5V6.5L-8.5 0ZM8.5-6.5V6.5L0 0Z"
_TRIANGLE = "M0-8.5 8.5 6.5H-8.5Z"
_LINK = "M-8-3H1.5V-7.5L9 0 1.5 7.5V3H-8Z"
_TICKS = (
    "M0-9V-6.8M0 9V6.8M-9 0H-6.8M9 0H6.8M6.4-6.4 4.8-4.8M-6.4 6.4-4.8 4.8M6.4 6.4 4.8 4.8M-6.4-6.4-4.8-4.8"
)


def circle(radius: float) -> str:
    return _CIRCLE.format(r=f"{radius:g}")


# Event symbols for a circle of radius 18. Those that can be thrown are filled when they are.
_EVENTS = {
    "escalation": _ARROW_UP,
    "error": _BOLT,
    "cancel": _CROSS,
    "compensate": _REWIND,
    "link": _LINK,
    "signal": _TRIANGLE,
    "multiple": _PENTAGON,
    "parallelMultiple": _PLUS,
}


def event(symbol: str, *, throwing: bool) -> Symbol:
    """Symbol of an event definition; an unknown one is drawn as a question mark's dot-less hook."""
    if symbol == "message":
        return [(SOLID, _ENVELOPE), (CUT, _FLAP)] if throwing else [(OUTLINE, _ENVELOPE), (STROKE, _FLAP)]
    if symbol == "timer":
        return [(OUTLINE, circle(10.5)), (STROKE, _TICKS), (STROKE, "M1.5-6.5 0 0H5")]
    if symbol == "conditional":
        return [(OUTLINE, "M-6.5-8.5H6.5V8.5H-6.5Z"), (STROKE, "M-4-5H4M-4-1.7H4M-4 1.7H4M-4 5H4")]
    if symbol == "terminate":
        return [(SOLID, circle(10.5))]
    if symbol in _EVENTS:
        return [(SOLID if throwing else OUTLINE, _EVENTS[symbol])]
    return [(STROKE, "M-4-4A4 4 0 1 1 0 1V3.5M0 6.5V8")]


# Gateway symbols for a diamond 50 units wide.
GATEWAYS: dict[str, Symbol] = {
    "exclusiveGateway": [("sign heavy", "M-7-8 7 8M7-8-7 8")],
    "inclusiveGateway": [("sign heavy", circle(10))],
    "parallelGateway": [("sign heavy", "M0-11V11M-11 0H11")],
    "complexGateway": [("sign heavy", "M0-11V11M-11 0H11M-7.8-7.8 7.8 7.8M7.8-7.8-7.8 7.8")],
    "eventBasedGateway": [
        (STROKE, circle(13)),
        (STROKE, circle(10.5)),
        (OUTLINE, "M0-6.8 6.5-2.1 4 5.5H-4L-6.5-2.1Z"),
    ],
}
INSTANTIATING: Symbol = [(STROKE, circle(13)), (OUTLINE, "M0-8 7.6-2.5 4.7 6.5H-4.7L-7.6-2.5Z")]
INSTANTIATING_PARALLEL: Symbol = [(STROKE, circle(13)), (OUTLINE, _PLUS)]

# Task types, 16 units wide.
_GEAR = (
    "M-1.4-7.5H1.4L1.8-5.6 3.4-4.9 5-6 7-4 5.9-2.4 6.5-.9 8.4-.5V2.3L6.5 2.7 5.9 4.2 7 5.8 5 7.8 3.4 "
    "6.7 1.8 7.3"
    " 1.4 9.3H-1.4L-1.8 7.3-3.4 6.7-5 7.8-7 5.8-5.9 4.2-6.5 2.7-8.4 "
    "2.3V-.5L-6.5-.9-5.9-2.4-7-4-5-6-3.4-4.9-1.8-5.6Z"
)
TASKS: dict[str, Symbol] = {
    "userTask": [
        (OUTLINE, "M-7.5 8V5.5C-7.5 2-4.5.8 0 .8S7.5 2 7.5 5.5V8Z"),
        (OUTLINE, "M0-8A4 4 0 1 1 0 0A4 4 0 1 1 0-8Z"),
    ],
    "manualTask": [
        (
            OUTLINE,
            (
                "M-8-1.5-4-6.5Q-3.2-7.5-2-7.5H2.2Q4-7.5 4-6.1T2.2-4.7H-.5 6.7Q8-4.7 8-3.4T6.7-2.1H2 "
                "7.2Q8.4-2.1 8.4-.9T7.2.4H2"
                " 6.4Q7.5.4 7.5 1.5T6.4 2.7H2 4.9Q6 2.7 6 3.8T4.9 5H-4.5Q-6.5 5-8 3.5Z"
            ),
        )
    ],
    "serviceTask": [(OUTLINE, _GEAR), (OUTLINE, "M0-1.9A2.8 2.8 0 1 1 0 3.7A2.8 2.8 0 1 1 0-1.9Z")],
    "scriptTask": [
        (OUTLINE, "M-3-8H7.5C3.5-4.5 3.5-2.5 5.5 0S7 5 3.5 8H-7C-3.5 5-3.5 2.5-5.5 0S-7-5-3-8Z"),
        (STROKE, "M-3.5-4.7H2M-3.5-1.5H2M-2 1.5H3.5M-2 4.7H3.5"),
    ],
    "businessRuleTask": [
        (OUTLINE, "M-8-6.5H8V6.5H-8Z"),
        ("sign band", "M-8-6.5H8V-2.8H-8Z"),
        (STROKE, "M-8 1.8H8M-3-2.8V6.5"),
    ],
    "sendTask": [(SOLID, _ENVELOPE), (CUT, _FLAP)],
    "receiveTask": [(OUTLINE, _ENVELOPE), (STROKE, _FLAP)],
}
GLOBAL_TASKS = {
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}

# Markers along the lower edge of an activity, 12 units wide.
MARKERS: dict[str, Symbol] = {
    "standard": [(STROKE, "M-2.6 4.7A5.2 5.2 0 1 1 1.2 5M-6.2 4.9H-2.4V1")],
    "parallel": [("sign heavy", "M-4-5V5M0-5V5M4-5V5")],
    "sequential": [("sign heavy", "M-5-4H5M-5 0H5M-5 4H5")],
    "compensation": [(OUTLINE, "M0-4.5V4.5L-6 0ZM6-4.5V4.5L0 0Z")],
    "adHoc": [("sign heavy", "M-6 1.5C-4-3.5-1.5-2.5 0 0S4 3.5 6-1.5")],
    "collapsed": [(OUTLINE, "M-6-6H6V6H-6Z"), (STROKE, "M0-3.7V3.7M-3.7 0H3.7")],
}
