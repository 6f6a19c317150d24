from typing import Any

from django import forms
from django.utils import timezone

from documents.models import Document
from improvement import permissions
from improvement.actions.sources import OF_ANALYSIS, OF_REVIEW
from improvement.forms.pickers import MOST, DocumentPicker
from improvement.forms.reporting import LONGEST, text_area
from improvement.models import Analysis, ExternalReview
from kvalitet.forms import Form, GuardedFormMixin, ModelForm, VersionedFormMixin
from kvalitet.organisation import grants
from kvalitet.organisation.forms import UnitField
from kvalitet.organisation.models import Unit

NO_NAMES = "Skriv inte namn eller personnummer. Alla medarbetare läser texten."


class SourceForm(GuardedFormMixin, VersionedFormMixin, ModelForm):
    """What all employees read: units are those that the person leads."""

    unit = UnitField(label="Enhet")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = grants.scope(user, permissions.Permission.MANAGE_SOURCES)
        units = Unit.objects.on(timezone.localdate())
        self.fields["unit"].offer(units if scope.everywhere else units.filter(pk__in=list(scope.unit_ids)))
        if self.instance.pk is None and len(self.fields["unit"].choices) == 1:
            self.initial.setdefault("unit", next(iter(self.fields["unit"].choices))[0])


class AnalysisForm(SourceForm):
    OPEN = ("title", "sources", "text")

    class Meta:
        model = Analysis
        fields = OF_ANALYSIS
        widgets = {"text": text_area(10), "sources": text_area(3)}
        help_texts = {
            "sources": "Till exempel: avvikelser, klagomål, egenkontroller och statistik. " + NO_NAMES,
            "text": "Vad visar det sammantaget, vad beror det på och vad behöver ändras? " + NO_NAMES,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("period_from"), data.get("period_to")
        if first and last and last < first:
            self.add_error("period_to", "Perioden slutar inte före den börjar. Välj en senare dag.")
        return data


class ReviewForm(SourceForm):
    OPEN = ("title", "summary")

    class Meta:
        model = ExternalReview
        fields = OF_REVIEW
        widgets = {"summary": text_area(6)}
        help_texts = {
            "title": NO_NAMES,
            "dnr": "Granskningens diarienummer hos er.",
            "answer_by": "Dagen då svaret ska vara inne. Du påminns innan. Tomt om inget svar väntas.",
            "summary": "Vad granskningen gällde och kom fram till. " + NO_NAMES,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        decided, answer_by = data.get("decided_on"), data.get("answer_by")
        if decided and decided > timezone.localdate():
            self.add_error("decided_on", "Dagen har inte varit än. Kontrollera datumet.")
        if decided and answer_by and answer_by < decided:
            self.add_error("answer_by", "Svaret väntas efter beslutet. Välj en senare dag.")
        return data


class DnrForm(Form):
    dnr = forms.CharField(label="Diarienummer", max_length=60)


class AnswerReviewForm(GuardedFormMixin, Form):
    OPEN = ("answer",)

    answer = forms.CharField(
        label="Vad svarade ni?",
        max_length=LONGEST,
        widget=text_area(8),
        help_text="I korthet, eller hela svaret. Det står sedan fast. " + NO_NAMES,
    )


class ShortcomingForm(GuardedFormMixin, Form):
    OPEN = ("text",)

    text = forms.CharField(label="Brist", max_length=500, widget=text_area(2), help_text=NO_NAMES)


class LinkDocumentForm(Form):
    document = DocumentPicker(
        label="Dokument", required=True, help_text="Skriv titeln, eller klistra in webbadressen."
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = Document.objects.visible_to(user).order_by("title").values_list("title", flat=True)
        self.fields["document"].offer(user, titles[:MOST])
