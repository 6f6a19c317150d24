from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from documents import comparison
from documents.forms.text import CompareForm
from documents.presentation import Shown
from documents.views.found import employees_only, find_document, find_revision


@require_safe
def compare(request: HttpRequest, pk: int, number: tuple[int, int], other: tuple[int, int]) -> HttpResponse:
    """Two versions that the reader may see, the first as it was and the second as it became."""
    old, new = find_revision(request, pk, number), find_revision(request, pk, other)
    rows = comparison.visible_versions(request.user, old.document)
    context = {
        "document": old.document,
        "old": old,
        "new": new,
        "versions": [Shown(one, one.standing()) for one in (old, new)],
        "compared": comparison.compare(old, new, user=request.user),
        "form": CompareForm(versions=rows, initial={"fran": old.label, "till": new.label}),
        "swap_url": comparison.address(pk, other, number),
    }
    return render(request, "documents/compare.html", context)


@require_safe
def compare_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The way to a comparison of the two that are asked for, else of the two that are likely wanted."""
    document = find_document(request, pk)
    employees_only(request.user)
    rows = comparison.visible_versions(request.user, document)
    form = CompareForm(request.GET or None, versions=rows)
    if form.is_valid():
        return redirect(comparison.address(pk, form.cleaned_data["fran"], form.cleaned_data["till"]))
    wanted = "" if "fran" in request.GET else request.GET.get("till", "")
    found = comparison.pair(rows, wanted)
    if found is None:
        messages.warning(request, "Det behövs två versioner som du kan läsa för att jämföra.")
        return redirect(document)
    return redirect(comparison.address(pk, found[0].label, found[1].label))
