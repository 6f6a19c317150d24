"""Numbers of cases, for readers outside the circle: told so that nobody few can be pointed out.

One rule, for every page, filter and period: fewer than five is told as few, and more than that is rounded
down to a multiple of five. Two numbers that differ by a few, a unit and its only larger part or a year and
its last month, leave at least three values for what is between them. What stands together is looked at
together: in a column beside its total by ``hidden_places``, in a tree by ``vague``.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

SMALLEST_SHOWN = 5
MOST_HIDDEN = SMALLEST_SHOWN - 1
POSSIBLE_VALUES = 3
FEW = f"färre än {SMALLEST_SHOWN}"
AT_LEAST = "minst"
MANY = f"{AT_LEAST} {SMALLEST_SHOWN}"
VAGUELY_FEW = f"färre än {2 * SMALLEST_SHOWN}"
Key = TypeVar("Key")


def is_small(count: int | float | None) -> bool:
    return count is not None and 0 < count < SMALLEST_SHOWN


def rounded(count: int) -> int:
    """Down to a multiple of five; for what is not small."""
    return count - count % SMALLEST_SHOWN


def told(count: int, *, is_vague: bool = False) -> str:
    """A count as everyone may see it, in words; ``is_vague`` says ``vague``."""
    if count == 0:
        return "inga"
    if is_vague:
        return VAGUELY_FEW if count < 2 * SMALLEST_SHOWN else MANY
    return FEW if is_small(count) else f"{AT_LEAST} {rounded(count)}"


def hidden_places(counts: Sequence[int]) -> tuple[set[int], set[int]] | None:
    """Places of the numbers that are few, and of those withheld for their sake; None when nothing of the
    column may be told beside its total. The smallest are withheld first.
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
        # The total is hidden too; but three of at most four can only be one or two each.
        return len(few) < POSSIBLE_VALUES
    if len(few) + len(more) < 2:
        return False
    total = sum(counts[at] for at in few | more)
    highest = min(MOST_HIDDEN, total - (len(few) - 1) - SMALLEST_SHOWN * len(more))
    lowest = 1 if more else max(1, total - MOST_HIDDEN * (len(few) - 1))
    return highest - lowest + 1 >= POSSIBLE_VALUES


@dataclass
class _Node:
    """What a reader knows of one number: it is between ``low`` and ``high``. ``is_few``: it stays unknown."""

    low: float
    high: float
    is_few: bool
    inside: list["_Node"]
    is_whole: bool


def vague(parents: Mapping[Key, Key | None], counts: Mapping[Key, int]) -> set[Key]:
    """Of a tree where all is told by ``told``: those of which less must be said, because the numbers beside
    and below would give a few away. A count includes all below it; parents come first.
    """
    nodes: dict[Key, _Node] = {}
    below: dict[Key | None, list[Key]] = {}
    for key, parent in parents.items():
        below.setdefault(parent, []).append(key)
    found = set()
    for key in reversed(list(parents)):
        own = counts[key] - sum(counts[one] for one in below.get(key, ()))
        inside = [nodes[one] for one in below.get(key, ())]
        if own and inside:
            # What lies on the place itself is told nowhere, and is not to be computed either.
            inside.append(_Node(0, math.inf, is_small(own), [], is_whole=True))
        nodes[key] = node = _Node(*_heard(counts[key]), is_small(counts[key]), inside, is_whole=not inside)
        if _gives_away(node) or (0 < counts[key] < 2 * SMALLEST_SHOWN and _could_be_few(node)):
            node.low, node.high = _heard_vaguely(counts[key])
            found.add(key)
    return found


def _heard(count: int) -> tuple[float, float]:
    """What the words of ``told`` say; ``MANY`` is also said of numbers that are larger."""
    if not count:
        return 0, 0
    if is_small(count):
        return 1, MOST_HIDDEN
    low = rounded(count)
    return low, math.inf if low == SMALLEST_SHOWN else low + SMALLEST_SHOWN - 1


def _heard_vaguely(count: int) -> tuple[float, float]:
    return (1, 2 * SMALLEST_SHOWN - 1) if count < 2 * SMALLEST_SHOWN else (SMALLEST_SHOWN, math.inf)


def _could_be_few(node: _Node) -> bool:
    """Whether saying that it is few would give a part away. Then that is not said of five to nine either, so
    that the vaguer words do not themselves mean few.
    """
    low, high, few = node.low, node.high, node.is_few
    node.low, node.high, node.is_few = 1, MOST_HIDDEN, True
    parts = sum(_add_up(one, {})[0] for one in node.inside)
    gives_away = parts < SMALLEST_SHOWN and _gives_away(node)
    node.low, node.high, node.is_few = low, high, few
    return gives_away


def _gives_away(top: _Node) -> bool:
    """Whether some few in the tree could have less than three values, by all that is told in it."""
    ranges: dict[int, tuple[float, float]] = {}
    _add_up(top, ranges)
    return _narrow(top, *ranges[id(top)], ranges)


def _add_up(node: _Node, ranges: dict[int, tuple[float, float]]) -> tuple[float, float]:
    low, high = node.low, node.high
    if not node.is_whole:
        parts = [_add_up(one, ranges) for one in node.inside]
        low, high = max(low, sum(one for one, _ in parts)), min(high, sum(one for _, one in parts))
    ranges[id(node)] = low, high
    return low, high


def _narrow(node: _Node, low: float, high: float, ranges: dict[int, tuple[float, float]]) -> bool:
    """Take what is known of the whole back to its parts."""
    if node.is_few and high - low + 1 < POSSIBLE_VALUES:
        return True
    for one in node.inside:
        others = [ranges[id(other)] for other in node.inside if other is not one]
        lowest = max(ranges[id(one)][0], low - sum(part for _, part in others))
        highest = min(ranges[id(one)][1], high - sum(part for part, _ in others))
        if _narrow(one, lowest, highest, ranges):
            return True
    return False
