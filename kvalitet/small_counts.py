"""Small numbers, for readers outside the circle: fewer than five is not told, nor what would give it away.

A hidden number could be computed when the rest of its column and the total are told. So more are withheld,
the smallest first, until every hidden number has at least three values it could be.
"""

from collections.abc import Sequence

SMALLEST_SHOWN = 5
MOST_HIDDEN = SMALLEST_SHOWN - 1
POSSIBLE_VALUES = 3


def is_small(count: int | float | None) -> bool:
    return count is not None and 0 < count < SMALLEST_SHOWN


def hidden_places(counts: Sequence[int]) -> tuple[set[int], set[int]] | None:
    """Places of the numbers that are few, and of those withheld for their sake; None when nothing of the
    column may be told beside its total.
    """
    few = {at for at, count in enumerate(counts) if is_small(count)}
    more: set[int] = set()
    large = (at for at, count in enumerate(counts) if count >= SMALLEST_SHOWN)
    left = sorted(large, key=lambda at: counts[at])
    while few and not _is_safe(counts, few, more):
        if not left:
            return None
        more.add(left.pop(0))
    return few, more


def _is_safe(counts: Sequence[int], few: set[int], more: set[int]) -> bool:
    """Whether a small number could have several values, given the sum of all that is hidden."""
    if is_small(sum(counts)):
        # The total is hidden too.
        return True
    if len(few) + len(more) < 2:
        return False
    total = sum(counts[at] for at in few | more)
    highest = min(MOST_HIDDEN, total - (len(few) - 1) - SMALLEST_SHOWN * len(more))
    lowest = 1 if more else max(1, total - MOST_HIDDEN * (len(few) - 1))
    return highest - lowest + 1 >= POSSIBLE_VALUES
