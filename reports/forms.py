from typing import Any

from django import forms
from django.utils import timezone

from kvalitet.forms import Form, ModelForm, VersionedFormMixin
from kvalitet.organisation.models import Unit
from reports.models import Chapter

FIRST_YEAR = 2020
EM_SPACE = "\N{EM SPACE}"


def years() -> list[int]:
    return list(range(timezone.localdate().year, FIRST_YEAR - 1, -1))


class ChoiceForm(Form):
    """Unit and year. Units that have ended can be chosen too: their cases are counted still.

    ``units`` are all of them in tree order, read once.
    """

    hide_optional = True

    enhet = forms.ChoiceField(label="Enhet")
    ar = forms.TypedChoiceField(label="År", coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = Unit.objects.in_tree_order()
        self.fields["enhet"].choices = [(unit.slug, _indented(unit)) for unit in self.units]
        self.fields["ar"].choices = [(year, str(year)) for year in years()]

    def clean_enhet(self) -> Unit:
        return next(unit for unit in self.units if unit.slug == self.cleaned_data["enhet"])


def _indented(unit: Unit) -> str:
    return f"{EM_SPACE * unit.level}{unit.name}{'' if unit.is_open else ' (har upphört)'}"


class BeginForm(ChoiceForm):
    hide_optional = False

    dnr = forms.CharField(
        label="Diarienummer",
        required=False,
        max_length=60,
        help_text="Kan läggas till när nämndens beslut förs in.",
    )


class ChapterForm(VersionedFormMixin, ModelForm):
    class Meta:
        model = Chapter
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 18})}
        help_texts = {
            "text": "Skriv kort och utan namn. Tom rad ger nytt stycke, ## ger rubrik, streck först på raden "
            "ger punkter, **två stjärnor** ger fet text."
        }


class DecisionForm(Form):
    decision = forms.CharField(label="Paragraf", max_length=60, help_text="Till exempel § 34.")
    decided_on = forms.DateField(label="Nämndens beslut", help_text="Dagen för sammanträdet.")
    dnr = forms.CharField(label="Diarienummer", max_length=60, required=False)
