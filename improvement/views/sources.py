"""Analyses and external granskningar: their lists, pages and forms. Every employee reads them."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from documents.models import Document
from improvement import permissions, presentation
from improvement.actions import sources as verbs
from improvement.filters import AnalysisFilter, ReviewFilter
from improvement.forms import (
    AnalysisForm,
    AnswerReviewForm,
    DnrForm,
    LinkDocumentForm,
    ReviewForm,
    ShortcomingForm,
)
from improvement.models import (
    Analysis,
    ExternalReview,
    Measure,
    Shortcoming,
)
from improvement.tables import AnalysisTable, ReviewTable
from kvalitet import history
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.tables import Action, Empty, render_table

STAFF = "Analyser och granskningar är för medarbetare."
WRITERS = "Chefer, samordnaren och processhandledare skriver här."
DNR = "Registratorn sätter diarienummer."


def _staff(request: HttpRequest) -> None:
    refuse_unless(permissions.may_report(request.user), STAFF)


def _action(request: HttpRequest, label: str, name: str) -> list[Action]:
    may = permissions.may_manage_sources(request.user)
    return [Action(label, reverse(name), "plus-lg")] if may else []


@require_safe
def analyses(request: HttpRequest) -> HttpResponse:
    _staff(request)
    return render_table(
        request,
        table_class=AnalysisTable,
        queryset=Analysis.objects.visible_to(request.user).select_related("unit"),
        filterset_class=AnalysisFilter,
        title="Analyser",
        lead="Det som har vägts samman för en period: vad det visar och vad som behöver ändras.",
        actions=_action(request, "Skriv en analys", "improvement:analysis_add"),
        empty=Empty("Inga analyser än", "Här samlas det som avvikelser och kontroller visar tillsammans."),
        export_name="analyser",
    )


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    _staff(request)
    return render_table(
        request,
        table_class=ReviewTable,
        queryset=ExternalReview.objects.visible_to(request.user).select_related("unit"),
        filterset_class=ReviewFilter,
        title="Externa granskningar",
        lead="Vad IVO, revisionen, länsstyrelsen och avtalsuppföljningen har kommit fram till.",
        actions=_action(request, "Registrera en granskning", "improvement:review_add"),
        empty=Empty(
            "Inga granskningar än",
            "Här samlas beslut från dem som granskar oss utifrån.",
        ),
        export_name="granskningar",
    )


def _find(request: HttpRequest, model: type[Any], pk: int) -> Any:
    _staff(request)
    rows = model.objects.visible_to(request.user).select_related("unit", "created_by")
    return get_object_or_404(rows, pk=pk)


def _measures(request: HttpRequest, **source: Any) -> list[Measure]:
    rows = Measure.objects.visible_to(request.user).filter(**source)
    return list(rows.select_related("responsible", "remedy").order_by("due", "pk"))


@require_safe
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, Analysis, pk)
    context = {
        "source": found,
        "measures": _measures(request, analysis=found),
        "may_write": permissions.may_manage_sources(request.user, found.unit_id),
        "plan_url": reverse("improvement:measure_new", args=["analys", found.pk]),
    }
    return render(request, "improvement/analysis.html", context)


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The granskning with its brister, the åtgärder against each, its documents and the answer."""
    found = _find(request, ExternalReview, pk)
    measures = _measures(request, review=found)
    linked = {row.document_id: row.pk for row in found.documents.all()}
    documents = Document.objects.visible_to(request.user).filter(pk__in=linked)
    context = {
        "source": found,
        "state": presentation.review_state(found),
        "shortcomings": _by_shortcoming(found, measures),
        "measures": [one for one in measures if not hasattr(one, "remedy")],
        "documents": [(one, linked[one.pk]) for one in documents],
        "may_write": permissions.may_manage_sources(request.user, found.unit_id),
        "may_set_dnr": permissions.may_set_review_dnr(request.user, found),
        "plan_url": reverse("improvement:measure_new", args=["granskning", found.pk]),
    }
    return render(request, "improvement/review.html", context)


def _by_shortcoming(
    found: ExternalReview, measures: list[Measure]
) -> list[tuple[Shortcoming, list[Measure]]]:
    against: dict[int, list[Measure]] = {}
    for one in measures:
        if hasattr(one, "remedy"):
            against.setdefault(one.remedy.shortcoming_id, []).append(one)
    rows = found.shortcomings.select_related("remedied_by")
    return [(one, against.get(one.pk, [])) for one in rows]


@require_safe
def analysis_history(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, Analysis, pk)
    return _history(request, found, {Measure: "analysis"})


@require_safe
def review_history(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, ExternalReview, pk)
    return _history(request, found, {Measure: "review", Shortcoming: "review"})


def _history(request: HttpRequest, found: Any, rows: dict[Any, str]) -> HttpResponse:
    entries = history.timeline(found, reader=request.user, rows=rows)
    context = {"source": found, "entries": entries, **_words(found)}
    return render(request, "improvement/source_history.html", context)


def _words(found: Any) -> dict[str, str]:
    is_review = isinstance(found, ExternalReview)
    name, title = (
        ("improvement:reviews", "Granskningar") if is_review else ("improvement:analyses", "Analyser")
    )
    return {"list_url": reverse(name), "list_title": title}


def _edit(request: HttpRequest, form_class: Any, found: Any, verb: Any, **words: str) -> HttpResponse:
    """Write a new one or an old one anew: two who write at once see both texts."""
    with transaction.atomic():
        form = form_class(request.POST or None, instance=found, user=request.user)
        if request.method == "POST" and form.is_valid():
            saved = attempt(form, verb, found, user=request.user, values=dict(form.cleaned_data))
            if saved:
                messages.success(request, "Sparat.")
                return redirect(saved)
    context = {"form": form, "source": found, "button": "Spara", **words}
    return render(request, "improvement/source_form.html", context)


@FORM_METHODS
def analysis_add(request: HttpRequest) -> HttpResponse:
    refuse_unless(permissions.may_manage_sources(request.user), WRITERS)
    words = _words(Analysis()) | {"heading": "Skriv en analys"}
    return _edit(request, AnalysisForm, None, verbs.save_analysis, **words)


@FORM_METHODS
def analysis_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, Analysis, pk)
    refuse_unless(permissions.may_manage_sources(request.user, found.unit_id), WRITERS)
    words = _words(found) | {"heading": "Ändra analysen"}
    return _edit(request, AnalysisForm, found, verbs.save_analysis, **words)


@FORM_METHODS
def review_add(request: HttpRequest) -> HttpResponse:
    refuse_unless(permissions.may_manage_sources(request.user), WRITERS)
    words = _words(ExternalReview()) | {"heading": "Registrera en granskning"}
    return _edit(request, ReviewForm, None, verbs.save_review, **words)


@FORM_METHODS
def review_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, ExternalReview, pk)
    refuse_unless(permissions.may_manage_sources(request.user, found.unit_id), WRITERS)
    words = _words(found) | {"heading": "Ändra granskningen"}
    return _edit(request, ReviewForm, found, verbs.save_review, **words)


def _simple(request: HttpRequest, found: ExternalReview, form: Any, verb: Any, **words: str) -> HttpResponse:
    """A form on a granskning whose fields are the verb's own."""
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, verb, found, user=request.user, **form.cleaned_data)
    ):
        messages.success(request, words["done"])
        return redirect(found)
    context = {"form": form, "source": found, **_words(found), **words}
    return render(request, "improvement/source_form.html", context)


@FORM_METHODS
def review_dnr(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, ExternalReview, pk)
    refuse_unless(permissions.may_set_review_dnr(request.user, found), DNR)
    form = DnrForm(request.POST or None, initial={"dnr": found.dnr})
    words = {"heading": "Sätt diarienummer", "button": "Spara", "done": "Diarienumret är sparat."}
    return _simple(request, found, form, verbs.set_dnr, **words)


@FORM_METHODS
def review_answer(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, ExternalReview, pk)
    refuse_unless(permissions.may_manage_sources(request.user, found.unit_id), WRITERS)
    words = {"heading": "Anteckna vårt svar", "button": "Spara svaret", "done": "Svaret är antecknat."}
    return _simple(request, found, AnswerReviewForm(request.POST or None), verbs.answer_review, **words)


@FORM_METHODS
def shortcoming_add(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, ExternalReview, pk)
    refuse_unless(permissions.may_manage_sources(request.user, found.unit_id), WRITERS)
    words = {"heading": "Lägg till en brist", "button": "Spara bristen", "done": "Bristen är tillagd."}
    return _simple(request, found, ShortcomingForm(request.POST or None), verbs.add_shortcoming, **words)


@require_POST
def shortcoming_remedy(request: HttpRequest, pk: int, shortcoming: int) -> HttpResponse:
    found = _find(request, ExternalReview, pk)
    row = get_object_or_404(found.shortcomings, pk=shortcoming)
    is_remedied = request.POST.get("aterta") != "1"
    done = "Bristen är avhjälpt." if is_remedied else "Bristen är öppen igen."
    press(request, verbs.remedy, row, is_remedied=is_remedied, done=done)
    return redirect(found)


@FORM_METHODS
def review_document_add(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, ExternalReview, pk)
    refuse_unless(permissions.may_manage_sources(request.user, found.unit_id), WRITERS)
    form = LinkDocumentForm(request.POST or None, user=request.user)
    words = {"heading": "Koppla ett dokument", "button": "Koppla", "done": "Dokumentet är kopplat."}
    return _simple(request, found, form, verbs.link_document, **words)


@require_POST
def review_document_remove(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    found = _find(request, ExternalReview, pk)
    row = get_object_or_404(found.documents.select_related("review"), pk=link)
    verbs.unlink_document(row, user=request.user)
    messages.success(request, "Kopplingen är borttagen.")
    return redirect(found)
