"""Forms of the bulk upload: what goes for all files, and what is said of each."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from documents.bulk import named, sheets
from documents.enums import DocumentType, ItemChoice, Visibility
from documents.forms.document import PUBLIC_HINT, TYPE_HINT, refuse_personal
from documents.models import UploadBatch, UploadItem
from kvalitet.forms import Form, UploadField
from kvalitet.organisation.forms import PersonField, UnitField
from kvalitet.organisation.models import Unit, User

PROCESSES = "processer"


class ProcessByName(forms.CharField):
    """A process by its name or address, with the likeliest offered while one writes."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": PROCESSES, "autocomplete": "off"})
        super().__init__(max_length=300, required=False, widget=widget, **kwargs)
        self.user: Any = None

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        return named.process(self.user, text) if text else None


class BatchForm(Form):
    """What goes for all files of a bulk upload until something else is said of one."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    type = forms.ChoiceField(
        label="Typ", choices=[("", "Välj typ"), *DocumentType.choices], help_text=TYPE_HINT
    )
    owner_unit = UnitField(label="Enhet som äger dokumenten", empty_label="Välj enhet")
    responsible = PersonField(
        label="Ansvarig", help_text="E-postadress till den som ser till att dokumenten hålls aktuella."
    )
    visibility = forms.ChoiceField(
        label="Synligt för",
        choices=Visibility.choices,
        initial=Visibility.INTERNAL,
        widget=forms.RadioSelect,
        help_text=PUBLIC_HINT,
    )
    process = ProcessByName(label="Process", help_text="Dokumenten kopplas till den.")
    sheet = UploadField(
        label="Metadatablad",
        required=False,
        suffixes=(".xlsx",),
        help_text="En Excel-bok efter mallen, en rad för varje fil. Det som står där går före valen ovan.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.rows: sheets.Rows = {}
        self.fields["owner_unit"].offer(named.units_for(user))
        self.fields["process"].user = user
        self.initial.setdefault("responsible", user.email)
        self.initial.setdefault("submission", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        file = data.get("sheet")
        if file:
            try:
                self.rows = sheets.read(file, file.name, user=self.user, unit=data.get("owner_unit"))
            except sheets.BadSheet as bad:
                for problem in bad.problems:
                    self.add_error("sheet", problem)
        return data


class ItemForm(Form):
    """What is said of one file before it is made into a draft."""

    title = forms.CharField(label="Titel", max_length=200)
    choice = forms.ChoiceField(label="Gör så här")
    type = forms.ChoiceField(label="Typ", choices=DocumentType.choices)
    owner_unit = forms.ModelChoiceField(label="Enhet", queryset=Unit.objects.none())
    responsible = PersonField(label="Ansvarig")
    visibility = forms.ChoiceField(label="Synligt för", choices=Visibility.choices)
    process = ProcessByName(label="Process")

    def __init__(
        self,
        *args: Any,
        item: UploadItem,
        user: User,
        units: Any,
        unit_choices: Any,
        seen: set[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, prefix=f"fil-{item.pk}", **kwargs)
        self.item = item
        self.fields["owner_unit"].queryset = units
        self.fields["owner_unit"].choices = unit_choices
        self.fields["process"].user = user
        self.target = item.target if item.target_id in seen else None
        self.near = item.near if item.near_id in seen else None
        self.fields["choice"].choices = _choices(item, self.target or self.near)
        self.initial |= {
            "title": item.title,
            "choice": item.choice,
            "type": item.type,
            "owner_unit": item.owner_unit_id,
            "responsible": item.responsible.email,
            "visibility": item.visibility,
            "process": item.process.title if item.process else "",
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        refuse_personal(self)
        return data

    @property
    def needs_process(self) -> bool:
        return bool(self.item.choice == ItemChoice.LINK and not self.item.process_id)


def _choices(item: UploadItem, known: Any) -> list[tuple[str, str]]:
    """What can be made of the file, in words that name the document that is there."""
    offered = [
        (ItemChoice.NEW.value, "Lägg in som nytt dokument"),
        (ItemChoice.SKIP.value, "Ta inte in filen"),
    ]
    if known is None:
        return offered
    link = (ItemChoice.LINK.value, f"Koppla {known.title} till processen i stället")
    if item.is_same_file or item.target_id is None:
        return [link, *offered]
    version = (ItemChoice.VERSION.value, f"Lägg in som ny version av {known.title}")
    ask = [(ItemChoice.ASK.value, "Välj")] if item.choice == ItemChoice.ASK else []
    return [*ask, version, link, *offered]


def item_forms(
    items: Sequence[UploadItem], *, user: User, seen: set[int], data: Any = None
) -> list[ItemForm]:
    """A form for each of ``items``; the units are read once for all. ``seen`` are documents one may open."""
    units = named.units_for(user)
    tree = list(units.in_tree_order())
    top = min((unit.level for unit in tree), default=0)
    choices = [(unit.pk, "\u2003" * (unit.level - top) + unit.name) for unit in tree]
    shared = {"user": user, "units": units, "unit_choices": choices, "seen": seen}
    return [ItemForm(data, item=item, **shared) for item in items]


def changes(found: Iterable[ItemForm]) -> dict[int, dict[str, Any]]:
    return {one.item.pk: one.cleaned_data for one in found}


def is_whole(found: Sequence[ItemForm]) -> bool:
    """Every form is looked at, so that all that is wrong is told at once."""
    return not [one for one in found if not one.is_valid()]


def lead_of(batch: UploadBatch) -> str:
    return f"{batch.get_type_display()} för {batch.owner_unit.name}"
