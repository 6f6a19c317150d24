"""Counts so small that they could point at a person are told as "färre än 5"."""

HIDDEN_UNDER = 5


def told(count: int) -> str:
    """A count as everyone may see it."""
    if count == 0:
        return "inga"
    return str(count) if count >= HIDDEN_UNDER else f"färre än {HIDDEN_UNDER}"
