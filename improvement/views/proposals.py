"""Förbättringsförslag: left in a minute, voted for, answered, followed to their effect."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from improvement import awaited
from improvement.actions import proposals as verbs
from improvement.forms.learning import (
    OpenReasonForm,
    ProposalAnswerForm,
    ProposalForm,
    ProposalRedirectForm,
    ProposedMeasureForm,
)
from improvement.forms.reporting import process_named
from improvement.learning import notices, presentation, rights
from improvement.learning.filters import ProposalFilter
from improvement.learning.tables import ProposalTable
from improvement.learning.workflow import PROPOSAL
from improvement.models import Proposal
from improvement.presentation import EFFECT_TONES, MEASURE_TONES
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit
from kvalitet.tables import Action, Empty, render_table

EMPLOYEES = "Förslag är för medarbetare."
RECEIVERS = "Enhetens chef eller processägaren svarar på förslaget."
SENT = "Tack. Förslaget är skickat."
SENT_BEFORE = "Förslaget var redan skickat. Det finns en gång."
NEEDS = "behov=true"
DONE = {
    "consider": "Förslaget övervägs. Den som lämnade det har fått veta det.",
    "carry_out": "Förslaget är genomfört och den som lämnade det har fått svar.",
    "decline": "Den som lämnade förslaget har fått svar.",
    "redirect": "Förslaget är skickat till rätt mottagare.",
    "reopen": "Förslaget övervägs igen.",
    "withdraw": "Förslaget är återtaget.",
}
LEADS = {
    "carry_out": "Berätta vad ni har gjort.",
    "decline": "Berätta varför det inte blir av, och gärna vad som skulle krävas.",
    "redirect": "Den nya mottagaren får veta direkt, och en ny dag att svara.",
    "reopen": "Förslaget tas upp igen, och ni svarar på nytt.",
}
PAGES: dict[str, type[Any]] = {
    "carry_out": ProposalAnswerForm,
    "decline": ProposalAnswerForm,
    "redirect": ProposalRedirectForm,
    "reopen": OpenReasonForm,
}


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    refuse_unless(rights.may_propose(request.user), EMPLOYEES)
    actions = [Action("Lämna ett förslag", reverse("improvement:propose"), "lightbulb")]
    if rights.sees_spread(request.user):
        url = f"{reverse('improvement:proposals')}?{NEEDS}"
        actions.append(Action("Ej tillgodosedda behov", url, "exclamation-circle"))
    return render_table(
        request,
        table_class=ProposalTable,
        queryset=Proposal.objects.visible_to(request.user).select_related("unit", "process"),
        filterset_class=ProposalFilter,
        title="Förbättringsförslag",
        lead="Vad vi kan göra bättre. Rösta på det du också vill ha.",
        empty=Empty(
            "Inga förslag än",
            "Har du en idé? Det tar en minut.",
            reverse("improvement:propose"),
            "Lämna ett förslag",
        ),
        actions=actions,
        export_name="forslag",
    )


def find_proposal(request: HttpRequest, pk: int) -> Proposal:
    rows = Proposal.objects.visible_to(request.user).select_related(
        "unit", "process__parent__parent", "submitted_by", "answered_by"
    )
    found: Proposal = get_object_or_404(awaited.with_clock(rows, awaited.PROPOSAL), pk=pk)
    return found


def _clock(found: Proposal, *, with_names: bool) -> Any:
    """While somebody waits for the answer; to whom it went further up is for those whom it concerns."""
    return awaited.shown(found, awaited.PROPOSAL, with_names=with_names) if found.is_waiting else None


@require_safe
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One förslag, its answer, and what became of it."""
    found, user = find_proposal(request, pk), request.user
    measures = found.measures.select_related("responsible").order_by("pk")
    available = [one for one in PROPOSAL.available(user, found) if one.transition.name != "plan"]
    may_answer = rights.may_answer(user, found)
    context = {
        "proposal": found,
        "tone": presentation.PROPOSAL_TONES[found.status],
        "sees_name": rights.sees_name(user, found),
        "is_own": found.submitted_by_id == user.pk,
        "clock": _clock(found, with_names=may_answer or found.submitted_by_id == user.pk),
        "receivers": notices.receivers_of(found) if found.is_waiting else (),
        "measures": [(one, MEASURE_TONES[one.status], EFFECT_TONES.get(one.effect, "")) for one in measures],
        "may_plan": may_answer and (found.is_waiting or found.status == "planned"),
        "may_vote": rights.may_vote(user, found),
        "has_voted": found.given_votes.filter(user=user).exists(),
        "steps": [one for one in available if one.transition.name not in PAGES or one.reasons],
        "pages": [one for one in available if one.transition.name in PAGES and not one.reasons],
    }
    return render(request, "improvement/proposal.html", context)


@require_safe
def proposal_history(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_proposal(request, pk)
    entries = presentation.proposal_history(request.user, found)
    return render(request, "improvement/proposal_history.html", {"proposal": found, "entries": entries})


def _place(request: HttpRequest) -> tuple[Any, int | None]:
    """The process and unit that ``?process=`` and ``?enhet=`` name; else the proposer's only unit."""
    process = process_named(request.user, request.GET.get("process", ""))
    slug = request.GET.get("enhet", "")
    unit = Unit.objects.on(timezone.localdate()).filter(slug=slug).first() if slug else None
    own = grants.own_unit_ids(request.user)
    if process is not None and len(own) > 1:
        own = own & process.current_unit_ids()
    return process, unit.pk if unit else (next(iter(own)) if len(own) == 1 else None)


@FORM_METHODS
def propose(request: HttpRequest) -> HttpResponse:
    """The form; sent twice it gives one förslag."""
    refuse_unless(rights.may_propose(request.user), EMPLOYEES)
    process, unit = _place(request)
    form = ProposalForm(request.POST or None, user=request.user, process=process, initial={"unit": unit})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        key = data.pop("submission")
        made = attempt(form, verbs.propose, user=request.user, submission=key, values=data)
        if made:
            sent, is_new = made
            messages.success(request, SENT if is_new else SENT_BEFORE)
            return redirect(sent)
    return render(request, "improvement/propose.html", {"form": form, "process": process})


@require_POST
def proposal_vote(request: HttpRequest, pk: int) -> HttpResponse:
    """One press, and one to undo it."""
    found = find_proposal(request, pk)
    reason = "Förslaget är ditt eget eller redan avgjort, så det går inte att rösta på."
    refuse_unless(rights.may_vote(request.user, found), reason)
    is_for = request.POST.get("rost") != "nej"
    verbs.vote(found, user=request.user, is_for=is_for)
    messages.success(request, "Din röst är räknad." if is_for else "Din röst är tillbakatagen.")
    return redirect(found)


@FORM_METHODS
def proposal_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    if name not in DONE:
        raise Http404
    found, arrow = find_proposal(request, pk), PROPOSAL.transitions[name]
    refuse_unless(arrow.allowed(request.user, found), RECEIVERS)
    if name not in PAGES:
        return _press(request, found, name)
    extra: dict[str, Any] = {}
    if name == "redirect":
        where = {"unit": found.unit_id, "receiver": found.receiver}
        extra = {"user": request.user, "process": found.process, "initial": where}
    form = PAGES[name](request.POST or None, **extra)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, verbs.change_status, found, name, user=request.user, **form.cleaned_data)
    ):
        messages.success(request, DONE[name])
        return redirect(found)
    context = {"form": form, "proposal": found, "heading": arrow.label, "lead": LEADS[name]}
    return render(request, "improvement/proposal_form.html", context | {"button": arrow.label})


def _press(request: HttpRequest, found: Proposal, name: str) -> HttpResponse:
    if request.method != "POST":
        return redirect(found)
    press(request, verbs.change_status, found, name, done=DONE[name])
    return redirect(found)


@FORM_METHODS
def proposal_measure_add(request: HttpRequest, pk: int) -> HttpResponse:
    """An åtgärd born from the förslag, with the answer to who left it."""
    found = find_proposal(request, pk)
    refuse_unless(found.may_be_planned_by(request.user), RECEIVERS)
    form = ProposedMeasureForm(request.POST or None, user=request.user, proposal=found)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        answer = data.pop("answer")
        if attempt(form, verbs.plan, found, user=request.user, values=data, answer=answer):
            messages.success(request, "Åtgärden är planerad och den som lämnade förslaget har fått veta det.")
            return redirect(found)
    context = {
        "form": form,
        "proposal": found,
        "heading": "Planera en åtgärd",
        "lead": "Förslaget blir en åtgärd i registret. Den som lämnade det följer den till effekt.",
        "button": "Planera åtgärden",
    }
    return render(request, "improvement/proposal_form.html", context)
