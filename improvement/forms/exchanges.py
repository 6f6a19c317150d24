from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from improvement.enums import Awaited, Direction, Party
from improvement.forms.reporting import LONGEST, text_area
from improvement.models import Exchange
from improvement.models.pace import last_day
from kvalitet.forms import Form, GuardedFormMixin, ModelForm, VersionedFormMixin
from kvalitet.organisation.enums import UnitKind
from kvalitet.organisation.models import Unit

NOBODY = "Skriv vad ni gör och har ändrat. Inga namn, personnummer eller ärendenummer."
LEAVES = "Texten lämnar organisationen: inga namn, personnummer eller ärendenummer."


class ExchangeForm(GuardedFormMixin, VersionedFormMixin, ModelForm):
    """To whom, about what, and by when; personnummer and the like are refused, since it goes outside."""

    OPEN = ("text", "party_name")
    hide_optional = True

    class Meta:
        model = Exchange
        fields = ("direction", "party", "party_name", "provider", "reference", "text", "answer_by")
        widgets = {"direction": forms.RadioSelect, "text": text_area(8)}
        labels = {
            "direction": "Vilket håll?",
            "party": "Motpart",
            "party_name": "Motpartens namn",
            "provider": "Utförare som svarar här",
            "reference": "Motpartens nummer på ärendet",
        }
        help_texts = {
            "party_name": "Till exempel vårdcentralen, skolan eller kommunen. Ingen persons namn.",
            "provider": "Utförarens kontaktperson får det som en uppgift och svarar i systemet.",
            "text": f"Vad hände, och vad behöver ni veta eller be om? {LEAVES}",
            "answer_by": "Avvikelsen i samverkan är öppen tills den är besvarad eller lyft.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["direction"].choices = Direction.choices
        self.fields["party"].choices = [("", "Välj motpart"), *Party.choices]
        providers = Unit.objects.on(timezone.localdate()).filter(kind=UnitKind.PROVIDER)
        self.fields["provider"].queryset = providers.order_by("name")
        self.fields["provider"].empty_label = "Ingen, svaret kommer på annat sätt"
        if self.instance.pk is None:
            self.initial["answer_by"] = last_day(Awaited.EXCHANGE)
        for name in ("text", "answer_by"):
            self.fields[name].required = True

    def clean_answer_by(self) -> Any:
        day = self.cleaned_data["answer_by"]
        if day < timezone.localdate():
            raise ValidationError("Dagen har varit. Välj i dag eller senare.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("provider") and data.get("party") != Party.PROVIDER:
            self.add_error("provider", "Välj motparten Utförare, eller ingen utförare här.")
        return data


class ExchangeAnswerForm(GuardedFormMixin, Form):
    OPEN = ("answer",)

    answer = forms.CharField(label="Svar", max_length=LONGEST, widget=text_area(6), help_text=LEAVES)

    def __init__(self, *args: Any, is_ours: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_ours:
            self.fields["answer"].label, self.fields["answer"].help_text = "Ert svar", NOBODY


class EscalateForm(GuardedFormMixin, Form):
    OPEN = ("comment",)

    def __init__(self, *args: Any, is_ours: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    comment = forms.CharField(
        label="Till vem, och varför?",
        max_length=2000,
        widget=text_area(3),
        help_text="Till exempel: till verksamhetschefen i regionen, som inte har svarat på två påminnelser.",
    )
