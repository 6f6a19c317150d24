from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from kvalitet.forms import Form, ModelForm, VersionedFormMixin
from kvalitet.organisation import permissions
from kvalitet.organisation.actions.absences import fits_as_substitute
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Absence, RoleAssignment, Unit, User
from kvalitet.organisation.people import suggested_substitutes

ELSEWHERE = "other"
ADDRESS_LENGTH = 254


class UnitField(forms.ModelChoiceField):
    """A choice among open units, shown as a tree."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Unit.objects.none(), **kwargs)

    def offer(self, units: Any) -> None:
        """Offer ``units`` (a queryset) in the order of the tree."""
        self.queryset = units
        rows = units.in_tree_order()
        top = min((unit.level for unit in rows), default=0)
        empty = [("", self.empty_label or "")] if self.empty_label or not self.required else []
        self.choices = empty + [(unit.pk, "\u2003" * (unit.level - top) + unit.name) for unit in rows]


class PersonField(forms.CharField):
    """A person by e-mail address, so that no page has to list everyone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.EmailInput(attrs={"autocomplete": "off"}))
        super().__init__(max_length=ADDRESS_LENGTH, **kwargs)

    def clean(self, value: Any) -> User | None:
        email = super().clean(value).strip().lower()
        if not email:
            return None
        person = User.objects.filter(email=email, is_active=True).first()
        if person is None:
            raise ValidationError("Det finns ingen aktiv person med den adressen. Kontrollera stavningen.")
        return person


class PersonByAddress(PersonField):
    """A person by e-mail address in the form of a model, which keeps the person's key."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return User.objects.filter(pk=value).values_list("email", flat=True).first()
        return value


class AbsenceForm(ModelForm):
    """Dates from today to today and the likeliest ersättare chosen, so that a person only has to confirm."""

    choice = forms.ChoiceField(label="Ersättare", widget=forms.RadioSelect)
    other = PersonField(
        label="E-postadress till någon annan", required=False, help_text="Fyll i om du valde Någon annan."
    )

    class Meta:
        model = Absence
        fields = ["first_day", "last_day"]

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.instance.user = person
        today = timezone.localdate()
        self.initial |= {"first_day": today, "last_day": today}
        self.suggested = {str(one.pk): one for one in suggested_substitutes(person)}
        people = [
            (pk, f"{one.name}, {one.title}" if one.title else one.name) for pk, one in self.suggested.items()
        ]
        self.fields["choice"].choices = [*people, (ELSEWHERE, "Någon annan")]
        self.initial["choice"] = next(iter(self.suggested), ELSEWHERE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        choice = cleaned.get("choice")
        substitute = cleaned.get("other") if choice == ELSEWHERE else self.suggested.get(choice or "")
        if choice == ELSEWHERE and not substitute and "other" not in self.errors:
            self.add_error("other", "Skriv e-postadressen till den som är ersättare.")
        if substitute and not fits_as_substitute(substitute, self.person):
            self.add_error("choice", "Ersättaren behöver själv ha en roll i kvalitetsledningssystemet.")
        if substitute:
            self.instance.substitute = substitute
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # The one who enters it is set by the verb, which validates the whole.
        return {*super()._get_validation_exclusions(), "substitute", "user", "created_by"}


class AssignmentForm(ModelForm):
    person = PersonField(label="Personens e-postadress")
    unit = UnitField(label="Enhet", empty_label="Välj enhet")

    class Meta:
        model = RoleAssignment
        fields = ["role", "unit", "valid_from", "valid_to", "is_main_recipient", "is_acting"]
        help_texts = {
            "valid_from": "Kan vara ett datum framåt i tiden.",
            "valid_to": "Lämna tomt om rollen gäller tills vidare.",
        }

    field_order = ["person", "role", "unit", "valid_from", "valid_to", "is_main_recipient", "is_acting"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("valid_from", timezone.localdate())
        allowed = permissions.appointable_unit_ids(user)
        units = Unit.objects.on(timezone.localdate())
        self.fields["unit"].offer(units if allowed is None else units.filter(pk__in=list(allowed)))
        roles = permissions.roles_given_everywhere(user)
        if allowed is not None:
            roles = permissions.BY_MANAGER if self._leads(user) else permissions.BY_PROCESS_OWNER
            del self.fields["is_main_recipient"], self.fields["is_acting"]
        self.fields["role"].choices = [("", "Välj roll"), *((role.value, role.label) for role in roles)]

    @staticmethod
    def _leads(user: User) -> bool:
        scope = permissions.grants.scope(user, permissions.Permission.APPOINT_REPRESENTATIVE)
        return bool(scope)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("person"):
            self.instance.user = cleaned["person"]
        if cleaned.get("is_main_recipient") and cleaned.get("role") != Role.MANAGER:
            self.add_error("is_main_recipient", "Bara en chef kan vara huvudmottagare.")
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # Who appoints is set by the verb, which validates the whole. A constraint's condition names the main
        # recipient, and Django cannot judge it when that column is left out.
        left_out = {*super()._get_validation_exclusions(), "user", "created_by"}
        return left_out - {"is_main_recipient"}


class EndRoleForm(Form):
    last_day = forms.DateField(label="Sista dag", help_text="Rollen gäller till och med den dagen.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("last_day", timezone.localdate())


class PersonForm(ModelForm):
    class Meta:
        model = User
        fields = ["name", "email", "title", "phone"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


UNIT_FIELDS = [
    "name",
    "kind",
    "law",
    "mission",
    "contact_email",
    "contact_phone",
    "dnr_pattern",
    "valid_from",
]


class UnitForm(VersionedFormMixin, ModelForm):
    class Meta:
        model = Unit
        fields = UNIT_FIELDS


class PlaceMixin:
    """Parent and place among siblings, as a number so that it works with a keyboard and without scripts."""

    def offer_places(self, units: Any) -> None:
        self.fields["parent"] = UnitField(label="Ligger under", required=False, empty_label="Överst")
        self.fields["parent"].offer(units)
        self.fields["position"] = forms.IntegerField(
            label="Plats i ordningen",
            required=False,
            min_value=1,
            max_value=1000,
            help_text="1 är först. Lämna tomt för att lägga enheten sist.",
        )


class NewUnitForm(PlaceMixin, ModelForm):
    class Meta:
        model = Unit
        fields = UNIT_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_places(Unit.objects.on(timezone.localdate()))


class MoveForm(PlaceMixin, Form):
    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = {"tree_id": unit.tree_id, "lft__gte": unit.lft, "rght__lte": unit.rght}
        self.offer_places(Unit.objects.on(timezone.localdate()).exclude(**inside))
        self.initial |= {"parent": unit.parent_id}


class CloseForm(Form):
    last_day = forms.DateField(label="Sista dag som egen enhet")
    successor = UnitField(
        label="Uppgår i",
        required=False,
        empty_label="Ingen, enheten läggs ned",
        help_text="Enheten finns kvar i historik och statistik och hänvisar till den nya.",
    )
    take_over_roles = forms.BooleanField(
        label="Låt rollerna fortsätta i den nya enheten", required=False, initial=True
    )
    confirmed = forms.BooleanField(
        label="Jag har kontrollerat att det här stämmer",
        error_messages={"required": "Kryssa i att du har kontrollerat uppgifterna."},
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].offer(Unit.objects.on(timezone.localdate()).exclude(pk=unit.pk))
        self.initial.setdefault("last_day", timezone.localdate())
