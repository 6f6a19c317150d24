from typing import Any

import django_tables2 as tables
from django.utils.html import format_html

from kvalitet.tables import DayColumn, SwedishColumn
from kvalitet.templatetags.kvalitet import status
from processes.models import Process, ProcessRevision
from reports.models import QualityReport
from reports.presentation import ShownReport


class ReportTable(tables.Table):
    year = tables.Column(verbose_name="Rapport", linkify=True)
    unit = tables.Column(verbose_name="Enhet", orderable=False)
    status = tables.Column(verbose_name="Läge", orderable=False)
    decided_on = DayColumn(verbose_name="Nämndens beslut", orderable=False)

    class Meta:
        model = QualityReport
        fields = ("year", "unit", "status", "decided_on")
        order_by = ("-year",)

    def render_year(self, value: int) -> str:
        return f"Kvalitetsberättelse {value}"

    def render_status(self, record: QualityReport) -> Any:
        shown = ShownReport(record)
        return status(shown.word, shown.tone, shown.icon)

    def value_status(self, record: QualityReport) -> str:
        return record.get_status_display()

    def render_decided_on(self, value: Any, record: QualityReport) -> Any:
        return format_html("{} {}", value.isoformat(), record.decision)


class PublishedTable(tables.Table):
    title = SwedishColumn("title", verbose_name="Process", linkify=True)
    number = tables.Column("Version", accessor="label", order_by=("major", "minor"))
    published_at = DayColumn(verbose_name="Publicerad")
    published_by = tables.Column(verbose_name="Av", orderable=False)
    change_note = tables.Column(verbose_name="Ändring", orderable=False)

    class Meta:
        model = ProcessRevision
        fields = ("title", "number", "published_at", "published_by", "change_note")
        order_by = ("-published_at",)


class ActivityTable(tables.Table):
    title = SwedishColumn("title", verbose_name="Aktivitet", linkify=True)
    parent = SwedishColumn("parent__title", accessor="parent__title", verbose_name="Process")
    function = SwedishColumn("function", verbose_name="Funktion")

    class Meta:
        model = Process
        fields = ("title", "parent", "function")
        order_by = ("title",)
