from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from improvement.enums import ExchangeStatus, Party
from improvement.models import Exchange


class ExchangeFilter(filters.FilterSet):
    urval = filters.ChoiceFilter(
        method="by_selection",
        choices=[("vantar", "Väntar på svar"), ("sena", "Svaret är försenat")],
        label="Visa",
        empty_label="Alla",
    )
    status = filters.ChoiceFilter(choices=ExchangeStatus.choices, label="Läge", empty_label="Alla lägen")
    party = filters.ChoiceFilter(choices=Party.choices, label="Motpart", empty_label="Alla motparter")

    class Meta:
        model = Exchange
        fields: list[str] = []

    def by_selection(self, queryset: Any, name: str, value: str) -> QuerySet[Exchange]:
        return queryset.late() if value == "sena" else queryset.waiting()


class AskedFilter(ExchangeFilter):
    """For the contact of an utförare, who is the one to answer."""

    urval = filters.ChoiceFilter(
        method="by_selection",
        choices=[("vantar", "Att svara på"), ("sena", "Svarsdagen har gått")],
        label="Visa",
        empty_label="Alla frågor",
    )
    status = None
    party = None
