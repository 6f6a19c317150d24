"""The second step of a login: giving the code, setting it up, the codes in reserve, taking it away."""

import base64
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kvalitet import sealing, tracing
from kvalitet.organisation import devices, permissions
from kvalitet.organisation import second_factor as rules
from kvalitet.organisation.actions import second_factors
from kvalitet.organisation.login_forms import (
    CodeForm,
    FirstCodeForm,
    RecoveryForm,
    RemoveFactorForm,
    ResetFactorForm,
)
from kvalitet.organisation.models import SecondFactor, User
from kvalitet.organisation.views.session import after, to_second_step

# How long a key may wait on the page for its first code.
KEY_WAITS = 60 * 60
PURPOSE = "organisation.new_second_factor"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest, *, is_recovery: bool = False) -> HttpResponse:
    """The code after the password; whoever must have one and has none sets it up first."""
    person = rules.halfway(request)
    if request.user.is_authenticated:
        return redirect(after(request))
    if person is None:
        return redirect_to_login(after(request))
    if "cancel" in request.POST:
        request.session.flush()
        return redirect("organisation:login")
    if not rules.has_one(person):
        return redirect(f"{reverse('organisation:second_factor')}?{urlencode({'next': after(request)})}")
    form = (RecoveryForm if is_recovery else CodeForm)(request.POST or None, person=person)
    if request.method == "POST":
        tracing.event("second step taken" if form.is_valid() else "second step refused", person.pk)
    if request.method == "POST" and form.is_valid():
        rules.prove(request)
        _warn_of_few(request, person)
        return redirect(after(request))
    context = {"form": form, "next": after(request), "is_recovery": is_recovery, "person": person}
    return render(request, "organisation/second_step.html", context)


def _warn_of_few(request: HttpRequest, person: User) -> None:
    factor = SecondFactor.objects.get(user=person)
    if factor.has_few_codes:
        left = f"Du har {factor.recovery_left} återställningskoder kvar."
        messages.warning(request, f"{left} Gör nya på Mitt konto, under Tvåstegsinloggning.")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """How it stands with one's own, and setting it up; also in the middle of a login that asks for it."""
    person = rules.person_of(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    found = SecondFactor.objects.filter(user=person).first()
    if found is None:
        return _set_up(request, person)
    if not request.user.is_authenticated:
        return redirect(to_second_step(after(request)))
    context = {"factor": found, "is_required": rules.is_required(person)}
    return render(request, "organisation/second_factor.html", context)


def _set_up(request: HttpRequest, person: User) -> HttpResponse:
    form = FirstCodeForm(request.POST or None)
    key = _key_on_page(request, person)
    # A key is shown to whoever has just given the password; then its page may stand open for a while.
    if not key and devices.is_stale(request):
        return _from_the_password(request)
    if request.method == "POST" and form.is_valid() and key:
        try:
            codes = second_factors.enrol(person=person, key=key, code=form.cleaned_data["code"])
        except ValidationError as error:
            form.add_error("code", error)
        else:
            rules.prove(request)
            return _codes(request, codes, is_new=True)
    if request.method == "POST" and not key:
        messages.error(request, "Sidan hade stått öppen för länge. Läs av den nya nyckeln.")
    if not key:
        key = second_factors.new_key()
        sealed = sealing.seal(str(person.pk).encode() + b":" + key, purpose=PURPOSE).decode()
        form = FirstCodeForm(initial={"key": sealed})
    context = {"form": form, **_to_read(person, key), "next": after(request), "person": person}
    context["is_halfway"] = not request.user.is_authenticated
    return render(request, "organisation/second_factor_set_up.html", context)


def _from_the_password(request: HttpRequest) -> HttpResponse:
    """Who is halfway has no other page to give it on than that of the login."""
    if request.user.is_authenticated:
        return devices.ask_first(request)
    request.session.flush()
    return redirect_to_login(after(request))


def _key_on_page(request: HttpRequest, person: User) -> bytes | None:
    """The key that the page of this person showed."""
    try:
        opened = sealing.unseal(request.POST.get("key", "").encode(), purpose=PURPOSE, within=KEY_WAITS)
    except sealing.Unreadable:
        return None
    whose, _, key = opened.partition(b":")
    return key if whose == str(person.pk).encode() else None


def _to_read(person: User, key: bytes) -> dict[str, Any]:
    """The key as a QR code, as a link for the phone one reads on, and in groups to type."""
    secret = base64.b32encode(key).decode()
    issuer = f"Kvalitet {settings.ORGANISATION_NAME}"
    facts = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    address = f"otpauth://totp/{quote(issuer)}:{quote(person.email)}?{facts}"
    return {
        "qr": segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
        "address": address,
        "groups": [secret[start : start + 4] for start in range(0, len(secret), 4)],
    }


def _codes(request: HttpRequest, codes: list[str], *, is_new: bool = False) -> HttpResponse:
    """Shown once, in the answer itself; they are kept nowhere."""
    context = {"codes": codes, "is_new": is_new, "next": after(request), "person": rules.person_of(request)}
    return render(request, "organisation/recovery_codes.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    if not rules.has_one(request.user):
        return redirect("organisation:second_factor")
    form = CodeForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        return _codes(request, second_factors.make_codes(person=request.user))
    return render(
        request,
        "components/confirm.html",
        {
            "form": form,
            "question": "Göra nya återställningskoder?",
            "consequence": "De du har slutar gälla. De nya visas en gång.",
            "button": "Gör nya koder",
            "back_url": reverse("organisation:second_factor"),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest) -> HttpResponse:
    if not rules.has_one(request.user):
        return redirect("organisation:second_factor")
    form = RemoveFactorForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        second_factors.remove(person=request.user)
        devices.end_others(request)
        rules.ask_again(request)
        messages.success(request, "Tvåstegsinloggningen är borttagen. Du är utloggad på andra enheter.")
        return redirect("organisation:second_factor")
    then = "Sedan räcker lösenordet."
    if rules.is_required(request.user):
        then = "Sedan ställer du in den nya, för din roll kräver det."
    return render(
        request,
        "components/confirm.html",
        {
            "form": form,
            "question": "Ta bort tvåstegsinloggningen?",
            "consequence": f"Gör det när du byter telefon eller app. {then}",
            "button": "Ta bort",
            "back_url": reverse("organisation:second_factor"),
            "danger": True,
        },
    )


@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Another's, who has lost both phone and codes."""
    if not permissions.may_reset_second_factor(request.user):
        raise PermissionDenied(second_factors.FOR_ADMIN)
    person = get_object_or_404(User, pk=pk, is_active=True, second_factor__isnull=False)
    if person.pk == request.user.pk:
        raise PermissionDenied(second_factors.MINE)
    form = ResetFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        second_factors.reset(person=person, user=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"Tvåstegsinloggningen är nollställd. {person} har fått ett mejl om det.")
        return redirect(person)
    return render(
        request,
        "components/confirm.html",
        {
            "form": form,
            "question": f"Nollställa tvåstegsinloggning för {person}?",
            "consequence": "Personen loggas ut, får ett mejl och ställer in den igen vid nästa inloggning.",
            "button": "Nollställ",
            "back_url": person.get_absolute_url(),
            "danger": True,
        },
    )
