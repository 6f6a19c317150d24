"""Forms of the side ways: merged, parted, taken over, and what it meant for the person."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from improvement import actions, gates
from improvement.enums import CaseLaw, Suspicion, Told
from improvement.forms.reporting import text_area
from improvement.models import Deviation
from kvalitet.forms import Form, GuardedFormMixin, ModelForm, VersionedFormMixin

MOST_CANDIDATES = 8
TOLD = ("informed", "documented")
DATE = {"type": "date"}
CONSEQUENCE = "Följd för den enskilde"
CONSEQUENCE_HINT = (
    "Vad händelsen betydde, eller kunde ha betytt, för den som drabbades: trygghet, hälsa, rättigheter. "
    "Ingen följd är också ett svar. Skriv utan namn."
)


class ToldFields(forms.Form):
    """Two questions that are answered with yes and a day or with no and why, and never filled in before."""

    informed = forms.ChoiceField(
        label="Är den enskilde informerad om händelsen?",
        choices=Told.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    informed_on = forms.DateField(label="Om ja: vilken dag blev den enskilde informerad?", required=False)
    informed_reason = forms.CharField(
        label="Om nej: varför är den enskilde inte informerad?",
        max_length=2000,
        required=False,
        widget=text_area(2),
    )
    documented = forms.ChoiceField(
        label="Är händelsen dokumenterad i akt eller journal?",
        choices=Told.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    documented_on = forms.DateField(label="Om ja: vilken dag dokumenterades det?", required=False)
    documented_reason = forms.CharField(
        label="Om nej: varför är det inte dokumenterat?", max_length=2000, required=False, widget=text_area(2)
    )

    def say_law(self, law: str) -> None:
        """The words that the law of the case has for whom and where."""
        if law == CaseLaw.HSL:
            self.fields["informed"].label = "Är patienten informerad om händelsen?"
            self.fields["documented"].label = "Är händelsen dokumenterad i journalen?"
        self.fields["informed"].help_text = "Eller en anhörig eller företrädare, när det är rätt person."

    def clean_told(self, data: dict[str, Any], first: date) -> None:
        for name in TOLD:
            self._clean_one(data, name, first)

    def _clean_one(self, data: dict[str, Any], name: str, first: date) -> None:
        day, reason = data.get(f"{name}_on"), (data.get(f"{name}_reason") or "").strip()
        if data.get(name) == Told.YES:
            data[f"{name}_reason"] = ""
            if day is None and f"{name}_on" not in self.errors:
                self.add_error(f"{name}_on", "Ange vilken dag.")
            elif day is not None and not first <= day <= timezone.localdate():
                self.add_error(f"{name}_on", "Dagen ligger mellan händelsen och i dag. Kontrollera den.")
        elif data.get(name) == Told.NO:
            data[f"{name}_on"] = None
            if not reason:
                self.add_error(f"{name}_reason", "Skriv varför.")
        elif day is not None or reason:
            self.add_error(name, "Välj ja eller nej.")


class ConsequenceForm(ToldFields, GuardedFormMixin, VersionedFormMixin, ModelForm):
    """What it meant for the person, whether that person knows, and whether it is documented."""

    GUARDED = ("consequence_text", "informed_reason", "documented_reason")
    hide_optional = True

    class Meta:
        model = Deviation
        fields = list(actions.DESCRIBED)
        labels = {"consequence_text": CONSEQUENCE}
        help_texts = {"consequence_text": CONSEQUENCE_HINT}
        widgets = {"consequence_text": text_area(4)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consequence_text"].required = True
        self.say_law(self.instance.law)
        if not gates.concerns_somebody(self.instance):
            hint = "Rapporten säger att ingen drabbades. Svara om någon ändå ska få veta."
            self.fields["informed"].help_text = hint

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.clean_told(data, self.instance.happened_on)
        return data


class MergeForm(GuardedFormMixin, Form):
    """Which case goes on: one of those nearest, or any by its number."""

    GUARDED = ("comment",)
    hide_optional = True

    chosen = forms.ChoiceField(
        label="Vilken avvikelse handlar om samma händelse?", widget=forms.RadioSelect, required=False
    )
    number = forms.IntegerField(
        label="Eller skriv numret på en annan som du handlägger",
        required=False,
        min_value=1,
        max_value=999_999_999,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    comment = forms.CharField(
        label="Varför hör de ihop?", max_length=2000, required=False, widget=text_area(2)
    )

    def __init__(self, *args: Any, deviation: Deviation, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = candidates(deviation, user)
        self.fields["chosen"].choices = [(str(one.pk), _told(one)) for one in near]
        if not near:
            del self.fields["chosen"]
            self.fields["number"].label = "Numret på en annan avvikelse som du handlägger"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        number, chosen = data.pop("number", None), data.pop("chosen", "")
        if self.errors:
            return data
        if bool(number) == bool(chosen):
            both = "Välj en i listan eller skriv ett nummer, inte båda."
            raise ValidationError(both if number else "Välj en avvikelse, eller skriv numret på en.")
        data["into"] = Deviation.objects.filter(pk=number or int(chosen)).first()
        if data["into"] is None:
            raise ValidationError(f"Det finns ingen avvikelse {number} som du handlägger.")
        return data


def candidates(deviation: Deviation, user: Any) -> list[Deviation]:
    """Open cases that the user handles and that may go on: the same unit and category first, then by time."""
    rows = Deviation.objects.open().received_by(user).exclude(pk=deviation.pk)
    rows = rows.exclude(suspicion__in=[Suspicion.SUSPECTED, Suspicion.INQUIRY])
    if deviation.law:
        rows = rows.filter(law__in=["", deviation.law])
    here = Case(When(unit=deviation.unit_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    alike = Case(
        When(category=deviation.category_id, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    near = rows.select_related("unit", "category").annotate(here=here, alike=alike)
    return list(near.order_by("here", "alike", "-happened_on", "-pk")[:MOST_CANDIDATES])


def _told(one: Deviation) -> str:
    what = one.summary or (one.category.name if one.category else "Inte bedömd än")
    place = one.unit.name if one.unit else "Inte fördelad"
    day = date_format(one.happened_on, "j F Y")
    return format_html("<span>{}: {}<small>{}, hände {}</small></span>", one, what, place, day)


class SplitForm(Form):
    law = forms.ChoiceField(
        label="Vilken lagstiftning ligger den andra delen under?", widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, deviation: Deviation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["law"].choices = [(one.value, one.label) for one in actions.laws_of_other_part(deviation)]


class TakeOverForm(GuardedFormMixin, Form):
    GUARDED = ("reason",)

    reason = forms.CharField(
        label="Varför tar du över ärendet?",
        max_length=400,
        widget=text_area(3),
        help_text="Skälet står i historiken och i åtkomstloggen.",
    )
