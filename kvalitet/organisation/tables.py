from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.html import format_html

from kvalitet.organisation.models import RoleAssignment
from kvalitet.tables import SwedishColumn
from kvalitet.templatetags.kvalitet import status

TONES = {"Gäller": "good", "Kommande": "info", "Avslutad": "neutral"}


class RoleTable(tables.Table):
    person = SwedishColumn("user__name", verbose_name="Person", accessor="user", linkify=True)
    role = tables.Column(verbose_name="Roll")
    unit = SwedishColumn("unit__name", verbose_name="Enhet", linkify=True)
    valid_from = tables.DateColumn(verbose_name="Från", format="Y-m-d")
    valid_to = tables.DateColumn(verbose_name="Till och med", format="Y-m-d", default="tills vidare")
    state = tables.Column(verbose_name="Läge", empty_values=(), orderable=False)

    class Meta:
        model = RoleAssignment
        fields = ["person", "role", "unit", "valid_from", "valid_to", "state"]
        order_by = "person"

    def render_role(self, record: RoleAssignment) -> Any:
        notes = [
            word
            for word, is_so in (("tf", record.is_acting), ("huvudmottagare", record.is_main_recipient))
            if is_so
        ]
        label = record.get_role_display()
        return (
            format_html('{} <span class="kv-soft">({})</span>', label, ", ".join(notes)) if notes else label
        )

    def render_state(self, record: RoleAssignment) -> Any:
        word = record.state_on(timezone.localdate())
        return status(word, TONES[word])

    def value_state(self, record: RoleAssignment) -> str:
        return record.state_on(timezone.localdate())
