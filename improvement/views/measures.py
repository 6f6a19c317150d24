from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from improvement import access, effect, permissions, presentation
from improvement.actions import measures as verbs
from improvement.filters import MeasureFilter
from improvement.forms import CaseForm, JudgeForm, MeasureForm, PostponeForm, ReasonForm
from improvement.models import Deviation, Measure, MeasureCase
from improvement.tables import MeasureTable
from improvement.views.found import attempt, find_measure, find_whole
from improvement.workflow import MEASURE
from kvalitet import history
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.tables import Empty, render_table
from kvalitet.workflow import Blocked

HANDLERS = "Den som handlägger ärendet planerar och bedömer åtgärden."
DONE = {
    "start": "Åtgärden är påbörjad.",
    "done": "Åtgärden är genomförd.",
    "judge": "Effekten är bedömd.",
    "postpone": "Bedömningen är flyttad.",
    "drop": "Åtgärden utgår.",
}
PAGES: dict[str, type[Any]] = {"judge": JudgeForm, "postpone": PostponeForm, "drop": ReasonForm}
LEADS = {
    "judge": "Nej betyder att de avvikelser som åtgärden svarar på åtgärdas igen.",
    "postpone": "Åtgärden är fortfarande genomförd. Bara dagen för bedömningen flyttas.",
    "drop": "Åtgärden finns kvar i historiken.",
}


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """The register over all sources."""
    refuse_unless(permissions.may_report(request.user), "Åtgärder är för medarbetare.")
    rows = Measure.objects.visible_to(request.user).select_related("responsible", "unit")
    return render_table(
        request,
        table_class=MeasureTable,
        queryset=rows,
        filterset_class=MeasureFilter,
        title="Åtgärder",
        lead="Allt som ska göras, när det är klart och om det hjälpte.",
        empty=Empty("Inga åtgärder att visa", "En åtgärd planeras i den avvikelse som den ska svara på."),
        export_name="atgarder",
    )


@require_safe
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """One åtgärd: what, who, when, whether it helped, and the cases it answers as far as one sees them."""
    found = find_measure(request, pk)
    links = dict(MeasureCase.objects.filter(measure=found).values_list("deviation", "pk"))
    ids = {found.deviation_id, *links}
    seen = Deviation.objects.visible_to(request.user).filter(pk__in=ids).order_by("pk")
    cases = list(presentation.with_list_facts(seen))
    may_change = permissions.may_change_measure(request.user, found)
    context = {
        "measure": found,
        "tone": presentation.MEASURE_TONES[found.status],
        "effect_tone": presentation.EFFECT_TONES.get(found.effect, ""),
        "cases": [(one, links.get(one.pk)) for one in cases],
        "hidden_cases": len(ids) - len(cases),
        "reads_text": reads_text(request.user, found),
        "may_change": may_change and found.is_open,
        "counted": effect.counted(found) if may_change else None,
        "may_link": may_change and found.status not in verbs.OVER,
        "steps": _steps(request.user, found),
    }
    return render(request, "improvement/measure.html", context)


def reads_text(user: Any, found: Measure) -> bool:
    """The description may tell of the case: for those who do the work and those who read the case."""
    return permissions.is_responsible(user, found) or access.reads_whole(user, found.deviation)


def _steps(user: Any, found: Measure) -> dict[str, Any]:
    available = MEASURE.available(user, found)
    pages = [one for one in available if one.transition.name in PAGES and not one.reasons]
    return {"pages": pages, "buttons": [one for one in available if one not in pages]}


@require_safe
def measure_history(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_measure(request, pk)
    entries = history.timeline(found, reader=request.user, rows={MeasureCase: "measure"})
    return render(request, "improvement/measure_history.html", {"measure": found, "entries": entries})


@FORM_METHODS
def measure_add(request: HttpRequest, pk: int) -> HttpResponse:
    """An åtgärd born from this case."""
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_plan_measures(request.user, deviation), HANDLERS)
    form = MeasureForm(request.POST or None, user=request.user, deviation=deviation)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, verbs.plan, deviation, user=request.user, values=form.cleaned_data)
    ):
        messages.success(request, "Åtgärden är planerad och den ansvariga har fått veta det.")
        return redirect(deviation)
    context = {
        "form": form,
        "deviation": deviation,
        "heading": "Planera en åtgärd",
        "lead": "Välj hellre en stark åtgärd än tre svaga.",
        "button": "Spara åtgärden",
    }
    return render(request, "improvement/form.html", context)


@FORM_METHODS
def measure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_measure(request, pk)
    refuse_unless(permissions.may_change_measure(request.user, found), HANDLERS)
    with transaction.atomic():
        form = MeasureForm(
            request.POST or None,
            instance=find_measure(request, pk),
            user=request.user,
            deviation=found.deviation,
        )
        if (
            request.method == "POST"
            and form.is_valid()
            and attempt(form, verbs.change, found, user=request.user, values=dict(form.cleaned_data))
        ):
            messages.success(request, "Åtgärden är sparad.")
            return redirect(found)
    context = {"form": form, "measure": found, "heading": "Ändra åtgärden", "button": "Spara"}
    return render(request, "improvement/measure_form.html", context)


@FORM_METHODS
def measure_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    if name not in DONE:
        raise Http404
    found, arrow = find_measure(request, pk), MEASURE.transitions[name]
    refuse_unless(arrow.allowed(request.user, found), HANDLERS)
    if name not in PAGES:
        return _press(request, found, name)
    counted = effect.counted(found) if name == "judge" else None
    form = PAGES[name](request.POST or None, initial=counted.initial if counted else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, verbs.change_status, found, name, user=request.user, **form.cleaned_data)
    ):
        messages.success(request, DONE[name])
        return redirect(found)
    context = {"form": form, "measure": found, "heading": arrow.label, "button": arrow.label}
    return render(
        request, "improvement/measure_form.html", context | {"lead": LEADS[name], "counted": counted}
    )


def _press(request: HttpRequest, found: Measure, name: str) -> HttpResponse:
    if request.method == "POST":
        try:
            verbs.change_status(found, name, user=request.user)
        except Blocked as blocked:
            for reason in blocked.reasons:
                messages.error(request, reason)
        else:
            messages.success(request, DONE[name])
    return redirect(found)


@FORM_METHODS
def case_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A further case that the åtgärd answers: a *samlad åtgärd*."""
    found = find_measure(request, pk)
    refuse_unless(permissions.may_change_measure(request.user, found), HANDLERS)
    form = CaseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        deviation = form.cleaned_data["number"]
        if attempt(form, verbs.answer_case, found, deviation=deviation, user=request.user):
            messages.success(request, f"Åtgärden svarar nu också på avvikelse {deviation.pk}.")
            return redirect(found)
    context = {
        "form": form,
        "measure": found,
        "heading": "Svarar också på en annan avvikelse",
        "lead": "En samlad åtgärd kan svara på många avvikelser.",
        "button": "Koppla",
    }
    return render(request, "improvement/measure_form.html", context)


@require_POST
def case_remove(request: HttpRequest, pk: int, case: int) -> HttpResponse:
    found = find_measure(request, pk)
    row = get_object_or_404(MeasureCase.objects.select_related("measure"), pk=case, measure=found)
    try:
        verbs.leave_case(row, user=request.user)
    except Blocked as blocked:
        messages.error(request, " ".join(blocked.reasons))
    else:
        messages.success(request, "Kopplingen är borttagen.")
    return redirect(found)
