"""A document or a process by its name, its number or its address, with the likely ones offered."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from documents.bulk import named
from documents.models import Document
from processes.models import Process

NO_DOCUMENT = "Dokumentet finns inte. Skriv dess titel, eller klistra in dess webbadress."
MANY_DOCUMENTS = "Flera dokument heter så. Klistra in webbadressen till det du menar."
NUMBER = re.compile(r"(?:.*/dokument/)?(\d{1,9})(?:/.*)?")
SLUG = re.compile(r".*/processer/([a-z0-9-]+)/.*")
MOST = 200


def offer_only(field: Any, choices: list[tuple[Any, str]], *, empty: str) -> None:
    """Let a choice among rows take those offered and no others: Django would take any row there is."""
    field.queryset = field.queryset.filter(pk__in=[pk for pk, _ in choices])
    field.choices = [("", empty), *choices]


class Offering(forms.TextInput):
    """A text field with a list of likely answers below it."""

    template_name = "improvement/offering.html"
    offered: Iterable[str] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {"list": f"val-{name}", "autocomplete": "off"}
        return {**context, "offered": list(self.offered), "list_id": f"val-{name}"}


class Picker(forms.CharField):
    """``user`` is who chooses: only what they may see can be chosen. Keeps the key in a form of a model.

    ``find`` gives the row with that title, or refuses with a ValidationError.
    """

    find: Callable[[str], Any]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(max_length=300, widget=Offering, **kwargs)
        self.user: Any = None

    def offer(self, user: Any, titles: Iterable[str]) -> None:
        self.user = user
        self.widget.offered = titles

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        return self.find(text) if text else None


class DocumentPicker(Picker):
    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return Document.objects.filter(pk=value).values_list("title", flat=True).first()
        return value

    def find(self, text: str) -> Document:
        rows = Document.objects.visible_to(self.user)
        number = NUMBER.fullmatch(text)
        found = list(rows.filter(title__iexact=text)[:2])
        if not found and number:
            found = list(rows.filter(pk=int(number[1])))
        if not found:
            raise ValidationError(NO_DOCUMENT)
        if len(found) > 1:
            raise ValidationError(MANY_DOCUMENTS)
        return found[0]


class ProcessPicker(Picker):
    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return Process.objects.filter(pk=value).values_list("slug", flat=True).first()
        return value

    def find(self, text: str) -> Process:
        address = SLUG.fullmatch(text)
        return named.process(self.user, address[1] if address else text)
