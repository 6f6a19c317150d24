from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone

from kvalitet.organisation.enums import Role
from kvalitet.organisation.forms import UnitField
from kvalitet.organisation.models import RoleAssignment, Unit

WHEN = [("kommande", "Kommande"), ("avslutade", "Avslutade"), ("alla", "Alla")]


class RoleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Namn", method="by_name")
    roll = django_filters.ChoiceFilter(
        label="Roll", field_name="role", choices=Role.choices, empty_label="Alla roller"
    )
    enhet = django_filters.ModelChoiceFilter(
        label="Enhet, med dem under",
        queryset=Unit.objects.all(),
        method="by_unit",
        empty_label="Alla enheter",
    )
    nar = django_filters.ChoiceFilter(label="När", choices=WHEN, method="by_time", empty_label="Gäller nu")

    class Meta:
        model = RoleAssignment
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = UnitField(label=self.filters["enhet"].label, required=False, empty_label="Alla enheter")
        field.offer(Unit.objects.all())
        self.form.fields["enhet"] = field

    def by_name(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(Q(user__name__icontains=value) | Q(user__email__istartswith=value))

    def by_unit(self, rows: Any, name: str, value: Unit) -> Any:
        return rows.filter(unit__tree_id=value.tree_id, unit__lft__gte=value.lft, unit__rght__lte=value.rght)

    def by_time(self, rows: Any, name: str, value: str) -> Any:
        today = timezone.localdate()
        return {"kommande": rows.coming, "avslutade": rows.ended}.get(value, lambda day: rows)(today)
