"""Forms of reading: who is asked, what is taken up at a meeting, introductions, and what a unit says."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.enums import Stage
from documents.models import Document, IntroductionPackage
from documents.models.receipts import DEFAULT_DAYS
from documents.reading.rights import ReadingPermission
from kvalitet.forms import Form, ModelForm, VersionedFormMixin
from kvalitet.lookups import number_in
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.forms import PersonField, UnitField
from kvalitet.organisation.models import Unit, User
from processes.models import Process

ROLES = [(role.value, role.label) for role in Role if role != Role.PROVIDER_CONTACT]


class RequirementForm(Form):
    """Who is asked to confirm a document, and in how many days."""

    role = forms.ChoiceField(label="Roll", choices=[("", "Alla roller"), *ROLES], required=False)
    unit = UnitField(
        label="Enhet",
        required=False,
        empty_label="Hela organisationen",
        help_text="Enheterna under den räknas med.",
    )
    days = forms.IntegerField(
        label="Dagar att läsa",
        initial=DEFAULT_DAYS,
        min_value=1,
        max_value=365,
        help_text="Räknas från dagen då versionen börjar gälla, eller då personen börjar i rollen.",
    )
    hide_optional = True

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(Unit.objects.on(timezone.localdate()))
        self.initial.setdefault("unit", document.owner_unit_id)
        self.initial.setdefault("role", Role.EMPLOYEE)


class BackForm(Form):
    reason = forms.CharField(
        label="Varför?", max_length=500, help_text="Till exempel: var inte med, förkryssad av misstag."
    )


class AptItemForm(Form):
    """A document for the list of one of the units where the person may put it."""

    unit = UnitField(label="Enhet", empty_label="Välj enhet")
    changes = forms.CharField(
        label="Vad ändras för oss?",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="En eller två meningar som visas stort på skärmen.",
    )
    question = forms.CharField(label="Fråga att prata om", required=False, max_length=300)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = grants.scope(user, ReadingPermission.PLAN_APT)
        self.fields["unit"].offer(Unit.objects.on(timezone.localdate()).filter(scope.where("pk")))
        own = sorted(grants.own_unit_ids(user) & scope.unit_ids)
        if len(own) == 1:
            self.initial.setdefault("unit", own[0])


MINIMUM = {"documents": "ett dokument", "points": "en punkt"}


class HoldForm(Form):
    """What was taken up, who was there, and when. Pressed twice, ``form_key`` makes one record."""

    one_of = ("documents", "points")

    held_on = forms.DateField(label="Datum")
    documents = forms.MultipleChoiceField(
        label="Dokument vi gick igenom", required=False, widget=forms.CheckboxSelectMultiple
    )
    points = forms.MultipleChoiceField(
        label="Punkter vi pratade om", required=False, widget=forms.CheckboxSelectMultiple
    )
    people = forms.TypedMultipleChoiceField(
        label="De här var med", coerce=int, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label="Anteckning", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, items: Any, people: Any, points: Any = (), corrects: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(one.pk): one for one in items}
        self.fields["documents"].choices = [(key, one.title) for key, one in self.rows.items()]
        self.fields["points"].choices = [(one.key, one.title) for one in points]
        self.fields["people"].choices = [(one.pk, str(one)) for one in people]
        self.fields["people"].error_messages["required"] = "Kryssa för minst en som var med."
        self.initial.setdefault("held_on", timezone.localdate())
        self.initial.setdefault("documents", list(self.rows))
        self.initial.setdefault("points", [one.key for one in points])
        for name in self.one_of:
            if corrects is not None or not self.fields[name].choices:
                del self.fields[name]
        self.initial.setdefault("form_key", uuid.uuid4())
        if corrects is not None:
            self.fields["note"].label, self.fields["note"].required = "Vad var fel?", True

    def clean_held_on(self) -> Any:
        day = self.cleaned_data["held_on"]
        if day > timezone.localdate():
            raise ValidationError("Genomgången kan inte ligga framåt i tiden. Registrera den efteråt.")
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        offered = [name for name in self.one_of if name in self.fields]
        if offered and not any(data.get(name) or name in self.errors for name in offered):
            words = " eller ".join(MINIMUM[name] for name in offered)
            self.add_error(offered[0], f"Kryssa för minst {words}.")
        return data


class StandForm(Form):
    """Gäller or gäller inte, with the reason, and whether the unit has taken part of the version in force."""

    applies = forms.TypedChoiceField(
        label="Gäller dokumentet för enheten?",
        choices=[("ja", "Gäller"), ("nej", "Gäller inte")],
        coerce=lambda value: value == "ja",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Skäl", required=False, max_length=300, help_text="Behövs när dokumentet inte gäller."
    )
    has_seen = forms.BooleanField(label="Enheten har tagit del av den version som gäller", required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("applies") is False and not data.get("reason"):
            self.add_error("reason", "Skriv varför dokumentet inte gäller för enheten.")
        return data


class PackageForm(VersionedFormMixin, ModelForm):
    unit = UnitField(label="Enhet", required=False, empty_label="Hela organisationen")

    class Meta:
        model = IntroductionPackage
        fields = ["title", "role", "unit", "is_active"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = grants.scope(user, ReadingPermission.PLAN_INTRODUCTION)
        self.fields["role"].choices = ROLES
        if not scope.everywhere:
            self.fields["unit"].required, self.fields["unit"].empty_label = True, "Välj enhet"
        self.fields["unit"].offer(Unit.objects.on(timezone.localdate()).filter(scope.where("pk")))

    def _get_validation_exclusions(self) -> set[str]:
        # Who lays it up is set by the verb, which validates the whole.
        return {*super()._get_validation_exclusions(), "created_by"}


class ItemForm(Form):
    """One item: the title of a document or a process, or something to do."""

    stage = forms.ChoiceField(label="När", choices=Stage.choices, initial=Stage.WEEK_1)
    document = forms.CharField(
        label="Dokument", required=False, max_length=200, help_text="Skriv titeln, eller numret i adressen."
    )
    process = forms.CharField(
        label="Eller en process", required=False, max_length=200, help_text="Skriv processens namn."
    )
    text = forms.CharField(
        label="Eller något att göra",
        required=False,
        max_length=200,
        help_text="Till exempel: få nycklar och behörighet. Handledaren kvitterar.",
    )
    one_of = ("document", "process", "text")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_document(self) -> Document | None:
        word = self.cleaned_data["document"].strip()
        rows = Document.objects.visible_to(self.user).in_force()
        return self._one(rows, word, "dokument") if word else None

    def clean_process(self) -> Process | None:
        word = self.cleaned_data["process"].strip()
        rows = Process.objects.visible_to(self.user).active()
        return self._one(rows, word, "process") if word else None

    @staticmethod
    def _one(rows: Any, word: str, kind: str) -> Any:
        number = number_in(word)
        if number is not None:
            found = list(rows.filter(pk=number)[:1])
        else:
            found = list(rows.filter(title__iexact=word)[:2]) or list(rows.filter(title__icontains=word)[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(f"Inget gällande {kind} heter så. Kontrollera stavningen.")
        names = ", ".join(one.title for one in found[:5])
        raise ValidationError(f"Flera passar: {names}. Skriv hela titeln.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in self.one_of if data.get(name)]
        if len(given) > 1:
            self.add_error(given[1], "Välj bara ett: ett dokument, en process eller något att göra.")
        if not given and not set(self.one_of) & set(self.errors):
            self.add_error("document", "Skriv ett dokument, en process eller något att göra.")
        return data


class MentorForm(Form):
    mentor = PersonField(label="Handledarens e-postadress")
