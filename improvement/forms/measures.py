from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.utils import timezone

from documents.models import Document, Revision
from improvement.actions.measures import PLANNED
from improvement.enums import Effect
from improvement.forms.pickers import MOST, DocumentPicker, ProcessPicker, offer_only
from improvement.forms.reporting import LONGEST, text_area
from improvement.models import Deviation, Measure
from kvalitet.forms import Form, GuardedFormMixin, ModelForm, VersionedFormMixin
from kvalitet.organisation.forms import PersonByAddress, UnitField
from kvalitet.organisation.models import Unit
from processes.models import Process

DUE_IN, EFFECT_IN = timedelta(days=30), timedelta(days=120)
MOST_ROUTINES = 40
TITLE_HINT = "Vad som ska göras, utan namn. Visas i listor och rapporter."
BOTH = "Välj en rutin eller en process, inte båda. Planera två åtgärder."
UNTOLD = "Åtgärden blir genomförd när den nya versionen gäller. Skriv redan nu vad som ska bli bättre."


class MeasureForm(GuardedFormMixin, VersionedFormMixin, ModelForm):
    """What is to be done, by whom and when, and what it should change. ``source`` is what it is born from."""

    GUARDED = ("description",)
    OPEN = ("title", "expected")

    unit = UnitField(label="Enhet")
    responsible = PersonByAddress(
        label="Ansvarig",
        help_text="E-postadress till den som ser till att det görs. Är det inte du får personen svara först.",
    )
    document = DocumentPicker(
        label="Rutin som ska ändras", help_text="Åtgärden blir genomförd när den nya versionen gäller."
    )
    process = ProcessPicker(
        label="Process som ska ändras",
        help_text="Åtgärden blir genomförd när den nya versionen är publicerad.",
    )

    class Meta:
        model = Measure
        fields = PLANNED
        widgets = {"description": text_area(3)}
        help_texts = {
            "title": TITLE_HINT,
            "strength": (
                "Stark: det blir svårt att göra fel, till exempel en spärr eller ett nytt arbetssätt. "
                "Medel: ett stöd, till exempel en checklista. Svag: den litar på att folk minns."
            ),
            "expected": "Till exempel: uteblivna insatser per kvartal, från 38 till under 15.",
            "effect_on": "Dagen då ni bedömer om åtgärden hjälpte, ofta tre månader efter att den är klar. "
            "Frågan kommer tillbaka efter sex och tolv månader.",
            "routine": "Om åtgärden redan har gett en ny version.",
            "cost": "I hela kronor, om den kostar något.",
        }

    def __init__(self, *args: Any, user: Any, source: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["unit"].offer(Unit.objects.on(today))
        for name in ("type", "content", "strength"):
            self.fields[name].choices = [("", "Välj"), *list(self.fields[name].choices)[1:]]
        self.fields["cost"].widget.attrs["max"] = 2_000_000_000
        if self.instance.pk is None:
            self.initial |= {"unit": source.unit_id, "responsible": user.email}
            self.initial |= {"due": today + DUE_IN, "effect_on": today + EFFECT_IN}
        else:
            self.initial["responsible"] = self.instance.responsible.email
        self._offer(user, source)

    def _offer(self, user: Any, source: Any) -> None:
        """The documents of the source's process and the routine that did not hold, before all others."""
        case = source if isinstance(source, Deviation) else None
        near, process = Q(pk__in=[]), getattr(source, "process_id", None)
        if process:
            near |= Q(links__process=process)
        if case is not None and case.routine_id:
            near |= Q(revisions=case.routine_id)
        seen = Document.objects.visible_to(user)
        likely, rest = (
            rows.order_by("title").annotate(place=Value(place)).values_list("place", "title")[:most]
            for place, (rows, most) in enumerate(((seen.filter(near), MOST_ROUTINES), (seen, MOST)))
        )
        both = sorted(likely.union(rest, all=True), key=lambda row: row[0])
        self.fields["document"].offer(user, dict.fromkeys(title for _, title in both[:MOST]))
        shown = Process.objects.visible_to(user).filter(level__lt=2).order_by("title")
        self.fields["process"].offer(user, shown.values_list("title", flat=True)[:MOST])
        self._offer_routines(user, seen.filter(near))

    def _offer_routines(self, user: Any, documents: Any) -> None:
        """The latest versions of the documents that are near."""
        rows = Revision.objects.visible_to(user).filter(document__in=documents.values("pk"))
        latest = rows.select_related("document").order_by("-pk")[:MOST_ROUTINES]
        choices = [(one.pk, f"{one.document.title}, version {one.label}") for one in latest]
        chosen = self.instance.routine
        if chosen is not None and chosen.pk not in dict(choices):
            choices.insert(0, (chosen.pk, f"{chosen.document.title}, version {chosen.label}"))
        offer_only(self.fields["routine"], choices, empty="Ingen")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        due, effect_on = data.get("due"), data.get("effect_on")
        if due and effect_on and effect_on < due:
            self.add_error("effect_on", "Effekten bedöms efter att åtgärden är klar. Välj en senare dag.")
        if due and "due" in self.changed_data and due < timezone.localdate():
            self.add_error("due", "Dagen har redan varit. Välj i dag eller senare.")
        if data.get("document") and data.get("process"):
            self.add_error("process", BOTH)
        if (data.get("document") or data.get("process")) and not data.get("expected"):
            self.add_error("expected", UNTOLD)
        return data


class DoneForm(GuardedFormMixin, Form):
    """Asked when it is done: how that shows, and what should now change."""

    GUARDED = ("evidence",)
    OPEN = ("expected",)

    evidence = forms.CharField(
        label="Hur syns det att den är genomförd?",
        max_length=LONGEST,
        widget=text_area(3),
        help_text="Till exempel: nytt schema från 1 mars, larmet är monterat, 14 av 16 har gått kursen.",
    )
    expected = forms.CharField(
        label="Vad ska bli färre eller fler?",
        max_length=200,
        help_text="Det är det som bedöms efter tre, sex och tolv månader.",
    )


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


class AgainForm(GuardedFormMixin, Form):
    """An åtgärd that is taken up again."""

    GUARDED = ("comment",)

    due = forms.DateField(label="Klar senast")
    comment = forms.CharField(label="Vad återstår att göra?", max_length=2000, widget=text_area(2))


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
