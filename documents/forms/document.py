from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html

from documents import permissions, starts, uploads
from documents.enums import LAW_AREAS, DocumentType, Retention, Source, Visibility
from documents.files.kinds import FileKind, RefusedFile
from documents.models import Document, Revision
from documents.models.document import (
    DEFAULT_REVIEW_MONTHS,
    LAW_REVIEW_MONTHS,
    retention_of,
    review_months_of,
)
from documents.permissions import Permission
from documents.writing import Written
from kvalitet import personuppgifter
from kvalitet.forms import Form, ModelForm, UploadField, VersionedFormMixin
from kvalitet.organisation import grants, registry_numbers
from kvalitet.organisation.forms import PersonByAddress, PersonField, UnitField
from kvalitet.organisation.models import Unit, User

AGAIN = "Välj filen igen. Webbläsaren lämnar inte kvar den när något annat behöver rättas."
LACKS = {
    "": ("file", "Välj en fil, eller skriv en länk."),
    Source.UPLOADED: ("file", "Välj en fil, eller skriv texten här i stället."),
    Source.LINK: ("url", "Skriv adressen till webbsidan."),
}
TYPE_HINT = "Typen avgör vem som fastställer."
PUBLIC_HINT = "Öppna dokument visas för alla på webben. I dem får inga personnummer stå."


class WebAddressField(forms.URLField):
    """A link to a web page; no other scheme, and no name before an @ that looks like a host."""

    default_error_messages = {"invalid": "Skriv adressen till en webbsida, som https://www.exempel.se/."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", max_length=1000, **kwargs)
        self.validators = [URLValidator(schemes=["http", "https"], message=self.error_messages["invalid"])]

    def clean(self, value: Any) -> str:
        address: str = super().clean(value)
        if "@" in urlsplit(address).netloc:
            raise ValidationError("Adressen får inte ha ett namn före ett @.")
        return address


class ContentForm(Form):
    """A file, a text or a link, and what is changed. ``content`` is what the verbs take, when it is valid.

    Who sends a file or a link without saying which it is has said so by sending it.
    """

    source = forms.ChoiceField(
        label="Hur läggs innehållet in?",
        required=False,
        choices=[
            (Source.UPLOADED.value, "Ladda upp en fil"),
            (Source.AUTHORED.value, "Skriv här"),
            (Source.LINK.value, "Länka till en annan webbplats"),
        ],
        widget=forms.RadioSelect,
    )
    file = UploadField(
        label="Fil",
        required=False,
        suffixes=tuple(f".{kind.value}" for kind in FileKind),
        is_scanned=True,
    )
    url = WebAddressField(
        label="Länk", required=False, help_text="Till exempel https://www.socialstyrelsen.se/…"
    )
    start = forms.ChoiceField(
        label="Börja från", required=False, help_text="Du skriver i nästa steg, med förhandsgranskning."
    )
    change_note = forms.CharField(
        label="Vad är ändrat?",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kort, för den som granskar och för den som läser listan över versioner.",
    )
    content: uploads.CheckedFile | Written | str | None = None
    one_of: tuple[str, ...] = ("source", "file", "url", "start")

    def __init__(self, *args: Any, user: User, document: Document | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.document = document
        points = starts.choices(user, document)
        self.fields["start"].choices = points
        self.initial.setdefault("start", points[0][0])
        self.initial.setdefault("source", Source.UPLOADED)
        if "accept_same" in self.data:
            self._offer_same()

    def full_clean(self) -> None:
        super().full_clean()
        if self.files.get("file") and self.errors and "file" not in self.errors:
            self.add_error("file", AGAIN)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        file, url, source = data.get("file"), data.get("url"), data.get("source")
        if file and url and not source:
            self.add_error("url", "Välj antingen en fil eller en länk, inte båda.")
        elif source == Source.AUTHORED:
            self._begin_text(data.get("start", ""))
        elif file and source != Source.LINK:
            self._check(file)
        elif url and source != Source.UPLOADED:
            self.content = url
        elif self._lacks_content(source):
            self.add_error(*LACKS[source])
        return data

    def _lacks_content(self, source: str) -> bool:
        return not {"file", "url"} & set(self.errors)

    def _begin_text(self, choice: str) -> None:
        self.content = starts.take(choice, user=self.user, document=self.document)

    def _check(self, file: Any) -> None:
        try:
            self.content = uploads.check(file, file.name)
        except RefusedFile as refused:
            self.add_error("file", refused.reason)
            return
        same = self._same_elsewhere(self.content.sha256)
        if same is not None and not self.cleaned_data.get("accept_same"):
            self._offer_same()
            self.add_error("file", self._same_words(same))

    def _same_elsewhere(self, sha256: str) -> Revision | None:
        rows = Revision.objects.visible_to(self.user).filter(sha256=sha256).select_related("document")
        if self.document is not None:
            rows = rows.exclude(document=self.document)
        return rows.first()

    def _same_words(self, same: Revision) -> Any:
        return format_html(
            'Samma fil finns redan i <a href="{}">{}</a>. Koppla hellre det dokumentet till din process, '
            "så finns texten på ett ställe. Vill du ändå lägga in filen här: kryssa i rutan och välj filen "
            "igen.",
            same.document.get_absolute_url(),
            same.document.title,
        )

    def _offer_same(self) -> None:
        self.fields["accept_same"] = forms.BooleanField(label="Lägg in samma fil även här", required=False)


class RevisionForm(ContentForm):
    """A new version of a document that has one."""

    is_minor = forms.TypedChoiceField(
        label="Hur stor är ändringen?",
        choices=[
            ("", "Ny version: arbetssättet ändras, och ändringen granskas"),
            ("1", "Redaktionell ändring: ord, namn eller länkar. Du publicerar den själv"),
        ],
        coerce=bool,
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
    )
    field_order = ["source", "file", "url", "start", "change_note", "is_minor"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["change_note"].required = True
        if self.document is None or not self.document.revisions.issued().exists():
            del self.fields["is_minor"]


class DraftForm(ContentForm):
    """Another file, text or link in an open version, or other words about what is changed."""

    one_of = ("source", "start")

    def __init__(self, *args: Any, revision: Revision, **kwargs: Any) -> None:
        super().__init__(*args, document=revision.document, **kwargs)
        self.revision = revision
        self.initial |= {
            "change_note": revision.change_note,
            "url": revision.url,
            "source": revision.source,
        }
        self.fields["file"].label = "Ny fil"
        if revision.file_name:
            self.fields["file"].help_text += format_html(" Nu ligger {} här.", revision.file_name)

    def _lacks_content(self, source: str) -> bool:
        """Who changes the words alone lets the content be; another source needs a content of its own."""
        return bool(source) and source != self.revision.source and super()._lacks_content(source)

    def _begin_text(self, choice: str) -> None:
        if not self.revision.is_authored:
            super()._begin_text(choice)

    def clean_url(self) -> str:
        """The address as it was counts as no change, so that a file may be chosen instead."""
        url: str = self.cleaned_data["url"]
        return "" if url and url == self.initial.get("url") and self.files.get("file") else url


def refuse_personal(form: Any) -> None:
    """What everyone may read may not name a person."""
    if form.cleaned_data.get("visibility") != Visibility.PUBLIC:
        return
    for name in ("title", "keywords", "target_group"):
        try:
            personuppgifter.block(form.cleaned_data.get(name) or "")
        except ValidationError as error:
            form.add_error(name, error)


def _refuse_misfit(form: Any, unit: Unit | None) -> None:
    """A diarienummer that is new here follows the nämnd's pattern; what stood before may stand."""
    number = form.cleaned_data.get("dnr") or ""
    if unit is None or "dnr" not in form.changed_data:
        return
    try:
        registry_numbers.refuse_misfit(number, unit)
    except ValidationError as error:
        form.add_error("dnr", error)


def _units_for(user: User, *, also: Iterable[int]) -> Any:
    wanted = grants.scope(user, Permission.WRITE).where("pk") | Q(pk__in=list(also))
    return Unit.objects.on(timezone.localdate()).filter(wanted)


class NewDocumentForm(ContentForm):
    """A document with its first version."""

    title = forms.CharField(label="Titel", max_length=200)
    type = forms.ChoiceField(
        label="Typ", choices=[("", "Välj typ"), *DocumentType.choices], help_text=TYPE_HINT
    )
    owner_unit = UnitField(label="Enhet som äger dokumentet", empty_label="Välj enhet")
    responsible = PersonField(
        label="Ansvarig", help_text="E-postadress till den som ser till att dokumentet hålls aktuellt."
    )
    visibility = forms.ChoiceField(
        label="Synligt för",
        choices=Visibility.choices,
        initial=Visibility.INTERNAL,
        widget=forms.RadioSelect,
        help_text=PUBLIC_HINT,
    )
    keywords = forms.CharField(
        label="Sökord", required=False, max_length=500, help_text="Skilj orden åt med komma."
    )
    target_group = forms.CharField(
        label="Målgrupp",
        required=False,
        max_length=200,
        help_text="Till exempel socialsekreterare, nattpersonal.",
    )
    law = forms.ChoiceField(label="Lagområde", required=False, choices=[("", "Inget särskilt"), *LAW_AREAS])
    retention = forms.ChoiceField(
        label="Gallring",
        required=False,
        choices=[("", "Som typen brukar"), *Retention.choices],
        help_text="Riktlinjer, planer och rutiner bevaras. Lathundar, checklistor, mallar och länkar gallras "
        "när de inte längre behövs.",
    )
    dnr = forms.CharField(label="Diarienummer", required=False, max_length=60)
    review_months = forms.IntegerField(
        label="Ses över var (månader)",
        required=False,
        min_value=1,
        max_value=120,
        help_text=f"Lämna tomt för {DEFAULT_REVIEW_MONTHS} månader, "
        f"eller {LAW_REVIEW_MONTHS} för en länk till lag eller föreskrift.",
    )
    is_governing = forms.BooleanField(
        label="Styrande för kvalitetsledningssystemet",
        required=False,
        help_text="Visas på sidan Om kvalitetsledningssystemet.",
    )
    field_order = [
        "title",
        "type",
        "source",
        "file",
        "url",
        "start",
        "accept_same",
        "owner_unit",
        "responsible",
        "visibility",
        "target_group",
        "law",
        "keywords",
        "review_months",
        "retention",
        "dnr",
        "is_governing",
    ]

    def __init__(self, *args: Any, process: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["change_note"]
        own = permissions.units_of_own(self.user, process)
        self.fields["owner_unit"].offer(_units_for(self.user, also=own))
        self.initial.setdefault("responsible", self.user.email)
        if not permissions.may_write_everywhere(self.user):
            del self.fields["is_governing"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        refuse_personal(self)
        _refuse_misfit(self, data.get("owner_unit"))
        kind = data.get("type") or ""
        if "review_months" not in self.errors:
            data["review_months"] = data.get("review_months") or review_months_of(kind)
        data["retention"] = data.get("retention") or retention_of(kind)
        return data


class DocumentForm(VersionedFormMixin, ModelForm):
    """Who answers for a document, who sees it, and when it is looked over."""

    owner_unit = UnitField(label="Enhet som äger dokumentet")
    responsible = PersonByAddress(
        label="Ansvarig", help_text="E-postadress till den som ser till att dokumentet hålls aktuellt."
    )

    class Meta:
        model = Document
        fields = [
            "title",
            "type",
            "owner_unit",
            "responsible",
            "visibility",
            "target_group",
            "law",
            "keywords",
            "review_months",
            "retention",
            "dnr",
            "is_governing",
        ]
        widgets = {"visibility": forms.RadioSelect}
        help_texts = {
            "type": TYPE_HINT,
            "visibility": PUBLIC_HINT,
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_unit"].offer(_units_for(user, also=[self.instance.owner_unit_id]))
        self.fields["type"].choices = DocumentType.choices
        self.fields["law"].choices = [("", "Inget särskilt"), *LAW_AREAS]
        self.fields["visibility"].choices = Visibility.choices
        if not permissions.may_write_everywhere(user):
            del self.fields["is_governing"]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        refuse_personal(self)
        _refuse_misfit(self, self.cleaned_data.get("owner_unit"))
        return data


class DnrForm(VersionedFormMixin, ModelForm):
    """What the registrator enters."""

    class Meta:
        model = Document
        fields = ["dnr"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        _refuse_misfit(self, self.instance.owner_unit)
        return data
