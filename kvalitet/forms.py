"""How forms look and behave: one renderer, native dates, uploads with limits, edits that lose nothing.

A template writes ``{{ form }}`` for the whole form with its error summary, or ``{% error_summary form %}``
and ``{{ form.title.as_field_group }}`` for a layout of its own.
"""

import contextlib
import hashlib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.models import model_to_dict
from django.forms.renderers import TemplatesSetting

from kvalitet import antivirus, fragments, naming, personuppgifter, storage, tracing
from kvalitet.masking import Masker, Spoken

DASHES = BLANK_CHOICE_DASH[0][1]
# Outside these a date is a slip of the hand; and the very first and last days there are have no neighbours.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
# Codes of errors that no browser causes by itself.
NOT_OFFERED = {"invalid_choice", "invalid_list", "invalid_pk_value", "null_characters_not_allowed"}
YEARS = f"Året ska ligga mellan {FIRST_DAY.year} och {LAST_DAY.year}. Kontrollera datumet."


class Renderer(TemplatesSetting):
    """Renders every form with ``templates/forms/``; named by the setting FORM_RENDERER."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> Any:
        """A list to choose from is drawn once for the same choices: Django draws it option by option."""
        if template_name == forms.Select.template_name:
            with contextlib.suppress(ValueError):  # choices that are rows or lazy texts
                return fragments.kept(template_name, context)
        return super().render(template_name, context, request)


class DateInput(forms.DateInput):
    """The browser's own date field, which wants ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own field for date and time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class UploadField(forms.FileField):
    """A file with a hint of what is taken; refused when over UPLOAD_MAX_BYTES, or when clamd knows it.

    ``suffixes`` such as (".docx", ".pdf") only guide the file dialogue: what a file really is must be judged
    from its content where it is stored. ``is_scanned`` says that clamd is asked there too, and not here.
    """

    def __init__(self, *, suffixes: tuple[str, ...] = (), is_scanned: bool = False, **kwargs: Any) -> None:
        self.is_scanned = is_scanned
        kinds = f" Filtyper: {', '.join(suffix.lstrip('.') for suffix in suffixes)}." if suffixes else ""
        kwargs.setdefault("help_text", f"Högst {_megabytes(settings.UPLOAD_MAX_BYTES)}.{kinds}")
        attrs = {"accept": ",".join(suffixes)} if suffixes else {}
        kwargs.setdefault("widget", forms.FileInput(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > settings.UPLOAD_MAX_BYTES:
            size, limit = _megabytes(file.size), _megabytes(settings.UPLOAD_MAX_BYTES)
            raise ValidationError(
                f"Filen är {size} och gränsen är {limit}. Dela upp den eller gör den mindre."
            )
        if file:
            refuse_lost(file)
        if file and not self.is_scanned:
            refuse_infected(file)
        return file


def refuse_lost(file: Any) -> None:
    """ValidationError when there was no room for the uploaded file on its way in."""
    if getattr(file, "is_lost", False):
        raise ValidationError(storage.FULL)


def refuse_infected(file: Any) -> None:
    """ValidationError when clamd stops the uploaded file."""
    try:
        antivirus.scan(file)
    except antivirus.Stopped as stopped:
        raise ValidationError(str(stopped)) from None


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, at most ``most``; what they are is judged where they are read."""

    def __init__(self, *, most: int | None = None, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if self.most is not None and len(data or ()) > self.most:
            raise ValidationError(f"Du valde {len(data)} filer. Högst {self.most} går att skicka.")
        files = [super(FilesField, self).clean(one, initial) for one in data or ()]
        for file in files:
            refuse_lost(file)
            refuse_infected(file)
        return files


def _megabytes(size: int) -> str:
    return f"{round(size / 1024**2, 1):g} MB".replace(".", ",")


class FormMixin:
    """What Kvalitet's forms have in common.

    ``hide_optional`` leaves out "(valfritt)", as in filters. ``one_of`` names fields of which one has to be
    filled in, so that none of them may be called optional.
    """

    hide_optional = False
    one_of: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_native_dates(self)
        _name_empty_choices(self)

    def full_clean(self) -> None:
        """Says in the log of security that somebody sent what the page does not offer; never what it was."""
        super().full_clean()  # type: ignore[misc]
        form: Any = self
        errors = form.errors.as_data() if form.is_bound else {}
        odd = sorted(name for name, told in errors.items() if any(one.code in NOT_OFFERED for one in told))
        if odd:
            tracing.event(f"sent what {type(self).__name__} does not offer in {', '.join(odd)}")


class Form(FormMixin, forms.Form):
    """Base of forms without a model."""


class ModelForm(FormMixin, forms.ModelForm):
    """Base of forms of a model."""


def _name_empty_choices(form: Any) -> None:
    """Django's row of dashes says nothing, least of all when it is read out."""
    for field in form.fields.values():
        words = "Välj" if field.required else "Inget valt"
        if getattr(field, "empty_label", None) == DASHES:
            field.empty_label = words
        elif isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            options: Any = field.choices
            field.choices = [(key, words if label == DASHES else label) for key, label in options]


def use_native_dates(form: Any) -> None:
    """Give every date field of ``form`` the browser's own date picker and a reasonable range, in place."""
    for field in form.fields.values():
        if isinstance(field, forms.DateField):
            field.validators = [*field.validators, _in_reasonable_years]
        if type(field.widget) is forms.DateInput:
            field.widget = DateInput(field.widget.attrs)
        elif type(field.widget) is forms.DateTimeInput:
            field.widget = DateTimeInput(field.widget.attrs)


def _in_reasonable_years(day: date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(YEARS)


NO_NAMES = "Skriv vad som hände, inte vem: inga namn eller personnummer."


class GuardedFormMixin:
    """Free text about what happened to somebody: what points out a person is marked before it is saved.

    ``GUARDED`` names the fields that warn: the form comes back with the places marked, and is saved when the
    person has changed the text, let the form mask it (a button named ``mask``: "all", or "one:" and the very
    words), or ticked that it stands. ``OPEN`` names the fields that are shown more widely, where what is
    certain is refused and the rest warns. Every field of them has a hint. ``spoken_of`` says by which words
    the one it is about is spoken of. Put the mixin before ``Form`` or ``ModelForm``.
    """

    GUARDED: tuple[str, ...] = ()
    OPEN: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self.was_masked = bool(data) and "mask" in data
        super().__init__(self._masked(data), *args, **kwargs)  # type: ignore[call-arg]
        self.fields: dict[str, Any]
        self.fields["accept_marked"] = forms.BooleanField(
            label="Jag har läst det som är markerat. Texten ska stå så.",
            required=False,
            widget=forms.HiddenInput,
        )
        for name in (*self.GUARDED, *self.OPEN):
            _hint(self.fields.get(name))

    def is_valid(self) -> bool:
        """A masked form comes back once, so that the person reads what it now says."""
        return super().is_valid() and not self.was_masked  # type: ignore[misc]

    def spoken_of(self, data: Any) -> Spoken:
        """From the page, which knows what the form is about; a form that knows better says so itself."""
        said = data.get("spoken_of", "")
        return next((one for one in Spoken if one.value == said), Spoken.PERSON)

    def _masked(self, data: Any) -> Any:
        if not self.was_masked:
            return data
        masked = data.copy()
        names = [name for name in dict.fromkeys((*self.GUARDED, *self.OPEN)) if name in masked]
        masker = Masker(self.spoken_of(data), [masked[name] for name in names])
        wanted = str(masked["mask"])
        only = wanted.removeprefix("one:") if wanted.startswith("one:") else ""
        for name in names:
            masked[name] = masker.mask(masked[name], only=only)
        return masked

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or vars(self)["cleaned_data"]  # type: ignore[misc]
        accepted = data.pop("accept_marked", False)
        marked = {
            name: findings
            for name in dict.fromkeys((*self.GUARDED, *self.OPEN))
            if (findings := self._findings(name, data.get(name) or ""))
        }
        if marked and not accepted:
            self._show_marked(marked)
        for name in self.OPEN:
            self._refuse_open(name, data.get(name) or "")
        return data

    def _findings(self, name: str, text: str) -> list[personuppgifter.Finding]:
        """What is certain is refused in an open field, so there only the rest is asked about."""
        found = naming.find(text)
        if name in self.OPEN:
            return [one for one in found if one.certainty is personuppgifter.Certainty.POSSIBLE]
        return found

    def _show_marked(self, marked: dict[str, list[personuppgifter.Finding]]) -> None:
        self.fields["accept_marked"].widget = forms.CheckboxInput()
        for name, findings in marked.items():
            shown = vars(self.fields[name])
            shown["marked"] = personuppgifter.mark(vars(self)["cleaned_data"][name], findings)
            shown["marked_words"] = list(dict.fromkeys(one.text for one in findings))
            self.add_error(name, [*personuppgifter.sentences(findings), personuppgifter.ADVICE])  # type: ignore[attr-defined]

    def _refuse_open(self, name: str, text: str) -> None:
        try:
            personuppgifter.block(text)
        except ValidationError as error:
            self.add_error(name, error)  # type: ignore[attr-defined]

    @property
    def has_marked(self) -> bool:
        return any(hasattr(field, "marked") for field in self.fields.values())


def _hint(field: Any) -> None:
    """What not to write, above the field, where its own hint does not say so already."""
    if field is None or "namn" in str(field.help_text).lower():
        return
    field.help_text = f"{field.help_text} Inga namn eller personnummer." if field.help_text else NO_NAMES


if TYPE_CHECKING:
    VersionedBase = forms.ModelForm[models.Model]
else:
    VersionedBase = object


class VersionedFormMixin(VersionedBase):
    """An edit that never overwrites what someone else wrote since the page was opened.

    The form carries a fingerprint of each field as it was shown. When it comes back, the row is locked and
    read anew: a field that only the other changed keeps their text, one that only this one changed gets
    the new text, and one that both changed is an error that shows both. Whoever saves then has seen both.

    Put the mixin before ``ModelForm``. The view must be inside ``transaction.atomic`` from validation to
    save, else Django refuses the lock. ``instance`` is read anew in ``clean``: unsaved changes are dropped.
    """

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kv_base"] = forms.CharField(required=False, widget=forms.HiddenInput)
        if self.instance.pk:
            self.initial["kv_base"] = _pack(self._fingerprints())

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        shown = _unpack(self.cleaned_data.pop("kv_base", ""))
        if not self.instance.pk or not shown:
            return self.cleaned_data
        self._lock_and_read()
        now = self._fingerprints()
        for name in shown.keys() & now.keys():
            if shown[name] != now[name]:
                self._settle(name, shown[name], now[name])
        self._count_as_seen(shown, now)
        return self.cleaned_data

    def _lock_and_read(self) -> None:
        rows = type(self.instance)._base_manager.select_for_update(of=("self",))
        try:
            self.instance.refresh_from_db(from_queryset=rows)
        except ObjectDoesNotExist:
            raise ValidationError("Det här har tagits bort av någon annan. Kopiera det du skrev.") from None

    def _settle(self, name: str, shown: str, now: str) -> None:
        """Someone else changed the field: take theirs when this person left it alone, else ask."""
        mine = _fingerprint(self.cleaned_data[name]) if name in self.cleaned_data else ""
        if mine == now:
            return
        if mine == shown:
            field = self.fields[name]
            self.cleaned_data[name] = field.clean(field.prepare_value(self._values()[name]))
            return
        vars(self.fields[name])["theirs"] = self._in_words(name)
        self.add_error(
            name, "Någon annan ändrade samma sak medan du skrev. Jämför, skriv ihop och spara igen."
        )

    def _count_as_seen(self, shown: dict[str, str], now: dict[str, str]) -> None:
        """The next time the form is sent, what was shown as a conflict is what the person changed it from."""
        conflicts = {name: now[name] for name in now if hasattr(self.fields[name], "theirs")}
        if conflicts:
            self.data = self.data.copy()
            self.data[self.add_prefix("kv_base")] = _pack({**shown, **conflicts})

    def _values(self) -> dict[str, Any]:
        return model_to_dict(self.instance, fields=list(self.fields))

    def _fingerprints(self) -> dict[str, str]:
        return {
            name: _fingerprint(value)
            for name, value in self._values().items()
            if not isinstance(self.fields[name], forms.FileField)
        }

    def _in_words(self, name: str) -> str:
        """The field's present value as the reader would see it."""
        display = getattr(self.instance, f"get_{name}_display", None)
        value = display() if display else getattr(self.instance, name)
        if isinstance(value, models.Manager):
            return ", ".join(str(one) for one in value.all()) or "(inget)"
        if isinstance(value, bool):
            return "Ja" if value else "Nej"
        return "(tomt)" if value in (None, "") else str(value)


def _fingerprint(value: Any) -> str:
    """Twelve hexadecimal digits of what a value means, the same from the database and from the form."""
    if isinstance(value, models.Model):
        value = value.pk
    elif isinstance(value, models.QuerySet | list | tuple | set):
        value = sorted(str(getattr(one, "pk", one)) for one in value)
    text = "" if value is None else str(value).replace("\r\n", "\n").strip()
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _pack(fingerprints: Mapping[str, str]) -> str:
    return " ".join(f"{name}:{fingerprint}" for name, fingerprint in fingerprints.items())


def _unpack(text: str) -> dict[str, str]:
    return dict(pair.split(":", 1) for pair in text.split() if ":" in pair)
