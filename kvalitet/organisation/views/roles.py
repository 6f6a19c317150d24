from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from kvalitet.lookups import number_in
from kvalitet.organisation import permissions
from kvalitet.organisation.actions import roles as verbs
from kvalitet.organisation.enums import Role
from kvalitet.organisation.filters import RoleFilter
from kvalitet.organisation.forms import AssignmentForm, EndRoleForm
from kvalitet.organisation.models import RoleAssignment, Unit, User
from kvalitet.organisation.tables import RoleTable
from kvalitet.organisation.views.errors import add_errors
from kvalitet.tables import Action, Empty, render_table


@require_safe
def role_list(request: HttpRequest) -> HttpResponse:
    """Who has which role; without the filter ``nar`` only those in force."""
    if not permissions.is_employee(request.user):
        raise Http404
    actions = []
    if permissions.appointable_unit_ids(request.user) != frozenset():
        actions = [Action("Utse till en roll", reverse("organisation:role_add"), "person-plus")]
    rows = RoleAssignment.objects.filter(user__is_active=True).select_related("user", "unit")
    if not request.GET.get("nar"):
        rows = rows.on(timezone.localdate())
    return render_table(
        request,
        table_class=RoleTable,
        queryset=rows,
        filterset_class=RoleFilter,
        title="Roller",
        lead="Vem som är vad, på vilken enhet och hur länge.",
        empty=Empty("Inga roller än", "Här står vem som är chef, ombud och annat på varje enhet."),
        actions=actions,
        export_name="roller",
    )


@require_http_methods(["GET", "POST"])
@transaction.atomic
def role_add(request: HttpRequest) -> HttpResponse:
    if permissions.appointable_unit_ids(request.user) == frozenset():
        raise PermissionDenied("Roller ges av samordnaren, av enhetens chef eller av processägaren.")
    form = AssignmentForm(request.POST or None, user=request.user, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.appoint(assignment=form.instance, user=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"{made.user} är utsedd till {Role(made.role).in_text}.")
            return redirect(made.user)
    context = {
        "form": form,
        "title": "Utse till en roll",
        "button": "Utse",
        "back": reverse("organisation:roles"),
        "lead": "Rollen gäller på enheten och, för de flesta roller, på enheterna under.",
        "new_person": permissions.may_appoint_anywhere(request.user),
    }
    return render(request, "organisation/form.html", context)


def _initial(request: HttpRequest) -> dict[str, object]:
    """What the page one came from knows: ``?person=<pk>`` and ``?enhet=<slug>``."""
    key = number_in(request.GET.get("person"))
    person = User.objects.filter(pk=key).first() if key else None
    unit = Unit.objects.filter(slug=slugify(request.GET.get("enhet", ""))).first()
    return {"person": person.email if person else "", "unit": unit.pk if unit else None}


@require_http_methods(["GET", "POST"])
@transaction.atomic
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = get_object_or_404(RoleAssignment.objects.select_related("user", "unit"), pk=pk)
    if not permissions.is_employee(request.user):
        raise Http404
    if assignment.role not in permissions.appointable_roles(request.user, assignment.unit_id):
        raise PermissionDenied("Rollen avslutas av den som får utse till den.")
    person = assignment.user
    form = EndRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.end_role(assignment=assignment, last_day=form.cleaned_data["last_day"], user=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, "Rollen avslutas den dag du angav. Historiken finns kvar.")
            return redirect(person)
    title = f"Avsluta rollen {Role(assignment.role).in_text}"
    lead = f"{person}, {assignment.unit}, från {assignment.valid_from:%Y-%m-%d}."
    context = {"form": form, "title": title, "button": "Avsluta rollen", "lead": lead}
    return render(request, "organisation/form.html", {**context, "back": person.get_absolute_url()})
