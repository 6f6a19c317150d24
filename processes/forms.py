from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Coalesce
from django.utils import timezone

from kvalitet.forms import Form, ModelForm, UploadField, VersionedFormMixin
from kvalitet.models import Blob
from kvalitet.organisation.models import Unit, User
from kvalitet.organisation.people import employees
from kvalitet.sorting import Swedish
from processes.bpmn.model import BpmnError, Model
from processes.bpmn.parse import parse
from processes.enums import ProcessKind, ProcessState, Visibility
from processes.leaving import Leaving
from processes.models import Process, ProcessRevision
from processes.permissions import owner_id
from processes.projection import NEW, Plan
from processes.reviewing import away_today, default_due, reviewers
from processes.workflow import TEXTS, WRITTEN

LONG = ("mission", "goal", "stakeholders", "working_method", "desired_effect", "functions")


def parents() -> Any:
    """Those that something may lie under, in the order in which they are shown."""
    rows = Process.objects.filter(level__lte=1).exclude(state=ProcessState.RETIRED)
    above = (Coalesce("parent__position", "position"), Coalesce("parent", "pk"))
    return rows.order_by(*above, "level", "position", "pk")


class PlainChoice(forms.ModelChoiceField):
    """A choice of rows whose list is plain texts: one that is the same as before is not drawn again."""

    def offer(self, rows: Any) -> None:
        """Offer ``rows`` in their order."""
        self.queryset = rows
        options = [(row.pk, self.label_from_instance(row)) for row in rows]
        self.choices = [("", self.empty_label), *options] if self.empty_label else options


class ParentChoice(PlainChoice):
    """A process above, shown as a tree."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Process.objects.none(), **kwargs)

    def offer(self, rows: Any) -> None:
        super().offer(rows.only("title", "level"))

    def label_from_instance(self, obj: Any) -> str:
        return f"{'– ' * obj.level}{obj.title}"


class OwnerChoice(PlainChoice):
    """Among employees, for who is not employed answers for nothing; ``now`` is the owner there already is."""

    def __init__(self, **kwargs: Any) -> None:
        hint = "Fastställer processen. Utan egen ägare svarar ägaren ovanför."
        super().__init__(
            User.objects.none(),
            label="Processägare",
            required=False,
            empty_label="Ingen egen, ägaren ovanför svarar",
            help_text=hint,
            **kwargs,
        )

    def offer_employees(self, *, now: int | None = None) -> None:
        people = employees() | User.objects.filter(pk=now)
        self.offer(people.only("name", "title").order_by(Swedish("name")))

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.title}" if obj.title else str(obj.name)


class ProcessForm(Form):
    """A new process: its place and name. What it does is written in its first version."""

    title = forms.CharField(label="Namn", max_length=200, help_text="Gärna ett verb: Utreda, Följa upp.")
    parent = ParentChoice(
        label="Ligger under", required=False, empty_label="Inget, den ligger på första nivån"
    )
    kind = forms.ChoiceField(
        label="Slag",
        choices=[("", "Väljs bara på första nivån"), *ProcessKind.choices],
        required=False,
        help_text="Huvudprocess: det som görs för den enskilde. Styrprocess: leder. Stödprocess: ger stöd.",
    )
    visibility = forms.ChoiceField(
        label="Synlig för", choices=Visibility.choices, initial=Visibility.INTERNAL, widget=forms.RadioSelect
    )
    owner = OwnerChoice()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].offer(parents())
        self.fields["owner"].offer_employees()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("parent") and not data.get("kind"):
            self.add_error("kind", "Välj styr-, huvud- eller stödprocess.")
        return data


class MapMixin(forms.Form):
    """A BPMN file, or the one that was shown in the preview and is to be saved.

    ``model`` and ``data`` hold what was read; ``is_shown`` says that the person has seen it.
    """

    file = UploadField(
        label="BPMN-fil",
        required=False,
        suffixes=(".bpmn", ".xml"),
        help_text="Välj filen eller dra den hit. Den sparas precis som den är.",
    )
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    model: Model | None = None
    data_bytes: bytes = b""
    name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("shown")

    @property
    def is_shown(self) -> bool:
        return bool(self.cleaned_data.get("shown")) and not self.cleaned_data.get("file")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        file = data.get("file")
        if file:
            self.name, self.data_bytes = file.name, file.read()
        elif blob := Blob.objects.filter(pk=data.get("shown") or "").first():
            self.data_bytes = bytes(blob.data)
        elif "file" not in self.errors:
            self.add_error("file", "Välj filen igen.")
        if self.data_bytes:
            self._read()
        return data

    def _read(self) -> None:
        try:
            self.model = parse(self.data_bytes)
        except BpmnError as error:
            self.add_error("file", ValidationError(str(error)))


class MapForm(MapMixin, Form):
    map_name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)


class DrawingForm(Form):
    """What the drawing tool sends: the map, and the id of the one that it was drawn from."""

    file = UploadField(label="Karta")
    seen = forms.CharField(required=False, max_length=64)


class RevisionForm(VersionedFormMixin, ModelForm):
    """The text of a version; the map has its own page."""

    class Meta:
        model = ProcessRevision
        fields = WRITTEN
        widgets = {name: forms.Textarea(attrs={"rows": 4 if name in LONG else 2}) for name in TEXTS}
        help_texts = {
            "mission": "Vad processen ska åstadkomma, i en eller två meningar. Visas överst på sidan.",
            "starts_when": "Det som sätter igång processen.",
            "ends_when": "Det som är klart när processen är slut.",
            "object_in": "Det som kommer in, till exempel en ansökan.",
            "object_out": "Det som går ut, till exempel ett beslut.",
            "recipients": "De som processen finns till för.",
        }


class SettingsForm(Form):
    """Who answers for a process, who sees it and which units work in it."""

    owner = OwnerChoice()
    visibility = forms.ChoiceField(
        label="Synlig för",
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        help_text="Blir processen intern blir allt under den internt.",
    )
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label="Enheter som arbetar i processen",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["owner"].offer_employees(now=self.initial.get("owner"))
        self.fields["units"].queryset = Unit.objects.on(today).order_by("tree_id", "lft")


class PublishForm(Form):
    """From which day a version holds, and an answer for every step that may be an earlier one."""

    hide_optional = True

    valid_from = forms.DateField(label="Gäller från", help_text="Tomt betyder från i dag.")

    def __init__(self, *args: Any, plan: Plan, leaving: Sequence[Leaving] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaving = leaving
        self.fields["valid_from"].initial = timezone.localdate()
        self.fields["valid_from"].required = False
        self.plan = plan
        self.keys: dict[str, tuple[int, str]] = {}
        proposals = plan.proposals()
        for place, part in enumerate(plan.all()):
            earlier = [(str(row.pk), f"Samma som {row.title}") for row in part.gone]
            for match in part.questions:
                name = f"steg_{len(self.keys)}"
                self.keys[name] = (place, match.step.element_id)
                self.fields[name] = forms.ChoiceField(
                    label=match.step.title,
                    choices=[(NEW, "Nytt steg"), *earlier],
                    initial=proposals.get(match.step.element_id, NEW),
                    required=match.proposed is not None,
                )

        self._offer_places()

    def _offer_places(self) -> None:
        """Where what points at each step that disappears may go: to any step of the new map."""
        steps = [(one.step.element_id, one.step.title) for part in self.plan.all() for one in part.matches]
        for one in self.leaving:
            if one.is_movable:
                self.fields[one.key] = forms.ChoiceField(
                    label=f"Flytta det som pekar på {one.process.title} till",
                    choices=[("", "Ingenstans, det ligger kvar"), *steps],
                    required=False,
                )

    def places(self) -> list[Any]:
        """The field of each step that disappears, None where there is nothing to move."""
        return [self[one.key] if one.is_movable else None for one in self.leaving]

    def moves(self) -> dict[str, str]:
        """The answers as ``change_status`` takes them."""
        chosen = {str(one.process.pk): self.cleaned_data.get(one.key) or "" for one in self.leaving}
        return {pk: element for pk, element in chosen.items() if element}

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"] or timezone.localdate()
        if day < timezone.localdate():
            raise ValidationError("Versionen kan gälla tidigast i dag.")
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        seen: set[str] = set()
        for name in self.keys:
            chosen = data.get(name) or NEW
            if chosen != NEW and chosen in seen:
                self.add_error(name, "Två steg kan inte vara samma tidigare steg. Välj ett annat.")
            seen.add(chosen)
        return data

    def choices(self) -> dict[str, str]:
        """The answers as ``projection.project`` takes them."""
        return {element: self.cleaned_data.get(name) or NEW for name, (_, element) in self.keys.items()}

    def answers(self) -> Iterator[Any]:
        """The fields of the questions, for the page."""
        return (self[name] for name in self.keys)


class ReviewerChoice(forms.ModelChoiceField):
    """Those who may review the version, by name, with who stands in for whom is away."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), label="Vem ska granska?", empty_label="Välj", **kwargs)
        self.away: dict[int, str] = {}

    def offer(self, revision: ProcessRevision, *, but: int | None = None) -> None:
        people = reviewers(revision.process).exclude(pk__in=[revision.author_id, but or 0])
        self.away = away_today(people)
        self.queryset = people

    def label_from_instance(self, obj: Any) -> str:
        facts = (obj.name, obj.title, self.away.get(obj.pk, ""))
        return ", ".join(fact for fact in facts if fact)


class SendForm(Form):
    """Who is asked to review, by when, and what they should look at."""

    change_note = forms.CharField(
        label="Vad är ändrat?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kort, för den som granskar och för den som läser versionslistan.",
    )
    reviewer = ReviewerChoice(help_text="Alla som får granska kan göra det. Du frågar en av dem.")
    due = forms.DateField(label="Senast", help_text="Förslaget är tio arbetsdagar.")

    def __init__(self, *args: Any, revision: ProcessRevision, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["change_note"].required = not is_first
        self.fields["change_note"].initial = revision.change_note
        self.fields["due"].initial = default_due()
        self.fields["reviewer"].offer(revision)
        self.fields["reviewer"].initial = revision.reviewer_id or owner_id(revision.process)


class HandOverForm(Form):
    """Whom the granskning is handed over to; its last day stays."""

    reviewer = ReviewerChoice()
    comment = forms.CharField(
        label="Meddelande", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, revision: ProcessRevision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].offer(revision, but=revision.reviewer_id)
        self.fields["reviewer"].label = "Vem tar över?"


class AmendForm(Form):
    change_note = forms.CharField(
        label="Vad är ändrat?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Till exempel: rättade stavningen av två steg. Står i versionslistan.",
    )


class CommentForm(Form):
    text = forms.CharField(
        label="Kommentar",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Till den som skriver versionen. Skriv inga personuppgifter.",
    )


class ReasonForm(Form):
    comment = forms.CharField(
        label="Varför?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), required=True
    )


class CompareForm(Form):
    """Two of the versions that the reader may see, the earlier first."""

    fran = forms.TypedChoiceField(label="Från", coerce=int)
    till = forms.TypedChoiceField(label="Till", coerce=int)

    def __init__(self, *args: Any, versions: Iterable[ProcessRevision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.number, f"Version {one.label}, {one.standing().label.lower()}") for one in versions]
        for field in self.fields.values():
            field.choices = choices  # type: ignore[attr-defined]

    def numbers(self) -> tuple[int, int]:
        return self.cleaned_data["fran"], self.cleaned_data["till"]
