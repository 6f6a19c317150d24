"""Logging in and out, and passwords. Django's own views do the work; here they get words and manners."""

from datetime import timedelta
from typing import Any

from axes.helpers import get_cool_off
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from kvalitet.organisation.actions.accounts import queue_password_link
from kvalitet.organisation.forms import ChangePasswordForm, LoginForm, NewPasswordForm, PasswordLinkForm


class Login(views.LoginView):
    template_name = "organisation/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: LoginForm) -> HttpResponse:
        previous = form.get_user().last_login
        response = super().form_valid(form)
        self.request.session["previous_login"] = (previous or timezone.now()).isoformat()
        return response


class Logout(views.LogoutView):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing read while logged in comes back with the back button, for the next one at the computer."""
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


class PasswordChange(views.PasswordChangeView):
    template_name = "organisation/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("organisation:account")

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        messages.success(self.request, "Lösenordet är bytt. Du är utloggad på andra enheter.")
        return super().form_valid(form)


@method_decorator(login_not_required, name="dispatch")
class PasswordSet(views.PasswordResetConfirmView):
    """The page behind the mailed link, which works once and for a day."""

    template_name = "organisation/password_set.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("organisation:login")

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        messages.success(self.request, "Lösenordet är bytt. Logga in med det nya.")
        return super().form_valid(form)


@login_not_required
@require_http_methods(["GET", "POST"])
def password_link(request: HttpRequest) -> HttpResponse:
    form = PasswordLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        queue_password_link(form.cleaned_data["email"])
        return redirect("organisation:password_link_sent")
    return render(request, "organisation/password_link.html", {"form": form})


@login_not_required
@require_safe
def password_link_sent(request: HttpRequest) -> HttpResponse:
    """Says the same whether the address is known or not."""
    return render(request, "organisation/password_link_sent.html")


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Too many failed logins with one address from one place: when to try again, what to do until then."""
    wait = get_cool_off(request) or timedelta()
    context = {"again": timezone.now() + wait, "minutes": round(wait.total_seconds() / 60)}
    return render(request, "organisation/locked_out.html", context, status=429)
