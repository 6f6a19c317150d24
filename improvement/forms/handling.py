from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html

from documents.models import Revision
from improvement import actions, gates, kin, permissions
from improvement.enums import CaseLaw, CauseArea, EntryKind, Harm
from improvement.forms.aside import CONSEQUENCE, CONSEQUENCE_HINT, TOLD, ToldFields
from improvement.forms.files import KeepsFiles, files_field
from improvement.forms.pickers import offer_only
from improvement.forms.reporting import LONGEST, NO_NAMES, text_area
from improvement.models import Deviation, DeviationCategory, RiskMatrix
from kvalitet.forms import Form, GuardedFormMixin, ModelForm, VersionedFormMixin
from kvalitet.organisation.forms import PersonField, UnitField
from kvalitet.organisation.models import Unit, User
from processes.models import Process

SUMMARY_HINT = (
    "En eller två meningar utan namn. Visas i listor, för processägaren och i rapporter. "
    "Bara de som handlägger läser hela texten."
)
MOST_PROCESSES = 400
TOUCHED = "Rapportören har angett att chefen är berörd. Den går då till chefen ovanför den enhet du väljer."
AREA_HELP = {
    CauseArea.COMMUNICATION: "Överlämning, dokumentation, tolk, vem som fick veta vad.",
    CauseArea.COMPETENCE: "Introduktion, delegering, stöd till den som är ny i uppgiften.",
    CauseArea.ORGANISATION: "Bemanning, arbetsbelastning, ansvar, ledning, miljön runt arbetet.",
    CauseArea.TECHNOLOGY: "Larm, hjälpmedel, verksamhetssystem, lås, underhåll.",
    CauseArea.PROCEDURES: "Rutinen saknas, är otydlig, okänd eller går inte att följa.",
    CauseArea.COOPERATION: "Mellan enheter, med regionen, skolan eller en annan utförare.",
    CauseArea.INDIVIDUAL: "Behov som hade ändrats eller inte var kända. Aldrig någons fel.",
}
WHY_HINT = "Fråga varför tills du når något som går att ändra. Lämna resten av raderna tomma. Inga namn."


def category_choices() -> list[tuple[str, Any]]:
    """Headings with what lies below them; SoL and LSS first, then hälso- och sjukvård."""
    groups: dict[int, tuple[str, list[tuple[int, str]]]] = {}
    for one in DeviationCategory.objects.offered():
        head = one.parent or one
        prefix = "HSL: " if head.is_hsl else ""
        _, rows = groups.setdefault(head.pk, (f"{prefix}{head.name}", []))
        rows.append((one.pk, one.name if one.parent_id else f"{one.name}, allmänt"))
    return [("", "Välj kategori"), *groups.values()]


def scale(labels: list[str], empty: str) -> list[tuple[str, str]]:
    """The values of one side of the matrix, from 1."""
    return [("", empty), *((str(n), f"{n}. {label}") for n, label in enumerate(labels, start=1))]


def _from_cell(data: Any) -> Any:
    """The two sides that the chosen cell of the matrix stands for; no cell at all leaves what was sent."""
    if not data or "cell" not in data:
        return data
    likelihood, _, consequence = data["cell"].partition("-")
    data = data.copy()
    data["likelihood"], data["consequence"] = likelihood, consequence
    return data


class MatrixFields:
    """Gives a form its category, and the two sides of the risk matrix as one grid to choose in.

    A cell is a radio button named ``cell``, worth "2-3" for likelihood 2 and consequence 3.
    """

    fields: dict[str, Any]

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(_from_cell(data), *args, **kwargs)  # type: ignore[call-arg]

    def offer_labels(self, matrix: RiskMatrix) -> None:
        self.fields["category"].choices = category_choices()
        for name, labels in (("likelihood", matrix.likelihoods), ("consequence", matrix.consequences)):
            self.fields[name].choices = scale(labels, "Välj")
        self.matrix = matrix
        self.fields["likelihood"].template_name = "improvement/matrix.html"
        self.fields["consequence"].template_name = "improvement/in_matrix.html"

    @property
    def chosen(self) -> str:
        """The cell that is chosen, as its button is worth."""
        sides = (self[name].value() or "" for name in ("likelihood", "consequence"))  # type: ignore[index]
        return "-".join(str(one) for one in sides)

    @property
    def has_cell(self) -> bool:
        return any(cell["value"] == self.chosen for row in self.matrix.grid() for cell in row["cells"])


def _with_help(label: str, help_text: str) -> Any:
    return format_html("<span>{}<small>{}</small></span>", label, help_text)


def _number(label: str, **kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, empty_value=None, **kwargs)


class AssessForm(MatrixFields, GuardedFormMixin, VersionedFormMixin, ModelForm):
    """What the receiver sets: what kind of event it is, how grave, where in the processes."""

    GUARDED = ("assessment_reason",)
    OPEN = ("summary",)
    # Nothing is compulsory here, and what the next step needs is said beside its button.
    hide_optional = True

    likelihood = _number("Hur troligt är det att det händer igen?", required=False)
    consequence = _number("Hur allvarligt är det, eller kunde det ha blivit?", required=False)

    class Meta:
        model = Deviation
        fields = [
            "category",
            "law",
            "summary",
            "likelihood",
            "consequence",
            "assessment_reason",
            "process",
            "routine",
        ]
        widgets = {"assessment_reason": text_area(3)}
        help_texts = {
            "summary": SUMMARY_HINT,
            "category": "Kategori, lagstiftning och allvarlighet behövs innan utredningen kan gå vidare.",
            "assessment_reason": "Varför just den rutan? Behövs när allvarligheten väljs och när den ändras.",
            "process": "Processen eller steget där det hände.",
            "routine": "Den version som gällde den dagen. Välj process och spara, så visas dess rutiner.",
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was = (self.instance.likelihood, self.instance.consequence, self.instance.assessment_reason)
        self.offer_labels(self.instance.matrix or RiskMatrix.objects.get(is_default=True))
        self.fields["law"].choices = [("", "Välj lagstiftning"), *CaseLaw.choices]
        self._offer_processes(user)
        self._offer_routines()

    def _offer_processes(self, user: Any) -> None:
        unit_ids = self.instance.unit_path
        used = Process.objects.used_by(unit_ids)
        near = Q(pk__in=used) | Q(parent__in=used) | Q(parent__parent__in=used)
        rows = Process.objects.visible_to(user).active().filter(near).order_by("tree_id", "lft")
        choices = [(one.pk, "\u2003" * one.level + one.title) for one in rows[:MOST_PROCESSES]]
        chosen = self.instance.process
        if chosen is not None and chosen.pk not in dict(choices):
            choices.insert(0, (chosen.pk, chosen.title))
        offer_only(self.fields["process"], choices, empty="Ingen")

    def _offer_routines(self) -> None:
        process = self.instance.process_id
        in_force = Revision.objects.in_force(self.instance.happened_on).select_related("document")
        rows = in_force.filter(document__links__process=process) if process else in_force.none()
        choices = [(one.pk, f"{one.document.title}, version {one.label}") for one in rows.distinct()]
        chosen = self.instance.routine
        if chosen is not None and chosen.pk not in dict(choices):
            choices.insert(0, (chosen.pk, f"{chosen.document.title}, version {chosen.label}"))
        offer_only(self.fields["routine"], choices, empty="Ingen")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if (data.get("likelihood") is None) != (data.get("consequence") is None):
            self.add_error("consequence", "Välj både hur troligt och hur allvarligt, eller inget av dem.")
        elif data.get("likelihood") is not None and "assessment_reason" not in self.errors:
            self._want_reason(data)
        return data

    def _want_reason(self, data: dict[str, Any]) -> None:
        """Another severity wants another reason: the earlier one stays in the history with who and when."""
        *before, reason = self.was
        if not data["assessment_reason"].strip():
            self.add_error("assessment_reason", "Motivera allvarligheten.")
            return
        is_changed = before != [None, None] and before != [data["likelihood"], data["consequence"]]
        if is_changed and reason.strip() == data["assessment_reason"].strip():
            self.add_error("assessment_reason", "Du ändrar allvarligheten. Skriv också varför.")


class SimpleForm(MatrixFields, ToldFields, GuardedFormMixin, Form):
    """*Enkel hantering* on one screen: what kind of event, how grave, why, and the answer.

    The person is asked about where the report says that somebody was, or could have been, harmed.
    """

    GUARDED = ("answer", "consequence_text", "informed_reason", "documented_reason")
    one_of = actions.DESCRIBED
    OPEN = ("summary",)

    category = forms.ModelChoiceField(DeviationCategory.objects.filter(is_active=True), label="Kategori")
    law = forms.ChoiceField(label="Lagstiftning", choices=[("", "Välj lagstiftning"), *CaseLaw.choices])
    likelihood = _number("Hur troligt är det att det händer igen?")
    consequence = _number("Hur allvarligt är det, eller kunde det ha blivit?")
    consequence_text = forms.CharField(
        label=CONSEQUENCE, max_length=LONGEST, widget=text_area(3), help_text=CONSEQUENCE_HINT
    )
    area = forms.ChoiceField(label="Orsaksområde", choices=[("", "Välj orsaksområde"), *CauseArea.choices])
    summary = forms.CharField(
        label="Sammanfattning utan personuppgifter", max_length=300, required=False, help_text=SUMMARY_HINT
    )
    answer = forms.CharField(
        label="Svar till rapportören: det här gjorde vi",
        max_length=LONGEST,
        widget=text_area(3),
        help_text="Tacka, och skriv vad som gjordes eller varför inget mer behövs.",
    )

    def __init__(self, *args: Any, deviation: Deviation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_labels(deviation.matrix or RiskMatrix.objects.get(is_default=True))
        self.deviation = deviation
        for name in ("category", "law", "likelihood", "consequence", "summary", *actions.DESCRIBED):
            self.initial.setdefault(name, getattr(deviation, name))
        self.say_law(deviation.law)
        self._ask_of_person()
        self.order_fields(
            ["category", "law", "likelihood", "consequence", "consequence_text", "informed", "informed_on"]
        )

    def _ask_of_person(self) -> None:
        if self.deviation.harm != Harm.YES:
            del self.fields["consequence_text"]
        for name in actions.DESCRIBED[1:]:
            if not gates.concerns_somebody(self.deviation):
                del self.fields[name]
        for name in set(TOLD) & self.fields.keys():
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if gates.concerns_somebody(self.deviation):
            self.clean_told(data, self.deviation.happened_on)
        return data


class EntryForm(KeepsFiles, GuardedFormMixin, Form):
    """One note of the inquiry. It cannot be changed afterwards."""

    GUARDED = ("text", "source")

    submission = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Är det ett faktum eller en bedömning?",
        choices=[(one.value, one.label) for one in (EntryKind.FACT, EntryKind.ASSESSMENT)],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label="Anteckning", max_length=LONGEST, widget=text_area(), help_text=NO_NAMES)
    source = forms.CharField(
        label="Varifrån kommer uppgiften?",
        required=False,
        max_length=200,
        help_text="Krävs för ett faktum. Till exempel samtal med personal i tjänst, eller larmlistan.",
    )
    files = files_field()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == EntryKind.FACT and not (data.get("source") or "").strip():
            self.add_error("source", "Skriv varifrån uppgiften kommer.")
        return data


class CauseForm(GuardedFormMixin, Form):
    """One cause: first *varför?* as far as it leads, then its area and its sentence."""

    WHYS = tuple(f"why_{number}" for number in range(1, 6))
    GUARDED = ("sentence", *WHYS)
    hide_optional = True

    area = forms.ChoiceField(
        label="Orsaksområde",
        choices=[(one.value, _with_help(one.label, AREA_HELP[one])) for one in CauseArea],
        widget=forms.RadioSelect,
    )
    sentence = forms.CharField(
        label="Orsaken i en mening",
        max_length=2000,
        widget=text_area(3),
        help_text="”Att [brist] ökade sannolikheten för [det som hände] eftersom [varför].” En i taget.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(self.WHYS, start=1):
            label = "Varför hände det?" if number == 1 else "Och varför var det så?"
            hint = WHY_HINT if number == 1 else "Inga namn."
            self.fields[name] = forms.CharField(label=label, max_length=300, required=False, help_text=hint)
        self.order_fields([*self.WHYS, "area", "sentence"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        told = [" ".join((data.pop(name, "") or "").split()) for name in self.WHYS]
        data["whys"] = "\n".join(one for one in told if one)
        return data


class RedirectForm(GuardedFormMixin, Form):
    GUARDED = ("comment",)

    unit = UnitField(label="Vilken enhet är rätt?", empty_label="Välj enhet")
    comment = forms.CharField(label="Varför?", max_length=2000, widget=text_area(3))

    def __init__(self, *args: Any, deviation: Deviation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.on(timezone.localdate())
        self.fields["unit"].offer(units.exclude(pk=deviation.unit_id) if deviation.unit_id else units)
        if kin.touches_manager(deviation):
            self.fields["unit"].help_text = TOUCHED


class AnswerForm(GuardedFormMixin, Form):
    GUARDED = ("answer",)

    answer = forms.CharField(
        label="Det här ändrade vi",
        max_length=LONGEST,
        widget=text_area(),
        help_text="Rapportören läser det här. Skriv vad som är annorlunda nu.",
    )


class ReasonForm(GuardedFormMixin, Form):
    """Why; for a dismissed case the reporter reads it."""

    GUARDED = ("comment",)

    comment = forms.CharField(label="Varför?", max_length=2000, widget=text_area(3))


class InquiryForm(Form):
    dnr = forms.CharField(
        label="Utredningens diarienummer",
        max_length=60,
        help_text="Utredningen förs i sin egen akt. Här står bara numret.",
    )


class HandOverForm(Form):
    person = PersonField(label="Handläggarens e-postadress")


class BarForm(GuardedFormMixin, Form):
    GUARDED = ("reason",)

    person = PersonField(label="Personens e-postadress")
    reason = forms.CharField(
        label="Varför är personen jävig?",
        max_length=500,
        widget=text_area(3),
        help_text="Till exempel att personen var med vid händelsen eller är närstående. Inga detaljer.",
    )

    def __init__(self, *args: Any, user: Any, deviation: Deviation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.deviation = user, deviation

    def clean_person(self) -> User:
        person: User = self.cleaned_data["person"]
        if person != self.user and not permissions.may_bar(self.user, self.deviation, person):
            raise ValidationError(
                "Jäv för den personen anger hen själv, chefen ovanför eller lex Sarah-ansvarig."
            )
        return person


class OpenForm(GuardedFormMixin, Form):
    GUARDED = ("reason",)

    reason = forms.CharField(
        label="Varför behöver du läsa hela ärendet?",
        max_length=500,
        widget=text_area(3),
        help_text="Skälet sparas i åtkomstloggen tillsammans med ditt namn och tiden.",
    )
