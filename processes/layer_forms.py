from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from kvalitet.forms import Form
from kvalitet.organisation.models import Unit
from kvalitet.registries import Span

DAYS = [("30", "Senaste 30 dagarna"), ("90", "Senaste 90 dagarna"), ("365", "Senaste året")]


class LayerForm(Form):
    """Which unit and since when; nothing chosen is everything. An address that says what is not there too."""

    hide_optional = True

    enhet = forms.ChoiceField(label="Enhet", required=False)
    tid = forms.ChoiceField(label="Tid", required=False, choices=[("", "Hela tiden"), *DAYS])

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.slug: unit for unit in Unit.objects.on(timezone.localdate()).in_tree_order()}
        names = [(slug, "\N{EM SPACE}" * unit.level + unit.name) for slug, unit in self.units.items()]
        self.fields["enhet"].choices = [("", "Hela organisationen"), *names]

    def span(self) -> Span:
        if not self.is_valid():
            return Span()
        days = self.cleaned_data["tid"]
        since = timezone.localdate() - timedelta(days=int(days)) if days else None
        return Span(self.units.get(self.cleaned_data["enhet"]), since)
