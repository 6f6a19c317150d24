from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from documents.models import Document, Revision
from improvement.actions.measures import PLANNED
from improvement.enums import Effect
from improvement.forms.reporting import LONGEST, text_area
from improvement.models import Deviation, Measure
from kvalitet.forms import Form, GuardedFormMixin, ModelForm, VersionedFormMixin
from kvalitet.organisation.forms import PersonByAddress, UnitField
from kvalitet.organisation.models import Unit

DUE_IN, EFFECT_IN = timedelta(days=30), timedelta(days=120)
MOST_ROUTINES = 40
TITLE_HINT = "Vad som ska göras, utan namn. Visas i listor och rapporter."


class MeasureForm(GuardedFormMixin, VersionedFormMixin, ModelForm):
    """What is to be done, by whom and when, and what it should change."""

    GUARDED = ("description",)
    OPEN = ("title", "expected")

    unit = UnitField(label="Enhet")
    responsible = PersonByAddress(
        label="Ansvarig", help_text="E-postadress till den som ser till att det görs."
    )

    class Meta:
        model = Measure
        fields = PLANNED
        widgets = {"description": text_area(3)}
        help_texts = {
            "title": TITLE_HINT,
            "strength": "En stark åtgärd gör det svårt att göra fel. En svag litar på att folk minns.",
            "expected": "Till exempel: uteblivna insatser per kvartal, från 38 till under 15.",
            "effect_on": "Dagen då ni bedömer om åtgärden hjälpte. Ofta några månader efter att den är klar.",
            "routine": "Den version av rutinen som åtgärden gav.",
        }

    def __init__(self, *args: Any, user: Any, deviation: Deviation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["unit"].offer(Unit.objects.on(today))
        for name in ("type", "content", "strength"):
            self.fields[name].choices = [("", "Välj"), *list(self.fields[name].choices)[1:]]
        if self.instance.pk is None:
            self.initial |= {"unit": deviation.unit_id, "responsible": user.email}
            self.initial |= {"due": today + DUE_IN, "effect_on": today + EFFECT_IN}
        self._offer_routines(user, deviation)

    def _offer_routines(self, user: Any, deviation: Deviation) -> None:
        """The latest versions of the process's documents and of the routine that did not hold."""
        near = Q(pk__in=[])
        if deviation.process_id:
            near |= Q(links__process=deviation.process_id)
        if deviation.routine_id:
            near |= Q(revisions=deviation.routine_id)
        documents = Document.objects.visible_to(user).filter(near)
        rows = Revision.objects.visible_to(user).filter(document__in=documents.values("pk"))
        latest = rows.select_related("document").order_by("-pk")[:MOST_ROUTINES]
        choices = [(one.pk, f"{one.document.title}, version {one.label}") for one in latest]
        chosen = self.instance.routine
        if chosen is not None and chosen.pk not in dict(choices):
            choices.insert(0, (chosen.pk, f"{chosen.document.title}, version {chosen.label}"))
        self.fields["routine"].choices = [("", "Ingen"), *choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        due, effect_on = data.get("due"), data.get("effect_on")
        if due and effect_on and effect_on < due:
            self.add_error("effect_on", "Effekten bedöms efter att åtgärden är klar. Välj en senare dag.")
        if due and "due" in self.changed_data and due < timezone.localdate():
            self.add_error("due", "Dagen har redan varit. Välj i dag eller senare.")
        return data


class JudgeForm(GuardedFormMixin, Form):
    GUARDED = ("effect_text",)

    effect = forms.ChoiceField(
        label="Hade åtgärden effekt?", choices=Effect.choices, widget=forms.RadioSelect
    )
    effect_text = forms.CharField(
        label="Hur syns det?",
        max_length=LONGEST,
        widget=text_area(3),
        help_text="Vad som har ändrats, och hur du vet det.",
    )
    per_quarter_before = forms.IntegerField(
        label="Antal per kvartal före", required=False, min_value=0, max_value=100_000
    )
    per_quarter_after = forms.IntegerField(
        label="Antal per kvartal efter", required=False, min_value=0, max_value=100_000
    )


class PostponeForm(GuardedFormMixin, Form):
    GUARDED = ("comment",)

    effect_on = forms.DateField(label="Ny dag för bedömning")
    comment = forms.CharField(label="Varför är det för tidigt?", max_length=2000, widget=text_area(2))


class CaseForm(Form):
    """A further case by its number."""

    number = forms.IntegerField(label="Avvikelsens nummer", min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_number(self) -> Deviation:
        found = Deviation.objects.received_by(self.user).filter(pk=self.cleaned_data["number"]).first()
        if found is None:
            raise ValidationError("Det finns ingen avvikelse med det numret som du handlägger.")
        return found
