from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from improvement import actions, permissions, routing
from improvement.actions import attaching
from improvement.enums import Harm
from improvement.forms import ReportForm, SupplementForm
from improvement.forms.reporting import UNKNOWN, Place, document_numbered, process_named, unit_named
from improvement.models import Deviation, SpreadPrompt
from improvement.views.attachments import keep_files, page_with_files
from improvement.views.found import find_deviation
from improvement.views.sent import after_report, unsent_key
from kvalitet.attempts import attempt
from kvalitet.gate import FORM_METHODS, refuse_unless, same_when_back
from kvalitet.lookups import number_in
from kvalitet.organisation.models import Unit

# Buttons of the form that do not send it, and what one of them takes away.
STAYS = frozenset({"preview", "let_go", "drop"})
CARRIED = ("process", "document")
EMPLOYEES = "Medarbetare rapporterar avvikelser här."


@FORM_METHODS
def report(request: HttpRequest) -> HttpResponse:
    """The form; sent twice it gives one case. ``?process=``, ``?enhet=`` and ``?rutin=`` are where from."""
    refuse_unless(permissions.may_report(request.user), EMPLOYEES)
    place = _place(request)
    if request.method != "POST":
        return same_when_back(_shown(request, _begun(request, place)))
    form = ReportForm(_changed(request), request.FILES, user=request.user, place=place)
    try:
        return _answer(request, form)
    finally:
        for one in form.ready:
            one.file.close()


def _begun(request: HttpRequest, place: Place) -> ReportForm:
    """A new form; or as it was when the login ran out, which is given back in a GET."""
    if request.POST:
        return ReportForm(_changed(request), user=request.user, place=place).as_typed()
    return ReportForm(user=request.user, place=place, initial=_asked_elsewhere(request))


def _answer(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """The receipt, or the form again with its files kept."""
    is_whole, stays = form.is_valid(), not STAYS.isdisjoint(form.data)
    if is_whole and not stays:
        values = form.cleaned_data
        key, verb = values["submission"], actions.report
        if sent := attempt(form, verb, user=request.user, submission=key, values=values):
            return _receipt(request, *sent)
        return _shown(request, form)
    keep_files(request, form)
    return _shown(request, form.as_typed() if stays else form)


def _receipt(request: HttpRequest, deviation: Deviation, is_new: bool) -> HttpResponse:
    if is_new:
        messages.success(request, f"Tack. Rapporten är skickad och har nummer {deviation.pk}.")
    else:
        messages.info(request, f"Rapporten var redan skickad, med nummer {deviation.pk}. Den finns en gång.")
    return after_report(request, deviation)


def _changed(request: HttpRequest) -> Any:
    """What was sent, with what a button beside it takes away."""
    data = request.POST.copy()
    if data.get("let_go") in CARRIED:
        data[data["let_go"]] = ""
    return data


def _shown(request: HttpRequest, form: ReportForm) -> HttpResponse:
    context = {
        "form": form,
        "process": form.place.process,
        "document": None if form.chooses_routine else form.place.document,
        "kept": attaching.waiting(request.user, form.key) if request.POST else [],
        "refused_files": form.refused_files,
        "route": _route(request.user, _chosen(form)),
        "unsent_key": unsent_key(request),
    }
    return render(request, "improvement/report.html", context)


def _place(request: HttpRequest) -> Place:
    """From the form when it has been there: what was taken away is not carried again by the address."""
    user, sent = request.user, _changed(request) if request.POST else request.GET
    number = sent.get("document" if request.POST else "rutin", "")
    return Place(
        process_named(user, sent.get("process", "")),
        unit_named(sent.get("enhet", "")),
        document_numbered(user, number),
    )


def _asked_elsewhere(request: HttpRequest) -> dict[str, Any]:
    """*Rapportera risk* after a yes to another unit's question: ``?fraga=``."""
    asked = number_in(request.GET.get("fraga"))
    prompt = SpreadPrompt.objects.visible_to(request.user).filter(pk=asked).first() if asked else None
    if prompt is None:
        return {}
    text = f"Risk hos oss. {prompt.question}"
    return {"what_happened": text, "harm": Harm.COULD_HAVE, "asked": prompt.pk}


def _chosen(form: Any) -> dict[str, Any]:
    """What the form now says of where the report goes, by name of field."""
    said = form.data if form.is_bound else form.initial
    return {name: said.get(name) or "" for name in ("unit", "is_suspected", "is_manager_involved")}


@require_safe
def goes_to(request: HttpRequest) -> HttpResponse:
    """The line *Går till* alone, which the form's script swaps when the unit or a tick changes."""
    refuse_unless(permissions.may_report(request.user), EMPLOYEES)
    return render(request, "improvement/goes_to.html", {"route": _route(request.user, request.GET.dict())})


def _route(user: Any, chosen: dict[str, Any]) -> routing.Route | None:
    """None until a unit, or *Vet inte*, is chosen."""
    wanted = str(chosen.get("unit", ""))
    unit = Unit.objects.on(timezone.localdate()).filter(pk=number_in(wanted)).first()
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
    return page_with_files(
        request,
        deviation,
        SupplementForm,
        actions.supplement,
        "Tillägget är skickat till dem som har ärendet.",
        heading="Lägg till i din rapport",
        lead="Det du har skrivit förut ligger kvar som det var.",
        button="Skicka tillägget",
    )
