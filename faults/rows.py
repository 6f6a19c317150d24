"""One line of the table."""

from dataclasses import dataclass

WIDTHS = (34, 22, 12, 8, 11, 8, 6)
HEAD = ("Fel", "Vad", "kvitterade", "finns", "markerade", "dubbla", "borta")


@dataclass(frozen=True)
class Row:
    """Of what was acknowledged: found once, marked for somebody to see, doubled, lost."""

    fault: str
    what: str
    acknowledged: int
    found: int
    marked: int
    doubled: int
    lost: int

    @property
    def is_kept(self) -> bool:
        return not self.doubled and not self.lost

    @property
    def cells(self) -> tuple[str, ...]:
        counts = (self.acknowledged, self.found, self.marked, self.doubled, self.lost)
        return self.fault, self.what, *map(str, counts)


def line(cells: tuple[str, ...]) -> str:
    words, numbers = cells[:2], cells[2:]
    left = [cell.ljust(width) for cell, width in zip(words, WIDTHS, strict=False)]
    return "  ".join(left + [cell.rjust(width) for cell, width in zip(numbers, WIDTHS[2:], strict=True)])
