from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience
from processes import comparison
from processes.forms import CompareForm
from processes.models import Process
from processes.presentation import standing
from processes.views.revision import find


@require_safe
def compare(request: HttpRequest, slug: str, number: int, other: int) -> HttpResponse:
    """Two versions that the reader may see, the first as it was and the second as it became."""
    old, new = find(request, slug, number), find(request, slug, other)
    rows = comparison.visible_versions(request.user, old.process)
    context = {
        **comparison.shown(old, new),
        "process": old.process,
        "versions": [(one, standing(one)) for one in (old, new)],
        "form": CompareForm(versions=rows, initial={"fran": number, "till": other}),
        "swap_url": comparison.address(slug, (other, number)),
        "summary": comparison.summary(old, new),
    }
    return render(request, "processes/compare.html", context)


@require_safe
def compare_choose(request: HttpRequest, slug: str) -> HttpResponse:
    """The way to a comparison of the two that are asked for, else of the two that are likely wanted."""
    processes = Process.objects.visible_to(request.user).select_related("parent__parent")
    process = get_object_or_404(processes, slug=slug)
    if grants.audience(request.user) < Audience.INTERNAL:
        raise PermissionDenied("Tidigare versioner och historik är för medarbetare.")
    rows = comparison.visible_versions(request.user, process)
    form = CompareForm(request.GET or None, versions=rows)
    numbers = form.numbers() if form.is_valid() else None if form.is_bound else comparison.pair(rows)
    if numbers is None:
        messages.warning(request, "Välj två versioner som finns.")
        return redirect("processes:versions", slug)
    return redirect(comparison.address(slug, numbers))
