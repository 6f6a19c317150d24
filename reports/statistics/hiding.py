"""Small numbers, for readers outside the circle: fewer than five is not told, nor what would give it away.

A hidden cell could be computed when the rest of its column and the total are told. So more cells are
withheld, the smallest first, until every hidden number has at least three values it could be.
"""

from collections.abc import Sequence
from dataclasses import replace

from reports.statistics.figures import FEW, WITHHELD, Area, Cell, Figure, Row, Statistics, Table

SMALLEST_SHOWN = 5
MOST_HIDDEN = SMALLEST_SHOWN - 1
POSSIBLE_VALUES = 3


def for_outsiders(statistics: Statistics) -> Statistics:
    """The same with small numbers hidden and without links to cases."""
    areas = (
        Area(
            area.key,
            area.title,
            tuple(_figure(one) for one in area.figures),
            tuple(_table(one) for one in area.tables),
        )
        for area in statistics.areas
    )
    return replace(statistics, areas=tuple(areas))


def without_links(statistics: Statistics) -> Statistics:
    """The same numbers, for readers who see no lists of cases."""
    areas = (
        replace(
            area,
            figures=tuple(replace(one, url="") if one.is_sensitive else one for one in area.figures),
            tables=tuple(_unlinked(one) if one.is_sensitive else one for one in area.tables),
        )
        for area in statistics.areas
    )
    return replace(statistics, areas=tuple(areas))


def without_links_of(statistics: Statistics, *keys: str) -> Statistics:
    """The same, where what has those keys opens nothing: what it lists is for fewer readers."""
    areas = (
        replace(
            area,
            figures=tuple(replace(one, url="") if one.key in keys else one for one in area.figures),
            tables=tuple(_unlinked(one) if one.key in keys else one for one in area.tables),
        )
        for area in statistics.areas
    )
    return replace(statistics, areas=tuple(areas))


def _unlinked(table: Table) -> Table:
    cells = ([replace(cell, url="") for cell in table.column(at)] for at in range(len(table.columns)))
    return table.with_columns(cells)


def is_small(count: int | float | None) -> bool:
    return count is not None and 0 < count < SMALLEST_SHOWN


def _figure(figure: Figure) -> Figure:
    if not figure.is_sensitive:
        return figure
    if figure.whole is None:
        hidden = FEW if is_small(figure.value) else ""
    else:
        # A share of few, or of almost all, tells the few.
        part = figure.part if figure.part is not None else figure.whole
        tells_few = any(is_small(count) for count in (figure.whole, part, figure.whole - part))
        hidden = WITHHELD if tells_few else ""
    if not hidden:
        return replace(figure, url="")
    return replace(figure, value=None, part=None, whole=None, url="", hidden=hidden)


def _table(table: Table) -> Table:
    if not table.is_sensitive:
        return table
    columns = [hide_column(table.column(at)) for at in range(len(table.columns))]
    if not table.rows or all(column is not None for column in columns):
        return table.with_columns([column for column in columns if column is not None])
    return replace(
        table,
        is_withheld=True,
        rows=tuple(Row(row.label, tuple(map(_withheld, row.cells))) for row in table.rows),
    )


def _withheld(cell: Cell) -> Cell:
    return Cell(None, hidden=WITHHELD)


def hide_column(cells: Sequence[Cell]) -> list[Cell] | None:
    """The column as it may be told beside its total; None when nothing of it may."""
    counts = [int(cell.value or 0) for cell in cells]
    few = {at for at, count in enumerate(counts) if is_small(count)}
    more: set[int] = set()
    left = sorted(
        (at for at, count in enumerate(counts) if count >= SMALLEST_SHOWN), key=lambda at: counts[at]
    )
    while few and not _is_safe(counts, few, more):
        if not left:
            return None
        more.add(left.pop(0))
    return [
        Cell(None, hidden=FEW)
        if at in few
        else Cell(None, hidden=WITHHELD)
        if at in more
        else Cell(cell.value)
        for at, cell in enumerate(cells)
    ]


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
