"""What a chart shows: labels, series of numbers, and the list behind each number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

from kvalitet import small_counts


class Hidden(Enum):
    """A number that is not small, and is not told because a small one could be computed from it."""

    WITHHELD = "visas inte"


Value = int | float | Hidden | None

HIDDEN = small_counts.FEW
HIDDEN_MARK = f"<{small_counts.SMALLEST_SHOWN}"
WITHHELD = Hidden.WITHHELD
# Beyond these nobody can tell the fillings apart without colour.
MOST_SERIES = 3
KEPT = 256


@dataclass(frozen=True)
class Cell:
    """One number as text, and the address of the list behind it, or empty."""

    text: str
    url: str


@dataclass(frozen=True)
class Series:
    """A row of bars; None is too small to be told, WITHHELD would give it away. An address may be empty."""

    name: str
    values: tuple[Value, ...]
    urls: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """Made by `bars` or `horizontal_bars`. Equal charts have equal SVG, byte for byte, in every process."""

    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit_word: str
    label_word: str
    is_horizontal: bool = False
    is_stacked: bool = False

    @property
    def svg(self) -> SafeString:
        """The drawing, or empty where there is nothing to draw. The latest 256 are kept."""
        return _drawn(self)

    @property
    def header(self) -> list[str]:
        """The table's column headings; the first is over the labels."""
        if len(self.series) == 1 and not self.series[0].name:
            return [self.label_word, self.unit_word.capitalize()]
        return [self.label_word, *(one.name for one in self.series)]

    @property
    def rows(self) -> list[tuple[str, list[Cell]]]:
        """The table: a label, and its number in each series."""
        return [
            (label, [Cell(number(one.values[at]), one.urls[at]) for one in self.series])
            for at, label in enumerate(self.labels)
        ]

    @property
    def has_hidden(self) -> bool:
        return any(is_hidden(value) for one in self.series for value in one.values)

    @property
    def has_links(self) -> bool:
        """Whether a bar takes the keyboard; else the drawing itself has to, so that it can be scrolled."""
        return any(
            url and value != 0 for one in self.series for value, url in zip(one.values, one.urls, strict=True)
        )

    def points(self) -> Iterator[tuple[int, int, Series, str]]:
        """Every bar: place of its series, place in it, the series, and the bar's name when read aloud."""
        for which, one in enumerate(self.series):
            for at, label in enumerate(self.labels):
                place = f"{label}, {one.name}" if one.name else label
                yield which, at, one, f"{place}: {number(one.values[at])} {self.unit_word}".rstrip()


def bars(
    title: str,
    description: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Value]],
    urls: Mapping[str, Sequence[str]] | None = None,
    *,
    unit_word: str = "",
    label_word: str = "Period",
    stacked: bool = False,
) -> Chart:
    """Upright bars, side by side or stacked, for few and short labels such as quarters.

    ``series`` gives at most three names their values, one a label; a single series may have the name "".
    ``urls`` gives the same names the addresses of the lists behind, within the site; "" is no link. A value
    None is drawn as a dashed bar with "<5", and WITHHELD as one with its words. ValueError when the lengths
    differ or a number is negative.
    """
    if not 1 <= len(series) <= MOST_SERIES:
        raise ValueError(f"A chart has one to {MOST_SERIES} series, not {len(series)}")
    made = []
    for name, values in series.items():
        addresses = (urls or {}).get(name) or [""] * len(labels)
        if len(values) != len(labels) or len(addresses) != len(labels):
            raise ValueError(f"The series {name!r} has not one value and one address a label")
        made.append(Series(str(name), tuple(map(_value, values)), tuple(map(_address, addresses))))
    return Chart(
        title=title,
        description=description,
        labels=tuple(map(str, labels)),
        series=tuple(made),
        unit_word=unit_word,
        label_word=label_word,
        is_stacked=stacked,
    )


def horizontal_bars(
    title: str,
    description: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Value]],
    urls: Mapping[str, Sequence[str]] | None = None,
    *,
    unit_word: str = "",
    label_word: str = "Enhet",
    stacked: bool = False,
) -> Chart:
    """Lying bars, first label on top, for many or long labels such as units; otherwise as `bars`."""
    words = {"unit_word": unit_word, "label_word": label_word}
    return replace(
        bars(title, description, labels, series, urls, **words, stacked=stacked), is_horizontal=True
    )


def _value(value: Value) -> Value:
    """3.0 is 3, so that equal data gives equal bytes."""
    if value is None or isinstance(value, Hidden):
        return value
    if value < 0:
        raise ValueError(f"A bar cannot show {value}")
    return int(value) if value == int(value) else float(value)


def _address(url: str) -> str:
    if url and (not url.startswith(("/", "?")) or url.startswith("//")):
        raise ValueError(f"{url!r} is not an address within the site")
    return str(url)


def is_hidden(value: Value) -> bool:
    return value is None or isinstance(value, Hidden)


def number(value: Value) -> str:
    """As Swedish writes it: 1 234,5; a hidden one in words."""
    if value is None:
        return HIDDEN
    if isinstance(value, Hidden):
        return str(value.value)
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


@lru_cache(maxsize=KEPT)
def _drawn(chart: Chart) -> SafeString:
    if not chart.labels:
        return mark_safe("")
    from kvalitet.charts.draw import draw

    return mark_safe(draw(chart))  # noqa: S308 - made by us; every text in it is escaped by lxml
