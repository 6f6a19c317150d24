from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from improvement import actions, permissions, routing
from improvement.enums import Harm
from improvement.forms import ReportForm, SupplementForm
from improvement.forms.reporting import UNKNOWN, process_named
from improvement.models import SpreadPrompt
from improvement.views.found import attempt, find_deviation
from improvement.views.sent import after_report, unsent_key
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.organisation.models import Unit
from processes.models import Process

EMPLOYEES = "Medarbetare rapporterar avvikelser här."


@FORM_METHODS
def report(request: HttpRequest) -> HttpResponse:
    """The form; sent twice it gives one case. ``?process=`` is where the reporter came from."""
    refuse_unless(permissions.may_report(request.user), EMPLOYEES)
    process = _wanted_process(request)
    initial = _asked_elsewhere(request)
    form = ReportForm(request.POST or None, user=request.user, process=process, initial=initial)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        deviation, is_new = actions.report(
            user=request.user, submission=form.cleaned_data["submission"], values=form.cleaned_data
        )
        if is_new:
            messages.success(request, f"Tack. Rapporten är skickad och har nummer {deviation.pk}.")
        else:
            messages.info(
                request, f"Rapporten var redan skickad, med nummer {deviation.pk}. Den finns en gång."
            )
        return after_report(request, deviation)
    context = {"form": form, "process": process, "route": _route(request.user, _chosen(form))}
    context["unsent_key"] = unsent_key(request)
    return render(request, "improvement/report.html", context)


def _asked_elsewhere(request: HttpRequest) -> dict[str, str]:
    """*Rapportera risk* after a yes to another unit's question: ``?fraga=``."""
    asked = request.GET.get("fraga", "")
    if not (asked.isascii() and asked.isdigit()) or len(asked) > 9:
        return {}
    prompt = SpreadPrompt.objects.visible_to(request.user).filter(pk=asked).first()
    if prompt is None:
        return {}
    return {"what_happened": f"Risk hos oss. {prompt.question}", "harm": Harm.COULD_HAVE}


def _wanted_process(request: HttpRequest) -> Process | None:
    return process_named(request.user, request.POST.get("process") or request.GET.get("process", ""))


def _chosen(form: Any) -> dict[str, Any]:
    """What the form now says of where the report goes, by name of field."""
    if form.is_bound:
        return {name: form.data.get(name, "") for name in ("unit", "is_suspected", "is_manager_involved")}
    return {"unit": str(form.initial.get("unit") or "")}


@require_safe
def goes_to(request: HttpRequest) -> HttpResponse:
    """The line *Går till* alone, which the form's script swaps when the unit or a tick changes."""
    refuse_unless(permissions.may_report(request.user), EMPLOYEES)
    return render(request, "improvement/goes_to.html", {"route": _route(request.user, request.GET.dict())})


def _route(user: Any, chosen: dict[str, Any]) -> routing.Route | None:
    """None until a unit, or *Vet inte*, is chosen."""
    wanted = str(chosen.get("unit", ""))
    if not (wanted.isascii() and wanted.isdigit()) or len(wanted) > 9:
        return None
    unit = Unit.objects.on(timezone.localdate()).filter(pk=wanted).first()
    if unit is None and wanted != UNKNOWN:
        return None
    return routing.route(
        user,
        unit,
        is_suspected=bool(chosen.get("is_suspected")),
        is_manager_involved=bool(chosen.get("is_manager_involved")),
    )


@FORM_METHODS
def supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """The reporter adds to their own report."""
    deviation = find_deviation(request, pk)
    refuse_unless(
        permissions.is_reporter(request.user, deviation), "Bara den som rapporterade lägger till i rapporten."
    )
    form = SupplementForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.supplement, deviation, user=request.user, **form.cleaned_data)
    ):
        messages.success(request, "Tillägget är skickat till dem som har ärendet.")
        return redirect(deviation)
    context = {
        "form": form,
        "deviation": deviation,
        "heading": "Lägg till i din rapport",
        "lead": "Det du har skrivit förut ligger kvar som det var.",
        "button": "Skicka tillägget",
    }
    return render(request, "improvement/form.html", context)
