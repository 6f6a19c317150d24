"""Läskvittens on a document: the button, who has read, who is asked, and to take a receipt back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from documents import actions
from documents.forms.reading import BackForm, RequirementForm
from documents.models import Document, ReadReceipt, ReceiptRequirement
from documents.reading import asks as reading
from documents.reading import rights as reading_rights
from documents.tables.reading import ReadingFilter, ReadingTable
from documents.views.found import employees_only, find_document
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.lookups import number_in
from kvalitet.organisation.models import User
from kvalitet.tables import Action, Empty, render_table

NO_RIGHT = "Den som skriver eller fastställer dokumentet begär läskvittens."
NO_NAMES = Empty(
    "Namnen visas för den som ansvarar",
    "Vem som har läst ser den som är ansvarig för dokumentet, samordnaren och chefen för sina egna.",
)
NOBODY = Empty("Ingen är ombedd att läsa", "När läskvittens är begärd visas här vem som har läst och inte.")


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """*Jag har läst*."""
    found = find_document(request, pk)
    receipt = press(request, actions.confirm, found, seen=number_in(request.POST.get("version")))
    if receipt:
        messages.success(request, f"Tack. Du har kvitterat version {receipt.revision.label}.")
    return redirect(found)


@require_safe
def reading_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has read the version in force and who has not; to most only how many."""
    found = find_document(request, pk)
    employees_only(request.user)
    one = reading.round_of(found)
    everyone = reading.people(one) if one else User.objects.none()
    sees_all = reading_rights.may_see_everyone(request.user, found)
    led = reading_rights.followed_units(request.user)
    rows = everyone.filter(unit_id__in=list(led)) if one and not sees_all else everyone
    may_require = reading_rights.may_require(request.user, found)
    add_url = reverse("documents:requirement_add", args=[found.pk])
    return render_table(
        request,
        table_class=ReadingTable,
        queryset=rows,
        filterset_class=ReadingFilter if one and (sees_all or led) else None,
        template="documents/reading.html",
        title=f"Läskvittens: {found.title}",
        empty=NO_NAMES if one and not (sees_all or led) else NOBODY,
        actions=[Action("Begär läskvittens", add_url, "plus-lg")] if may_require else [],
        export_name="laskvittens" if sees_all or led else "",
        extra_context={"document": found, "may_require": may_require, **_told(one, rows, everyone, sees_all)},
    )


def _told(one: reading.Round | None, rows: Any, everyone: Any, sees_all: bool) -> dict[str, Any]:
    """How many have read: of ``rows``, whom the reader sees by name, else of all unless they are too few."""
    if one is None:
        return {"round": None}
    read, asked = reading.counts(rows)
    sees_some = sees_all or asked > 0
    if not sees_some:
        read, asked = reading.counts(everyone)
    counted = reading.in_words(read, asked, is_outsider=not sees_some)
    return {"round": one, "counted": counted, "is_of_led": sees_some and not sees_all}


@FORM_METHODS
def requirement_add(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_document(request, pk)
    refuse_unless(reading_rights.may_require(request.user, found), NO_RIGHT)
    form = RequirementForm(request.POST or None, document=found)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, actions.ask_to_read, found, user=request.user, **form.cleaned_data)
        if made is not None:
            messages.success(request, f"Läskvittens är begärd av: {made.who}.")
            return redirect("documents:reading", found.pk)
    return render(request, "documents/requirement.html", {"form": form, "document": found})


@require_POST
def requirement_end(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    found = find_document(request, pk)
    refuse_unless(reading_rights.may_require(request.user, found), NO_RIGHT)
    rows = ReceiptRequirement.objects.filter(document=found).select_related("document__owner_unit", "unit")
    ended = actions.stop_asking(get_object_or_404(rows, pk=row_pk), user=request.user)
    messages.success(request, f"{ended.who} blir inte längre ombedda. De kvittenser som finns är kvar.")
    return redirect("documents:reading", found.pk)


@FORM_METHODS
def receipt_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a receipt that was given by mistake; it is kept, with the reason."""
    rows = ReadReceipt.objects.standing().select_related("revision__document", "user")
    visible = Document.objects.visible_to(request.user)
    receipt = get_object_or_404(rows.filter(revision__document__in=visible), pk=pk)
    may = reading_rights.may_take_back(request.user, receipt)
    refuse_unless(may, "Den som har kvitterat, chefen och samordnaren tar tillbaka en kvittens.")
    form = BackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, actions.take_back, receipt, user=request.user, **form.cleaned_data)
        if made is not None:
            messages.success(request, f"Kvittensen för {receipt.user} räknas inte längre.")
            return redirect(receipt.revision.document)
    return render(request, "documents/receipt_back.html", {"form": form, "receipt": receipt})
