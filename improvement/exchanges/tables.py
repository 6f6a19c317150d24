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
    """The same for the contact of an utförare, to whom all of it is put."""

    class Meta(ExchangeTable.Meta):
        exclude = ("party_name", "direction")
