"""Forms of where a process lies and what its address is."""

from typing import Any

from django import forms

from kvalitet.forms import Form
from processes.enums import ProcessKind
from processes.forms import ParentChoice, parents
from processes.models import Process


class MoveForm(Form):
    """Under which process, or on the first level as which kind. Whether it can be, the verb says."""

    parent = ParentChoice(label="Ny plats", required=False, empty_label="Första nivån")
    kind = forms.ChoiceField(
        label="Slag",
        choices=[("", "Väljs bara på första nivån"), *ProcessKind.choices],
        required=False,
    )
    hide_optional = True

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if process.parent_id is None:
            self.fields["parent"].empty_label, self.fields["parent"].required = "Välj", True
            del self.fields["kind"]
        inside = process.get_descendants(include_self=True).values("pk")
        self.fields["parent"].offer(parents().exclude(pk__in=inside))


class AddressForm(Form):
    slug = forms.CharField(
        label="Adress",
        max_length=200,
        help_text="Det som står efter /processer/. Små bokstäver a till z, siffror och bindestreck.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
