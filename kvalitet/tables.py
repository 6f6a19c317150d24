"""One way to show a list: sorted, filtered, paged, exported, the same for 10 and 100 000 rows.

    return render_table(
        request, table_class=DocumentTable, queryset=Document.objects.visible_to(request.user),
        filterset_class=DocumentFilter, title="Dokument", lead="Rutiner, riktlinjer och mallar.",
        empty=Empty("Inga dokument än", "Här samlas …", url, "Lägg till ett dokument"),
        actions=[Action("Lägg till", url, "plus-lg")], export_name="dokument",
    )

Everything that can be asked for stands in the address: ``sortera``, ``sida``, ``exportera`` and the filters.
What cannot be understood is left out, never an error. A sortable column needs an index that fits it (for
``SwedishColumn`` one on ``Swedish("column"), "pk"``): then the page reads 25 rows, whatever the table holds.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.forms import HiddenInput, NullBooleanSelect
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import strip_tags
from django_filters import FilterSet
from django_filters.widgets import DateRangeWidget

from kvalitet.forms import DateInput, use_native_dates
from kvalitet.sorting import Swedish

PER_PAGE = 25
COUNT_CAP = 10_000
COUNT_STEP = 1_000
LISTING = "kv-listing"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f]")
SPACE = "\N{NO-BREAK SPACE}"


class DateRange(DateRangeWidget):
    """Two days of a filter in the browser's own date fields: *från* and *till*."""

    template_name = "tables/date_range.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.widgets = [DateInput({"aria-label": word}) for word in ("från", "till")]


class HiddenRange(DateRangeWidget):
    """A range that only a link sets, such as those of the statistics."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.widgets = [HiddenInput(attrs), HiddenInput(attrs)]


class SwedishColumn(tables.Column):
    """A text column that sorts å ä ö last: ``title = SwedishColumn("title", verbose_name="Rubrik")``."""

    def __init__(self, field: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.field = field

    def order(self, queryset: QuerySet[Model], is_descending: bool) -> tuple[QuerySet[Model], bool]:
        key = Swedish(F(self.field))
        return queryset.order_by(key.desc() if is_descending else key.asc()), True


class DayColumn(tables.Column):
    """A date, or the day of a time, as 2026-03-03; the library's own compiles a template per cell."""

    def render(self, value: date) -> str:
        day = timezone.localdate(value) if isinstance(value, datetime) else value
        return day.isoformat()


@dataclass(frozen=True)
class Action:
    """A button at the top of the list; the first is the main one."""

    label: str
    url: str
    icon: str = ""


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what it is for, and the first step."""

    title: str
    text: str = ""
    url: str = ""
    button: str = ""


@dataclass(frozen=True)
class Chip:
    """One active filter in words, and the address of the list without it."""

    text: str
    remove_url: str


class CappedPaginator(Paginator):
    """Counts no further than ``cap`` rows, so that a large list costs no more than a small one."""

    def __init__(self, rows: Any, cap: int) -> None:
        super().__init__(rows, PER_PAGE)
        self.cap = cap

    @cached_property
    def _counted(self) -> int:
        # The keys alone, so that what the rows are annotated with is not computed 10 000 times to be counted.
        keys = self.object_list.data.data.order_by().values("pk")
        return int(keys[: self.cap + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.cap)

    @property
    def more_than_counted(self) -> bool:
        return self._counted > self.cap


def render_table(
    request: HttpRequest,
    *,
    table_class: type[tables.Table],
    queryset: QuerySet[Any],
    title: str,
    lead: str = "",
    empty: Empty,
    filterset_class: type[FilterSet] | None = None,
    template: str = "tables/page.html",
    actions: Iterable[Action] = (),
    export_name: str = "",
    extra_context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Answer with the list as a page, as the part that htmx asked for, or as a file.

    ``queryset`` is what the reader may see; the export holds those rows and no other, as filtered, unless
    they are more than COUNT_CAP. ``template`` extends tables/page.html. Two queries on the list besides its
    prefetches: one counts as far as the next thousand, one reads.
    """
    filters = _filters(request, filterset_class, queryset)
    table = _table(request, table_class, filters.qs if filters else queryset)
    wanted = EXPORTS.get(request.GET.get("exportera", "")) if export_name else None
    paginator = _paginate(request, table, to_the_end=wanted is not None)
    too_long = wanted is not None and paginator.more_than_counted
    if wanted and not too_long:
        return wanted(table, export_name)

    words = {"title": title, "lead": lead, "empty": empty, "actions": list(actions)}
    exports = {"export_urls": _export_urls(request) if export_name else {}, "export_too_long": too_long}
    context = {**words, **_listing(request, table, filters), **exports, **(extra_context or {})}
    response = render(request, _template(request, template), context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _listing(request: HttpRequest, table: tables.Table, filters: FilterSet | None) -> dict[str, Any]:
    """What the page says of the rows, and of how they were chosen."""
    return {
        "table": table,
        "body": _body(table),
        "filters": filters,
        "chips": _chips(request, filters),
        "unread_filters": _unreadable(filters),
        "count_text": _count_text(table.page),
        "sort": request.GET.get("sortera", "") if table.order_by else "",
    }


def _template(request: HttpRequest, whole: str) -> str:
    """The list alone when htmx swaps it, the page otherwise and when the browser goes back in its history."""
    wants_list = request.headers.get("HX-Target") == LISTING
    restores = request.headers.get("HX-History-Restore-Request") == "true"
    return "tables/listing.html" if wants_list and not restores else whole


def _filters(
    request: HttpRequest, filterset_class: type[FilterSet] | None, queryset: QuerySet[Any]
) -> FilterSet | None:
    if filterset_class is None:
        return None
    filters = filterset_class(request.GET, queryset=queryset, request=request)
    use_native_dates(filters.form)
    for field in filters.form.fields.values():
        if isinstance(field.widget, NullBooleanSelect):
            field.widget.choices = [("unknown", "Alla"), ("true", "Ja"), ("false", "Nej")]
    return filters


def _table(request: HttpRequest, table_class: type[tables.Table], queryset: QuerySet[Any]) -> tables.Table:
    """The table over all rows, sorted by one column and then by key, so that pages never overlap."""
    asked = request.GET.get("sortera", "")
    table = table_class(queryset, order_by=table_class._meta.order_by or ())
    # What a table hides from a reader is neither sorted by nor exported: the order tells it too.
    table.before_render(request)
    if asked.removeprefix("-") in {column.name for column in table.columns.iterorderable()} & _shown(table):
        table.order_by = asked
    rows = table.data.data
    ordering = rows.query.order_by or rows.model._meta.ordering
    # The key runs the same way as the column, so that one index serves both directions.
    key = "-pk" if asked.startswith("-") else "pk"
    table.data.data = rows.order_by(*(one for one in ordering if one not in ("pk", "-pk")), key)
    table.request = request
    return table


def _shown(table: tables.Table) -> set[str]:
    return {column.name for column in table.columns}


def _paginate(request: HttpRequest, table: tables.Table, *, to_the_end: bool) -> CappedPaginator:
    """Open the page asked for, else the first, or the last when there are fewer.

    A file holds as many as may be counted; a page counts some way past itself.
    """
    asked = request.GET.get("sida", "")
    rows_before = int(asked) * PER_PAGE if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    near = COUNT_STEP * (1 + rows_before // COUNT_STEP)
    paginator = CappedPaginator(table.rows, COUNT_CAP if to_the_end else min(COUNT_CAP, near))
    table.paginator = paginator
    table.page = paginator.get_page(asked)
    return paginator


def _body(table: tables.Table) -> Iterator[list[tuple[str, str, Any]]]:
    """Each row of the page as its cells' heading, class and content."""
    columns = [
        (column.name, str(column.header), column.attrs.get("td", {}).get("class", ""))
        for column in table.columns
    ]
    for row in table.paginated_rows:
        yield [(header, css, row.get_cell(name)) for name, header, css in columns]


def _count_text(page: Page) -> str:
    paginator = page.paginator
    total = f"{paginator.count:,}".replace(",", SPACE)
    if paginator.more_than_counted:
        return f"Visar {page.start_index()}–{page.end_index()} av fler än {total}"
    if paginator.num_pages > 1:
        return f"Visar {page.start_index()}–{page.end_index()} av {total}"
    return f"{total} {'träff' if paginator.count == 1 else 'träffar'}"


def _chips(request: HttpRequest, filters: FilterSet | None) -> list[Chip]:
    """One chip for each filter in use, in the order of the form."""
    if filters is None:
        return []
    filters.form.is_valid()
    cleaned = filters.form.cleaned_data
    used = [name for name in filters.form.fields if name in cleaned and cleaned[name] not in (None, "", [])]
    return [
        Chip(f"{filters.form[name].label}: {words}", _without(request, filters, name))
        for name in used
        if (words := _in_words(filters.form.fields[name], cleaned[name]))
    ]


def _unreadable(filters: FilterSet | None) -> list[str]:
    """Labels of the filters whose value could not be understood, and which are therefore not in use."""
    return [str(filters.form[name].label) for name in filters.form.errors] if filters else []


def _in_words(field: Any, value: Any) -> str:
    if isinstance(value, slice):
        parts = [
            f"från {_day(value.start)}" if value.start else "",
            f"till {_day(value.stop)}" if value.stop else "",
        ]
        return " ".join(part for part in parts if part)
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, list | tuple | QuerySet):
        return ", ".join(_in_words(field, one) for one in value)
    choices = (
        {str(key): str(label) for key, label in getattr(field, "choices", ())}
        if isinstance(value, str)
        else {}
    )
    return choices.get(str(value), str(_plain(value)))


def _day(value: Any) -> Any:
    """An end of a range: of days, which the filter holds as the first and last moment, the day alone."""
    return timezone.localtime(value).date().isoformat() if isinstance(value, datetime) else _plain(value)


def _without(request: HttpRequest, filters: FilterSet, name: str) -> str:
    """The address of the list without one filter and from its first page."""
    query = request.GET.copy()
    suffixes = getattr(filters.form.fields[name].widget, "suffixes", None) or [""]
    for key in ("sida", "exportera", *(f"{name}_{suffix}" if suffix else name for suffix in suffixes)):
        query.pop(key, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _export_urls(request: HttpRequest) -> dict[str, str]:
    query = request.GET.copy()
    query.pop("sida", None)
    urls = {}
    for kind in EXPORTS:
        query["exportera"] = kind
        urls[kind] = f"{request.path}?{query.urlencode()}"
    return urls


def _rows(table: tables.Table) -> Iterator[list[Any]]:
    """The header, then every row as plain values, read a thousand at a time."""
    columns = [one for one in table.columns if not one.column.exclude_from_export]
    yield [str(column.header) for column in columns]
    for record in table.data.data.iterator(chunk_size=1000):
        row = tables.rows.BoundRow(record, table=table)
        yield [_safe(_plain(row.get_cell_value(column.name))) for column in columns]


def _plain(value: Any) -> Any:
    """A value for a spreadsheet: numbers stay numbers, dates are ISO, markup is taken away."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return (
            timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if timezone.is_aware(value) else str(value)
        )
    if isinstance(value, date):
        return value.isoformat()
    text = strip_tags(str(value)) if hasattr(value, "__html__") else str(value)
    return CONTROL_CHARACTERS.sub("", text).strip()


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value


def _csv(table: tables.Table, name: str) -> HttpResponse:
    # Semicolons and a byte order mark: what a Swedish Excel opens right without being asked.
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(_rows(table))
    return _file("\ufeff" + text.getvalue(), "text/csv; charset=utf-8", f"{name}.csv")


def _xlsx(table: tables.Table, name: str) -> HttpResponse:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    for row in _rows(table):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return _file(content.getvalue(), SPREADSHEET, f"{name}.xlsx")


def _file(content: str | bytes, content_type: str, name: str) -> HttpResponse:
    stamped = f"{timezone.localdate().isoformat()}-{name}"
    headers = {"Content-Disposition": f'attachment; filename="{stamped}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)


EXPORTS = {"csv": _csv, "xlsx": _xlsx}
