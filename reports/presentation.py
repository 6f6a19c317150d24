"""How figures and chapters are shown, alike on the page and in the PDF."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from kvalitet import charts, texts
from reports.enums import ReportStatus
from reports.models import Chapter, QualityReport
from reports.statistics import Figure, Statistics, Table
from reports.statistics.figures import WITHHELD

TONES = {
    ReportStatus.DRAFT: ("neutral", "pencil"),
    ReportStatus.PREPARING: ("warn", "clock"),
    ReportStatus.PREPARED: ("info", "check-circle"),
    ReportStatus.DECIDED: ("good", "check-circle"),
    ReportStatus.PUBLISHED: ("good", "check-circle"),
}


@dataclass(frozen=True)
class ShownReport:
    """A report with the look of its status."""

    report: QualityReport

    @property
    def word(self) -> str:
        return self.report.get_status_display()

    @property
    def tone(self) -> str:
        return TONES[ReportStatus(self.report.status)][0]

    @property
    def icon(self) -> str:
        return TONES[ReportStatus(self.report.status)][1]


def in_list(reports: Iterable[QualityReport]) -> list[ShownReport]:
    return [ShownReport(one) for one in reports]


def facts(report: QualityReport) -> list[tuple[str, str]]:
    decided = report.decided_on
    gathered = report.snapshot.gathered_at if report.snapshot else None
    return [
        ("Enhet", report.unit.name),
        ("År", str(report.year)),
        ("Diarienummer", report.dnr),
        ("Nämndens beslut", f"{date_format(decided, 'j F Y')}, {report.decision}" if decided else ""),
        ("Siffrorna hämtade", date_format(timezone.localtime(gathered), "j F Y") if gathered else ""),
        ("Siffrornas kontrollsumma", report.snapshot.sha256[:16] if report.snapshot else ""),
    ]


@dataclass(frozen=True)
class ShownTable:
    """A table with its chart."""

    table: Table

    @cached_property
    def chart(self) -> charts.Chart:
        return chart_of(self.table)


@dataclass(frozen=True)
class ShownChapter:
    chapter: Chapter
    figures: list[Figure]
    tables: list[ShownTable]

    @property
    def html(self) -> SafeString:
        return texts.to_html(self.chapter.text)


def chart_of(table: Table) -> charts.Chart:
    make = charts.bars if table.is_upright else charts.horizontal_bars
    names = table.columns if len(table.columns) > 1 else ("",)
    columns = [table.column(at) for at in range(len(table.columns))]
    values = {
        name: [charts.WITHHELD if cell.hidden == WITHHELD else cell.value for cell in cells]
        for name, cells in zip(names, columns, strict=True)
    }
    urls = {name: [cell.url for cell in cells] for name, cells in zip(names, columns, strict=True)}
    return make(
        table.label,
        table.remark,
        [row.label for row in table.rows],
        values,
        urls,
        unit_word=table.unit_word,
        label_word=table.label_word,
    )


def draw_all(figures: Statistics) -> None:
    for area in figures.areas:
        for table in area.tables:
            if table.has_numbers and not table.is_withheld:
                _ = chart_of(table).svg


def chapters(report: QualityReport, figures: Statistics | None) -> list[ShownChapter]:
    """The chapters with what their keys name; without figures the texts alone."""
    return [chapter(one, figures) for one in report.all_chapters()]


def chapter(one: Chapter, figures: Statistics | None) -> ShownChapter:
    found = list(_named(figures, one.figures)) if figures else []
    return ShownChapter(
        one,
        [figure for figure in found if isinstance(figure, Figure)],
        [ShownTable(table) for table in found if isinstance(table, Table)],
    )


def _named(figures: Statistics, keys: list[str]) -> Iterator[Figure | Table]:
    """A key that names nothing any more is left out: the template may be older than the figures."""
    by_key = {one.key: one for one in figures.each()}
    for key in keys:
        area = figures.area(key)
        if area is not None:
            yield from area.figures
            yield from area.tables
        elif key in by_key:
            yield by_key[key]


@dataclass(frozen=True)
class ShownArea:
    title: str
    key: str
    figures: tuple[Figure, ...]
    tables: list[ShownTable]


def areas(figures: Statistics) -> list[ShownArea]:
    """Every area, as the page of the statistics shows them."""
    return [
        ShownArea(one.title, one.key, one.figures, [ShownTable(table) for table in one.tables])
        for one in figures.areas
    ]


def definitions(figures: Statistics) -> list[tuple[str, str]]:
    """What each number counts, for the end of the PDF."""
    return [(one.label, one.definition) for one in figures.each()]


@dataclass(frozen=True)
class Compared:
    """One figure of two years."""

    label: str
    before: str
    now: str
    difference: str


def compare(before: Statistics, now: Statistics) -> list[Compared]:
    """The single figures of both, in the order of ``now``, with the difference where both may be told."""
    known = {one.key: one for area in before.areas for one in area.figures}
    return [_compared(known.get(figure.key), figure) for area in now.areas for figure in area.figures]


def _compared(before: Figure | None, now: Figure) -> Compared:
    told = ""
    if before and before.value is not None and now.value is not None:
        change = now.value - before.value
        told = "oförändrat" if not change else f"{change:+g}".replace(".", ",").replace("-", "−")
    return Compared(now.label, before.text if before else "–", now.text, told)
