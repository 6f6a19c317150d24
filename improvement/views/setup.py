"""*Avvikelser: kategorier, riskmatris, frister*: what all cases are measured by, in one place."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from improvement import permissions
from improvement.actions import setup
from improvement.enums import Awaited, Clock
from improvement.forms import (
    CategoryForm,
    MatrixForm,
    NewCategoryForm,
    NewRuleForm,
    RepeatForm,
    RuleForm,
)
from improvement.models import DeadlineRule, DeviationCategory, RepeatRule, RiskMatrix
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.history import timelines

WHOSE = "Processhandledare, samordnare och systemadministratörer ställer in det här."
SENT_NOW = "Gäller det som skickas härefter. Dagar som är satta står kvar."
FROM_NOW = "Gäller avvikelser som kommer in, flyttas eller bedöms härefter. Dagar som är satta står kvar."


def _require(request: HttpRequest) -> None:
    refuse_unless(permissions.may_set_up(request.user), WHOSE)


@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    _require(request)
    rows = list(DeviationCategory.objects.all())
    heads = [one for one in rows if one.parent_id is None]
    context = {
        "rules": sorted(DeadlineRule.objects.all(), key=_in_order),
        "repeat": RepeatRule.objects.get(),
        "matrix": RiskMatrix.objects.get(is_default=True),
        "old_matrices": RiskMatrix.objects.filter(is_default=False),
        "categories": [(head, [one for one in rows if one.parent_id == head.pk]) for head in heads],
    }
    return render(request, "improvement/settings.html", context)


def _in_order(rule: DeadlineRule) -> tuple[int, str, str]:
    """As the clocks come in a case, the general rule first; what is not of a case last."""
    return [*Clock.values, *Awaited.values].index(rule.clock), rule.law, rule.zone


@require_safe
def settings_history(request: HttpRequest) -> HttpResponse:
    _require(request)
    told = [
        one
        for model in (DeadlineRule, RepeatRule, RiskMatrix, DeviationCategory)
        for one in timelines(list(model.objects.all()), reader=request.user)
    ]
    # What came with the installation and is as it was says nothing.
    changed = [(str(row), entries) for row, entries in told if len(entries) > 1]
    return render(request, "improvement/settings_history.html", {"changed": changed})


def _page(request: HttpRequest, form: Any, done: str, **words: Any) -> HttpResponse:
    """A form of one row; what it says is saved as a person who may."""
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, setup.save, form.instance, user=request.user)
    ):
        messages.success(request, done)
        return redirect("improvement:settings")
    return render(request, "improvement/settings_form.html", {"form": form, "button": "Spara", **words})


@FORM_METHODS
def rule_add(request: HttpRequest) -> HttpResponse:
    _require(request)
    form = NewRuleForm(request.POST or None)
    return _page(request, form, "Fristen är tillagd.", heading="Ny frist", lead=FROM_NOW)


@FORM_METHODS
@transaction.atomic
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    _require(request)
    rule = get_object_or_404(DeadlineRule, pk=pk)
    form = RuleForm(request.POST or None, instance=rule)
    lead = SENT_NOW if rule.clock in Awaited.values else FROM_NOW
    return _page(request, form, "Fristen är ändrad.", heading=f"Frist: {rule}", lead=lead)


@require_POST
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    _require(request)
    press(
        request,
        setup.remove_rule,
        get_object_or_404(DeadlineRule, pk=pk),
        done="Fristen är borttagen. Den allmänna gäller i stället.",
    )
    return redirect("improvement:settings")


@FORM_METHODS
def category_add(request: HttpRequest) -> HttpResponse:
    _require(request)
    form = NewCategoryForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, setup.add_category, user=request.user, **form.cleaned_data)
    ):
        messages.success(request, "Kategorin är tillagd.")
        return redirect("improvement:settings")
    words = {
        "heading": "Ny kategori",
        "lead": "Den följer lagstiftningen för rubriken.",
        "button": "Lägg till",
    }
    return render(request, "improvement/settings_form.html", {"form": form, **words})


@FORM_METHODS
@transaction.atomic
def category_edit(request: HttpRequest, pk: int) -> HttpResponse:
    _require(request)
    category = get_object_or_404(DeviationCategory, pk=pk)
    form = CategoryForm(request.POST or None, instance=category)
    lead = "Ett nytt namn visas också på de avvikelser som redan har kategorin."
    return _page(request, form, "Kategorin är ändrad.", heading=f"Kategori: {category}", lead=lead)


@FORM_METHODS
def matrix_edit(request: HttpRequest) -> HttpResponse:
    _require(request)
    form = MatrixForm(request.POST or None, instance=RiskMatrix.objects.get(is_default=True))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        if attempt(form, setup.change_matrix, user=request.user, seen=values.pop("seen"), values=values):
            messages.success(request, "Riskmatrisen är ändrad och gäller nya bedömningar.")
            return redirect("improvement:settings")
    words = {
        "heading": "Riskmatris för avvikelser",
        "lead": "Gäller nya bedömningar. De som redan är gjorda behåller sin matris.",
        "button": "Spara",
    }
    return render(request, "improvement/settings_form.html", {"form": form, **words})


@FORM_METHODS
@transaction.atomic
def repeat_edit(request: HttpRequest) -> HttpResponse:
    _require(request)
    form = RepeatForm(request.POST or None, instance=RepeatRule.objects.get())
    lead = "När så många lika kommer på en enhet föreslås en utredning i stället för enkel hantering."
    return _page(request, form, "Gränsen är ändrad.", heading="Upprepade avvikelser", lead=lead)
