"""Charts as SVG for the page and for PDF, each with the table of its numbers.

`bars` and `horizontal_bars` make a `Chart`; ``{% chart_figure chart %}`` shows it. The SVG has links but
neither styles nor scripts, so it stands inline under the strict policy; its colours are the style sheet's.
"""

from kvalitet.charts.clean import clean
from kvalitet.charts.data import (
    HIDDEN,
    HIDDEN_MARK,
    WITHHELD,
    Cell,
    Chart,
    Hidden,
    Series,
    bars,
    horizontal_bars,
)

__all__ = [
    "HIDDEN",
    "HIDDEN_MARK",
    "WITHHELD",
    "Cell",
    "Chart",
    "Hidden",
    "Series",
    "bars",
    "clean",
    "horizontal_bars",
]
