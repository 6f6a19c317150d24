import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.utils import timezone

from improvement.enums import Harm
from kvalitet.forms import Form, GuardedFormMixin
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
    return forms.Textarea(attrs={"rows": rows, **attrs})


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
    found: Process | None = Process.objects.visible_to(user).filter(slug=slug).first()
    return found


def _is_key(text: Any) -> bool:
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True


class ReportForm(GuardedFormMixin, Form):
    """What happened, when, where, whether anybody was harmed, what was done. One minute, on a phone.

    A key that is lost or spoilt is made anew, and the form comes back once: nobody can mend a hidden field,
    and two presses without a key would be two cases.
    """

    GUARDED = ("what_happened", "immediate_action")

    submission = forms.UUIDField(widget=forms.HiddenInput)
    process = forms.Field(required=False, widget=forms.HiddenInput)
    what_happened = forms.CharField(
        label="Vad hände?", max_length=LONGEST, widget=text_area(5), help_text=NO_NAMES
    )
    happened_on = forms.DateField(label="När hände det?")
    happened_at = forms.TimeField(
        label="Klockan", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    unit = forms.ChoiceField(label="Var hände det?")
    harm = forms.ChoiceField(label="Drabbades någon?", choices=Harm.choices, widget=forms.RadioSelect)
    immediate_action = forms.CharField(
        label="Vad gjorde ni direkt?", required=False, max_length=LONGEST, widget=text_area(3)
    )
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
        self, data: Any = None, *args: Any, user: Any, process: Process | None = None, **kwargs: Any
    ) -> None:
        self.has_lost_key = data is not None and not _is_key(data.get("submission"))
        if self.has_lost_key:
            data = data.copy()
            data["submission"] = str(uuid.uuid4())
        super().__init__(data, *args, **kwargs)
        self.user = user
        self.fields["unit"].choices = unit_choices(user)
        self.initial.setdefault("submission", uuid.uuid4())
        self.initial.setdefault("happened_on", timezone.localdate())
        self.initial.setdefault("unit", _likely_unit(user, process))
        self.initial.setdefault("process", process.slug if process else "")

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

    def clean(self) -> dict[str, Any]:
        if self.has_lost_key:
            self.add_error(None, LOST_KEY)
        return super().clean()


def _likely_unit(user: Any, process: Process | None) -> int | str:
    """The reporter's only unit, or the only one of theirs that works in the process."""
    own = grants.own_unit_ids(user)
    if process is not None and len(own) > 1:
        own = own & process.current_unit_ids()
    return next(iter(own)) if len(own) == 1 else ""


class SupplementForm(GuardedFormMixin, Form):
    """What the reporter adds afterwards."""

    GUARDED = ("text",)

    text = forms.CharField(
        label="Vad vill du lägga till?", max_length=LONGEST, widget=text_area(), help_text=NO_NAMES
    )
