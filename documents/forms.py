from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.html import format_html

from documents import permissions, uploads
from documents.enums import Approver, DocumentType, Visibility
from documents.files.kinds import FileKind, RefusedFile
from documents.models import Document, Revision
from documents.models.document import DEFAULT_REVIEW_MONTHS
from documents.permissions import Permission
from kvalitet import personuppgifter
from kvalitet.forms import Form, ModelForm, UploadField, VersionedFormMixin
from kvalitet.organisation import grants
from kvalitet.organisation.forms import PersonByAddress, PersonField, UnitField
from kvalitet.organisation.models import Unit, User

AGAIN = "Välj filen igen. Webbläsaren lämnar inte kvar den när något annat behöver rättas."
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
    """A file or a link, and what is changed. ``content`` is what the verbs take, once the form is valid."""

    file = UploadField(
        label="Fil",
        required=False,
        suffixes=tuple(f".{kind.value}" for kind in FileKind),
        is_scanned=True,
    )
    url = WebAddressField(
        label="Eller en länk", required=False, help_text="Till exempel https://www.socialstyrelsen.se/…"
    )
    change_note = forms.CharField(
        label="Vad är ändrat?",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kort, för den som granskar och för den som läser listan över versioner.",
    )
    content: uploads.CheckedFile | str | None = None
    needs_content = True
    one_of = ("file", "url")

    def __init__(self, *args: Any, user: User, document: Document | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.document = document
        if "accept_same" in self.data:
            self._offer_same()

    def full_clean(self) -> None:
        super().full_clean()
        if self.files.get("file") and self.errors and "file" not in self.errors:
            self.add_error("file", AGAIN)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        file, url = data.get("file"), data.get("url")
        if file and url:
            self.add_error("url", "Välj antingen en fil eller en länk, inte båda.")
        elif file:
            self._check(file)
        elif url:
            self.content = url
        elif self.needs_content and not {"file", "url"} & set(self.errors):
            self.add_error("file", "Välj en fil, eller skriv en länk.")
        return data

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
        choices=[("", "Ny version: arbetssättet ändras"), ("1", "Mindre ändring: ord, namn eller länkar")],
        coerce=bool,
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
    )
    field_order = ["file", "url", "change_note", "is_minor"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["change_note"].required = True
        if self.document is None or not self.document.revisions.issued().exists():
            del self.fields["is_minor"]


class DraftForm(ContentForm):
    """Another file or link in an open version, or other words about what is changed."""

    needs_content = False
    one_of = ()

    def __init__(self, *args: Any, revision: Revision, **kwargs: Any) -> None:
        super().__init__(*args, document=revision.document, **kwargs)
        self.initial |= {"change_note": revision.change_note, "url": revision.url}
        self.fields["file"].label = "Ny fil"
        if revision.file_name:
            self.fields["file"].help_text += format_html(" Nu ligger {} här.", revision.file_name)

    def clean_url(self) -> str:
        """The address as it was counts as no change, so that a file may be chosen instead."""
        url: str = self.cleaned_data["url"]
        return "" if url and url == self.initial.get("url") and self.files.get("file") else url


def _refuse_personal(form: Any) -> None:
    """What everyone may read may not name a person."""
    if form.cleaned_data.get("visibility") != Visibility.PUBLIC:
        return
    for name in ("title", "keywords"):
        try:
            personuppgifter.block(form.cleaned_data.get(name) or "")
        except ValidationError as error:
            form.add_error(name, error)


def _units_for(user: User, *, also: Iterable[int] = ()) -> Any:
    scope = grants.scope(user, Permission.WRITE)
    units = Unit.objects.on(timezone.localdate())
    return units if scope.everywhere else units.filter(pk__in=[*scope.unit_ids, *also])


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
    dnr = forms.CharField(label="Diarienummer", required=False, max_length=60)
    review_months = forms.IntegerField(
        label="Ses över var (månader)", initial=DEFAULT_REVIEW_MONTHS, min_value=1, max_value=120
    )
    is_governing = forms.BooleanField(
        label="Styrande för kvalitetsledningssystemet",
        required=False,
        help_text="Visas på sidan Om kvalitetsledningssystemet.",
    )
    field_order = [
        "title",
        "type",
        "file",
        "url",
        "accept_same",
        "owner_unit",
        "responsible",
        "visibility",
        "keywords",
        "review_months",
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
        _refuse_personal(self)
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
            "keywords",
            "review_months",
            "next_review",
            "dnr",
            "is_governing",
        ]
        widgets = {"visibility": forms.RadioSelect}
        help_texts = {
            "type": TYPE_HINT,
            "visibility": PUBLIC_HINT,
            "next_review": "Räknas fram när en version fastställs. Kan flyttas.",
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_unit"].offer(_units_for(user, also=[self.instance.owner_unit_id]))
        self.fields["type"].choices = DocumentType.choices
        self.fields["visibility"].choices = Visibility.choices
        if not permissions.may_write_everywhere(user):
            del self.fields["is_governing"]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        _refuse_personal(self)
        return data


class DnrForm(VersionedFormMixin, ModelForm):
    """What the registrator enters."""

    class Meta:
        model = Document
        fields = ["dnr"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class ApproveForm(Form):
    """From which day a version holds, and for a riktlinje what the board decided."""

    valid_from = forms.DateField(label="Gäller från")
    decision = forms.CharField(label="Nämndens paragraf", max_length=60, help_text="Till exempel § 71.")
    decided_on = forms.DateField(label="Datum för nämndens beslut")
    field_order = ["decision", "decided_on", "valid_from"]

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("valid_from", timezone.localdate())
        if document.approver != Approver.BOARD:
            del self.fields["decision"], self.fields["decided_on"]


class ReasonForm(Form):
    comment = forms.CharField(label="Varför?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class InviteForm(Form):
    person = PersonField(label="Personens e-postadress")
    permission = forms.ChoiceField(
        label="Får",
        choices=[
            (Permission.COAUTHOR.value, "Skriva: läsa utkast och lägga in nya versioner"),
            (
                Permission.GUEST.value,
                "Läsa det som är fastställt, fast dokumentet inte är öppet för personen",
            ),
        ],
        widget=forms.RadioSelect,
    )
