"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured, what it came to, and whether it keeps the budget (None: there is none)."""

    what: str
    value: str
    budget: str = ""
    is_kept: bool | None = None


def table(rows: list[Row]) -> str:
    """Aligned columns for a terminal."""
    verdict = {True: "ja", False: "NEJ", None: ""}
    cells = [("Mått", "Värde", "Budget", "Hålls")]
    cells += [(row.what, row.value, row.budget, verdict[row.is_kept]) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells
    )
