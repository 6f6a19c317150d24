"""Forms of questions to other units, lärdomar, points for APT and förslag. What all staff read is refused
when it names somebody.
"""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.reading.rights import ReadingPermission
from improvement.actions.spread import asked_units
from improvement.enums import Awaited, LessonKind, ProposalReceiver, SpreadReply
from improvement.forms.measures import MeasureForm
from improvement.forms.reporting import text_area
from improvement.learning import anonymous
from improvement.models import Deviation, Lesson, Proposal
from improvement.models.lesson import TEXTS
from improvement.models.pace import last_day
from kvalitet.forms import Form, GuardedFormMixin, ModelForm, VersionedFormMixin
from kvalitet.organisation import grants
from kvalitet.organisation.forms import UnitField
from kvalitet.organisation.models import Unit, User
from processes.models import Process

GENERAL = "Skriv i allmänna ord. Inget som visar vem, när eller på vilken enhet det hände."
LOST_KEY = "Sidan hade blivit för gammal. Inget är skickat än, och det du skrev finns kvar. Skicka igen."


def open_units() -> Any:
    return Unit.objects.on(timezone.localdate())


def process_choices(user: Any, chosen: Any = ()) -> list[tuple[str, str]]:
    """Processes of the two upper levels, and the ``chosen`` ids, in the order of the map."""
    rows = Process.objects.visible_to(user).active()
    shown = rows.filter(level__lte=1) | rows.filter(pk__in=list(chosen))
    ordered = shown.distinct().order_by("tree_id", "lft")
    return [(str(one.pk), "\u2003" * one.level + one.title) for one in ordered]


class SpreadForm(GuardedFormMixin, Form):
    """A question to those who may have the same risk; ``units`` is asked when no process says whom."""

    GUARDED = ("question",)
    OPEN = ("question",)

    question = forms.CharField(
        label="Kan det här hända hos er?",
        max_length=1000,
        widget=text_area(4),
        help_text=f"{GENERAL} De andra enheterna läser bara det här, aldrig ärendet.",
    )
    units = forms.MultipleChoiceField(
        label="Vilka enheter ska få frågan?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    answer_by = forms.DateField(label="Svar senast")
    is_unit_shown = forms.BooleanField(
        label="Visa vilken enhet det hände på",
        required=False,
        help_text="Låt bli om enheten är liten: då kan den som berörs kännas igen.",
    )

    def __init__(self, *args: Any, deviation: Deviation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deviation = deviation
        self.initial.setdefault("question", deviation.summary)
        self.initial.setdefault("answer_by", last_day(Awaited.SPREAD))
        self.asked = list(asked_units(deviation)) if deviation.process else []
        if self.asked:
            del self.fields["units"]
        else:
            rows = open_units().exclude(pk=deviation.unit_id) if deviation.unit_id else open_units()
            self.fields["units"].required = True
            self.fields["units"].choices = [(str(one.pk), one.name) for one in rows.in_tree_order()]
        if deviation.unit_id is None:
            del self.fields["is_unit_shown"]

    def clean_units(self) -> list[Unit]:
        return list(open_units().filter(pk__in=self.cleaned_data["units"]))

    def clean_answer_by(self) -> Any:
        day = self.cleaned_data["answer_by"]
        if day < timezone.localdate():
            raise ValidationError("Dagen har redan varit. Välj i dag eller senare.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        anonymous.refuse_copied(self, ["question"], self.deviation)
        return data


class SpreadAnswerForm(GuardedFormMixin, Form):
    GUARDED = ("comment",)
    OPEN = ("comment",)

    answer = forms.ChoiceField(
        label="Kan det hända hos er?", choices=SpreadReply.choices, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label="Kommentar",
        required=False,
        max_length=1000,
        widget=text_area(2),
        help_text="Den som frågar och samordnaren läser den.",
    )


class LessonForm(GuardedFormMixin, VersionedFormMixin, ModelForm):
    GUARDED = TEXTS
    OPEN = TEXTS

    unit = UnitField(label="Enhet", required=False, empty_label="Ingen enhet")
    tied = forms.MultipleChoiceField(
        label="Processer som den gäller", required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Lesson
        fields = ("kind", *TEXTS, "unit", "is_unit_shown")
        widgets = {
            "kind": forms.RadioSelect,
            **dict.fromkeys(TEXTS[1:], text_area(4)),
        }
        labels = {
            "what_happened": "Vad hände, i allmänna ord?",
            "what_changed": "Det här ändrade vi",
            "advice": "Råd till andra",
            "is_unit_shown": "Visa enheten för alla",
        }
        help_texts = {
            "title": "En mening som säger vad andra kan lära sig.",
            "what_happened": f"{GENERAL} För ett gott exempel: hur det var förut.",
            "is_unit_shown": "Låt bli om enheten är liten: då kan den som berörs kännas igen.",
        }

    def __init__(
        self, *args: Any, user: Any, deviation: Deviation | None = None, process: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.deviation = deviation
        self.fields["kind"].choices = LessonKind.choices
        for name in ("what_happened", "what_changed"):
            self.fields[name].required = True
        self.fields["unit"].offer(open_units())
        known = [process.pk] if process else []
        if self.instance.pk:
            known = list(self.instance.process_links.values_list("process", flat=True))
        self.initial.setdefault("tied", [str(pk) for pk in known])
        self.fields["tied"].choices = process_choices(user, known)

    def clean_tied(self) -> list[Process]:
        return list(Process.objects.filter(pk__in=self.cleaned_data["tied"]))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("is_unit_shown") and not data.get("unit"):
            self.add_error("unit", "Välj enheten som ska visas.")
        anonymous.refuse_copied(self, TEXTS, self.deviation)
        return data


class TakeUpForm(GuardedFormMixin, Form):
    """A lärdom for the list of one of the units where the person may put it."""

    GUARDED = ("question",)
    OPEN = ("question",)

    unit = UnitField(label="Enhet", empty_label="Välj enhet")
    question = forms.CharField(label="Fråga att prata om", required=False, max_length=300)

    def __init__(self, *args: Any, user: User, unit: Unit | None = None, **kwargs: Any) -> None:
        """``unit``: the only one that can be chosen."""
        super().__init__(*args, **kwargs)
        if unit is not None:
            del self.fields["unit"]
            return
        scope = grants.scope(user, ReadingPermission.PLAN_APT)
        units = open_units()
        self.fields["unit"].offer(units if scope.everywhere else units.filter(pk__in=list(scope.unit_ids)))
        own = sorted(grants.own_unit_ids(user) & scope.unit_ids)
        if len(own) == 1:
            self.initial.setdefault("unit", own[0])


class ReceiverFields(GuardedFormMixin, Form):
    """To whom a förslag goes: a unit, perhaps a process, and which of the two answers."""

    unit = UnitField(label="Enhet", empty_label="Välj enhet")
    process = forms.ChoiceField(label="Process", required=False)
    receiver = forms.ChoiceField(
        label="Vem ska svara?",
        choices=ProposalReceiver.choices,
        initial=ProposalReceiver.UNIT,
        widget=forms.RadioSelect,
        help_text="Processägaren svarar om förslaget gäller alla som arbetar i processen.",
    )

    def __init__(self, *args: Any, user: Any, process: Process | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(open_units())
        known = [process.pk] if process else []
        self.initial.setdefault("process", str(process.pk) if process else "")
        self.fields["process"].choices = [("", "Ingen process"), *process_choices(user, known)]

    def clean_process(self) -> Process | None:
        chosen = self.cleaned_data["process"]
        rows = Process.objects.select_related("parent__parent")
        return rows.filter(pk=chosen).first() if chosen else None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("receiver") == ProposalReceiver.OWNER and not data.get("process"):
            self.add_error("process", "Välj en process när processägaren ska svara.")
        return data


class ProposalForm(ReceiverFields):
    """What one proposes, in a minute. A key that is lost is made anew, and the form comes back once."""

    GUARDED = ("title", "text")
    OPEN = ("title", "text")

    submission = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label="Vad föreslår du?", max_length=200, help_text="Skriv en mening.")
    text = forms.CharField(
        label="Berätta mer",
        required=False,
        max_length=5000,
        widget=text_area(4),
        help_text="Vad skulle bli bättre, och för vem? Alla medarbetare kan läsa. Skriv inga namn.",
    )
    shows_unmet_need = forms.BooleanField(
        label="Förslaget visar ett nytt eller ej tillgodosett behov",
        required=False,
        help_text="Något som de vi är till för behöver och som vi inte har i dag.",
    )
    is_name_shown = forms.BooleanField(
        label="Visa mitt namn för kollegor",
        required=False,
        help_text="Den som svarar ser alltid ditt namn. Andra ser det bara om du kryssar här.",
    )
    field_order = ["submission", "title", "text", "unit", "process", "receiver", "shows_unmet_need"]

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self.has_lost_key = data is not None and not _is_key(data.get("submission"))
        if self.has_lost_key:
            data = data.copy()
            data["submission"] = str(uuid.uuid4())
        super().__init__(data, *args, **kwargs)
        self.initial.setdefault("submission", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        if self.has_lost_key:
            self.add_error(None, LOST_KEY)
        return super().clean()


def _is_key(text: Any) -> bool:
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True


class ProposalRedirectForm(ReceiverFields):
    GUARDED = ("comment",)
    OPEN = ("comment",)

    comment = forms.CharField(label="Varför?", max_length=2000, widget=text_area(2))


class ProposalAnswerForm(GuardedFormMixin, Form):
    """What becomes of the förslag, for all staff to read."""

    GUARDED = ("answer",)
    OPEN = ("answer",)

    answer = forms.CharField(
        label="Svar",
        max_length=5000,
        widget=text_area(4),
        help_text="Den som lämnade förslaget får det, och alla medarbetare kan läsa det. Skriv inga namn.",
    )


class OpenReasonForm(GuardedFormMixin, Form):
    """Why; what all staff may come to read."""

    GUARDED = ("comment",)
    OPEN = ("comment",)

    comment = forms.CharField(label="Varför?", max_length=2000, widget=text_area(3))


class ProposedMeasureForm(MeasureForm):
    """The plan of an åtgärd born from a förslag, with the answer to who left it."""

    OPEN = (*MeasureForm.OPEN, "answer")

    answer = forms.CharField(
        label="Svar till den som lämnade förslaget",
        required=False,
        max_length=5000,
        widget=text_area(3),
        help_text="Skriver du inget får personen veta att det blir en åtgärd.",
    )

    def __init__(self, *args: Any, user: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, user=user, source=proposal, **kwargs)
        self.initial["title"] = proposal.title
