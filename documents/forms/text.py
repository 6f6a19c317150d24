from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from documents import writing
from documents.models import Revision
from kvalitet.forms import Form, ModelForm, VersionedFormMixin

PREVIEW = "forhandsgranskning"


class WrittenForm(VersionedFormMixin, ModelForm):
    """The text of an open version, and what is changed in it. Two who write at once see both texts."""

    one_of = ("body",)

    class Meta:
        model = Revision
        fields = ["body", "change_note"]
        labels = {"body": "Text", "change_note": "Vad är ändrat?"}
        help_texts = {
            "body": "Rubriker, listor och tabeller skrivs med vanliga tecken. Se ”Så skriver du” nedan.",
            "change_note": "Kort, för den som granskar och för den som läser listan över versioner.",
        }
        widgets = {
            "body": forms.Textarea(
                attrs={
                    "rows": 22,
                    "class": "kv-editor",
                    "spellcheck": "true",
                    "hx-post": "",
                    "hx-trigger": "input changed delay:600ms",
                    "hx-target": f"#{PREVIEW}",
                    "hx-vals": '{"preview": "1"}',
                    "hx-encoding": "multipart/form-data",
                    "hx-sync": "this:replace",
                }
            ),
            "change_note": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_body(self) -> str:
        body = writing.tidy(self.cleaned_data["body"])
        if len(body) > writing.MAX_CHARACTERS:
            raise ValidationError(writing.too_long(body))
        return body

    def _post_clean(self) -> None:
        """The verb writes the text with its checksum; without it the row would break its own rule here."""

    @classmethod
    def as_typed(cls, data: Any, revision: Revision) -> "WrittenForm":
        """The form with what was typed, unsaved and unjudged, which remembers what was shown at first."""
        form = cls(instance=revision)
        form.initial |= {name: data.get(name, "") for name in ("body", "change_note", "kv_base")}
        return form


class CompareForm(Form):
    """Two of the versions that the reader may see, the earlier first, by their numbers."""

    fran = forms.ChoiceField(label="Från")
    till = forms.ChoiceField(label="Till")

    def __init__(self, *args: Any, versions: Iterable[Revision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.label, f"Version {one.label}, {one.standing().label.lower()}") for one in versions]
        for field in self.fields.values():
            field.choices = choices
