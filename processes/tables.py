import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kvalitet.tables import SwedishColumn
from kvalitet.templatetags.kvalitet import status
from kvalitet.versions import RevisionStatus
from processes.models import ProcessRevision

TONES = {RevisionStatus.DRAFT: "neutral", RevisionStatus.IN_REVIEW: "warn", RevisionStatus.APPROVED: "info"}


class DraftTable(tables.Table):
    title = SwedishColumn("title", verbose_name="Process")
    number = tables.Column("Version")
    status = tables.Column("Läge")
    author = tables.Column("Skriven av", orderable=False)
    created_at = tables.DateColumn(verbose_name="Påbörjad", format="Y-m-d")

    class Meta:
        order_by = ("-created_at",)

    def render_title(self, value: str, record: ProcessRevision) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), value)

    def render_status(self, record: ProcessRevision) -> SafeString:
        return status(record.standing().label, TONES[RevisionStatus(record.status)])
