"""Pages where samordnare and admin change the tree."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from kvalitet.organisation import permissions
from kvalitet.organisation.actions import units
from kvalitet.organisation.forms import CloseForm, MoveForm, NewUnitForm, UnitForm
from kvalitet.organisation.models import Unit
from kvalitet.organisation.views.errors import add_errors


def _unit(request: HttpRequest, slug: str) -> Unit:
    one = get_object_or_404(Unit, slug=slug)
    _require(request)
    return one


def _require(request: HttpRequest) -> None:
    if not permissions.may_change_units(request.user):
        raise PermissionDenied("Organisationen ändras av samordnaren eller en systemadministratör.")


@transaction.atomic
def _save(request: HttpRequest, form: Any, verb: Callable[[dict[str, Any]], Any]) -> bool:
    """Validate and do it in one transaction; what the verb refuses is shown in the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        with transaction.atomic():
            verb(form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _page(
    request: HttpRequest, form: Any, *, title: str, button: str, back: str, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "back": back, **more}
    return render(request, "organisation/form.html", context)


@require_http_methods(["GET", "POST"])
def unit_add(request: HttpRequest) -> HttpResponse:
    _require(request)
    form = NewUnitForm(request.POST or None, initial={"parent": request.GET.get("under")})

    def create(data: dict[str, Any]) -> None:
        units.create_unit(
            unit=form.instance, parent=data["parent"], position=data["position"], user=request.user
        )

    if _save(request, form, create):
        messages.success(request, f"{form.instance} är skapad.")
        return redirect(form.instance)
    return _page(request, form, title="Ny enhet", button="Skapa enheten", back="/organisation/")


@require_http_methods(["GET", "POST"])
def unit_change(request: HttpRequest, slug: str) -> HttpResponse:
    one = _unit(request, slug)
    name = one.name
    form = UnitForm(request.POST or None, instance=one)
    if _save(request, form, lambda data: units.change_unit(unit=form.instance, user=request.user)):
        messages.success(request, "Ändringarna är sparade.")
        return redirect(one)
    back = one.get_absolute_url()
    return _page(request, form, title=f"Ändra {name}", button="Spara", back=back)


@require_http_methods(["GET", "POST"])
def unit_move(request: HttpRequest, slug: str) -> HttpResponse:
    one = _unit(request, slug)
    form = MoveForm(request.POST or None, unit=one)
    if _save(request, form, lambda data: units.move_unit(unit=one, user=request.user, **data)):
        messages.success(request, f"{one} är flyttad.")
        return redirect(one)
    lead = (
        "Enheten flyttas med allt som ligger under den. Den som har en roll på en enhet ovanför "
        "får därmed rollen också här, och den som hade det på den gamla platsen förlorar den."
    )
    return _page(
        request, form, title=f"Flytta {one}", button="Flytta enheten", back=one.get_absolute_url(), lead=lead
    )


@require_http_methods(["GET", "POST"])
def unit_close(request: HttpRequest, slug: str) -> HttpResponse:
    one = _unit(request, slug)
    form = CloseForm(request.POST or None, unit=one)

    def close(data: dict[str, Any]) -> None:
        facts = {name: data[name] for name in ("last_day", "successor", "take_over_roles")}
        units.close_unit(unit=one, user=request.user, **facts)

    if _save(request, form, close):
        messages.success(request, f"{one} avslutas. Historiken finns kvar.")
        return redirect(one)
    lead = "Inget tas bort. Enhetens sida finns kvar och hänvisar till den enhet den uppgick i."
    button = "Avsluta enheten"
    return _page(
        request,
        form,
        title=f"Slå ihop eller lägg ned {one}",
        button=button,
        back=one.get_absolute_url(),
        lead=lead,
    )
