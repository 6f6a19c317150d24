"""What a municipality sets: deadlines, categories, the risk matrix, and when cases alike are too many."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from improvement.enums import Awaited, Clock
from improvement.models import DeadlineRule, DeviationCategory, RepeatRule, RiskMatrix
from kvalitet.forms import ModelForm, VersionedFormMixin

MOST_LABELS = 6
HOW = ["days", "is_working_days", "remind_before", "remind_every", "escalate_after"]
HINTS = {
    "days": "Räknas från dagen efter att avvikelsen kom in.",
    "is_working_days": "Inte helger, helgdagar, midsommarafton, julafton, nyårsafton. Gäller alla dagar här.",
    "remind_before": "0 ger ingen påminnelse före.",
    "remind_every": "När fristen har gått ut. 0 påminner en enda gång.",
    "escalate_after": "Tomt: går aldrig till chefen ovanför. Utan chef går det till samordnaren.",
}


ANOTHER = "Den som skickar kan välja en annan dag."
AWAITED = {
    Awaited.SPREAD: f"Räknas från dagen efter att frågan skickas. {ANOTHER}",
    Awaited.PROPOSAL: "Räknas från dagen efter att förslaget lämnas, skickas vidare eller tas upp igen.",
    Awaited.EXCHANGE: f"Räknas från dagen efter att avvikelsen i samverkan skrivs. {ANOTHER}",
}


class RuleForm(VersionedFormMixin, ModelForm):
    """How long: what the deadline is of does not change."""

    class Meta:
        model = DeadlineRule
        fields = HOW
        help_texts = HINTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.clock in Awaited.values:
            self.fields["days"].help_text = AWAITED[self.instance.clock]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        days, before = data.get("days"), data.get("remind_before")
        if days and before is not None and before >= days:
            self.add_error("remind_before", "Påminnelsen behöver vara färre dagar än fristen.")
        return data


class NewRuleForm(RuleForm):
    """A deadline of one lagstiftning or allvarlighet, beside the general one."""

    class Meta(RuleForm.Meta):
        fields = ["clock", "law", "zone", *HOW]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clock"].choices = [("", "Välj frist"), *Clock.choices]
        for name in ("law", "zone"):
            field = self.fields[name]
            field.choices = [("", "Alla"), *[one for one in field.choices if one[0]]]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("law") and not data.get("zone"):
            self.add_error("zone", "Den allmänna fristen finns redan. Välj lagstiftning eller allvarlighet.")
        return data


class CategoryForm(VersionedFormMixin, ModelForm):
    """A label. One that has been used is no longer offered, never taken away."""

    class Meta:
        model = DeviationCategory
        fields = ["name", "is_active"]
        help_texts = {"is_active": "En kategori som inte kan väljas står kvar på de avvikelser som har den."}


class NewCategoryForm(ModelForm):
    class Meta:
        model = DeviationCategory
        fields = ["name", "parent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        field.queryset = DeviationCategory.objects.filter(parent=None, is_active=True)
        field.required = True
        field.empty_label = "Välj rubrik"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _labels(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ett ord på varje rad, det lägsta först.",
    )


class MatrixForm(ModelForm):
    """Words and zones. ``likelihoods`` and ``consequences`` come out as lists; ``seen`` says what it was
    changed from.
    """

    likelihoods = _labels("Sannolikheter")
    consequences = _labels("Konsekvenser")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = RiskMatrix
        fields = ["likelihoods", "consequences", "green_to", "yellow_to", "grave_from"]
        help_texts = {
            "green_to": "Sannolikhet gånger konsekvens.",
            "yellow_to": "Allt däröver är rött.",
            "grave_from": "En så allvarlig konsekvens är röd hur liten sannolikheten än är.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("likelihoods", "consequences"):
            self.initial[name] = "\n".join(getattr(self.instance, name))
        self.initial["seen"] = self.instance.seen

    def clean_likelihoods(self) -> list[str]:
        return self._checked("likelihoods")

    def clean_consequences(self) -> list[str]:
        return self._checked("consequences")

    def _checked(self, name: str) -> list[str]:
        words = _lines(self.cleaned_data[name])
        if not 2 <= len(words) <= MOST_LABELS or max(map(len, words)) > 40:
            raise ValidationError(f"Skriv mellan 2 och {MOST_LABELS} ord, vart och ett på högst 40 tecken.")
        return words

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        green, yellow, grave = (data.get(name) for name in ("green_to", "yellow_to", "grave_from"))
        if green is not None and yellow is not None and not 1 <= green < yellow:
            self.add_error("yellow_to", "Den gula zonen ligger över den gröna.")
        if grave is not None and grave < 2:
            self.add_error("grave_from", "Då blir allt rött. Välj minst 2.")
        return data


class RepeatForm(VersionedFormMixin, ModelForm):
    class Meta:
        model = RepeatRule
        fields = ["number", "within_days"]
        help_texts = {"number": "Den som handlägger kan ändå välja enkel hantering, med ett skäl."}
