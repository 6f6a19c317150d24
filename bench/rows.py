"""One line of the table."""

from dataclasses import dataclass

WIDTHS = (58, 52, 10, 5)
HEAD = ("Mått", "Värde", "Budget", "Hålls")
VERDICT = {True: "ja", False: "NEJ", None: ""}


@dataclass(frozen=True)
class Row:
    """What was measured, what it came to, and whether it keeps the budget (None: there is none)."""

    what: str
    value: str
    budget: str = ""
    is_kept: bool | None = None

    @property
    def cells(self) -> tuple[str, str, str, str]:
        return self.what, self.value, self.budget, VERDICT[self.is_kept]


def line(cells: tuple[str, str, str, str]) -> str:
    """Columns of the same width in every line, since each is printed before the next is known."""
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()
