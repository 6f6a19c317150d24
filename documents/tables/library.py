from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from documents import presentation
from documents.enums import ItemOutcome, LinkStatus
from documents.models import Document, LinkPlace, Revision, UploadItem
from kvalitet.organisation.permissions import is_employee
from kvalitet.tables import DayColumn, SwedishColumn
from kvalitet.templatetags.kvalitet import status
from kvalitet.versions import Standing

DAY = "kv-nums text-nowrap"
FOR_EMPLOYEES = ("responsible", "visibility", "review_months", "retention", "replaces")
IN_FILE = ("number", "dnr", "target_group", "law", "keywords", *FOR_EMPLOYEES)


class DocumentTable(tables.Table):
    """The library. Sorted only by what an index holds; the rest is filtered."""

    title = SwedishColumn("title", verbose_name="Titel", linkify=True)
    type = tables.Column(verbose_name="Typ", orderable=False)
    owner_unit = tables.Column(verbose_name="Enhet", orderable=False)
    standing = tables.Column(verbose_name="Läge", empty_values=(), orderable=False)
    valid_from = tables.Column(
        verbose_name="Gäller från", empty_values=(), orderable=False, attrs={"td": {"class": DAY}}
    )
    next_review = tables.Column(verbose_name="Nästa översyn", attrs={"td": {"class": DAY}})

    number = tables.Column("Dokument nr", accessor="pk", orderable=False)
    dnr = tables.Column(verbose_name="Diarienummer", orderable=False)
    target_group = tables.Column(verbose_name="Målgrupp", orderable=False)
    law = tables.Column(verbose_name="Lagområde", orderable=False)
    keywords = tables.Column(verbose_name="Sökord", orderable=False)
    responsible = tables.Column(verbose_name="Ansvarig", orderable=False)
    visibility = tables.Column(verbose_name="Synligt för", orderable=False)
    review_months = tables.Column(verbose_name="Ses över var (månader)", orderable=False)
    retention = tables.Column(verbose_name="Gallring", orderable=False)
    # The number alone: who reads the one does not always read the other.
    replaces = tables.Column("Ersätter dokument nr", accessor="replaces_id", orderable=False)

    class Meta:
        model = Document
        fields = ("title", "type", "owner_unit", "standing", "valid_from", "next_review", *IN_FILE)
        order_by = ("title",)

    def before_render(self, request: Any) -> None:
        """On the page what one looks for; in the file everything that is known, names for employees."""
        hidden = set() if request.GET.get("exportera") else set(IN_FILE)
        if not is_employee(request.user):
            hidden |= {"next_review", *FOR_EMPLOYEES}
        for name in hidden:
            self.columns.hide(name)

    def _main(self, record: Any) -> Any:
        return presentation.main_version(presentation.versions(record))

    def render_standing(self, record: Any) -> Any:
        shown = presentation.versions(record)
        main = presentation.main_version(shown)
        if main is None:
            return ""
        under_work = presentation.first(shown, Standing.IN_REVIEW, Standing.DRAFT)
        told = status(f"{main.standing.label} {main.revision.label}", main.tone, main.icon)
        if under_work is None or under_work is main:
            return told
        return format_html("{} {}", told, status(under_work.standing.label, under_work.tone, under_work.icon))

    def value_standing(self, record: Any) -> str:
        main = self._main(record)
        return main.word if main else ""

    def render_valid_from(self, record: Any) -> str:
        main = self._main(record)
        day = main.revision.valid_from if main else None
        return date_format(day, "Y-m-d") if day else ""

    def render_next_review(self, value: Any, record: Any) -> Any:
        day = date_format(value, "Y-m-d")
        is_late = value < timezone.localdate() and any(
            one.standing == Standing.IN_FORCE for one in presentation.versions(record)
        )
        return format_html("{} {}", day, status("Försenad", "bad")) if is_late else day

    def value_next_review(self, record: Any) -> Any:
        return record.next_review


class RecentTable(tables.Table):
    """Versions that have begun to hold, the latest first."""

    document = tables.Column(verbose_name="Dokument", linkify=True, orderable=False)
    label = tables.Column(verbose_name="Version", orderable=False, attrs={"td": {"class": DAY}})
    type = tables.Column(accessor="document__get_type_display", verbose_name="Typ", orderable=False)
    unit = tables.Column(accessor="document__owner_unit", verbose_name="Enhet", orderable=False)
    valid_from = DayColumn(verbose_name="Började gälla", attrs={"td": {"class": DAY}})
    change_note = tables.Column(verbose_name="Vad är ändrat", orderable=False)

    class Meta:
        model = Revision
        fields = ("document", "label", "type", "unit", "valid_from", "change_note")
        order_by = ("-valid_from",)


OUTCOME_TONES = {
    ItemOutcome.WAITING: "neutral",
    ItemOutcome.MADE: "good",
    ItemOutcome.VERSION: "good",
    ItemOutcome.LINKED: "good",
    ItemOutcome.SKIPPED: "info",
    ItemOutcome.REFUSED: "bad",
    ItemOutcome.THROWN: "neutral",
}
LINK_TONES = {
    LinkStatus.UNCHECKED: "neutral",
    LinkStatus.ALIVE: "good",
    LinkStatus.FAILING: "warn",
    LinkStatus.DEAD: "bad",
    LinkStatus.REFUSED: "info",
}


class UploadItemTable(tables.Table):
    """One line for each file of a bulk upload, and what became of it. Titles only of what one may open."""

    name = tables.Column("Fil")
    outcome = tables.Column("Utfall")
    revision = tables.Column("Dokument", orderable=False, empty_values=())
    reason = tables.Column("Att veta", orderable=False)

    def render_outcome(self, record: UploadItem) -> Any:
        return status(record.get_outcome_display(), OUTCOME_TONES[ItemOutcome(record.outcome)])

    def value_outcome(self, record: UploadItem) -> str:
        return record.get_outcome_display()

    def render_revision(self, record: Any) -> Any:
        if record.revision is None or not record.is_seen:
            return ""
        return format_html('<a href="{}">{}</a>', record.revision.get_absolute_url(), record.revision)

    def value_revision(self, record: Any) -> str:
        return str(record.revision) if record.revision is not None and record.is_seen else ""

    def render_reason(self, record: Any) -> str:
        return record.reason if record.target_id is None or record.is_target_seen else ""


class LinkTable(tables.Table):
    """The external links of documents in force; the same address in two documents is two lines."""

    url = tables.Column("Länk", accessor="check_row__url", orderable=False)
    document = SwedishColumn("document__title", verbose_name="Dokument", linkify=True)
    owner_unit = tables.Column("Enhet", accessor="document__owner_unit", orderable=False)
    lage = tables.Column("Läge", accessor="check_row__status", orderable=False)
    last_checked = DayColumn(
        verbose_name="Kontrollerad", accessor="check_row__last_checked", attrs={"td": {"class": DAY}}
    )
    reason = tables.Column("Varför", accessor="check_row__reason", orderable=False)

    class Meta:
        model = LinkPlace
        fields = ("url", "document", "owner_unit", "lage", "last_checked", "reason")
        order_by = ("document",)

    def render_url(self, value: str) -> Any:
        return format_html('<a class="text-break" href="{}" rel="noopener noreferrer">{}</a>', value, value)

    def render_lage(self, record: LinkPlace) -> Any:
        row = record.check_row
        return status(row.get_status_display(), LINK_TONES[LinkStatus(row.status)])

    def value_lage(self, record: LinkPlace) -> str:
        return record.check_row.get_status_display()

    def value_url(self, value: str) -> str:
        return value
