"""Pages of the side ways of a case, and of what it meant for the person."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from improvement import actions, permissions
from improvement.enums import EntryKind
from improvement.forms import ConsequenceForm, EntryForm, ReasonForm, SplitForm, TakeOverForm
from improvement.views.attachments import page_with_files
from improvement.views.found import find_deviation, find_whole
from improvement.views.handling import NOT_YOURS, simple_page
from kvalitet.attempts import attempt
from kvalitet.gate import FORM_METHODS, refuse_unless


@FORM_METHODS
def consequence(request: HttpRequest, pk: int) -> HttpResponse:
    """What it meant for the person, asked before what caused it; a stale save shows both texts."""
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_handle(request.user, deviation), NOT_YOURS)
    with transaction.atomic():
        form = ConsequenceForm(request.POST or None, instance=find_whole(request, pk))
        if request.method == "POST" and form.is_valid():
            values = dict(form.cleaned_data)
            if attempt(form, actions.describe, deviation, user=request.user, values=values):
                messages.success(request, "Följden för den enskilde är sparad.")
                return redirect(deviation)
    context = {
        "form": form,
        "deviation": deviation,
        "heading": "Följd för den enskilde",
        "lead": "Börja med människan. Orsakerna i arbetssättet kommer sedan.",
        "button": "Spara",
    }
    return render(request, "improvement/form.html", context)


@FORM_METHODS
def entry_correct(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """A note is corrected by a new one; the old one stays, struck."""
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_write_entry(request.user, deviation), NOT_YOURS)
    notes = deviation.entries.exclude(kind=EntryKind.SUPPLEMENT).select_related("deviation")
    row = get_object_or_404(notes, pk=entry)
    initial = {"kind": row.kind, "text": row.text, "source": row.source}
    return page_with_files(
        request,
        deviation,
        EntryForm,
        lambda case, **values: actions.correct_entry(row, **values),
        "Anteckningen är rättad. Den gamla står kvar, struken.",
        initial=initial,
        heading="Rätta en anteckning",
        lead="Skriv anteckningen som den ska vara. Den gamla står kvar och hänvisar till den nya.",
        button="Spara rättelsen",
    )


@FORM_METHODS
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """One event under two laws becomes two parts."""
    deviation = find_whole(request, pk)
    refuse_unless(permissions.may_handle(request.user, deviation), NOT_YOURS)
    if not deviation.law:
        messages.info(request, "Ange först vilken lagstiftning den här delen ligger under.")
        return redirect("improvement:assess", deviation.pk)
    return simple_page(
        request,
        deviation,
        SplitForm(request.POST or None, deviation=deviation),
        actions.split,
        "Händelsen är delad i två. Den andra delen handläggs för sig.",
        heading="Dela i två delar",
        lead="När samma händelse ligger både under hälso- och sjukvården och under socialtjänsten. "
        "Rapporten följer med. Varje del bedöms, utreds och besvaras för sig, av dem som får läsa den.",
        button="Dela i två delar",
    )


@FORM_METHODS
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    deviation = find_deviation(request, pk)
    refuse_unless(
        permissions.may_take_over(request.user, deviation),
        "En chef ovanför den som har ärendet kan ta över det. Den som redan handlägger det behöver inte.",
    )
    return simple_page(
        request,
        deviation,
        TakeOverForm(request.POST or None),
        actions.take_over,
        "Du handlägger ärendet nu, och de som hade det får veta det.",
        heading="Ta över ärendet",
        lead="Du läser och handlägger hela ärendet. De som hade det ser det fortfarande.",
        button="Ta över",
    )


@FORM_METHODS
def hand_back(request: HttpRequest, pk: int) -> HttpResponse:
    deviation = find_whole(request, pk)
    refuse_unless(
        permissions.may_hand_back(request.user, deviation),
        "Bara den som har fått ärendet överlämnat lämnar tillbaka det.",
    )
    return simple_page(
        request,
        deviation,
        ReasonForm(request.POST or None),
        actions.hand_back,
        "Ärendet är tillbaka hos chefen.",
        heading="Lämna tillbaka ärendet",
        lead="Chefen för enheten får veta det och läser vad du skriver. Du ser sedan inte ärendet.",
        button="Lämna tillbaka",
    )
