from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from improvement import actions, permissions
from improvement.forms import (
    AssessForm,
    BarForm,
    CauseForm,
    EntryForm,
    HandOverForm,
    InquiryForm,
    MergeForm,
    PhrasedAnswerForm,
    PhrasedReasonForm,
    ReasonForm,
    RedirectForm,
    SimpleForm,
)
from improvement.models import Cause, Deviation
from improvement.views.attachments import page_with_files
from improvement.views.found import back_to, find_deviation, find_whole
from improvement.workflow import DEVIATION, SUSPICION
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.organisation.models import User
from kvalitet.workflow import Transition

NOT_YOURS = "Chefen för enheten och den som chefen har utsett handlägger ärendet."
DONE = {
    "receive": "Du har tagit emot avvikelsen.",
    "redirect": "Avvikelsen ligger nu på rätt enhet.",
    "investigate": "Utredningen har börjat.",
    "act": "Avvikelsen åtgärdas nu.",
    "finish": "Rapportören har fått svar.",
    "redo": "Avvikelsen åtgärdas igen.",
    "close": "Avvikelsen är avslutad.",
    "close_simply": "Avvikelsen är avslutad och rapportören har fått svar.",
    "dismiss": "Avvikelsen är avslutad och rapportören har fått veta varför.",
    "suspect": "Lex Sarah-ansvarig har fått veta direkt.",
    "return": "Händelsen är bedömd som avvikelse. Chefen handlägger vidare.",
    "inquire": "Avvikelsen är förd till utredning.",
    "merge": "Avvikelsen är sammanslagen, och den som rapporterade får veta det.",
    "withdraw": "Du har tagit tillbaka rapporten. Den handläggs inte.",
    "restore": "Rapporten är upptagen igen och väntar på att tas emot.",
    "reopen": "Avvikelsen är öppnad igen och utreds.",
}
LEADS = {
    "redirect": "Den nya enhetens chef får veta direkt. Handläggare som du har utsett tas bort.",
    "finish": "Svaret går till den som rapporterade. Klockan för svaret stannar.",
    "dismiss": "Den som rapporterade läser vad du skriver. Säg gärna var det hör hemma.",
    "redo": "Planera en ny åtgärd. Rapportören får ett nytt svar när den är klar.",
    "suspect": "Lex Sarah-ansvarig får veta direkt. Skriv kort varför, utan namn.",
    "return": "Bara du avgör detta. Skriv varför händelsen inte är ett missförhållande.",
    "inquire": "Avvikelsen avslutas här och utreds som missförhållande i en egen akt.",
    "close_simply": "För det som är grönt: bedöm, svara och avsluta på en gång.",
    "merge": (
        "När två rapporter handlar om samma händelse. Den här hänvisar till den du väljer, och båda som "
        "rapporterade får svar samtidigt."
    ),
    "withdraw": "Chefen får veta det. Rapporten finns kvar, men handläggs inte.",
    "restore": "Den som rapporterade får veta det, och dagarna räknas om från i dag.",
    "reopen": "Utredningen fortsätter där den var. Den som rapporterade får ett nytt svar.",
}
PAGES: dict[str, type[Any]] = {
    "redirect": RedirectForm,
    "finish": PhrasedAnswerForm,
    "close_simply": SimpleForm,
    "dismiss": PhrasedReasonForm,
    "redo": ReasonForm,
    "suspect": ReasonForm,
    "return": ReasonForm,
    "inquire": InquiryForm,
    "merge": MergeForm,
    "withdraw": ReasonForm,
    "restore": ReasonForm,
    "reopen": ReasonForm,
}
OF_CASE = (MergeForm, RedirectForm, SimpleForm)
ONLY_REPORTER = "Bara den som rapporterade tar tillbaka rapporten."


def _arrow(name: str) -> Transition:
    for workflow in (DEVIATION, SUSPICION):
        if name in workflow.transitions and name in DONE:
            return workflow.transitions[name]
    raise Http404


@FORM_METHODS
def transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of the workflow: a button, or a page where more is asked."""
    arrow = _arrow(name)
    deviation = _find_for(request, pk, name)
    refuse_unless(arrow.allowed(request.user, deviation), NOT_YOURS)
    if name not in PAGES:
        return _press(request, deviation, name)
    form = _form(request, deviation, name)
    if request.method == "POST" and form.is_valid():
        verb = actions.handle_simply if name == "close_simply" else actions.change_status
        named = {} if name == "close_simply" else {"name": name}
        if attempt(form, verb, deviation, user=request.user, **named, **form.cleaned_data):
            messages.success(request, DONE[name])
            return back_to(request, deviation)
    context = {"form": form, "deviation": deviation, "heading": arrow.label, "lead": LEADS[name]}
    button = "Svara och avsluta" if name == "close_simply" else arrow.label
    return render(request, "improvement/form.html", context | {"button": button})


def _find_for(request: HttpRequest, pk: int, name: str) -> Deviation:
    """A case that is read whole; but the one who reported takes back what they see as their own."""
    if name != "withdraw":
        return find_whole(request, pk)
    deviation = find_deviation(request, pk)
    refuse_unless(permissions.is_reporter(request.user, deviation), ONLY_REPORTER)
    return deviation


def _form(request: HttpRequest, deviation: Deviation, name: str) -> Any:
    form_class = PAGES[name]
    extra: dict[str, Any] = {"deviation": deviation} if form_class in OF_CASE else {}
    if form_class is MergeForm or hasattr(form_class, "PHRASES"):
        extra["user"] = request.user
    return form_class(request.POST or None, **extra)


def _press(request: HttpRequest, deviation: Deviation, name: str) -> HttpResponse:
    if request.method != "POST":
        return redirect(deviation)
    press(request, actions.change_status, deviation, name, done=DONE[name])
    return back_to(request, deviation)


@FORM_METHODS
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """What kind of event it is and how grave; a stale save shows both texts."""
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_handle(request.user, deviation), NOT_YOURS)
    with transaction.atomic():
        form = AssessForm(request.POST or None, instance=find_whole(request, pk), user=request.user)
        if request.method == "POST" and form.is_valid():
            values = dict(form.cleaned_data)
            if attempt(form, actions.assess, deviation, user=request.user, values=values):
                messages.success(request, "Bedömningen är sparad.")
                return redirect(deviation)
    context = {
        "form": form,
        "deviation": deviation,
        "heading": "Bedöm avvikelsen",
        "lead": "Bedöm händelsen, inte den som rapporterade den. Det går att spara och fylla på senare.",
        "button": "Spara bedömningen",
    }
    return render(request, "improvement/form.html", context)


def simple_page(
    request: HttpRequest, deviation: Deviation, form: Any, verb: Any, done: str, **words: str
) -> HttpResponse:
    """A form on one case whose fields are the verb's own."""
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, verb, deviation, user=request.user, **form.cleaned_data)
    ):
        messages.success(request, done)
        return back_to(request, deviation)
    return render(request, "improvement/form.html", {"form": form, "deviation": deviation, **words})


@FORM_METHODS
def entry_add(request: HttpRequest, pk: int) -> HttpResponse:
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_write_entry(request.user, deviation), NOT_YOURS)
    return page_with_files(
        request,
        deviation,
        EntryForm,
        actions.add_entry,
        "Anteckningen är sparad.",
        heading="Ny anteckning",
        lead="En anteckning ändras inte i efterhand. Blir något fel rättar du den med en ny.",
        button="Spara anteckningen",
    )


@FORM_METHODS
def cause_add(request: HttpRequest, pk: int) -> HttpResponse:
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_handle(request.user, deviation), NOT_YOURS)
    if request.method == "GET" and not deviation.consequence_text:
        messages.info(request, "Beskriv först följden för den enskilde. Sedan söker ni orsaken.")
        return redirect("improvement:consequence", deviation.pk)
    return simple_page(
        request,
        deviation,
        CauseForm(request.POST or None),
        actions.add_cause,
        "Orsaken är sparad.",
        heading="Ny orsak",
        lead="Varför kunde det hända? Sök orsaken i arbetssätt och förutsättningar, inte hos en person. "
        "Oftast finns mer än en: skriv dem var för sig.",
        button="Spara orsaken",
    )


@require_POST
def cause_strike(request: HttpRequest, pk: int, cause: int) -> HttpResponse:
    deviation = find_whole(request, pk)
    row: Cause = get_object_or_404(deviation.causes.select_related("deviation"), pk=cause)
    press(request, actions.strike_cause, row, done="Orsaken är struken och finns kvar i historiken.")
    return redirect(deviation)


@FORM_METHODS
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_hand_over(request.user, deviation), "Chefen för enheten utser handläggare.")
    return simple_page(
        request,
        deviation,
        HandOverForm(request.POST or None),
        actions.hand_over,
        "Handläggaren är utsedd och har fått veta det.",
        heading="Lämna över till en handläggare",
        lead="Handläggaren läser och handlägger hela ärendet. Du har det kvar.",
        button="Lämna över",
    )


@require_POST
def take_back(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    deviation = find_whole(request, pk)
    rows = User.objects.filter(pk__in=deviation.user_permissions.values("user"))
    worker = get_object_or_404(rows, pk=person)
    press(request, actions.take_back, deviation, person=worker, done="Ärendet är taget tillbaka.")
    return back_to(request, deviation)


@FORM_METHODS
def bar(request: HttpRequest, pk: int) -> HttpResponse:
    """Jäv: the person loses every way in to the case."""
    deviation = find_whole(request, pk)
    initial = {"person": request.user.email}
    form = BarForm(request.POST or None, initial=initial, user=request.user, deviation=deviation)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.bar, deviation, user=request.user, **form.cleaned_data)
    ):
        messages.success(request, "Jävet är angivet. Personen ser inte längre ärendet.")
        return back_to(request, deviation)
    context = {
        "form": form,
        "deviation": deviation,
        "heading": "Ange jäv",
        "lead": "Den som är jävig ser inte ärendet i någon lista, sökning eller avisering.",
        "button": "Ange jäv",
    }
    return render(request, "improvement/form.html", context)


@require_POST
def unbar(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    deviation = find_whole(request, pk)
    barred = {row.user_id: row.user for row in deviation.barred()}
    if person not in barred:
        raise Http404
    press(request, actions.unbar, deviation, person=barred[person], done="Jävet är borttaget.")
    return back_to(request, deviation)
