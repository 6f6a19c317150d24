"""Small numbers, for readers outside the circle: fewer than five is not told, nor what would give it away.

By the rule of ``kvalitet.small_counts``. A hidden cell could be computed when the rest of its column and the
total are told, so more cells are withheld. It could also be computed from the figures of the unit above or of
another year, so all that is told is rounded down to a multiple of five, shares too.
"""

from collections.abc import Sequence
from dataclasses import replace

from kvalitet.small_counts import hidden_places, is_small, rounded
from reports.statistics.figures import FEW, WITHHELD, Area, Cell, Figure, Row, Statistics, Table, Value

__all__ = ["for_outsiders", "hide_column", "is_small", "without_links", "without_links_of"]


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
    value = None if hidden else _told(figure)
    return replace(figure, value=value, part=None, whole=None, url="", hidden=hidden)


def _told(figure: Figure) -> Value:
    """Counts and shares in fives; the days of an answer count nobody."""
    if figure.value is None or (figure.whole is not None and figure.part is None):
        return figure.value
    return rounded(int(figure.value)) if figure.whole is None else 5 * round(figure.value / 5)


def _table(table: Table) -> Table:
    if not table.is_sensitive:
        return table
    columns = [hide_column(table.column(at)) for at in range(len(table.columns))]
    if not table.rows or all(column is not None for column in columns):
        return table.with_columns([list(map(_rounded, column)) for column in columns if column is not None])
    return replace(
        table,
        is_withheld=True,
        rows=tuple(Row(row.label, tuple(map(_withheld, row.cells))) for row in table.rows),
    )


def _withheld(cell: Cell) -> Cell:
    return Cell(None, hidden=WITHHELD)


def _rounded(cell: Cell) -> Cell:
    return cell if cell.value is None else replace(cell, value=rounded(int(cell.value)))


def hide_column(cells: Sequence[Cell]) -> list[Cell] | None:
    """Which of the column may be told beside its total; None when nothing of it may."""
    places = hidden_places([int(cell.value or 0) for cell in cells])
    if places is None:
        return None
    few, more = places
    return [
        Cell(None, hidden=FEW)
        if at in few
        else Cell(None, hidden=WITHHELD)
        if at in more
        else Cell(cell.value)
        for at, cell in enumerate(cells)
    ]
