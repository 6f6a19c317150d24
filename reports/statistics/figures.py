"""What a report says in numbers: single figures and tables, each with its definition and the list behind it.

All of it can be written as JSON and read back equal: a snapshot is these, frozen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from kvalitet import small_counts

Value = int | float | None

FEW, WITHHELD = "few", "withheld"
HIDDEN_WORDS = {FEW: small_counts.FEW, WITHHELD: "visas inte"}
NOTHING = "–"
SPACE = "\N{NO-BREAK SPACE}"


def in_swedish(value: Value, hidden: str = "") -> str:
    """1 234,5; a hidden number in words; a dash where there is nothing to count."""
    if hidden:
        return HIDDEN_WORDS[hidden]
    if value is None:
        return NOTHING
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text.replace(",", SPACE).replace(".", ",")


@dataclass(frozen=True)
class Cell:
    """One number of a table. ``hidden`` says why it may not be told: FEW, WITHHELD or empty."""

    value: Value
    url: str = ""
    hidden: str = ""

    @property
    def text(self) -> str:
        return in_swedish(self.value, self.hidden)


@dataclass(frozen=True)
class Figure:
    """One number. A share has ``part`` and ``whole``; what ``is_sensitive`` is hidden when it is small.

    ``definition`` says in one sentence what is counted, by which date and from which unit tree.
    """

    key: str
    label: str
    value: Value
    definition: str
    url: str = ""
    unit_word: str = ""
    is_sensitive: bool = True
    part: int | None = None
    whole: int | None = None
    hidden: str = ""

    @property
    def text(self) -> str:
        told = in_swedish(self.value, self.hidden)
        has_unit = self.unit_word and not self.hidden and self.value is not None
        return f"{told}{SPACE}{self.unit_word}" if has_unit else told


@dataclass(frozen=True)
class Row:
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """Numbers side by side. Each column is a whole that its cells add up to, so cells are hidden by column.

    ``remark`` is the plain sentence under the chart. ``is_withheld``: no cell may be told at all.
    """

    key: str
    label: str
    definition: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    remark: str = ""
    label_word: str = ""
    unit_word: str = "avvikelser"
    is_upright: bool = False
    is_sensitive: bool = True
    is_withheld: bool = False

    def column(self, at: int) -> list[Cell]:
        return [row.cells[at] for row in self.rows]

    def with_columns(self, columns: Iterable[list[Cell]]) -> "Table":
        """The same rows with other cells, given column by column."""
        if not self.rows:
            return self
        cells = zip(*columns, strict=True)
        return replace(
            self, rows=tuple(Row(row.label, new) for row, new in zip(self.rows, cells, strict=True))
        )

    @property
    def has_numbers(self) -> bool:
        return any(cell.value or cell.hidden for row in self.rows for cell in row.cells)


@dataclass(frozen=True)
class Area:
    """The figures of one subject, in the order they are told."""

    key: str
    title: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Statistics:
    """Everything counted for one unit and one year."""

    unit: str
    year: int
    areas: tuple[Area, ...]

    def figure(self, key: str) -> Figure:
        return next(one for area in self.areas for one in area.figures if one.key == key)

    def table(self, key: str) -> Table:
        return next(one for area in self.areas for one in area.tables if one.key == key)

    def area(self, key: str) -> Area | None:
        return next((one for one in self.areas if one.key == key), None)

    def each(self) -> Iterator[Figure | Table]:
        """Every figure and table, in order."""
        for area in self.areas:
            yield from area.figures
            yield from area.tables

    @property
    def has_lists(self) -> bool:
        """Whether any number opens the list behind it."""
        figures = (one for area in self.areas for one in area.figures)
        rows = (row for area in self.areas for table in area.tables for row in table.rows)
        return any(one.url and not one.hidden for one in figures) or any(
            cell.url for row in rows for cell in row.cells
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def from_json(data: Mapping[str, Any]) -> Statistics:
    """What ``as_json`` wrote."""
    areas = tuple(
        Area(
            one["key"],
            one["title"],
            tuple(Figure(**figure) for figure in one["figures"]),
            tuple(_table(table) for table in one["tables"]),
        )
        for one in data["areas"]
    )
    return Statistics(data["unit"], data["year"], areas)


def _table(data: Mapping[str, Any]) -> Table:
    rows = tuple(Row(row["label"], tuple(Cell(**cell) for cell in row["cells"])) for row in data["rows"])
    return Table(**{**data, "columns": tuple(data["columns"]), "rows": rows})
