from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.utils import timezone

from documents.models import Document
from improvement import actions, wording
from improvement.enums import Harm
from improvement.forms.files import KeepsFiles, files_field
from kvalitet.forms import Form, GuardedFormMixin
from kvalitet.lookups import number_in
from kvalitet.masking import Spoken
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit
from processes.models import Process

UNKNOWN = "0"
LONGEST = 10_000
OLDEST = timedelta(days=365 * 5)
NO_NAMES = "Skriv vad som hände, inte vem. Inga namn, personnummer eller ärendenummer."
LOST_KEY = (
    "Sidan hade blivit för gammal. Inget är skickat än, och det du skrev finns kvar. Skicka en gång till."
)


def text_area(rows: int = 4, **attrs: Any) -> forms.Textarea:
    """Nothing of it is offered in another form, by a browser that several share."""
    return forms.Textarea(attrs={"rows": rows, "autocomplete": "off", **attrs})


def unit_choices(user: Any) -> list[tuple[str, Any]]:
    """Own units first, then *Vet inte*, then all the others in the order of the tree."""
    rows = Unit.objects.on(timezone.localdate()).in_tree_order()
    own = grants.own_unit_ids(user)
    mine = [(str(unit.pk), unit.name) for unit in rows if unit.pk in own]
    others = [(str(unit.pk), "\u2003" * unit.level + unit.name) for unit in rows if unit.pk not in own]
    return [
        ("", "Välj enhet"),
        *([("Mina enheter", mine)] if mine else []),
        (UNKNOWN, "Vet inte"),
        ("Andra enheter", others),
    ]


def process_named(user: Any, slug: str) -> Process | None:
    """The process that the reporter came from; None when it is not there for ``user``, or is no slug."""
    if not slug_re.match(slug):
        return None
    rows = Process.objects.visible_to(user).select_related("parent")
    found: Process | None = rows.filter(slug=slug).first()
    return found


def unit_named(slug: str) -> Unit | None:
    """The unit that the reporter came from, if it is there today."""
    if not slug_re.match(slug):
        return None
    found: Unit | None = Unit.objects.on(timezone.localdate()).filter(slug=slug).first()
    return found


def document_numbered(user: Any, number: str) -> Document | None:
    """The document that the reporter came from or chose; None when it is not there for ``user``."""
    found: Document | None = Document.objects.visible_to(user).filter(pk=number_in(number)).first()
    return found


@dataclass(frozen=True)
class Place:
    """What *Rapportera härifrån* carries."""

    process: Process | None = None
    unit: Unit | None = None
    document: Document | None = None


NOWHERE = Place()


class ReportForm(KeepsFiles, GuardedFormMixin, Form):
    """What happened, when, where, whether anybody was harmed, what was done. One minute, on a phone.

    When its key is lost the form comes back once: two presses without a key would be two cases.
    """

    GUARDED = ("what_happened", "immediate_action")

    submission = forms.UUIDField(widget=forms.HiddenInput)
    process = forms.Field(required=False, widget=forms.HiddenInput)
    document = forms.Field(required=False, widget=forms.HiddenInput)
    asked = forms.Field(required=False, widget=forms.HiddenInput)
    what_happened = forms.CharField(
        label="Vad hände?", max_length=LONGEST, widget=text_area(5), help_text=NO_NAMES
    )
    happened_on = forms.DateField(label="När hände det?")
    happened_at = forms.TimeField(
        label="Klockan",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "autocomplete": "off"}, format="%H:%M"),
    )
    unit = forms.ChoiceField(label="Var hände det?")
    harm = forms.ChoiceField(label="Drabbades någon?", choices=Harm.choices, widget=forms.RadioSelect)
    immediate_action = forms.CharField(
        label="Vad gjorde ni direkt?", required=False, max_length=LONGEST, widget=text_area(3)
    )
    files = files_field()
    is_suspected = forms.BooleanField(
        label="Det kan vara ett missförhållande",
        required=False,
        help_text="Någon har farit illa eller riskerar att göra det. Lex Sarah-ansvarig får veta direkt.",
    )
    is_manager_involved = forms.BooleanField(
        label="Min chef är berörd",
        required=False,
        help_text="Då går rapporten till chefen ovanför, och din chef ser den inte.",
    )

    def __init__(
        self, data: Any = None, *args: Any, user: Any, place: Place = NOWHERE, **kwargs: Any
    ) -> None:
        super().__init__(data, *args, user=user, **kwargs)
        self.place = place
        self.fields["unit"].choices = unit_choices(user)
        self.initial.setdefault("happened_on", timezone.localdate())
        self.initial.setdefault("unit", _likely_unit(user, place))
        self.initial.setdefault("process", place.process.slug if place.process else "")
        self.initial.setdefault("document", place.document.pk if place.document else "")
        self._offer_routines()

    def _offer_routines(self) -> None:
        """*Vilken rutin gällde?* where several belong to the step, and the reporter did not come from one."""
        if self.place.process is None:
            return
        found = actions.routines_of(self.user, self.place.process, self._day()).select_related("document")
        documents = {one.document_id: one.document.title for one in found}
        if len(documents) < 2 or (self.place.document and self.place.document.pk not in documents):
            return
        self.fields["document"] = forms.ChoiceField(
            label="Vilken rutin gällde?", required=False, choices=[("", "Vet inte"), *documents.items()]
        )

    def _day(self) -> date:
        said = self.data.get("happened_on") if self.is_bound else self.initial.get("happened_on")
        try:
            return date.fromisoformat(str(said))
        except ValueError:
            return timezone.localdate()

    def anew(self, typed: dict[str, Any]) -> Any:
        return ReportForm(user=self.user, place=self.place, initial=typed)

    @property
    def chooses_routine(self) -> bool:
        return isinstance(self.fields["document"], forms.ChoiceField)

    def spoken_of(self, data: Any) -> Spoken:
        return wording.spoken_of(Unit.objects.filter(pk=number_in(data.get("unit"))).first())

    def clean_happened_on(self) -> Any:
        day, today = self.cleaned_data["happened_on"], timezone.localdate()
        if day > today:
            raise ValidationError("Dagen ligger framåt i tiden. Välj i dag eller tidigare.")
        if day < today - OLDEST:
            raise ValidationError("Dagen ligger mer än fem år tillbaka. Kontrollera året.")
        return day

    def clean_unit(self) -> Unit | None:
        chosen: str = self.cleaned_data["unit"]
        return None if chosen == UNKNOWN else Unit.objects.get(pk=chosen)

    def clean_process(self) -> Process | None:
        """What is no longer there is left out: the report matters more than its link."""
        return process_named(self.user, self.cleaned_data["process"] or "")

    def clean_asked(self) -> int | None:
        return number_in(str(self.cleaned_data["asked"] or ""))

    def clean_document(self) -> Document | None:
        return document_numbered(self.user, str(self.cleaned_data["document"] or ""))

    def clean(self) -> dict[str, Any]:
        if self.has_lost_key:
            self.add_error(None, LOST_KEY)
        return super().clean()


def _likely_unit(user: Any, place: Place) -> int | str:
    """The unit the reporter came from, else their only one, or the only one that works in the process."""
    if place.unit is not None:
        return int(place.unit.pk)
    own = grants.own_unit_ids(user)
    if place.process is not None and len(own) > 1:
        own = own & place.process.current_unit_ids()
    return next(iter(own)) if len(own) == 1 else ""


class SupplementForm(KeepsFiles, GuardedFormMixin, Form):
    """What the reporter adds afterwards."""

    GUARDED = ("text",)

    submission = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="Vad vill du lägga till?", max_length=LONGEST, widget=text_area(), help_text=NO_NAMES
    )
    files = files_field()
