from typing import Any

from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Prefetch, Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from documents import actions, permissions, presentation
from documents.enums import Basis
from documents.forms.decision import ConfirmForm
from documents.models import Document, DocumentLink, Revision
from documents.tables.review import ReviewFilter, ReviewTable
from documents.views.found import employees_only
from kvalitet.attempts import attempt
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.lookups import ExistsForEach, number_in
from kvalitet.tables import Empty, render_table
from processes.permissions import stands_for

MOST = 50
NO_CHOICE = "Kryssa i minst ett dokument i listan. Inget är ändrat."
WHO_CONFIRMS = (
    "Den som är ansvarig för dokumentet, eller fastställer det, bekräftar att det fortfarande gäller."
)


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Documents in force whose review is late or near, with the choice to say that they still hold."""
    employees_only(request.user)
    rows = Document.objects.visible_to(request.user).in_force().exclude(next_review=None)
    rows = presentation.with_versions(rows, request.user).select_related("owner_unit", "responsible")
    mine = ExistsForEach(Document.objects.approvable_by(request.user).filter(pk=OuterRef("pk")))
    may = Q(responsible__in=list(stands_for(request.user))) | Q(mine)
    rows = rows.annotate(may_confirm=ExpressionWrapper(may, BooleanField()))
    return render_table(
        request,
        table_class=ReviewTable,
        queryset=rows,
        filterset_class=ReviewFilter,
        template="documents/reviews.html",
        title="Översyn",
        lead="Dokument som ska ses över. De gäller tills någon ändrar eller upphäver dem.",
        empty=Empty("Inget att se över", "Här syns dokument när översynen närmar sig eller är försenad."),
        export_name="oversyn",
    )


@FORM_METHODS
def confirm(request: HttpRequest) -> HttpResponse:
    """*Fortfarande giltig* for those chosen: read again or unchanged, and until when."""
    employees_only(request.user)
    sent = request.POST if request.method == "POST" else request.GET
    documents = _chosen(request.user, sent.getlist("dokument"))
    if not documents:
        messages.info(request, NO_CHOICE)
        return redirect("documents:reviews")
    refuse_unless(all(permissions.may_confirm(request.user, one) for one in documents), WHO_CONFIRMS)
    form = ConfirmForm(request.POST or None, documents=documents)
    if request.method == "POST" and form.is_valid() and _confirm(form, documents, request.user):
        day = date_format(form.cleaned_data["new_date"], "F Y")
        messages.success(request, f"{_counted(len(documents))} gäller fortfarande och ses över i {day}.")
        return redirect(documents[0] if len(documents) == 1 else reverse("documents:reviews"))
    read = {one.pk for one in form.cleaned_data.get("read", ())} if form.is_bound else set()
    return render(
        request,
        "documents/confirm.html",
        {"form": form, "rows": _rows(request.user, documents), "read": read},
    )


def _counted(number: int) -> str:
    return "Dokumentet" if number == 1 else f"{number} dokument"


def _chosen(user: Any, asked: list[str]) -> list[Document]:
    pks = [pk for pk in map(number_in, asked[:MOST]) if pk is not None]
    rows = Document.objects.visible_to(user).filter(pk__in=pks).select_related("owner_unit", "responsible")
    found = list(rows)
    links = DocumentLink.objects.select_related("process__parent__parent")
    prefetch_related_objects(found, Prefetch("links", links))
    return found


def _rows(user: Any, documents: list[Document]) -> list[tuple[Document, Any]]:
    """Each document with its version in force: since when it has been as it is."""
    held = Revision.objects.visible_to(user).in_force().filter(document__in=documents)
    by_document = {one.document_id: one for one in held}
    return [(one, by_document.get(one.pk)) for one in documents]


def _confirm(form: Any, documents: list[Document], user: Any) -> bool:
    data = form.cleaned_data
    made = attempt(
        form,
        actions.confirm_review,
        documents,
        user=user,
        new_date=data["new_date"],
        basis={one.pk: Basis.READ for one in data["read"]},
        note=data["note"],
    )
    return made is not None
