from datetime import date

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kvalitet.organisation.models import User
from kvalitet.tables import DayColumn, SwedishColumn
from kvalitet.templatetags.kvalitet import status
from kvalitet.versions import RevisionStatus
from processes import reviewing
from processes.models import ProcessRevision

TONES = {RevisionStatus.DRAFT: "neutral", RevisionStatus.IN_REVIEW: "warn", RevisionStatus.APPROVED: "info"}


class DraftTable(tables.Table):
    title = SwedishColumn("title", verbose_name="Process")
    number = tables.Column("Version", accessor="label", order_by=("major", "minor"))
    status = tables.Column("Läge")
    author = tables.Column("Skriven av", orderable=False)
    reviewer = tables.Column("Granskas av", orderable=False)
    review_due = DayColumn("Granskas senast")
    created_at = tables.DateColumn(verbose_name="Påbörjad", format="Y-m-d")

    class Meta:
        order_by = ("-created_at",)

    def render_title(self, value: str, record: ProcessRevision) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), value)

    def render_status(self, record: ProcessRevision) -> SafeString:
        review = reviewing.state(record)
        if review and review.is_late:
            return status("Granskas, försenat", "bad")
        return status(record.standing().label, TONES[RevisionStatus(record.status)])

    def render_review_due(self, value: date, record: ProcessRevision) -> str:
        return value.isoformat() if reviewing.state(record) else "–"

    def render_reviewer(self, value: User, record: ProcessRevision) -> str:
        return str(value) if reviewing.state(record) else "–"
