from typing import Any

import django_tables2 as tables
from django.utils.html import format_html

from improvement import presentation
from improvement.enums import ExchangeStatus
from improvement.models import Exchange
from improvement.tables import DAY
from kvalitet.tables import DayColumn
from kvalitet.templatetags.kvalitet import status


class ExchangeTable(tables.Table):
    """What is exchanged with others, without its text."""

    pk = tables.Column(verbose_name="Nummer", linkify=True, attrs=DAY)
    party_name = tables.Column(verbose_name="Motpart", orderable=False)
    direction = tables.Column(verbose_name="Håll", orderable=False)
    status = tables.Column(verbose_name="Läge", orderable=False)
    created_at = DayColumn(verbose_name="Skriven", attrs=DAY)
    answer_by = DayColumn(verbose_name="Svar senast", attrs=DAY)

    class Meta:
        model = Exchange
        fields = ("pk", "party_name", "direction", "status", "created_at", "answer_by")
        order_by = ("-created_at",)

    def render_status(self, record: Exchange) -> Any:
        told = status(ExchangeStatus(record.status).label, presentation.EXCHANGE_TONES[record.status])
        return format_html("{} {}", told, status("Försenad", "bad")) if record.is_late else told

    def value_status(self, record: Exchange) -> str:
        return str(record.get_status_display())


class AskedTable(ExchangeTable):
    """The same for the contact of an utförare, to whom all of it is put: what is theirs to do with it."""

    pk = tables.Column(verbose_name="Fråga", linkify=True, attrs=DAY)
    status = tables.Column(verbose_name="Ert svar", orderable=False)
    created_at = None
    sent_at = DayColumn(verbose_name="Kom till er", attrs=DAY)

    class Meta(ExchangeTable.Meta):
        fields = ("pk", "status", "sent_at", "answer_by")
        order_by = ("-sent_at",)
        exclude = ("party_name", "direction", "created_at")

    def render_pk(self, value: int) -> str:
        return f"Fråga {value}"

    def render_status(self, record: Exchange) -> Any:
        word, tone = presentation.asked_status(record)
        return status(word, tone)

    def value_status(self, record: Exchange) -> str:
        return presentation.asked_status(record)[0]
