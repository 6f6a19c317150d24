"""What is done with an åtgärd: planned, changed, taken or sent back, carried out, judged, tied to cases."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from improvement import effect, permissions
from improvement.actions import drafts
from improvement.actions import measures as verbs
from improvement.forms import (
    AgainForm,
    CaseForm,
    DoneForm,
    JudgeForm,
    MeasureForm,
    PostponeForm,
    ReasonForm,
)
from improvement.models import Analysis, ExternalReview, Measure, MeasureCase, Shortcoming
from improvement.views.found import find_measure, find_whole
from improvement.workflow import MEASURE
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.lookups import number_in

HANDLERS = "Den som handlägger ärendet planerar och bedömer åtgärden."
LEADERS = "Chefen för enheten och samordnaren planerar åtgärder här."
NOT_ASKED = "Bara den som ansvarar för åtgärden svarar på om hen tar den."
PLANNED = "Åtgärden är planerad och den ansvariga har fått veta det."
PLAN = {"heading": "Planera en åtgärd", "lead": "Välj hellre en stark åtgärd än tre svaga."}
DONE = {
    "accept": "Du har tagit åtgärden. Den som planerade den har fått veta det.",
    "send_back": "Åtgärden är tillbaka hos den som planerade den.",
    "start": "Åtgärden är påbörjad.",
    "done": "Åtgärden är genomförd.",
    "judge": "Effekten är bedömd.",
    "postpone": "Bedömningen är flyttad.",
    "judge_again": "Effekten är bedömd igen.",
    "postpone_again": "Bedömningen är flyttad.",
    "reopen": "Åtgärden är upptagen igen.",
    "drop": "Åtgärden utgår.",
}
PAGES: dict[str, type[Any]] = {
    "send_back": ReasonForm,
    "done": DoneForm,
    "judge": JudgeForm,
    "postpone": PostponeForm,
    "judge_again": JudgeForm,
    "postpone_again": PostponeForm,
    "reopen": AgainForm,
    "drop": ReasonForm,
}
NO_EFFECT = "Nej betyder att de avvikelser som åtgärden svarar på åtgärdas igen, också de som är avslutade."
LEADS = {
    "send_back": "Den som planerade åtgärden ansvarar då för den igen.",
    "done": "Efter tre, sex och tolv månader kommer frågan tillbaka: hjälpte det?",
    "judge": NO_EFFECT,
    "postpone": "Åtgärden är fortfarande genomförd. Bara dagen för bedömningen flyttas.",
    "judge_again": NO_EFFECT,
    "postpone_again": "Den tidigare bedömningen står kvar. Bara dagen för nästa flyttas.",
    "reopen": (
        "De avvikelser som åtgärden svarar på åtgärdas igen, också de som är avslutade. Det som redan är "
        "bedömt står kvar i historiken."
    ),
    "drop": "Åtgärden finns kvar i historiken.",
}
# What else than a case an åtgärd is born from, as the addresses name it.
SOURCES: dict[str, type[Any]] = {"analys": Analysis, "granskning": ExternalReview}


@FORM_METHODS
def measure_add(request: HttpRequest, pk: int) -> HttpResponse:
    """An åtgärd born from this case."""
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_plan_measures(request.user, deviation), HANDLERS)
    form = MeasureForm(request.POST or None, user=request.user, source=deviation)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, verbs.plan, deviation, user=request.user, values=form.cleaned_data)
    ):
        messages.success(request, PLANNED)
        return redirect(deviation)
    context = {"form": form, "deviation": deviation, **PLAN, "button": "Spara åtgärden"}
    return render(request, "improvement/form.html", context)


@FORM_METHODS
def measure_new(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """An åtgärd born from an analysis or a granskning (perhaps of one brist of it). A förslag has a page of
    its own, which answers who left it.
    """
    refuse_unless(permissions.may_report(request.user), "Åtgärder är för medarbetare.")
    if kind not in SOURCES:
        raise Http404
    source = get_object_or_404(SOURCES[kind].objects.select_related("unit"), pk=pk)
    refuse_unless(permissions.may_plan_from(request.user, source), LEADERS)
    form = MeasureForm(request.POST or None, user=request.user, source=source)
    values = {"user": request.user, "shortcoming": _shortcoming(request, source)}
    if request.method == "POST" and form.is_valid():
        made = attempt(form, verbs.plan, source, values=form.cleaned_data, **values)
        if made:
            messages.success(request, PLANNED)
            return redirect(source if hasattr(source, "get_absolute_url") else made)
    context = {"form": form, "source": source, "shortcoming": values["shortcoming"], **PLAN}
    return render(request, "improvement/measure_new.html", context)


def _shortcoming(request: HttpRequest, source: Any) -> Shortcoming | None:
    if not isinstance(source, ExternalReview):
        return None
    return source.shortcomings.filter(pk=number_in(request.GET.get("brist"))).first()


@FORM_METHODS
def measure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_measure(request, pk)
    refuse_unless(permissions.may_change_measure(request.user, found), _who(found))
    with transaction.atomic():
        form = MeasureForm(
            request.POST or None,
            instance=find_measure(request, pk) if request.method == "POST" else found,
            user=request.user,
            source=found.source,
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


def _who(found: Measure) -> str:
    return HANDLERS if found.deviation is not None else LEADERS


@FORM_METHODS
def measure_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    if name not in DONE:
        raise Http404
    found, arrow = find_measure(request, pk), MEASURE.transitions[name]
    refuse_unless(arrow.allowed(request.user, found), NOT_ASKED if name == "send_back" else _who(found))
    if name not in PAGES:
        return _press(request, found, name)
    counted = effect.counted(found) if name in verbs.JUDGEMENTS else None
    form = PAGES[name](request.POST or None, initial=_initial(found, name, counted))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data | (counted.of_process if counted else {})
        if attempt(form, verbs.change_status, found, name, user=request.user, **asked):
            messages.success(request, DONE[name])
            return redirect(_onward(request, found))
    context = {"form": form, "measure": found, "heading": arrow.label, "button": arrow.label}
    context |= {"lead": LEADS[name], "counted": counted, "back": _back(request)}
    return render(request, "improvement/measure_form.html", context)


def _initial(found: Measure, name: str, counted: effect.Effect | None) -> dict[str, Any] | None:
    if name == "done":
        return {"expected": found.expected, "evidence": found.evidence}
    return dict(counted.initial) if counted else None


def _onward(request: HttpRequest, found: Measure) -> str:
    """Back to the board that the button stood on; else to the åtgärd, or what is left to see of them."""
    back = _back(request)
    if back:
        return back
    still = Measure.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return found.get_absolute_url() if still else reverse("improvement:measures")


def _back(request: HttpRequest) -> str:
    """The board that the button stood on, if it is one of ours."""
    asked = request.POST.get("tillbaka", request.GET.get("tillbaka", ""))
    is_ours = asked.startswith(f"{reverse('improvement:measures')}?")
    return asked if is_ours and url_has_allowed_host_and_scheme(asked, None) else ""


def _press(request: HttpRequest, found: Measure, name: str) -> HttpResponse:
    if request.method == "POST":
        press(request, verbs.change_status, found, name, done=DONE[name])
    return redirect(_onward(request, found))


@require_POST
def measure_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the version under work of what the åtgärd changes, or begin it."""
    found = find_measure(request, pk)
    refuse_unless(permissions.may_work_on_measure(request.user, found), _who(found))
    refuse_unless(drafts.may_open(request.user, found), "Du får inte skriva i det som åtgärden ändrar.")
    if drafts.needs_file(found) and drafts.under_work(found) is None:
        return redirect("documents:revision_new", pk=found.document_id)
    told = "Utkastet är öppet. Åtgärden blir genomförd när versionen gäller."
    return redirect(press(request, drafts.open_draft, found, done=told) or found)


@FORM_METHODS
def case_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A further case that the åtgärd answers: a *samlad åtgärd*."""
    found = find_measure(request, pk)
    refuse_unless(permissions.may_change_measure(request.user, found), _who(found))
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
    press(request, verbs.leave_case, row, done="Kopplingen är borttagen.")
    return redirect(found)
