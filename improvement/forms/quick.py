"""The quick ways to answer: own phrases, several at once, and a word on why when cases repeat themselves."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone

from improvement import repeats
from improvement.enums import Harm, PhraseUse
from improvement.forms.handling import AnswerForm, ReasonForm, SimpleForm
from improvement.forms.reporting import text_area
from improvement.models import Deviation, StandardPhrase
from kvalitet.forms import GuardedFormMixin, ModelForm

INSERT = "infoga"
CHOOSE = "Välj en fras först, eller skriv själv."
WHY = "Varför räcker enkel hantering?"


class PhrasesMixin:
    """Offers the person's own phrases above the field ``PHRASES[0]``; put it first.

    The button *Infoga* sends the form back with the phrase written in and all else as it was typed.
    """

    PHRASES: tuple[str, PhraseUse]
    fields: dict[str, Any]

    def __init__(self, data: Any = None, *args: Any, user: Any, **kwargs: Any) -> None:
        into, use = self.PHRASES
        self.phrases = {str(one.pk): one for one in StandardPhrase.objects.filter(owner=user, use=use)}
        self.inserts = bool(data) and INSERT in data and bool(self.phrases)
        super().__init__(self._inserted(data, into), *args, **kwargs)  # type: ignore[call-arg]
        if self.phrases:
            self._offer(into)
        if self.inserts:
            self._errors = ErrorDict()
            if self.data.get("phrase") not in self.phrases:  # type: ignore[attr-defined]
                self._errors["phrase"] = vars(self)["error_class"]([CHOOSE])

    def _inserted(self, data: Any, into: str) -> Any:
        phrase = self.phrases.get(data.get("phrase", "")) if self.inserts else None
        if phrase is None:
            return data
        data = data.copy()
        data[into] = "\n".join(filter(None, (data.get(into, "").rstrip(), phrase.text)))
        return data

    def _offer(self, into: str) -> None:
        choices = [("", "Välj fras"), *((pk, str(one)) for pk, one in self.phrases.items())]
        field = forms.ChoiceField(label="Mina standardfraser", choices=choices, required=False)
        field.template_name = "improvement/phrase_field.html"
        self.fields["phrase"] = field
        names = [name for name in self.fields if name != "phrase"]
        names.insert(names.index(into), "phrase")
        self.order_fields(names)  # type: ignore[attr-defined]

    def is_valid(self) -> bool:
        return not self.inserts and super().is_valid()  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()  # type: ignore[misc]
        data.pop("phrase", None)
        return data


class PhrasedAnswerForm(PhrasesMixin, AnswerForm):
    PHRASES = ("answer", PhraseUse.ANSWER)


class PhrasedReasonForm(PhrasesMixin, ReasonForm):
    PHRASES = ("comment", PhraseUse.REASON)


class QuickForm(PhrasesMixin, SimpleForm):
    """*Enkel hantering* of one case; asks why when cases alike propose an inquiry."""

    PHRASES = ("answer", PhraseUse.ANSWER)
    GUARDED = (*SimpleForm.GUARDED, "comment")

    comment = forms.CharField(
        label=WHY, max_length=2000, required=False, widget=forms.HiddenInput, help_text="Skriv utan namn."
    )

    def __init__(self, *args: Any, user: Any, deviation: Deviation, **kwargs: Any) -> None:
        self.user, self.deviation = user, deviation
        self.repeat: repeats.Repeat | None = None
        super().__init__(*args, user=user, deviation=deviation, **kwargs)
        if not self.is_bound and (repeat := repeats.found(user, deviation)):
            self._ask_why(repeat)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        repeat = repeats.found(self.user, self.deviation, data.get("category"))
        if repeat:
            self._ask_why(repeat)
            if not (data.get("comment") or "").strip():
                self.add_error("comment", f"{repeat.sentence} {repeats.WRITE_WHY}")
        return data

    def _ask_why(self, repeat: repeats.Repeat) -> None:
        self.repeat = repeat
        self.fields["comment"].widget = text_area(2)
        self.fields["comment"].required = True


def _all_in_one(cases: list[Deviation]) -> Deviation:
    """What a form on one case asks of all of them: of the person, when somebody may have been harmed."""
    is_harmless = all(one.harm == Harm.NO for one in cases)
    last = max((one.happened_on for one in cases), default=timezone.localdate())
    return Deviation(harm=Harm.NO if is_harmless else Harm.COULD_HAVE, happened_on=last)


class TogetherForm(PhrasesMixin, SimpleForm):
    """*Hantera tillsammans*: the same of every case. ``summary`` is each case's own."""

    PHRASES = ("answer", PhraseUse.ANSWER)
    GUARDED = (*SimpleForm.GUARDED, "comment")

    comment = forms.CharField(
        label="Varför räcker det med enkel hantering, om flera är av samma slag?",
        max_length=2000,
        required=False,
        widget=text_area(2),
        help_text="Behövs bara om så många lika har kommit att en utredning föreslås.",
    )

    def __init__(self, *args: Any, user: Any, cases: Iterable[Deviation], **kwargs: Any) -> None:
        super().__init__(*args, user=user, deviation=_all_in_one(list(cases)), **kwargs)
        del self.fields["summary"]
        self.fields["answer"].help_text = "Var och en som rapporterade får det här svaret."
        for name in ("likelihood", "consequence"):
            self.fields[name].help_text = "För dem som inte är bedömda än. Bedömda behåller sin bedömning."


class PhraseForm(GuardedFormMixin, ModelForm):
    """A phrase is used in many cases, so no one person can be in it."""

    GUARDED = ("text",)

    class Meta:
        model = StandardPhrase
        fields = ["text", "use"]
        widgets = {"text": text_area(3), "use": forms.RadioSelect}
        help_texts = {"text": "Högst 500 tecken. Skriv utan namn: frasen används i många ärenden."}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        same = StandardPhrase.objects.filter(
            owner=self.instance.owner, use=data.get("use"), text=data.get("text", "")
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("text", "Du har redan den frasen.")
        return data
