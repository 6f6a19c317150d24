from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.utils import timezone

from documents.models import Document
from improvement import clocks, presentation
from improvement.enums import (
    NOT_COUNTED,
    CaseLaw,
    CauseArea,
    Clock,
    DeviationStatus,
    Effect,
    MeasureContent,
    MeasureStatus,
    ReviewKind,
    Strength,
    Suspicion,
    Zone,
)
from improvement.models import Analysis, Deviation, DeviationCategory, ExternalReview, Measure
from kvalitet.organisation.models import Unit
from kvalitet.tables import DateRange, HiddenRange
from processes.models import Process

SELECTIONS = [
    ("mitt", "Jag handlägger"),
    ("mina", "Jag har rapporterat"),
    ("oppna", "Inte avslutade"),
    ("besvarade", "Besvarade"),
    ("sena", "Svaret är försenat"),
    ("ofordelade", "Ingen enhet än"),
    ("missforhallande", "Kan vara missförhållande"),
]
LATE = [
    ("ta-emot", "Inte mottagen i tid"),
    ("utreda", "Inte utredd i tid"),
    ("svara", "Svaret är försenat"),
    ("nagon", "Någon klocka"),
]
CLOCKS = {"ta-emot": Clock.RECEIVE, "utreda": Clock.INVESTIGATE, "svara": Clock.ANSWER}
NOT_YET = ("ingen", "Inte bedömd än")
MEASURE_SOURCES = [
    ("deviation", "Avvikelse"),
    ("analysis", "Analys"),
    ("review", "Extern granskning"),
    ("proposal", "Förbättringsförslag"),
]
COUNTED = [("ja", "Egna ärenden"), ("nej", "Inte egna ärenden")]
MEASURE_SELECTIONS = [
    ("mina", "Jag ansvarar"),
    ("oppna", "Inte genomförda"),
    ("sena", "Försenade"),
    ("svar", "Väntar på svar"),
    ("effekt", "Effekten ska bedömas"),
]


def unit_choices() -> list[tuple[str, str]]:
    """All units: one that has ended still has the cases of its time."""
    rows = Unit.objects.in_tree_order()
    return [(unit.slug, "\u2003" * unit.level + unit.name) for unit in rows]


def category_choices() -> list[tuple[str, str]]:
    rows = DeviationCategory.objects.offered()
    return [NOT_YET, *((one.code, f"\u2003{one.name}" if one.parent_id else one.name) for one in rows)]


def processes(request: Any) -> QuerySet[Process]:
    return Process.objects.visible_to(request.user)


def documents(request: Any) -> QuerySet[Document]:
    return Document.objects.visible_to(request.user)


class DeviationFilter(filters.FilterSet):
    """``enhet`` means the tree of that day; ``kategori`` and ``process`` hold what lies below too."""

    q = filters.CharFilter(
        method="by_text", label="Nummer eller ord", widget=forms.TextInput(attrs={"type": "search"})
    )
    urval = filters.ChoiceFilter(
        method="by_selection", choices=SELECTIONS, label="Visa", empty_label="Alla avvikelser"
    )
    status = filters.ChoiceFilter(choices=DeviationStatus.choices, label="Läge", empty_label="Alla lägen")
    forsenad = filters.ChoiceFilter(
        method="by_late", choices=LATE, label="Försenade", empty_label="Visa alla"
    )
    enhet = filters.ChoiceFilter(
        method="by_unit", choices=unit_choices, label="Enhet", empty_label="Alla enheter"
    )
    kategori = filters.ChoiceFilter(
        method="by_category", choices=category_choices, label="Kategori", empty_label="Alla kategorier"
    )
    lag = filters.ChoiceFilter(
        field_name="law",
        method="by_assessed",
        choices=[*CaseLaw.choices, NOT_YET],
        label="Lagstiftning",
        empty_label="Alla",
    )
    zon = filters.ChoiceFilter(
        field_name="zone",
        method="by_assessed",
        choices=[*Zone.choices, NOT_YET],
        label="Allvarlighet",
        empty_label="Alla",
    )
    orsak = filters.ChoiceFilter(
        method="by_cause", choices=CauseArea.choices, label="Orsaksområde", empty_label="Alla"
    )
    process = filters.ModelChoiceFilter(
        queryset=processes,
        to_field_name="slug",
        method="by_process",
        label="Process",
        widget=forms.HiddenInput,
    )
    rutin = filters.ModelChoiceFilter(
        queryset=documents,
        field_name="routine__document",
        label="Rutin som gällde",
        widget=forms.HiddenInput,
    )
    rapporterad = filters.DateFromToRangeFilter(
        field_name="reported_on", label="Rapporterad", widget=DateRange
    )
    raknas = filters.ChoiceFilter(
        method="by_counted", choices=COUNTED, label="Räknas", widget=forms.HiddenInput
    )
    oppna_den = filters.DateFilter(method="by_open_on", label="Inte avslutade den", widget=forms.HiddenInput)

    class Meta:
        model = Deviation
        fields: list[str] = []

    def by_text(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        return presentation.searchable(queryset, value)

    def by_selection(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        user = self.request.user
        if value == "mina":
            return queryset.filter(reported_by=user)
        if value == "mitt":
            return queryset.open().filter(pk__in=Deviation.objects.open().received_by(user).values("pk"))
        if value == "oppna":
            return queryset.open()
        if value == "besvarade":
            return queryset.filter(answered_at__isnull=False)
        if value == "ofordelade":
            return queryset.open().filter(unit=None)
        if value == "missforhallande":
            # Whether it is suspected is told to those who read the case.
            mine = Deviation.objects.readable_by(user).values("pk")
            return queryset.filter(pk__in=mine, suspicion__in=[Suspicion.SUSPECTED, Suspicion.INQUIRY])
        late = Q(answered_at=None, closed_at=None, answer_by__lt=timezone.localdate())
        return queryset.filter(late)

    def by_late(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        today, where = timezone.localdate(), Q(pk__in=[])
        for clock in [CLOCKS[value]] if value in CLOCKS else CLOCKS.values():
            where |= clocks.late(clock, today)
        return queryset.filter(where)

    def by_unit(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        unit = ArraySubquery(Unit.objects.filter(slug=value).values("pk"))
        return queryset.filter(unit_path__contains=unit)

    def by_assessed(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        return queryset.filter(**{name: "" if value == NOT_YET[0] else value})

    def by_open_on(self, queryset: Any, name: str, value: date) -> QuerySet[Deviation]:
        """As the statistics count: in hand when the day had passed, whatever has happened since."""
        is_open = Q(closed_at=None) | Q(closed_at__date__gt=value)
        return queryset.filter(is_open, reported_on__lte=value)

    def by_counted(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        """As the statistics count what happened and how it went."""
        return queryset.counted() if value == COUNTED[0][0] else queryset.filter(status__in=NOT_COUNTED)

    def by_category(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        if value == NOT_YET[0]:
            return queryset.filter(category=None)
        return queryset.filter(Q(category__code=value) | Q(category__parent__code=value))

    def by_cause(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        """Causes are for those who read the case, so nobody else filters by them."""
        mine = Deviation.objects.readable_by(self.request.user).values("pk")
        return queryset.filter(pk__in=mine, causes__area=value, causes__struck_at=None).distinct()

    def by_process(self, queryset: Any, name: str, value: Process) -> QuerySet[Deviation]:
        below = {"tree_id": value.tree_id, "lft__gte": value.lft, "rght__lte": value.rght}
        return queryset.filter(**{f"process__{key}": there for key, there in below.items()})


class OfUnit(filters.FilterSet):
    """What the lists of åtgärder, analyses and granskningar have in common."""

    q = filters.CharFilter(
        field_name="title",
        lookup_expr="icontains",
        label="Ord i rubriken",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    enhet = filters.ChoiceFilter(
        method="by_unit", choices=unit_choices, label="Enhet", empty_label="Alla enheter"
    )

    def by_unit(self, queryset: Any, name: str, value: str) -> QuerySet[Any]:
        unit = Unit.objects.filter(slug=value).first()
        if unit is None:
            return queryset.none()
        below = Unit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
        return queryset.filter(unit__in=list(below.values_list("pk", flat=True)))


class AnalysisFilter(OfUnit):
    period = filters.DateFromToRangeFilter(field_name="period_to", label="Perioden slutar", widget=DateRange)

    class Meta:
        model = Analysis
        fields: list[str] = []


class ReviewFilter(OfUnit):
    av = filters.ChoiceFilter(field_name="kind", choices=ReviewKind.choices, label="Av", empty_label="Alla")
    urval = filters.ChoiceFilter(
        method="by_selection",
        choices=[("vantar", "Väntar på svar"), ("sena", "Svaret är försenat"), ("besvarade", "Besvarade")],
        label="Visa",
        empty_label="Alla granskningar",
    )
    beslutad = filters.DateFromToRangeFilter(field_name="decided_on", label="Beslutad", widget=DateRange)

    class Meta:
        model = ExternalReview
        fields: list[str] = []

    def by_selection(self, queryset: Any, name: str, value: str) -> QuerySet[ExternalReview]:
        if value == "besvarade":
            return queryset.filter(answered_at__isnull=False)
        return queryset.late() if value == "sena" else queryset.unanswered()


class MeasureFilter(OfUnit):
    q = filters.CharFilter(
        field_name="title",
        lookup_expr="icontains",
        label="Ord i åtgärden",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    urval = filters.ChoiceFilter(
        method="by_selection", choices=MEASURE_SELECTIONS, label="Visa", empty_label="Alla åtgärder"
    )
    status = filters.ChoiceFilter(choices=MeasureStatus.choices, label="Läge", empty_label="Alla lägen")
    effekt = filters.ChoiceFilter(
        field_name="effect", choices=Effect.choices, label="Effekt", empty_label="Alla"
    )
    styrka = filters.ChoiceFilter(
        field_name="strength", choices=Strength.choices, label="Styrka", empty_label="Alla"
    )
    innehall = filters.ChoiceFilter(
        field_name="content", choices=MeasureContent.choices, label="Innehåll", empty_label="Alla"
    )
    kalla = filters.ChoiceFilter(
        method="by_source", choices=MEASURE_SOURCES, label="Kommer från", empty_label="Alla"
    )
    klar = filters.DateFromToRangeFilter(field_name="due", label="Klar senast", widget=DateRange)
    planerad = filters.DateFromToRangeFilter(field_name="created_at", label="Planerad", widget=HiddenRange)
    genomford = filters.DateFromToRangeFilter(field_name="done_at", label="Genomförd", widget=HiddenRange)
    bedomd = filters.DateFromToRangeFilter(field_name="judged_at", label="Bedömd", widget=HiddenRange)

    arendets_enhet = filters.CharFilter(
        method="by_place_of_case", label="Avvikelsens enhet", widget=forms.HiddenInput
    )

    class Meta:
        model = Measure
        fields: list[str] = []

    def by_selection(self, queryset: Any, name: str, value: str) -> QuerySet[Measure]:
        if value == "mina":
            return queryset.assigned_to(self.request.user)
        if value == "sena":
            return queryset.overdue()
        if value == "svar":
            return queryset.awaiting_answer()
        if value == "effekt":
            return queryset.to_judge()
        return queryset.filter(status__in=[MeasureStatus.PLANNED, MeasureStatus.ONGOING])

    def by_source(self, queryset: Any, name: str, value: str) -> QuerySet[Measure]:
        return queryset.filter(**{f"{value}__isnull": False})

    def by_place_of_case(self, queryset: Any, name: str, value: str) -> QuerySet[Measure]:
        """As the statistics count: where the case lay that day, or another source lies today, whichever
        unit sees to the åtgärd.
        """
        unit = Unit.objects.filter(slug=value).first()
        if unit is None:
            return queryset.none()
        below = Unit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
        ids = list(below.values_list("pk", flat=True))
        elsewhere = Q(analysis__unit__in=ids) | Q(review__unit__in=ids) | Q(proposal__unit__in=ids)
        return queryset.filter(Q(deviation__unit_path__contains=[unit.pk]) | elsewhere)
