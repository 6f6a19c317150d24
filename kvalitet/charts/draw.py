"""Bars drawn by matplotlib. All lengths are in points, which are the units of the SVG's viewBox."""

import hashlib
import io
import os
import textwrap
from collections.abc import Iterator
from threading import Lock
from typing import Any

from django.conf import settings

from kvalitet.charts.clean import HEX, clean
from kvalitet.charts.data import HIDDEN_MARK, Chart, Hidden, is_hidden, number

# matplotlib keeps its list of fonts here; a home folder may be read-only.
os.environ.setdefault("MPLCONFIGDIR", str(settings.VAR / "matplotlib"))

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

FONT = settings.VAR / "vendor/source-sans-3/source-sans-3-latin-regular.ttf"
SIZE = 14
LINE = 18
MIDDLE = -4.5  # from the middle of a letter to the line it stands on
LETTER = 6.8  # the mean width of a letter
NARROWEST, WIDEST = 400, 760
BAR = 26
TALL = 230
ROW = 20
GAP = 12
LENGTH = 250
LABEL_LETTERS, LONGEST_WORD = 26, 34
# Filled, striped, ruled: told apart without colour, and the edge has contrast enough for all three.
LOOKS = (
    {"fill": "accent", "hatch": None},
    {"fill": "tint", "hatch": "///"},
    {"fill": "paper", "hatch": "--"},
)
# A bar whose number is not told is as high as this share of the axis, whatever the number is.
HIDDEN_SHARE = 0.06
# rc_context changes what all threads share.
_one_at_a_time = Lock()
_RULES: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "kvalitet",
    "font.size": SIZE,
    "hatch.linewidth": 1.2,
    "text.color": HEX["ink"],
    "xtick.color": HEX["ink"],
    "ytick.color": HEX["ink"],
    "axes.edgecolor": HEX["edge"],
    "grid.color": HEX["line"],
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "text.parse_math": False,
}

_LEGEND: dict[str, Any] = {
    "borderpad": 0,
    "borderaxespad": 0.1,
    "handlelength": 1.5,
    "handleheight": 1,
    "columnspacing": 1.4,
    "labelspacing": 0.3,
}


def draw(chart: Chart) -> str:
    """The SVG of a chart that has labels."""
    with _one_at_a_time, mpl.rc_context(_RULES | {"font.family": [_family(), "DejaVu Sans"]}):
        make = _lying if chart.is_horizontal else _upright
        figure = make(chart)
        written = io.StringIO()
        without = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", metadata=without)
    prefix = f"kv{hashlib.sha256(repr(chart).encode()).hexdigest()[:10]}"
    names = {f"bar-{which}-{at}": name for which, at, _, name in chart.points()}
    description = chart.description or chart.title
    return clean(written.getvalue(), prefix=prefix, title=chart.title, description=description, names=names)


def _family() -> str:
    if not any(entry.fname == str(FONT) for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(str(FONT))
    return font_manager.FontProperties(fname=str(FONT)).get_name()


def _upright(chart: Chart) -> Figure:
    side_by_side = 1 if chart.is_stacked else len(chart.series)
    top, ticks = _top(chart)
    left = 12 + 7.5 * len(number(ticks[-1]))
    width = min(max(left + BAR * (side_by_side + 0.8) * len(chart.labels), NARROWEST), WIDEST)
    slot = (width - left - 4) / len(chart.labels)
    labels = [_wrapped(label, int(slot / LETTER)) for label in chart.labels]
    below = 10 + LINE * max(map(len, labels))
    figure, axes = _figure(chart, width, TALL, left, below)
    axes.set_xticks([])
    for at, lines in enumerate(labels):
        for row, line in enumerate(lines):
            _text(axes, line, (at, 0), (0, -LINE * (row + 1)), ha="center")
    axes.set_xlim(-0.5, len(labels) - 0.5)
    axes.set_yticks(ticks, [number(tick) for tick in ticks])
    axes.set_ylim(0, top)
    axes.grid(axis="y", linewidth=1)
    axes.spines[["top", "right", "left"]].set_visible(False)
    thick = 0.78 / side_by_side
    has_room = slot * thick > LETTER * len(number(ticks[-1])) * 0.9
    for which, at, value, base, text in _placed(chart, top):
        at_x = at + (0 if chart.is_stacked else (which - (side_by_side - 1) / 2) * thick)
        _bar(chart, axes.bar, (at_x, value), {"width": thick * 0.92, "bottom": base}, (which, at))
        if text and has_room:
            _text(axes, text, (at_x, base + value), (0, 3), ha="center")
    return figure


def _lying(chart: Chart) -> Figure:
    side_by_side = 1 if chart.is_stacked else len(chart.series)
    top, ticks = _top(chart)
    longest = max(len(word) for label in chart.labels for word in (label.split() or [""]))
    letters = min(max(longest, LABEL_LETTERS), LONGEST_WORD)
    labels = [_wrapped(label, letters) for label in chart.labels]
    left = 10 + LETTER * max(len(line) for lines in labels for line in lines)
    rows = max(ROW * side_by_side, LINE * max(map(len, labels))) + GAP
    figure, axes = _figure(chart, left + LENGTH, rows * len(labels), left, 26)
    axes.set_yticks([])
    for at, lines in enumerate(labels):
        for row, line in enumerate(lines):
            _text(axes, line, (0, at), (-7, MIDDLE + LINE * ((len(lines) - 1) / 2 - row)), ha="right")
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xticks(ticks, [number(tick) for tick in ticks])
    axes.set_xlim(0, top * 1.06)
    axes.grid(axis="x", linewidth=1)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    thick = ROW / rows
    for which, at, value, base, text in _placed(chart, top):
        at_y = at + (0 if chart.is_stacked else (which - (side_by_side - 1) / 2) * thick)
        _bar(chart, axes.barh, (at_y, value), {"height": thick * 0.86, "left": base}, (which, at))
        if text:
            _text(axes, text, (base + value, at_y), (4, MIDDLE))
    return figure


def _figure(chart: Chart, width: float, height: float, left: float, below: float) -> tuple[Figure, Any]:
    """An empty figure whose plot is ``height`` high, its legend above where there are several series."""
    names = [one.name for one in chart.series if one.name]
    beside = sum(LETTER * len(name) + 44 for name in names) <= width
    above = 14 + (LINE + 4) * ((1 if beside else len(names)) if len(names) > 1 else 0)
    whole = above + height + below
    figure = Figure(figsize=(width / 72, whole / 72), dpi=72)
    FigureCanvasSVG(figure)
    axes = figure.add_axes((left / width, below / whole, (width - left - 4) / width, height / whole))
    axes.tick_params(length=0, pad=5)
    axes.set_axisbelow(True)
    if len(names) > 1:
        patches = [Patch(label=one.name, **_look(at)) for at, one in enumerate(chart.series)]
        columns = len(names) if beside else 1
        figure.legend(handles=patches, loc="upper left", ncols=columns, frameon=False, **_LEGEND)
    return figure, axes


def _look(which: int) -> dict[str, Any]:
    look = LOOKS[which]
    colours = {"facecolor": HEX[str(look["fill"])], "edgecolor": HEX["accent"], "linewidth": 1.4}
    return colours | ({"hatch": look["hatch"]} if look["hatch"] else {})


def _bar(
    chart: Chart, method: Any, place: tuple[float, float], size: dict[str, float], which: tuple[int, int]
) -> None:
    """One bar with its id and, unless it shows nothing, its link."""
    series, at = which
    value = chart.series[series].values[at]
    dashed = {"facecolor": HEX["paper"], "edgecolor": HEX["soft"], "linewidth": 1.4, "linestyle": (0, (3, 2))}
    (bar,) = method([place[0]], [place[1]], **size, **(dashed if is_hidden(value) else _look(series)))
    bar.set_gid(f"bar-{series}-{at}")
    bar.set_clip_on(False)
    if value != 0 and chart.series[series].urls[at]:
        bar.set_url(chart.series[series].urls[at])


def _placed(chart: Chart, top: float) -> Iterator[tuple[int, int, float, float, str]]:
    """Every bar: series, place, length, where it starts, and the text at its end."""
    starts = [0.0] * len(chart.labels)
    for which, at, one, _ in chart.points():
        value = one.values[at]
        length = top * HIDDEN_SHARE if value is None or isinstance(value, Hidden) else value
        text = HIDDEN_MARK if value is None else number(value)
        if not chart.is_stacked:
            yield which, at, length, 0, text
            continue
        yield which, at, length, starts[at], _total(chart, at) if which == len(chart.series) - 1 else ""
        starts[at] += length


def _total(chart: Chart, at: int) -> str:
    """The sum over a stack; none where it would give away what is hidden."""
    values = [one.values[at] for one in chart.series]
    known = [value for value in values if isinstance(value, int | float)]
    return "" if len(known) < len(values) else number(sum(known))


def _top(chart: Chart) -> tuple[float, list[int | float]]:
    """Where the axis ends, with room for a text over the highest bar, and its marks."""
    columns = zip(*(one.values for one in chart.series), strict=True)
    pick = sum if chart.is_stacked else max
    highest = max(pick(0 if is_hidden(value) else value for value in column) for column in columns) or 1
    is_whole = all(
        isinstance(value, int) for one in chart.series for value in one.values if not is_hidden(value)
    )
    marks = MaxNLocator(nbins=5, integer=is_whole, steps=[1, 2, 5, 10]).tick_values(0, highest)
    kept = [int(mark) if mark == int(mark) else float(mark) for mark in marks if mark <= highest * 1.001]
    return highest * 1.09, kept


def _text(
    axes: Any, text: str, at: tuple[float, float], shift: tuple[float, float], ha: str = "left"
) -> None:
    """One line, so many points from a place of the plot: of several, matplotlib aligns only the left edge."""
    axes.annotate(text, at, shift, textcoords="offset points", ha=ha, va="baseline", annotation_clip=False)


def _wrapped(label: str, letters: int) -> list[str]:
    """Lines of at most so many letters, though never fewer than five."""
    return textwrap.wrap(label, max(letters, 5)) or [label]
