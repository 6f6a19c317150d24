"""The quick ways: thank, answer simply, several at once, and the inquiry proposed instead."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from improvement import actions, permissions
from improvement.actions import quick
from improvement.enums import DeviationStatus
from improvement.forms import QuickForm, TogetherForm
from improvement.models import Deviation
from improvement.presentation import short
from improvement.views.found import back_to, find_deviation, find_whole
from improvement.workflow import DEVIATION
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.lookups import number_in

NOT_YOURS = "Chefen för enheten och den som chefen har utsett handlägger ärendet."
INSTEAD = "utred"
BEGUN = "Utredningen har börjat. Lägg till anteckningar och orsaker."
RECEIVED = "Avvikelsen är mottagen och bedömd. Fyll i det som saknas under Nästa steg, så kan ni utreda."
ASSESSED = ("category", "law", "likelihood", "consequence", "summary")
NOTHING_CHOSEN = "Kryssa för minst en avvikelse i listan först."
SHOWN_REASONS = 10


@require_POST
def thank(request: HttpRequest, pk: int) -> HttpResponse:
    """*Tackar, mottaget*: from the case, the list or Mitt arbete, and back there."""
    deviation = find_deviation(request, pk)
    refuse_unless(permissions.may_handle(request.user, deviation), NOT_YOURS)
    press(
        request, actions.thank, deviation, done=f"{deviation} är mottagen och rapportören har fått ett tack."
    )
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    if is_ours and "/" in asked:  # else it would be taken for the name of a page
        return redirect(asked)
    return redirect(deviation)


@FORM_METHODS
def close_simply(request: HttpRequest, pk: int) -> HttpResponse:
    """*Enkel hantering*; where cases alike propose it, the same page begins an inquiry instead."""
    deviation = find_whole(request, pk)
    refuse_unless(DEVIATION.transitions["close_simply"].allowed(request.user, deviation), NOT_YOURS)
    form = QuickForm(request.POST or None, deviation=deviation, user=request.user)
    if request.method == "POST" and INSTEAD in request.POST and _inquired(request, form, deviation):
        return back_to(request, deviation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if attempt(form, actions.handle_simply, deviation, user=request.user, **values):
            messages.success(request, "Avvikelsen är avslutad och rapportören har fått svar.")
            return back_to(request, deviation)
    context = {
        "form": form,
        "deviation": deviation,
        "heading": "Enkel hantering",
        "lead": "För det som är grönt: bedöm, svara och avsluta på en gång.",
        "button": "Svara och avsluta",
    }
    return render(request, "improvement/simple.html", context)


def _inquired(request: HttpRequest, form: QuickForm, deviation: Deviation) -> bool:
    """Whether the inquiry began with the assessment in ``form``, whose answer is not asked for then."""
    if form.inserts:  # the form comes back with the phrase first
        return False
    form.is_valid()
    missing = [name for name in ASSESSED if name in form.errors]
    values = {name: form.cleaned_data[name] for name in ASSESSED if name in form.cleaned_data}
    for name in [name for name in form.errors if name not in ASSESSED]:
        del form.errors[name]
    made = None if missing else attempt(form, actions.start_inquiry, deviation, user=request.user, **values)
    if not made:
        return False
    messages.success(request, BEGUN if made.status == DeviationStatus.INVESTIGATING else RECEIVED)
    return True


@require_POST
def inquire_instead(request: HttpRequest, pk: int) -> HttpResponse:
    """*Börja utreda i stället* on the page of a case: to the assessment first, where that is missing."""
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_handle(request.user, deviation), NOT_YOURS)
    press(request, actions.start_inquiry, deviation, done=BEGUN)
    return redirect(deviation)


@FORM_METHODS
def together(request: HttpRequest) -> HttpResponse:
    """*Hantera tillsammans*: the chosen cases, one form, and what became of each."""
    refuse_unless(permissions.may_report(request.user), "Avvikelser är för medarbetare.")
    pks = _chosen(request)
    if not pks:
        messages.error(request, NOTHING_CHOSEN)
        return redirect(f"{reverse('improvement:deviations')}?urval=mitt")
    cases = _cases(request.user, pks)
    form = TogetherForm(request.POST or None, user=request.user, cases=cases.values())
    left: dict[int, tuple[str, ...]] = {}
    if request.method == "POST" and form.is_valid():
        outcomes = actions.handle_together(pks, user=request.user, values=form.cleaned_data)
        left = {one.pk: one.reasons for one in outcomes if not one.is_done}
        _tell_done(request, len(outcomes) - len(left))
        if not left:
            return redirect(f"{reverse('improvement:deviations')}?urval=mitt")
        pks = list(left)
        cases = _cases(request.user, pks)
    context = {
        "form": form,
        "rows": [_row(pk, cases.get(pk), left.get(pk)) for pk in pks],
        "has_left": bool(left),
    }
    return render(request, "improvement/together.html", context)


def _tell_done(request: HttpRequest, count: int) -> None:
    if count == 1:
        messages.success(request, "1 avvikelse är avslutad och rapportören har fått svar.")
    elif count:
        messages.success(request, f"{count} avvikelser är avslutade och de som rapporterade har fått svar.")


def _chosen(request: HttpRequest) -> list[int]:
    asked = (request.POST if request.method == "POST" else request.GET).getlist("val")
    numbers = dict.fromkeys(number for one in asked if (number := number_in(one)) is not None)
    return list(numbers)[: quick.MOST]


def _cases(user: Any, pks: list[int]) -> dict[int, Deviation]:
    """Those of them that are ``user``'s to handle: of the others nothing is told."""
    rows = Deviation.objects.received_by(user).filter(pk__in=pks).select_related("unit", "category")
    return {one.pk: one for one in rows}


def _row(pk: int, case: Deviation | None, reasons: tuple[str, ...] | None) -> dict[str, Any]:
    """One chosen case on the page: what it is about, and what stops it."""
    if case is None:
        return {"pk": pk, "reasons": reasons or (quick.GONE,)}
    refusal = quick.refusal(case)
    return {
        "pk": pk,
        "case": case,
        "about": short(case),
        "unit": case.unit.name if case.unit else "Inte fördelad",
        "reasons": reasons or ((refusal,) if refusal else ()),
    }
