from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from improvement import clocks, presentation
from improvement.actions import quick
from improvement.enums import DeviationStatus, MeasureStatus
from improvement.models import Analysis, Deviation, ExternalReview, Measure
from kvalitet.models import AccessLog
from kvalitet.tables import DayColumn, SwedishColumn
from kvalitet.templatetags.kvalitet import status

DAY = {"td": {"class": "kv-nums text-nowrap"}}


class DeviationTable(tables.Table):
    """Cases with what names nobody: the texts are read on the page, by those who may."""

    pk = tables.Column(verbose_name="Nummer", linkify=True, attrs=DAY)
    reported_at = DayColumn(verbose_name="Rapporterad", attrs=DAY)
    unit = tables.Column(verbose_name="Enhet", orderable=False, empty_values=())
    about = tables.Column(verbose_name="Handlar om", empty_values=(), orderable=False)
    status = tables.Column(verbose_name="Läge", orderable=False)
    zone = tables.Column(verbose_name="Allvarlighet", orderable=False)
    answer_by = DayColumn(verbose_name="Svar senast", orderable=False, attrs=DAY)

    class Meta:
        model = Deviation
        fields = ("pk", "reported_at", "unit", "about", "status", "zone", "answer_by")
        order_by = ("-reported_at",)

    def render_unit(self, record: Deviation) -> str:
        return record.unit.name if record.unit else "Inte fördelad"

    def render_about(self, record: Deviation) -> str:
        return presentation.short(record)

    def render_status(self, record: Deviation) -> Any:
        shown = DeviationStatus(record.status)
        told = status(shown.label, presentation.STATUS_TONES[shown])
        late = [status(clocks.LATE[one], "bad") for one in clocks.late_clocks(record)]
        return format_html("{} {}", told, mark_safe(" ".join(late))) if late else told  # noqa: S308 - ours

    def value_status(self, record: Deviation) -> str:
        return str(record.get_status_display())

    def render_zone(self, record: Deviation) -> Any:
        shown = presentation.zone_status(record)
        return status(record.get_zone_display(), *shown[1:]) if shown else ""

    def value_zone(self, record: Deviation) -> str:
        return str(record.get_zone_display())

    def render_answer_by(self, record: Deviation) -> str:
        is_waiting = record.is_open and record.answered_at is None
        return record.answer_by.isoformat() if is_waiting else ""


class HandledTable(DeviationTable):
    """The same for who handles: *Tackar, mottaget* and a box for *Hantera tillsammans* in one's own rows."""

    choose = tables.Column(verbose_name="Välj", empty_values=(), orderable=False, exclude_from_export=True)
    quick = tables.Column(verbose_name="Gör", empty_values=(), orderable=False, exclude_from_export=True)

    class Meta(DeviationTable.Meta):
        fields = (*DeviationTable.Meta.fields, "quick", "choose")
        sequence = fields

    def render_choose(self, record: Any) -> Any:
        if not record.is_mine or quick.refusal(record):
            return ""
        return format_html(
            '<label class="kv-pick"><input type="checkbox" name="val" value="{}" form="kv-together"{}>'
            '<span class="visually-hidden">Välj avvikelse {}</span></label>',
            record.pk,
            mark_safe(" checked") if self.request.GET.get("valj") == "alla" else "",
            record.pk,
        )

    def render_quick(self, record: Any) -> Any:
        if not record.is_mine or record.status != DeviationStatus.REPORTED or record.unit_id is None:
            return ""
        return format_html(
            '<button class="btn btn-outline-primary btn-sm" type="submit" form="kv-thank" formaction="{}">'
            'Tackar, mottaget<span class="visually-hidden">: avvikelse {}</span></button>',
            reverse("improvement:thank", args=[record.pk]),
            record.pk,
        )


class MeasureTable(tables.Table):
    title = SwedishColumn("title", verbose_name="Åtgärd", linkify=True)
    unit = tables.Column(verbose_name="Enhet", orderable=False)
    responsible = tables.Column(verbose_name="Ansvarig", orderable=False)
    due = DayColumn(verbose_name="Klar senast", attrs=DAY)
    status = tables.Column(verbose_name="Läge", orderable=False)
    effect_on = DayColumn(verbose_name="Effekten bedöms", attrs=DAY)
    effect = tables.Column(verbose_name="Effekt", orderable=False)
    cost = tables.Column(verbose_name="Kostnad (kr)", orderable=False, attrs=DAY, default="")

    class Meta:
        model = Measure
        fields = ("title", "unit", "responsible", "due", "status", "effect_on", "effect", "cost")
        order_by = ("-due",)

    def render_status(self, record: Measure) -> Any:
        shown = MeasureStatus(record.status)
        told = status(shown.label, presentation.MEASURE_TONES[shown])
        if record.awaits_answer:
            told = format_html("{} {}", told, status("Väntar på svar", "warn"))
        return format_html("{} {}", told, status("Försenad", "bad")) if record.is_late else told

    def render_cost(self, value: int) -> str:
        return f"{value:,}".replace(",", "\u00a0")

    def value_cost(self, value: int | None) -> int | str:
        return "" if value is None else value

    def value_status(self, record: Measure) -> str:
        return str(record.get_status_display())

    def render_effect(self, record: Measure) -> Any:
        tone = presentation.EFFECT_TONES.get(record.effect)
        return status(record.get_effect_display(), tone) if tone else ""

    def value_effect(self, record: Measure) -> str:
        return str(record.get_effect_display())


class AccessTable(tables.Table):
    at = tables.DateTimeColumn(verbose_name="När", format="Y-m-d H:i", orderable=False, attrs=DAY)
    user = tables.Column(verbose_name="Vem", orderable=False)
    on_behalf_of = tables.Column(verbose_name="Som ersättare för", orderable=False)
    object_id = tables.Column(
        verbose_name="Avvikelse",
        orderable=False,
        attrs=DAY,
        linkify=("improvement:deviation", [tables.A("object_id")]),
    )
    reason = tables.Column(verbose_name="Skäl", orderable=False)

    class Meta:
        model = AccessLog
        fields = ("at", "user", "on_behalf_of", "object_id", "reason")
        order_by = ("-at",)


class AnalysisTable(tables.Table):
    title = SwedishColumn("title", verbose_name="Analys", linkify=True)
    unit = tables.Column(verbose_name="Enhet", orderable=False)
    period_from = DayColumn(verbose_name="Från och med", orderable=False, attrs=DAY)
    period_to = DayColumn(verbose_name="Till och med", attrs=DAY)

    class Meta:
        model = Analysis
        fields = ("title", "unit", "period_from", "period_to")
        order_by = ("-period_to",)


class ReviewTable(tables.Table):
    title = SwedishColumn("title", verbose_name="Granskning", linkify=True)
    kind = tables.Column(verbose_name="Av", orderable=False)
    dnr = tables.Column(verbose_name="Diarienummer", orderable=False, attrs=DAY)
    unit = tables.Column(verbose_name="Enhet", orderable=False)
    decided_on = DayColumn(verbose_name="Beslutad", attrs=DAY)
    answer_by = DayColumn(verbose_name="Svar senast", orderable=False, attrs=DAY)
    state = tables.Column(verbose_name="Läge", empty_values=(), orderable=False)

    class Meta:
        model = ExternalReview
        fields = ("title", "kind", "dnr", "unit", "decided_on", "answer_by", "state")
        order_by = ("-decided_on",)

    def render_state(self, record: ExternalReview) -> Any:
        return status(*presentation.review_state(record))

    def value_state(self, record: ExternalReview) -> str:
        return presentation.review_state(record)[0]
