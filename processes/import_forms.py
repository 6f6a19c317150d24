"""Forms that take maps from other tools in: one, or many at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from kvalitet.forms import FilesField, FilesInput
from processes import imports, recognition, unpacking
from processes.enums import ProcessKind
from processes.forms import MapMixin, ProcessForm
from processes.models import Process
from processes.projection import NEW
from processes.recognition import Match
from processes.unpacking import SUFFIXES, Found

SHOWN = 5


class ImportForm(MapMixin, ProcessForm):
    """A file to a new process, or to the one it comes from: ``target`` is where the person said it belongs.

    Name and kind are asked for only when the process is new.
    """

    map_name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    target = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    field_order = ("file", "title", "parent", "kind", "visibility", "owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = "Tomt: det namn som står i kartan."
        self.matches: list[Match] = []
        self.chosen: Target | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.model is None:
            return data
        # An answer that cannot be read is no answer: the question comes again.
        self.errors.pop("target", None)
        key = data.setdefault("target", "")
        data["title"] = data.get("title") or imports.title_of(
            self.model, self.name or data.get("map_name", "")
        )
        self.matches = recognition.recognise(self.data_bytes, self.model)
        if not data.get("file"):
            self.chosen = self._chosen(key)
        is_new = not self.matches or key == NEW
        if "kind" in self.errors and not is_new:
            del self.errors["kind"]
        return data

    def _chosen(self, key: str) -> "Target | None":
        return next((one for one in targets(self.matches) if one.key == key and not one.reason), None)

    @property
    def is_answered(self) -> bool:
        """It has been seen, and the person has said which process it belongs to if that was asked."""
        said = self.chosen is not None or self.cleaned_data.get("target") == NEW
        return self.is_shown and (said or not self.matches)


@dataclass(frozen=True)
class Target:
    """One answer to where a recognised file belongs; with a ``reason`` it cannot be chosen."""

    key: str
    label: str
    process: Process
    number: int | None = None
    reason: str = ""


def targets(matches: Sequence[Match]) -> Iterator[Target]:
    """The processes that a file may be a new version of; only those it certainly is when there are any."""
    certain = [one for one in matches if one.is_certain]
    for match in (certain or matches)[:SHOWN]:
        process, row = match.process, match.open
        if row is None:
            yield Target(f"ny-{process.pk}", f"Ny version av {process.title}", process)
            continue
        label = f"Byt kartan i version {row.label} av {process.title}, som är under arbete"
        reason = ""
        if not row.is_written:
            reason = (
                f"Version {row.label} av {process.title} är fastställd och väntar på att publiceras. "
                "Publicera den eller lämna den tillbaka först."
            )
        yield Target(f"byt-{process.pk}-{row.number}", label, process, row.number, reason)


class ManyForm(ProcessForm):
    """Many files or a zip of them, and where the processes that are new are to lie."""

    title = None
    one_of = ("files", "folder")
    files = FilesField(
        label="Filer",
        required=False,
        widget=FilesInput(attrs={"multiple": True, "accept": f"{','.join(SUFFIXES)},.zip"}),
        help_text="BPMN-filer (.bpmn eller .xml), eller en zip-fil med dem.",
    )
    folder = FilesField(
        label="Eller en hel mapp",
        required=False,
        widget=FilesInput(attrs={"multiple": True, "webkitdirectory": True}),
        help_text="Fungerar på dator. Allt i mappen läses, också det som ligger i undermappar.",
    )
    field_order = ("files", "folder", "parent", "kind", "visibility", "owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label="Slag",
            choices=ProcessKind.choices,
            initial=ProcessKind.MAIN,
            help_text="För dem som ligger på första nivån.",
        )
        self.order_fields(self.field_order)
        self.found: list[Found] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        sent = [(one.name, one) for name in ("files", "folder") for one in data.get(name) or ()]
        try:
            self.found = unpacking.collect(sent)
        except unpacking.RefusedUpload as refused:
            self.add_error("files", str(refused))
        return data

    def where(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("parent", "kind", "visibility", "owner")}
