from datetime import date

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kvalitet.organisation.models import User
from kvalitet.tables import DayColumn, SwedishColumn
from kvalitet.templatetags.kvalitet import status
from kvalitet.versions import RevisionStatus
from processes import reviewing
from processes.enums import Outcome
from processes.models import ImportedFile, ProcessRevision

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


OUTCOME_TONES = {
    Outcome.WAITING: "neutral",
    Outcome.IMPORTED: "good",
    Outcome.REMARKS: "warn",
    Outcome.VERSION: "good",
    Outcome.UNCHANGED: "info",
    Outcome.REFUSED: "bad",
}


class ImportedFileTable(tables.Table):
    """One line for each file of a bulk import."""

    name = tables.Column("Fil")
    outcome = tables.Column("Utfall")
    revision = tables.Column("Process", orderable=False, empty_values=())
    reason = tables.Column("Att veta", orderable=False, empty_values=())

    def render_outcome(self, record: ImportedFile) -> SafeString:
        return status(record.get_outcome_display(), OUTCOME_TONES[Outcome(record.outcome)])

    def value_outcome(self, record: ImportedFile) -> str:
        return record.get_outcome_display()

    def render_revision(self, record: ImportedFile) -> SafeString | str:
        if record.revision is None:
            return ""
        return format_html('<a href="{}">{}</a>', record.revision.get_absolute_url(), record.revision)

    def value_revision(self, record: ImportedFile) -> str:
        return str(record.revision or "")

    def render_reason(self, record: ImportedFile) -> SafeString:
        told = [one for one in (record.reason, *record.remarks) if one]
        if len(told) < 2:
            return format_html("{}", *(told or [""]))
        return format_html('<ul class="kv-plain">{}</ul>', format_html_join("", "<li>{}</li>", zip(told)))

    def value_reason(self, record: ImportedFile) -> str:
        return " ".join(one for one in (record.reason, *record.remarks) if one)
