"""Introductions: one's own plan, those one follows, what is ticked, and the certificate."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from documents import actions
from documents.forms.reading import MentorForm
from documents.models import Introduction, PackageItem
from documents.reading import certificates, plans
from documents.reading import rights as reading_rights
from documents.tables.reading import IntroductionTable
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.lookups import number_in
from kvalitet.organisation.permissions import is_employee
from kvalitet.storage import download_response
from kvalitet.tables import Action, Empty, render_table

HIDDEN = "Intyget nämner ett dokument som du inte får läsa. Fråga den som introduktionen gäller."
GONE = "Intyget är inte klart än, eller så finns filen inte. Inget är förlorat. Begär det igen."


@require_safe
def introductions(request: HttpRequest) -> HttpResponse:
    """One's own plan, those one is handledare for, and those of the units one leads."""
    if not is_employee(request.user):
        raise Http404
    seen = plans.visible_to(request.user).select_related("user", "package", "unit", "mentor")
    may_plan = reading_rights.may_plan_some_introduction(request.user)
    buttons = [Action("Introduktionspaket", reverse("documents:packages"), "list-check")]
    return render_table(
        request,
        table_class=IntroductionTable,
        queryset=plans.with_counts(seen),
        title="Introduktion",
        lead="Planen för den som är ny i en roll: vad du läser, gör och får visat, och till när.",
        empty=Empty(
            "Ingen introduktion pågår",
            "Den som är ny i en roll får en plan när det finns ett introduktionspaket för rollen.",
        ),
        actions=buttons if may_plan else [],
        export_name="introduktioner" if may_plan else "",
    )


def _find(request: HttpRequest, pk: int) -> Introduction:
    people = ("user", "mentor", "unit", "package", "certificate")
    return get_object_or_404(plans.visible_to(request.user).select_related(*people), pk=pk)


@require_safe
def introduction(request: HttpRequest, pk: int) -> HttpResponse:
    one = _find(request, pk)
    items = plans.shown_to(request.user, one)
    done = sum(item.done_at is not None for item in items)
    certificate = getattr(one, "certificate", None)
    context = {
        "one": one,
        "parts": plans.parts(one, items),
        "done": done,
        "total": len(items),
        "progress": f"{done} av {len(items)} klart",
        "is_own": one.user_id == request.user.pk,
        "may_appoint": reading_rights.may_appoint_mentor(request.user, one),
        "certificate": certificate,
        "job": certificates.latest(certificate) if certificate else None,
    }
    return render(request, "documents/introduction.html", context)


@require_POST
def introduction_tick(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    one = _find(request, pk)
    rows = PackageItem.objects.visible_to(request.user).filter(package=one.package_id)
    rows = rows.select_related("document", "process")
    item = get_object_or_404(rows, pk=item_pk)
    press(
        request, actions.tick, one, item, seen=number_in(request.POST.get("version")), done=f"Klart: {item}."
    )
    return redirect(f"{one.get_absolute_url()}#{item.stage}")


@FORM_METHODS
def introduction_mentor(request: HttpRequest, pk: int) -> HttpResponse:
    one = _find(request, pk)
    may = reading_rights.may_appoint_mentor(request.user, one)
    refuse_unless(may, "Chefen, samordnaren och processhandledaren utser handledare.")
    initial = {"mentor": one.mentor.email if one.mentor else ""}
    form = MentorForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {"user": request.user, "refused_at": "mentor", **form.cleaned_data}
        if attempt(form, actions.choose_mentor, one, **values):
            messages.success(request, f"{form.cleaned_data['mentor']} är handledare för {one.user}.")
            return redirect(one)
    return render(request, "documents/introduction_mentor.html", {"form": form, "one": one})


@require_POST
def introduction_certify(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the facts, and make the file of them by a job."""
    one = _find(request, pk)
    certificate = press(request, actions.certify, one)
    if certificate:
        certificates.enqueue(certificate, user=request.user)
        messages.success(request, "Intyget är utfärdat. Filen görs nu och visas här när den är klar.")
    return redirect(one)


@require_safe
def introduction_certificate(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = _find(request, pk)
    certificate: Any = getattr(one, "certificate", None)
    if certificate is not None and plans.names_hidden(request.user, one):
        messages.warning(request, HIDDEN)
        return redirect(one)
    try:
        if certificate is not None and certificate.storage_key:
            return download_response(
                request,
                certificate.storage_key,
                name="intyg-introduktion.pdf",
                content_type="application/pdf",
                sha256=certificate.sha256,
                inline=True,
            )
    except FileNotFoundError:
        pass
    messages.warning(request, GONE)
    return redirect(one)
