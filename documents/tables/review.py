"""Lists of what is looked over, and of what was answered on a remiss."""

from datetime import timedelta
from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html

from documents import presentation
from documents.enums import DocumentType
from documents.filters import DocumentFilter, unit_choices
from documents.models import Document, ReviewAnswer
from kvalitet.tables import DayColumn, SwedishColumn
from kvalitet.templatetags.kvalitet import status
from kvalitet.versions import Standing
from processes.permissions import stands_for

NEAR = timedelta(days=60)
DAY = "kv-nums text-nowrap"
WHEN = [("late", "Försenad"), ("near", "Inom 60 dagar"), ("both", "Försenad eller inom 60 dagar")]


class ReviewFilter(filters.FilterSet):
    """``enhet`` holds what lies below too."""

    nar = filters.ChoiceFilter(method="by_time", label="Översyn", choices=WHEN, empty_label="När som helst")
    enhet = filters.ChoiceFilter(method="by_unit", label="Enhet", empty_label="Alla enheter")
    vems = filters.ChoiceFilter(
        method="by_responsible", label="Ansvarig", choices=[("mina", "Jag")], empty_label="Alla"
    )
    type = filters.ChoiceFilter(choices=DocumentType.choices, label="Typ", empty_label="Alla typer")
    by_unit = DocumentFilter.by_unit

    class Meta:
        model = Document
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["enhet"].extra["choices"] = unit_choices

    def by_time(self, queryset: Any, name: str, value: str) -> QuerySet[Document]:
        today = timezone.localdate()
        if value == "late":
            return queryset.filter(next_review__lt=today)
        if value == "near":
            return queryset.filter(next_review__range=(today, today + NEAR))
        return queryset.filter(next_review__lte=today + NEAR)

    def by_responsible(self, queryset: Any, name: str, value: str) -> QuerySet[Document]:
        return queryset.filter(responsible__in=list(stands_for(self.request.user)))


class ReviewTable(tables.Table):
    """Of rows with ``may_confirm``: whether the reader may say that the document still holds."""

    chosen = tables.Column(
        verbose_name="Välj",
        empty_values=(),
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "kv-tick"}},
    )
    title = SwedishColumn("title", verbose_name="Titel", linkify=True)
    type = tables.Column(verbose_name="Typ", orderable=False)
    owner_unit = tables.Column(verbose_name="Enhet", orderable=False)
    responsible = tables.Column(verbose_name="Ansvarig", orderable=False)
    unchanged = DayColumn(
        verbose_name="Oförändrad sedan", empty_values=(), orderable=False, attrs={"td": {"class": DAY}}
    )
    next_review = tables.Column(verbose_name="Nästa översyn", attrs={"td": {"class": DAY}})

    class Meta:
        model = Document
        fields = ("chosen", "title", "type", "owner_unit", "responsible", "unchanged", "next_review")
        order_by = ("next_review",)

    def render_chosen(self, record: Any) -> Any:
        if not record.may_confirm:
            return ""
        return format_html(
            '<input type="checkbox" name="dokument" value="{}" form="bekrafta" aria-label="Välj {}">',
            record.pk,
            record.title,
        )

    def _since(self, record: Any) -> Any:
        held = presentation.first(presentation.versions(record), Standing.IN_FORCE)
        return held.revision.valid_from if held else None

    def render_unchanged(self, record: Any) -> str:
        day = self._since(record)
        return day.isoformat() if day else ""

    def value_unchanged(self, record: Any) -> Any:
        return self._since(record)

    def render_next_review(self, value: Any) -> Any:
        late = value < timezone.localdate()
        return (
            format_html("{} {}", value.isoformat(), status("Försenad", "bad")) if late else value.isoformat()
        )

    def value_next_review(self, value: Any) -> Any:
        return value


class AnswerTable(tables.Table):
    """Every answer with what was decided on it, to print or take along."""

    answered_at = DayColumn(verbose_name="Svarade", orderable=False, attrs={"td": {"class": DAY}})
    person = tables.Column(verbose_name="Svar av", orderable=False)
    unit = tables.Column(verbose_name="För enheten", orderable=False, default="")
    text = tables.Column(verbose_name="Synpunkter", orderable=False, empty_values=())
    decision = tables.Column(verbose_name="Beslut", orderable=False, empty_values=())
    reason = tables.Column(verbose_name="Skäl", orderable=False, default="")
    decided_by = tables.Column(verbose_name="Beslut av", orderable=False, default="")

    class Meta:
        model = ReviewAnswer
        fields = ("answered_at", "person", "unit", "text", "decision", "reason", "decided_by")
        order_by = ("answered_at",)

    def render_text(self, record: Any) -> str:
        return record.text or "Utan synpunkter"

    def render_decision(self, record: Any) -> str:
        if record.decision:
            return str(record.get_decision_display())
        return "Saknar beslut" if record.text else ""
