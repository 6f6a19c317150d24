"""The organisation as everyone sees it: the tree, a unit's page, and for some its rights and history."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kvalitet import registries
from kvalitet.history import timeline
from kvalitet.organisation import people, permissions
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import RoleAssignment, Unit

SHOWN_ROLES = (
    Role.MANAGER,
    Role.CASE_WORKER,
    Role.REPRESENTATIVE,
    Role.CONTRACT_MANAGER,
    Role.PROVIDER_CONTACT,
)


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The whole tree; employees also see who is in charge. ``?upphorda=1`` adds the units that have ended."""
    with_ended = request.GET.get("upphorda") == "1"
    units = Unit.objects.all() if with_ended else Unit.objects.on(timezone.localdate())
    rows = units.in_tree_order()
    staff = permissions.is_employee(request.user)
    managers = people.holders_on(rows, [Role.MANAGER]) if staff else {}
    context = {
        "branches": people.branches(rows, managers),
        "with_ended": with_ended,
        "is_employee": staff,
        "may_change": permissions.may_change_units(request.user),
        "may_appoint": permissions.appointable_unit_ids(request.user) != frozenset(),
    }
    return render(request, "organisation/index.html", context)


@login_not_required
@require_safe
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(Unit.objects.select_related("successor"), slug=slug)
    today = timezone.localdate()
    staff = permissions.is_employee(request.user)
    below = Q(pk__in=Unit.objects.filter(parent=one).on(today).values("pk"))
    beside = list(Unit.objects.filter(below | Q(successor=one)).order_by("position", "name"))
    panels = (function(request.user, one) for function in registries.panels.for_model("organisation.unit"))
    context = {
        "unit": one,
        "above": [(above.name, above.get_absolute_url()) for above in one.get_ancestors()],
        "children": [unit for unit in beside if unit.parent_id == one.pk and unit.successor_id != one.pk],
        "predecessors": [unit for unit in beside if unit.successor_id == one.pk],
        "panels": [panel for panel in panels if panel],
        "holders": people.holders_on([one], SHOWN_ROLES).get(one.pk, []) if staff else [],
        "is_employee": staff,
        "facts": _facts(one),
        "may_change": permissions.may_change_units(request.user),
        "may_see_rights": permissions.may_see_rights(request.user),
        "may_appoint": staff and one.is_open and bool(permissions.appointable_roles(request.user, one.pk)),
    }
    return render(request, "organisation/unit.html", context)


def _facts(one: Unit) -> list[tuple[str, Any]]:
    return [
        ("Slag", one.get_kind_display()),
        ("Lagstiftning", one.get_law_display()),
        ("Kvalitetsledningssystemet", "Omfattas" if one.is_inside_sosfs else "Omfattas inte"),
    ]


@require_safe
def rights(request: HttpRequest, slug: str) -> HttpResponse:
    """Vem får vad: the roles on the unit, now and later, and for each permission who has it there."""
    one = _unit_for(request, slug)
    context = {
        "unit": one,
        "roles": _roles_on(one),
        "entitled": people.entitled_on(one),
        "today": timezone.localdate(),
    }
    return render(request, "organisation/unit_rights.html", context)


def _roles_on(one: Unit) -> list[RoleAssignment]:
    today = timezone.localdate()
    rows = RoleAssignment.objects.filter(unit=one).exclude(valid_to__lt=today).select_related("user")
    order = list(Role)
    return sorted(rows.order_by("valid_from", "user__name"), key=lambda row: order.index(Role(row.role)))


@require_safe
def unit_history(request: HttpRequest, slug: str) -> HttpResponse:
    one = _unit_for(request, slug)
    entries = timeline(one, reader=request.user, rows={RoleAssignment: "unit"})
    context = {"title": one.name, "back": one.get_absolute_url(), "entries": entries}
    return render(request, "organisation/history.html", context)


def _unit_for(request: HttpRequest, slug: str) -> Unit:
    """The unit for one who sees rights there: who appoints everywhere, or on this very unit."""
    one = get_object_or_404(Unit, slug=slug)
    if not permissions.is_employee(request.user):
        raise Http404
    if permissions.may_see_rights(request.user) or permissions.appointable_roles(request.user, one.pk):
        return one
    raise PermissionDenied("Vem som får vad visas för samordnaren, systemadministratörer och enhetens chef.")
