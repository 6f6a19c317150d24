"""Logging in, in one step or two, and choosing a password."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError

from kvalitet import limits
from kvalitet.forms import Form, FormMixin
from kvalitet.organisation import guessing
from kvalitet.organisation.actions import second_factors
from kvalitet.organisation.enums import DeviceKind
from kvalitet.organisation.forms import ADDRESS_LENGTH
from kvalitet.organisation.models import User

NEW_HINT = "Minst 12 tecken. Flera ord efter varandra är lätta att minnas och svåra att gissa."
TOO_MANY = "För många försök att logga in har misslyckats."
MAIL_INSTEAD = "Har du bråttom? Välj Jag har glömt lösenordet, så kommer du in med länken i mejlet."
DEVICE_HINT = (
    "Egen telefon: inloggad i 30 dagar, och ärenden frågar efter lösenordet. "
    "Delad enhet: du loggas ut när en rapport är skickad, och efter 10 minuter."
)


class LoginForm(FormMixin, AuthenticationForm):
    device = forms.ChoiceField(
        label="Var loggar du in?",
        choices=DeviceKind.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=DEVICE_HINT,
    )
    hide_optional = True
    error_messages = {
        "invalid_login": "E-postadress och lösenord stämmer inte. Kontrollera dem och försök igen.",
        "inactive": "E-postadress och lösenord stämmer inte. Kontrollera dem och försök igen.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-postadress"
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "maxlength": ADDRESS_LENGTH}
        )
        self.fields["password"].label = "Lösenord"

    # How long until the password is looked at, when there were too many tries.
    wait: timedelta | None = None

    def clean(self) -> dict[str, Any]:
        email = self.cleaned_data.get("username", "")
        self.wait = guessing.held_back(self.request, email)
        if self.wait:
            raise ValidationError(f"{TOO_MANY} {limits.refusal(self.wait)} {MAIL_INSTEAD}", code="held_back")
        try:
            return super().clean()
        except ValidationError:
            # Where axes has locked, no password was looked at.
            if not getattr(self.request, "axes_locked_out", False):
                guessing.failed(self.request, email)
            raise

    def clean_device(self) -> str:
        return self.cleaned_data["device"] or DeviceKind.ORDINARY

    def clean_username(self) -> str:
        # One spelling of an address, so that changing case does not start a new count of failed logins.
        email: str = self.cleaned_data["username"].strip().lower()
        if len(email) > ADDRESS_LENGTH:
            raise self.get_invalid_login_error()
        return email


class ConfirmForm(Form):
    """Only the password, of who is logged in already."""

    password = forms.CharField(
        label="Lösenord",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        given: str = self.cleaned_data["password"]
        person = authenticate(self.request, username=self.request.user.email, password=given)
        if person is None or person.pk != self.request.user.pk:
            raise ValidationError("Lösenordet stämmer inte. Försök igen.")
        return given


def _code_field(label: str = "Engångskod", hint: str = "Sex siffror, som appen visar nu.") -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "pattern": "[0-9 ]*", "size": 8}
    return forms.CharField(
        label=label,
        max_length=12,
        help_text=hint,
        widget=forms.TextInput(attrs={**attrs, "class": "kv-code"}),
    )


class CodeForm(Form):
    """A one-time code of ``person``'s, which is used up when it is right."""

    code = _code_field()

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].split())
        if reason := second_factors.refused(person=self.person, code=code):
            raise ValidationError(reason)
        return code


class RecoveryForm(Form):
    """One of ``person``'s recovery codes, which is used up when it is right."""

    code = forms.CharField(
        label="Återställningskod",
        max_length=40,
        help_text="Sexton tecken. Stora eller små bokstäver och bindestreck spelar ingen roll.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if reason := second_factors.refused(person=self.person, code=code, is_recovery=True):
            raise ValidationError(reason)
        return code


class FirstCodeForm(Form):
    """The first code of a new app. ``key`` is its secret, sealed: kept by the page alone until then."""

    key = forms.CharField(widget=forms.HiddenInput)
    code = _code_field(hint="Sex siffror. Skriv den som appen visar när den har läst av nyckeln.")

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class RemoveFactorForm(ConfirmForm):
    """Password and code: neither a phone left open nor a password alone takes the second step away."""

    code = forms.CharField(
        label="Engångskod eller återställningskod",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # A code is not used up by a wrong password.
        if cleaned.get("password") and cleaned.get("code"):
            code = "".join(cleaned["code"].split())
            is_recovery = not code.isdigit()
            person = self.request.user
            if reason := second_factors.refused(person=person, code=code, is_recovery=is_recovery):
                self.add_error("code", reason)
        return cleaned


class ResetFactorForm(Form):
    reason = forms.CharField(
        label="Hur vet du att det är rätt person?",
        max_length=200,
        help_text="Till exempel: ringde upp på numret i katalogen. Sparas i historiken.",
    )


class NewPasswordForm(FormMixin, SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_new_passwords(self)


class ChangePasswordForm(FormMixin, PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Nuvarande lösenord"
        _name_new_passwords(self)


def _name_new_passwords(form: Any) -> None:
    form.fields["new_password1"].label = "Nytt lösenord"
    form.fields["new_password1"].help_text = NEW_HINT
    form.fields["new_password2"].label = "Nytt lösenord igen"
    form.fields["new_password2"].help_text = ""


class PasswordLinkForm(Form):
    email = forms.EmailField(
        label="E-postadress",
        max_length=ADDRESS_LENGTH,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
