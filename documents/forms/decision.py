"""The forms of a decision: fastställ, still valid, a remiss and what is done with its answers."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents import reviews
from documents.enums import AnswerDecision, Approver, Visibility
from documents.forms.fields import ReviewMonthField
from documents.models import Document, ReviewRound
from kvalitet import personuppgifter
from kvalitet.forms import Form
from kvalitet.organisation.forms import UnitField
from kvalitet.organisation.models import Unit, User

LINES = 3
MOST_ASKED = 50


class ApproveForm(Form):
    """From which day a version holds, what is new in it, when it is looked over, and for a riktlinje what
    the board decided.
    """

    decision = forms.CharField(label="Nämndens paragraf", max_length=60, help_text="Till exempel § 71.")
    decided_on = forms.DateField(label="Datum för nämndens beslut")
    valid_from = forms.DateField(label="Gäller från")
    whats_new = forms.CharField(
        label="Vad är nytt?",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": LINES}),
        help_text="Högst tre rader. Visas över knappen Jag har läst och på APT. Skriv vad som ändras.",
    )
    ends_replaced = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        document: Document,
        replaced: Document | None = None,
        whats_new: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.initial.update(valid_from=timezone.localdate(), whats_new=whats_new)
        if document.approver != Approver.BOARD:
            del self.fields["decision"], self.fields["decided_on"]
        months = document.review_months
        self.fields["next_review"] = ReviewMonthField(none="" if months else "Ses inte över")
        if months:
            self._propose(months)
        if replaced is None:
            del self.fields["ends_replaced"]
        else:
            self.fields["ends_replaced"].label = f"Upphäv {replaced.title} från samma dag"
            self.initial["ends_replaced"] = True

    def _propose(self, months: int) -> None:
        """The month said of a document when it was laid in, until a first decision; else so many from now."""
        said = self.document.next_review
        if said and said >= reviews.earliest() and not self.document.revisions.issued().exists():
            words = "Förslaget är den månad som angavs när dokumentet lades in."
        else:
            said, words = reviews.proposed(months), f"Förslaget är om {months} månader, och aldrig december."
        self.initial["next_review"], self.fields["next_review"].help_text = said, words

    def clean_whats_new(self) -> str:
        lines = [one.strip() for one in self.cleaned_data["whats_new"].splitlines() if one.strip()]
        if len(lines) > LINES:
            raise ValidationError(f"Skriv högst {LINES} rader. Nu är det {len(lines)}.")
        text = "\n".join(lines)
        if self.document.visibility == Visibility.PUBLIC:
            personuppgifter.block(text)
        return text


class ConfirmForm(Form):
    """*Fortfarande giltig*, for one or many: which were read again, and when they are next looked over."""

    read = forms.ModelMultipleChoiceField(
        queryset=Document.objects.none(),
        label="Jag har läst",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="Anteckning", required=False, max_length=500, help_text="Till exempel vem du har talat med."
    )
    field_order = ["read", "new_date", "note"]

    def __init__(self, *args: Any, documents: list[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_date"] = ReviewMonthField(label="Ses över nästa gång")
        read: Any = self.fields["read"]
        read.queryset = Document.objects.filter(pk__in=[one.pk for one in documents])
        months = [one.review_months for one in documents if one.review_months]
        if months:
            self.initial["new_date"] = reviews.proposed(min(months))
            self.fields["new_date"].help_text = f"Förslaget är om {min(months)} månader, och aldrig december."
        self.order_fields(self.field_order)


class _AskedMixin:
    """Persons by e-mail address, one a line, and units."""

    fields: dict[str, Any]
    cleaned_data: dict[str, Any]

    def add_asked(self) -> None:
        self.fields["people"] = forms.CharField(
            label="Personer som ska svara",
            required=False,
            max_length=10_000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="E-postadresser, en på varje rad.",
        )
        self.fields["units"] = forms.ModelMultipleChoiceField(
            label="Enheter som ska svara",
            required=False,
            queryset=Unit.objects.none(),
            help_text="Enhetens chef och ombud får frågan. Håll ned Ctrl för att välja flera.",
        )
        offered: Any = UnitField(required=False, empty_label=None)
        offered.offer(Unit.objects.on(timezone.localdate()))
        self.fields["units"].queryset = offered.queryset
        self.fields["units"].widget.attrs["size"] = 8
        self.fields["units"].choices = [one for one in offered.choices if one[0]]

    def clean_people(self) -> list[User]:
        addresses = [one.lower() for one in re.split(r"[\s,;]+", self.cleaned_data["people"]) if one]
        if len(addresses) > MOST_ASKED:
            raise ValidationError(f"Fråga högst {MOST_ASKED} personer åt gången.")
        known = {one.email: one for one in User.objects.filter(email__in=addresses, is_active=True)}
        unknown = [one for one in addresses if one not in known]
        if unknown:
            raise ValidationError(
                f"Ingen aktiv person har adressen {', '.join(unknown)}. Kontrollera stavningen."
            )
        return list(known.values())


class StartRoundForm(_AskedMixin, Form):
    question = forms.CharField(
        label="Vad vill du ha svar på?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        initial="Stämmer rutinen med hur ni arbetar? Saknas något?",
    )
    due = forms.DateField(label="Svara senast")
    one_of = ("people", "units")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_asked()
        self.order_fields(["question", "people", "units", "due"])


class ChangeRoundForm(_AskedMixin, Form):
    due = forms.DateField(label="Svara senast")

    def __init__(self, *args: Any, remiss: ReviewRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due", remiss.due)
        self.add_asked()
        self.fields["people"].label = "Fråga fler personer"
        self.fields["units"].label = "Fråga fler enheter"


class AnswerForm(Form):
    """Comments, or said in so many words that there are none."""

    unit = forms.ModelChoiceField(
        label="Du svarar för", queryset=Unit.objects.none(), required=False, empty_label="Mig själv"
    )
    kind = forms.ChoiceField(
        label="Har du synpunkter?",
        choices=[("none", "Nej, utan synpunkter"), ("text", "Ja, med synpunkter")],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Synpunkter",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Skriv var i texten, och gärna hur det borde stå. Nämn inga enskilda.",
    )

    def __init__(self, *args: Any, units: list[Unit], is_person: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not units:
            del self.fields["unit"]
            return
        unit: Any = self.fields["unit"]
        unit.queryset = Unit.objects.filter(pk__in=[one.pk for one in units])
        if not is_person:
            unit.empty_label = None
            unit.required = True
            self.initial.setdefault("unit", units[0].pk)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind, text = data.pop("kind", None), data.get("text", "").strip()
        if kind == "text" and not text:
            self.add_error("text", "Skriv dina synpunkter, eller svara Nej.")
        if kind == "none" and text:
            self.add_error("kind", "Du har skrivit synpunkter. Svara Ja, eller ta bort texten.")
        return data


class AnswerDecisionForm(Form):
    decision = forms.ChoiceField(label="Beslut", choices=AnswerDecision.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Skäl",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Behövs när synpunkten inte införs. Den som svarade läser det.",
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("decision") == AnswerDecision.REJECTED and not data.get("reason", "").strip():
            self.add_error("reason", "Skriv varför synpunkten inte införs.")
        return data


class ReasonForm(Form):
    comment = forms.CharField(label="Varför?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
