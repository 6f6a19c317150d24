"""Introduktionspaket: laid up, filled and changed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from documents import actions
from documents.enums import Stage
from documents.forms.reading import ItemForm, PackageForm
from documents.models import IntroductionPackage, PackageItem
from documents.reading import plans
from documents.reading import rights as reading_rights
from documents.tables.reading import PackageTable
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.tables import Action, Empty, render_table

DIRECTIONS = {"upp": -1, "ned": 1}
NO_RIGHT = "Samordnaren och processhandledaren lägger upp introduktionspaket, och chefen för sin egen enhet."


def _planner(request: HttpRequest) -> None:
    refuse_unless(reading_rights.may_plan_some_introduction(request.user), NO_RIGHT)


def _find(request: HttpRequest, pk: int) -> IntroductionPackage:
    _planner(request)
    return get_object_or_404(plans.packages_for(request.user), pk=pk)


@require_safe
def packages(request: HttpRequest) -> HttpResponse:
    _planner(request)
    used = Count("items", filter=Q(items__removed_at=None))
    add_url = reverse("documents:package_add")
    return render_table(
        request,
        table_class=PackageTable,
        queryset=plans.packages_for(request.user).annotate(count=used),
        title="Introduktionspaket",
        lead="Vad den som är ny i en roll läser, gör och får visat: dag 1, vecka 1, månad 1 och månad 3.",
        empty=Empty(
            "Inga introduktionspaket än",
            "Med ett paket får den som är ny en plan i stället för alla läskvittenser på första dagen.",
            add_url,
            "Lägg upp ett paket",
        ),
        actions=[Action("Nytt paket", add_url, "plus-lg")],
        export_name="introduktionspaket",
    )


@FORM_METHODS
@transaction.atomic
def package_add(request: HttpRequest) -> HttpResponse:
    _planner(request)
    return _edit(request, IntroductionPackage(), reverse("documents:packages"))


@FORM_METHODS
@transaction.atomic
def package_edit(request: HttpRequest, pk: int) -> HttpResponse:
    package = _find(request, pk)
    refuse_unless(reading_rights.may_plan_introduction(request.user, package.unit_id), NO_RIGHT)
    return _edit(request, package, package.get_absolute_url())


def _edit(request: HttpRequest, package: IntroductionPackage, back_url: str) -> HttpResponse:
    form = PackageForm(request.POST or None, instance=package, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                saved = actions.save_package(form.instance, user=request.user, values=form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Paketet är sparat.")
            return redirect(saved)
    return render(
        request, "documents/package_form.html", {"form": form, "package": package, "back_url": back_url}
    )


@FORM_METHODS
def package(request: HttpRequest, pk: int) -> HttpResponse:
    """The items by stage, and a form for one more."""
    one = _find(request, pk)
    may_edit = reading_rights.may_plan_introduction(request.user, one.unit_id)
    form = ItemForm(request.POST or None, user=request.user)
    if request.method == "POST":
        refuse_unless(may_edit, NO_RIGHT)
        if form.is_valid() and _add(one, form, request.user):
            messages.success(request, "Punkten är tillagd.")
            return redirect(one)
    context = {"package": one, "form": form, "may_edit": may_edit, "stages": _stages(request.user, one)}
    return render(request, "documents/package.html", context)


def _add(package: IntroductionPackage, form: ItemForm, user: Any) -> bool:
    values = {**form.cleaned_data, "text": form.cleaned_data["text"] or ""}
    try:
        actions.add_item(package, user=user, values=values)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


def _stages(user: Any, package: IntroductionPackage) -> list[tuple[str, list[PackageItem]]]:
    """What the reader may not open is left out by title."""
    items = list(package.items.in_use().visible_to(user).select_related("document", "process"))
    return [(stage.label, [one for one in items if one.stage == stage]) for stage in Stage]


@require_POST
def package_item_shift(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """One place up or down among the items of its stage."""
    one = _find(request, pk)
    refuse_unless(reading_rights.may_plan_introduction(request.user, one.unit_id), NO_RIGHT)
    item = get_object_or_404(one.items.in_use().select_related("package", "document", "process"), pk=item_pk)
    by = DIRECTIONS.get(request.POST.get("at", ""))
    if by and actions.shift_item(item, user=request.user, by=by):
        messages.success(request, f"{item} är flyttad ett steg {request.POST['at']}.")
    return redirect(f"{one.get_absolute_url()}#punkt-{item.pk}")


@require_POST
def package_item_remove(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    one = _find(request, pk)
    refuse_unless(reading_rights.may_plan_introduction(request.user, one.unit_id), NO_RIGHT)
    rows = one.items.visible_to(request.user).select_related("package", "document", "process")
    item = actions.remove_item(get_object_or_404(rows, pk=item_pk), user=request.user)
    messages.success(
        request, f"Borttaget ur paketet: {item}. Den som redan har gjort det har det kvar i sin plan."
    )
    return redirect(one)
