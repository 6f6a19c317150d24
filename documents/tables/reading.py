"""Lists of reading: who has read, a unit's documents, introductions and packages."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from documents.enums import ReadHow
from documents.models import Document, Introduction, IntroductionPackage
from kvalitet.organisation.models import User
from kvalitet.tables import DayColumn, SwedishColumn
from kvalitet.templatetags.kvalitet import status

NARROW = {"td": {"class": "text-nowrap"}}


class ReadingTable(tables.Table):
    """People as ``reading.people`` has them."""

    name = SwedishColumn("name", verbose_name="Person")
    unit_name = tables.Column(verbose_name="Enhet")
    state = tables.Column(verbose_name="Läge", empty_values=(), orderable=False)
    due = DayColumn(verbose_name="Senast", attrs=NARROW)
    read_at = DayColumn(verbose_name="Kvitterad", attrs=NARROW)
    back = tables.Column(
        verbose_name="Ändra", accessor="pk", empty_values=(), orderable=False, exclude_from_export=True
    )

    class Meta:
        model = User
        fields = ("name", "unit_name", "state", "due", "read_at", "back")
        order_by = ("name",)

    def render_state(self, record: Any) -> Any:
        word = self.value_state(record)
        tones = {"Har inte läst": "warn", "Försenad": "bad", "Läser i sin introduktion": "info"}
        return status(word, tones.get(word, "good"))

    def value_state(self, record: Any) -> str:
        today = timezone.localdate()
        if record.read_at:
            return "Läst på APT" if record.how == ReadHow.GROUP else "Har läst"
        if record.spared_until and record.spared_until > today:
            return "Läser i sin introduktion"
        return "Försenad" if record.due < today else "Har inte läst"

    def render_back(self, record: Any) -> Any:
        if not record.receipt_id:
            return ""
        url = reverse("documents:receipt_back", args=[record.receipt_id])
        return format_html(
            '<a href="{}">Ta tillbaka<span class="visually-hidden"> kvittensen för {}</span></a>',
            url,
            record.name,
        )


class ReadingFilter(filters.FilterSet):
    lage = filters.ChoiceFilter(
        method="by_state",
        label="Läge",
        empty_label="Alla",
        choices=[("last", "Har läst"), ("olast", "Har inte läst"), ("sen", "Försenad")],
    )
    enhet = filters.ChoiceFilter(method="by_unit", label="Enhet", empty_label="Alla enheter")

    class Meta:
        model = User
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.queryset.order_by("unit_name").values_list("unit_id", "unit_name").distinct()
        self.filters["enhet"].extra["choices"] = [(str(pk), name) for pk, name in rows]

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        if value == "last":
            return queryset.filter(read_at__isnull=False)
        unread = queryset.filter(read_at=None)
        return unread if value == "olast" else unread.filter(due__lt=timezone.localdate())

    def by_unit(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(unit_id=int(value))


class StandTable(tables.Table):
    """Documents that may concern a unit, as ``stands.of_unit`` has them."""

    title = SwedishColumn("title", verbose_name="Titel", linkify=True)
    owner_unit = tables.Column(verbose_name="Ägs av", orderable=False)
    applies = tables.Column(verbose_name="Gäller oss", empty_values=(), orderable=False)
    reason = tables.Column(verbose_name="Skäl", orderable=False)
    decided_at = DayColumn(verbose_name="Bedömt", attrs=NARROW)
    seen = tables.Column(verbose_name="Tagit del", empty_values=(), orderable=False)
    change = tables.Column(
        verbose_name="Ändra",
        accessor="pk",
        empty_values=(),
        orderable=False,
        exclude_from_export=True,
        attrs=NARROW,
    )

    class Meta:
        model = Document
        fields = ("title", "owner_unit", "applies", "reason", "decided_at", "seen", "change")
        order_by = ("title",)

    def render_applies(self, record: Any) -> Any:
        if record.applies is None:
            return status("Att ta ställning till", "warn")
        return status("Gäller", "good") if record.applies else status("Gäller inte", "neutral", "x-circle")

    def value_applies(self, record: Any) -> str:
        words = {None: "Att ta ställning till", True: "Gäller", False: "Gäller inte"}
        return words[record.applies]

    def value_decided_at(self, record: Any) -> str:
        """The file also tells who."""
        day = timezone.localdate(record.decided_at).isoformat() if record.decided_at else ""
        return f"{day}, {record.decided_by}" if day else ""

    def render_seen(self, record: Any) -> Any:
        word = self.value_seen(record).removesuffix(f", {record.seen_by}")
        if record.applies and not word.startswith("Version"):
            return status(word, "warn")
        return word

    def value_seen(self, record: Any) -> str:
        if not record.applies:
            return ""
        if not record.seen_at:
            return "Inte än"
        day = timezone.localdate(record.seen_at).isoformat()
        if record.seen_number != record.number:
            return f"Ny version sedan {day}"
        return f"Version {record.seen_number}, {day}, {record.seen_by}"

    def render_change(self, record: Any) -> Any:
        url = reverse("documents:statement", args=[self.unit.slug, record.pk])
        return format_html(
            '<a href="{}">Ta ställning<span class="visually-hidden"> till {}</span></a>', url, record.title
        )

    def before_render(self, request: Any) -> None:
        self.unit = request.kv_unit
        if not request.kv_may_judge:
            self.columns.hide("change")


class StandFilter(filters.FilterSet):
    lage = filters.ChoiceFilter(
        method="by_state",
        label="Ställning",
        empty_label="Alla",
        choices=[
            ("ny", "Att ta ställning till"),
            ("ja", "Gäller"),
            ("nej", "Gäller inte"),
            ("ej", "Inte tagit del"),
        ],
    )
    q = filters.CharFilter(field_name="title", lookup_expr="icontains", label="Ord i titeln")

    class Meta:
        model = Document
        fields: list[str] = []

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        if value == "ny":
            return queryset.filter(applies=None)
        if value == "ej":
            unseen = Q(seen_number=None) | ~Q(seen_number=F("number"))
            return queryset.filter(unseen, applies=True)
        return queryset.filter(applies=value == "ja")


class IntroductionTable(tables.Table):
    """Introductions as ``plans.with_counts`` has them."""

    user = tables.Column(
        verbose_name="Person", linkify=lambda record: record.get_absolute_url(), orderable=False
    )
    package = tables.Column(verbose_name="Paket", orderable=False)
    unit = tables.Column(verbose_name="Enhet", orderable=False)
    started_on = DayColumn(verbose_name="Började", attrs=NARROW)
    done = tables.Column(verbose_name="Klart", empty_values=(), orderable=False)
    mentor = tables.Column(verbose_name="Handledare", default="Inte utsedd", orderable=False)

    class Meta:
        model = Introduction
        fields = ("user", "package", "unit", "started_on", "done", "mentor")
        order_by = ("-started_on",)

    def render_done(self, record: Any) -> Any:
        word = self.value_done(record)
        return status(word, "good" if not record.left and record.total else "info")

    def value_done(self, record: Any) -> str:
        return f"{record.total - record.left} av {record.total}"


class PackageTable(tables.Table):
    title = SwedishColumn("title", verbose_name="Paket", linkify=True)
    role = tables.Column(verbose_name="Roll", orderable=False)
    unit = tables.Column(verbose_name="Enhet", default="Hela organisationen", orderable=False)
    count = tables.Column(verbose_name="Punkter", orderable=False)
    is_active = tables.Column(verbose_name="Används", orderable=False)

    class Meta:
        model = IntroductionPackage
        fields = ("title", "role", "unit", "count", "is_active")
        order_by = ("title",)

    def render_is_active(self, value: bool) -> Any:
        return status("Används", "good") if value else status("Används inte", "neutral")
