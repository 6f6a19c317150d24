from typing import Any

import django_tables2 as tables
from django.utils.html import format_html

from improvement.enums import LessonStatus, ProposalStatus
from improvement.learning import presentation
from improvement.models import Lesson, Proposal, SpreadPrompt
from kvalitet.tables import DayColumn, SwedishColumn
from kvalitet.templatetags.kvalitet import status

DAY = {"td": {"class": "kv-nums text-nowrap"}}
NUMBER = {"td": {"class": "kv-nums"}}


class SpreadTable(tables.Table):
    """What was asked, and how the units have answered; of the case nothing."""

    question = tables.Column(verbose_name="Fråga", linkify=True, orderable=False)
    process = tables.Column(verbose_name="Process", orderable=False)
    sent_at = DayColumn(verbose_name="Skickad", attrs=DAY)
    answered_yes = tables.Column(verbose_name="Ja", orderable=False, attrs=NUMBER)
    answered_no = tables.Column(verbose_name="Nej", orderable=False, attrs=NUMBER)
    answered_handled = tables.Column(verbose_name="Redan hanterat", orderable=False, attrs=NUMBER)
    unanswered = tables.Column(verbose_name="Obesvarade", orderable=False, attrs=NUMBER)
    answer_by = DayColumn(verbose_name="Svar senast", orderable=False, attrs=DAY)

    class Meta:
        model = SpreadPrompt
        fields = (
            "question",
            "process",
            "sent_at",
            "answered_yes",
            "answered_no",
            "answered_handled",
            "unanswered",
            "answer_by",
        )
        order_by = ("-sent_at",)

    def render_question(self, record: SpreadPrompt) -> str:
        text = record.question
        return text if len(text) <= 120 else f"{text[:120].rstrip()} …"

    def value_question(self, record: SpreadPrompt) -> str:
        return record.question

    def render_unanswered(self, record: Any) -> Any:
        if record.withdrawn_at is not None:
            return status("Tillbakadragen", "neutral")
        if record.unanswered and record.is_late:
            return format_html("{} {}", record.unanswered, status("Försenade", "bad"))
        return record.unanswered

    def value_unanswered(self, record: Any) -> int:
        return int(record.unanswered)


class LessonTable(tables.Table):
    title = SwedishColumn("title", verbose_name="Rubrik", linkify=True)
    kind = tables.Column(verbose_name="Slag", orderable=False)
    tied = tables.Column(verbose_name="Processer", empty_values=(), orderable=False)
    status = tables.Column(verbose_name="Läge", orderable=False)
    published_at = DayColumn(verbose_name="Publicerad", attrs=DAY)

    class Meta:
        model = Lesson
        fields = ("title", "kind", "tied", "status", "published_at")
        order_by = ("-published_at",)

    def render_tied(self, record: Lesson) -> str:
        return ", ".join(one.title for one in record.processes.all())

    def render_status(self, record: Lesson) -> Any:
        shown = LessonStatus(record.status)
        return status(shown.label, presentation.LESSON_TONES[shown])

    def value_status(self, record: Lesson) -> str:
        return str(record.get_status_display())


class ProposalTable(tables.Table):
    """Who proposed is not told in lists."""

    title = tables.Column(verbose_name="Förslag", linkify=True, orderable=False)
    unit = tables.Column(verbose_name="Enhet", orderable=False)
    process = tables.Column(verbose_name="Process", orderable=False)
    shows_unmet_need = tables.Column(verbose_name="Visar behov", orderable=False)
    status = tables.Column(verbose_name="Läge", orderable=False)
    votes = tables.Column(verbose_name="Röster", attrs=NUMBER)
    submitted_at = DayColumn(verbose_name="Lämnat", attrs=DAY)
    answer_by = DayColumn(verbose_name="Svar senast", orderable=False, attrs=DAY)

    class Meta:
        model = Proposal
        fields = (
            "title",
            "unit",
            "process",
            "shows_unmet_need",
            "status",
            "votes",
            "submitted_at",
            "answer_by",
        )
        order_by = ("-submitted_at",)

    def render_shows_unmet_need(self, value: bool) -> Any:
        return status("Behov", "info", "lightbulb") if value else ""

    def render_answer_by(self, record: Proposal, value: Any) -> str:
        """While somebody waits for it."""
        return str(value.isoformat()) if record.is_waiting else ""

    def value_shows_unmet_need(self, value: bool) -> str:
        return "Ja" if value else ""

    def render_status(self, record: Proposal) -> Any:
        shown = ProposalStatus(record.status)
        told = status(shown.label, presentation.PROPOSAL_TONES[shown])
        return format_html("{} {}", told, status("Svaret är försenat", "bad")) if record.is_late else told

    def value_status(self, record: Proposal) -> str:
        return str(record.get_status_display())
