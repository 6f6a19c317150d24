from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kvalitet import tracing
from kvalitet.history import timeline
from kvalitet.organisation import guessing, people, permissions, second_factor
from kvalitet.organisation.actions import accounts
from kvalitet.organisation.forms import PersonForm
from kvalitet.organisation.models import Absence, RoleAssignment, SecondFactor, User
from kvalitet.organisation.views.errors import add_errors


def _person(request: HttpRequest, pk: int) -> User:
    if not permissions.is_employee(request.user):
        raise Http404
    return get_object_or_404(User, pk=pk, is_active=True)


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague: contact, roles, who stands in; for samordnare and admin also what they may do."""
    one = _person(request, pk)
    today = timezone.localdate()
    roles = RoleAssignment.objects.filter(user=one).select_related("unit").order_by("unit__name", "role")
    sees_rights = permissions.may_see_rights(request.user)
    context = {
        "person": one,
        "roles": [_with_end(request, row) for row in roles.on(today)],
        "coming": [_with_end(request, row) for row in roles.coming(today)],
        "ended": list(roles.ended(today)) if sees_rights else [],
        "absences": Absence.objects.filter(user=one, last_day__gte=today).select_related("substitute"),
        "sees_rights": sees_rights,
        "rights": people.rights_of(one) if sees_rights else [],
        "may_enter_absence": permissions.may_enter_absence(request.user, one),
        "is_held": permissions.may_manage_logins(request.user) and guessing.is_held(one),
        "may_end_logins": permissions.may_manage_logins(request.user) and one.pk != request.user.pk,
        "may_reset_factor": permissions.may_reset_second_factor(request.user)
        and one.pk != request.user.pk
        and second_factor.has_one(one),
        "may_appoint": permissions.appointable_unit_ids(request.user) != frozenset(),
        "today": today,
    }
    return render(request, "organisation/person.html", context)


def _with_end(request: HttpRequest, row: RoleAssignment) -> tuple[RoleAssignment, bool]:
    return row, row.role in permissions.appointable_roles(request.user, row.unit_id)


@require_safe
def person_history(request: HttpRequest, pk: int) -> HttpResponse:
    one = _person(request, pk)
    if not permissions.may_see_rights(request.user):
        raise PermissionDenied("Historiken över rättigheter visas för samordnaren och systemadministratörer.")
    rows = {RoleAssignment: "user", Absence: "user", SecondFactor: "user"}
    entries = timeline(one, reader=request.user, rows=rows)
    context = {"title": one.name, "back": one.get_absolute_url(), "entries": entries}
    return render(request, "organisation/history.html", context)


@require_POST
def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody try again at once, whose login is slowed by wrong passwords."""
    one = _whose_logins(request, pk)
    guessing.unlock(one)
    tracing.event("login opened again", one.pk)
    messages.success(request, f"{one} kan försöka logga in igen nu.")
    return redirect(one)


@require_http_methods(["GET", "POST"])
def logins_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End every login of somebody whose phone or computer is lost."""
    one = _whose_logins(request, pk)
    accounts.require_may_end(one, request.user)
    if request.method == "POST":
        accounts.end_logins_elsewhere(person=one, user=request.user)
        messages.success(request, f"{one} är utloggad överallt och har fått ett mejl om det.")
        return redirect(one)
    return render(
        request,
        "components/confirm.html",
        {
            "question": f"Logga ut {one} överallt?",
            "consequence": "Gör det när en telefon eller dator är borta. Personen får ett mejl och loggar in "
            "igen. Kan någon annan lösenordet väljer personen först ett nytt, med Glömt lösenord.",
            "button": "Logga ut överallt",
            "back_url": one.get_absolute_url(),
            "danger": True,
        },
    )


def _whose_logins(request: HttpRequest, pk: int) -> User:
    if not permissions.may_manage_logins(request.user):
        raise PermissionDenied(accounts.MANAGED_BY)
    return get_object_or_404(User, pk=pk, is_active=True)


@require_http_methods(["GET", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    if not permissions.may_appoint_anywhere(request.user):
        raise PermissionDenied("Nya personer läggs upp av samordnaren eller en systemadministratör.")
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = accounts.add_person(person=form.instance, user=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, f"{made} är upplagd och får ett mejl med en länk för att välja lösenord."
            )
            return redirect(f"{reverse('organisation:role_add')}?person={made.pk}")
    context = {
        "form": form,
        "title": "Ny person",
        "button": "Lägg upp personen",
        "back": reverse("organisation:roles"),
        "lead": "Personen får ett mejl med en länk för att välja lösenord. Rollen ger du i nästa steg.",
    }
    return render(request, "organisation/form.html", context)
