from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kvalitet.organisation import devices, grants, permissions
from kvalitet.organisation.actions import absences
from kvalitet.organisation.forms import AbsenceForm
from kvalitet.organisation.models import Absence, User
from kvalitet.organisation.views.errors import add_errors


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    roles = request.user.assignments.select_related("unit")
    near = Absence.objects.filter(last_day__gte=today).select_related("user", "substitute")
    mine_or_for = near.filter(Q(user=request.user) | Q(substitute=request.user)).order_by("first_day")
    context = {
        "roles": roles.on(today),
        "coming": roles.coming(today),
        "absences": [one for one in mine_or_for if one.user_id == request.user.pk],
        "substitutions": [one for one in mine_or_for if one.substitute_id == request.user.pk],
        "may_be_away": bool(grants.roles(request.user)),
        "today": today,
        "logins": devices.logins_of(request.user),
        "here": request.session.session_key,
    }
    return render(request, "organisation/account.html", context)


@require_http_methods(["GET", "POST"])
def absence_add(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """For oneself, or with ``pk`` for another person."""
    person = _person(request, pk)
    form = AbsenceForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            absence = absences.enter_absence(absence=form.instance, user=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"{absence.substitute} är nu ersättare för {absence.user}.")
            return redirect(_back(request, person))
    context = {
        "form": form,
        "person": person,
        "is_self": person.pk == request.user.pk,
        "back": _back(request, person),
    }
    return render(request, "organisation/absence_form.html", context)


@require_POST
def absence_end(request: HttpRequest, pk: int) -> HttpResponse:
    absence = get_object_or_404(Absence.objects.select_related("user"), pk=pk)
    if not permissions.may_enter_absence(request.user, absence.user):
        raise Http404
    try:
        undone = absences.end_absence(absence=absence, user=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Frånvaron är borttagen." if undone else "Frånvaron är avslutad.")
    return redirect(_back(request, absence.user))


def _person(request: HttpRequest, pk: int | None) -> User:
    if pk is None:
        person = request.user
    else:
        if not permissions.is_employee(request.user):
            raise Http404
        person = get_object_or_404(User, pk=pk, is_active=True)
    if not permissions.may_enter_absence(request.user, person):
        raise PermissionDenied("Frånvaro läggs in av personen själv, av chefen eller av samordnaren.")
    return person


def _back(request: HttpRequest, person: Any) -> str:
    from django.urls import reverse

    return reverse("organisation:account") if person.pk == request.user.pk else person.get_absolute_url()
