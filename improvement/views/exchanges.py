from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from improvement import access, awaited, permissions, presentation
from improvement.actions import exchanges as verbs
from improvement.enums import ExchangeStatus
from improvement.exchanges import rights as exchange_rights
from improvement.exchanges.filters import AskedFilter, ExchangeFilter
from improvement.exchanges.tables import AskedTable, ExchangeTable
from improvement.exchanges.workflow import EXCHANGE
from improvement.forms.exchanges import EscalateForm, ExchangeAnswerForm, ExchangeForm
from improvement.models import Exchange
from improvement.views.found import find_whole
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.tables import Empty, render_table

NOT_YOURS = "Den som handlägger avvikelsen sköter samverkan om den."
LEAD = "Det ni har skickat till andra eller fått från dem. Öppet tills det är besvarat eller lyft."
LEAD_ASKED = "Öppna en fråga för att läsa den och svara. Ni ser när svaret behövs."
EMPTY = "Här samlas frågor till och från region, skola och utförare."
EMPTY_ASKED = "Här kommer kommunens frågor om det som rör både er och oss. Ni får också ett mejl."
DONE = {
    "send": "Skickat. Här syns när svaret kommer.",
    "answer": "Svaret är sparat.",
    "escalate": "Lyft till chefer. Det står kvar tills det är besvarat.",
    "drop": "Utkastet är kastat.",
}
PAGES: dict[str, type[Any]] = {"answer": ExchangeAnswerForm, "escalate": EscalateForm}
LEAD_ANSWER = (
    "Svaret läses av dem i kommunen som handlägger händelsen. Det går inte att ändra när det är skickat."
)
LEADS = {
    "answer": "Svaret läses av dem som handlägger avvikelsen.",
    "escalate": "När svaret uteblir eller ni inte kommer vidare. Skriv till vem, utan namn på enskilda.",
}


def find_exchange(request: HttpRequest, pk: int) -> Exchange:
    """For who reads the case whole, and for the contact it was sent to; to others it does not exist."""
    rows = Exchange.objects.select_related(
        "deviation__unit", "deviation__category", "deviation__process", "provider", "created_by"
    )
    found: Exchange = get_object_or_404(awaited.with_clock(rows, awaited.EXCHANGE), pk=pk)
    if not (
        exchange_rights.is_asked(request.user, found) or access.reads_whole(request.user, found.deviation)
    ):
        raise Http404
    return found


@require_safe
def exchanges(request: HttpRequest) -> HttpResponse:
    """Those of the cases that the reader handles or reads by task; to a contact what they are asked."""
    is_ours = permissions.may_report(request.user)
    may_list = is_ours or exchange_rights.contact_unit_ids(request.user)
    refuse_unless(bool(may_list), "Samverkan är för medarbetare och utförarnas kontaktpersoner.")
    rows = Exchange.objects.visible_to(request.user).select_related("deviation", "provider")
    return render_table(
        request,
        table_class=ExchangeTable if is_ours else AskedTable,
        queryset=rows,
        filterset_class=ExchangeFilter if is_ours else AskedFilter,
        title="Avvikelser i samverkan" if is_ours else "Frågor från kommunen",
        lead=LEAD if is_ours else LEAD_ASKED,
        empty=Empty("Inget i samverkan", EMPTY) if is_ours else Empty("Inga frågor till er", EMPTY_ASKED),
        export_name="samverkan",
    )


@FORM_METHODS
def exchange_add(request: HttpRequest, pk: int) -> HttpResponse:
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_handle(request.user, deviation), NOT_YOURS)
    form = ExchangeForm(request.POST or None, initial={"direction": "out"})
    if request.method == "POST" and form.is_valid():
        made = attempt(form, verbs.begin, deviation, user=request.user, values=form.cleaned_data)
        if made:
            messages.success(request, "Sparat. Läs igenom, och skicka när det är klart.")
            return redirect(made)
    words = {
        "heading": "Avvikelse i samverkan",
        "lead": "Skicka det som andra behöver veta eller svara på, eller för in det ni har fått.",
        "button": "Spara",
    }
    return render(request, "improvement/form.html", {"form": form, "deviation": deviation, **words})


@require_safe
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them. The contact sees what was sent and the answer, and nothing of the case."""
    found = find_exchange(request, pk)
    reads_case = access.reads_whole(request.user, found.deviation)
    if reads_case:
        access.log_opening(request.user, found.deviation)
    available = EXCHANGE.available(request.user, found)
    context = {
        "exchange": found,
        "name": _name(found, reads_case),
        "reads_case": reads_case,
        "clock": awaited.shown(found, awaited.EXCHANGE, with_names=reads_case) if found.is_waiting else None,
        "lifted": _lifted(found) if reads_case else "",
        "status": (found.get_status_display(), presentation.EXCHANGE_TONES[found.status])
        if reads_case
        else presentation.asked_status(found),
        "may_write": found.status == ExchangeStatus.DRAFT
        and permissions.may_handle(request.user, found.deviation),
        "steps": {
            "pages": [one for one in available if one.transition.name in PAGES],
            "buttons": [one for one in available if one.transition.name not in PAGES],
        },
    }
    return render(request, "improvement/exchange.html", context)


def _name(found: Exchange, reads_case: bool) -> str:
    """Samverkan is our word; to the contact it is a question."""
    return str(found) if reads_case else f"Fråga {found.pk}"


def _lifted(found: Exchange) -> str:
    """To whom it was lifted, and why: for those who read the case."""
    rows = found.transitions.filter(name="escalate") if found.escalated_at else None
    return rows.values_list("comment", flat=True).first() or "" if rows is not None else ""


@FORM_METHODS
def exchange_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_exchange(request, pk)
    refuse_unless(permissions.may_handle(request.user, found.deviation), NOT_YOURS)
    form = ExchangeForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, verbs.write, found, user=request.user, values=form.cleaned_data)
        if made:
            messages.success(request, "Utkastet är sparat.")
            return redirect(made)
    return _form_page(request, found, form, heading="Ändra utkastet", lead="", button="Spara utkastet")


@FORM_METHODS
def exchange_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step: a button, or a page where more is asked."""
    if name not in EXCHANGE.transitions:
        raise Http404
    found = find_exchange(request, pk)
    arrow = EXCHANGE.transitions[name]
    refuse_unless(arrow.allowed(request.user, found), NOT_YOURS)
    if name not in PAGES:
        return _press(request, found, name)
    is_ours = access.reads_whole(request.user, found.deviation)
    form = PAGES[name](request.POST or None, is_ours=is_ours)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "name": name}
        if attempt(form, verbs.change_status, found, user=request.user, **values):
            messages.success(request, DONE[name])
            return redirect(found)
    lead = LEADS[name] if is_ours else LEAD_ANSWER
    return _form_page(request, found, form, heading=arrow.label, lead=lead, button=arrow.label)


def _press(request: HttpRequest, found: Exchange, name: str) -> HttpResponse:
    if request.method == "POST":
        press(request, verbs.change_status, found, name, done=DONE[name])
    return redirect(found)


def _form_page(request: HttpRequest, found: Exchange, form: Any, **words: str) -> HttpResponse:
    reads_case = access.reads_whole(request.user, found.deviation)
    context = {
        "form": form,
        "exchange": found,
        "name": _name(found, reads_case),
        "reads_case": reads_case,
        "list_url": reverse("improvement:exchanges"),
        **words,
    }
    return render(request, "improvement/exchange_form.html", context)
