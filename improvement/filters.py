from typing import Any

import django_filters as filters
from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.utils import timezone

from improvement import presentation
from improvement.enums import (
    CaseLaw,
    CauseArea,
    DeviationStatus,
    Effect,
    MeasureContent,
    MeasureStatus,
    Strength,
    Zone,
)
from improvement.models import Deviation, DeviationCategory, Measure
from kvalitet.organisation.models import Unit
from processes.models import Process

SELECTIONS = [
    ("mina", "Jag har rapporterat"),
    ("mitt", "Jag handlägger"),
    ("oppna", "Inte avslutade"),
    ("sena", "Svaret är försenat"),
]
MEASURE_SELECTIONS = [
    ("mina", "Jag ansvarar"),
    ("oppna", "Inte genomförda"),
    ("sena", "Försenade"),
    ("effekt", "Effekten ska bedömas"),
]


def unit_choices() -> list[tuple[str, str]]:
    rows = Unit.objects.on(timezone.localdate()).in_tree_order()
    return [(unit.slug, "\u2003" * unit.level + unit.name) for unit in rows]


def category_choices() -> list[tuple[str, str]]:
    rows = DeviationCategory.objects.offered()
    return [(one.code, f"\u2003{one.name}" if one.parent_id else one.name) for one in rows]


class DaysWidget(filters.widgets.DateRangeWidget):
    """From a day to a day; one label stands over both, so each says which it is."""

    def __init__(self, what: str) -> None:
        super().__init__()
        for widget, end in zip(self.widgets, ("från", "till"), strict=True):
            widget.attrs |= {"type": "date", "aria-label": f"{what} {end}"}


class DeviationFilter(filters.FilterSet):
    """``enhet`` means the tree of that day; ``kategori`` and ``process`` hold what lies below too."""

    q = filters.CharFilter(
        method="by_text", label="Nummer eller ord", widget=forms.TextInput(attrs={"type": "search"})
    )
    status = filters.ChoiceFilter(choices=DeviationStatus.choices, label="Läge", empty_label="Alla lägen")
    urval = filters.ChoiceFilter(
        method="by_selection", choices=SELECTIONS, label="Urval", empty_label="Alla avvikelser"
    )
    enhet = filters.ChoiceFilter(
        method="by_unit", choices=unit_choices, label="Enhet", empty_label="Alla enheter"
    )
    kategori = filters.ChoiceFilter(
        method="by_category", choices=category_choices, label="Kategori", empty_label="Alla kategorier"
    )
    lag = filters.ChoiceFilter(
        field_name="law", choices=CaseLaw.choices, label="Lagstiftning", empty_label="Alla"
    )
    zon = filters.ChoiceFilter(
        field_name="zone", choices=Zone.choices, label="Allvarlighet", empty_label="Alla"
    )
    orsak = filters.ChoiceFilter(
        method="by_cause", choices=CauseArea.choices, label="Orsaksområde", empty_label="Alla"
    )
    process = filters.CharFilter(method="by_process", label="Process", widget=forms.HiddenInput)
    rapporterad = filters.DateFromToRangeFilter(
        field_name="reported_on", label="Rapporterad", widget=DaysWidget("Rapporterad")
    )

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
        late = Q(answered_at=None, closed_at=None, answer_by__lt=timezone.localdate())
        return queryset.filter(late)

    def by_unit(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        unit = ArraySubquery(Unit.objects.filter(slug=value).values("pk"))
        return queryset.filter(unit_path__contains=unit)

    def by_category(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        return queryset.filter(Q(category__code=value) | Q(category__parent__code=value))

    def by_cause(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        """Causes are for those who read the case, so nobody else filters by them."""
        mine = Deviation.objects.readable_by(self.request.user).values("pk")
        return queryset.filter(pk__in=mine, causes__area=value, causes__struck_at=None).distinct()

    def by_process(self, queryset: Any, name: str, value: str) -> QuerySet[Deviation]:
        process = Process.objects.visible_to(self.request.user).filter(slug=value).first()
        if process is None:
            return queryset.none()
        below = {"tree_id": process.tree_id, "lft__gte": process.lft, "rght__lte": process.rght}
        return queryset.filter(**{f"process__{key}": there for key, there in below.items()})


class MeasureFilter(filters.FilterSet):
    q = filters.CharFilter(
        field_name="title",
        lookup_expr="icontains",
        label="Ord i åtgärden",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = filters.ChoiceFilter(choices=MeasureStatus.choices, label="Läge", empty_label="Alla lägen")
    urval = filters.ChoiceFilter(
        method="by_selection", choices=MEASURE_SELECTIONS, label="Urval", empty_label="Alla åtgärder"
    )
    enhet = filters.ChoiceFilter(
        method="by_unit", choices=unit_choices, label="Enhet", empty_label="Alla enheter"
    )
    effekt = filters.ChoiceFilter(
        field_name="effect", choices=Effect.choices, label="Effekt", empty_label="Alla"
    )
    styrka = filters.ChoiceFilter(
        field_name="strength", choices=Strength.choices, label="Styrka", empty_label="Alla"
    )
    innehall = filters.ChoiceFilter(
        field_name="content", choices=MeasureContent.choices, label="Innehåll", empty_label="Alla"
    )
    klar = filters.DateFromToRangeFilter(
        field_name="due", label="Klar senast", widget=DaysWidget("Klar senast")
    )

    class Meta:
        model = Measure
        fields: list[str] = []

    def by_selection(self, queryset: Any, name: str, value: str) -> QuerySet[Measure]:
        if value == "mina":
            return queryset.assigned_to(self.request.user)
        if value == "sena":
            return queryset.overdue()
        if value == "effekt":
            return queryset.to_judge()
        return queryset.filter(status__in=[MeasureStatus.PLANNED, MeasureStatus.ONGOING])

    def by_unit(self, queryset: Any, name: str, value: str) -> QuerySet[Measure]:
        unit = Unit.objects.filter(slug=value).first()
        if unit is None:
            return queryset.none()
        below = Unit.objects.filter(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)
        return queryset.filter(unit__in=list(below.values_list("pk", flat=True)))
