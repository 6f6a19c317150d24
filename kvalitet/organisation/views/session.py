"""Logging in and out, and passwords. Django's own views do the work; here they get words and manners."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from axes.helpers import get_cool_off
from axes.utils import reset
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kvalitet import cookies, gate, limits, tracing
from kvalitet.organisation import devices, guessing, kept, second_factor, security_log
from kvalitet.organisation.actions.accounts import queue_password_link
from kvalitet.organisation.authentication import client_address
from kvalitet.organisation.enums import DeviceKind
from kvalitet.organisation.login_forms import (
    ChangePasswordForm,
    ConfirmForm,
    LoginForm,
    NewPasswordForm,
    PasswordLinkForm,
)
from kvalitet.organisation.models import Session


@method_decorator(login_not_required, name="dispatch")
class Login(views.LoginView):
    template_name = "organisation/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who has only the second step left goes on there."""
        if second_factor.halfway(request):
            return redirect(to_second_step(after(request)))
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The kind of device that was chosen here the last time: a shared one is shared by the next too."""
        chosen = self.request.COOKIES.get(devices.KIND_COOKIE)
        return {"device": chosen if chosen in DeviceKind.values else DeviceKind.ORDINARY}

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.wait:
            security_log.tell("login held back", form.cleaned_data.get("username", ""))
        return limits.mark(response, form.wait) if form.wait else response

    def form_valid(self, form: LoginForm) -> HttpResponse:
        user, kind = form.get_user(), form.cleaned_data["device"]
        previous, secret = user.last_login, kept.secret_before(self.request, user)
        response = super().form_valid(form)
        self.request.session["previous_login"] = (previous or timezone.now()).isoformat()
        self.request.session[kept.SESSION_SECRET] = secret
        devices.begin(self.request, kind)
        second_factor.begin(self.request, user)
        own = int(devices.OWN_FOR.total_seconds()) if kind == DeviceKind.OWN else None
        kept.know_person(response, user, max_age=own)
        kept.take_over(self.request, response, user)
        guessing.proved(user)
        guessing.remember(self.request, response, user)
        cookies.put(response, devices.KIND_COOKIE, kind, devices.KIND_REMEMBERED)
        is_halfway = kind != DeviceKind.SHARED and second_factor.is_missing(self.request, user)
        if is_halfway:
            response["Location"] = to_second_step(self.get_success_url())
        return response


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """*Bekräfta att det är du*: only the password, then to where one was going."""
    form = ConfirmForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        reset(username=request.user.email, ip=client_address(request))
        devices.confirm(request)
        return redirect(after(request))
    context = {"form": form, "next": after(request), "is_unused": devices.is_unused(request)}
    context["is_own_phone"] = devices.kind_of(request) == DeviceKind.OWN
    return render(request, "organisation/confirm_login.html", context)


def after(request: HttpRequest) -> str:
    """Where one was going: a page of ours."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else reverse("start")


def to_second_step(going: str) -> str:
    return f"{reverse('organisation:second_step')}?{urlencode({'next': going})}"


@require_POST
def login_end(request: HttpRequest, handle: str) -> HttpResponse:
    """End one of one's own logins, as on a lost phone, or with ``andra`` all but this one."""
    others = [
        one for one in devices.logins_of(request.user) if one.session_key != request.session.session_key
    ]
    chosen = [one for one in others if handle in (one.handle, "andra")]
    if not chosen:
        raise Http404
    if devices.is_stale(request):
        messages.info(request, "Tryck på knappen igen när du har skrivit lösenordet.")
        return devices.ask_first(request)
    Session.objects.filter(pk__in=[one.pk for one in chosen]).delete()
    messages.success(request, "Inloggningen är avslutad." if handle != "andra" else "De andra är avslutade.")
    return redirect("organisation:account")


class Logout(views.LogoutView):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing read while logged in comes back with the back button, for the next one at the computer."""
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        kept.forget(request, response)
        kept.forget_person(response)
        return response


class PasswordChange(views.PasswordChangeView):
    template_name = "organisation/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("organisation:account")

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        response = super().form_valid(form)
        devices.end_others(self.request)
        tracing.event("password changed", self.request.user.pk)
        messages.success(self.request, "Lösenordet är bytt. Du är utloggad på andra enheter.")
        return response


@method_decorator(login_not_required, name="dispatch")
class PasswordSet(views.PasswordResetConfirmView):
    """The page behind the mailed link, which works once and for a day."""

    template_name = "organisation/password_set.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("organisation:login")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = None
        if request.method == "POST":
            wait = limits.count("password_set.address", client_address(request))
            wait = wait or limits.count("password_set.account", kwargs["uidb64"])
        return _refused(request, wait) if wait else super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Whoever reads the account's mail is its owner, and need not wait out what others have tried."""
        Session.objects.filter(user=self.user).delete()
        tracing.event("password chosen with a mailed link", self.user.pk)
        messages.success(self.request, "Lösenordet är bytt. Logga in med det nya.")
        response = super().form_valid(form)
        guessing.unlock(self.user)
        guessing.remember(self.request, response, self.user)
        return response


@login_not_required
@require_http_methods(["GET", "POST"])
def password_link(request: HttpRequest) -> HttpResponse:
    form, wait = PasswordLinkForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        # Whether the address is known or not: nothing here tells.
        wait = limits.count("password_link.address", client_address(request))
        wait = wait or limits.count("password_link.account", email)
        if wait is None:
            queue_password_link(email)
            return redirect("organisation:password_link_sent")
        form.add_error(None, f"Länken har begärts för många gånger. {limits.refusal(wait)}")
    response = render(request, "organisation/password_link.html", {"form": form})
    return limits.mark(response, wait) if wait else response


def _refused(request: HttpRequest, wait: timedelta) -> HttpResponse:
    """Where a form cannot be shown again: what was written is there to copy, but no password."""
    context = {"why": limits.refusal(wait), "texts": gate.texts(request)}
    return limits.mark(render(request, "429.html", context), wait)


@login_not_required
@require_safe
def password_link_sent(request: HttpRequest) -> HttpResponse:
    """Says the same whether the address is known or not."""
    return render(request, "organisation/password_link_sent.html")


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Too many failed logins with one address from one place: when to try again, what to do until then."""
    wait = get_cool_off(request) or timedelta()
    context = {"again": timezone.now() + wait, "minutes": round(wait.total_seconds() / 60)}
    return limits.mark(render(request, "organisation/locked_out.html", context), wait)
