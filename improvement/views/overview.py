from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from improvement import permissions
from improvement.overview import overview
from kvalitet.gate import refuse_unless
from processes.models import Process

NOT_FOR_YOU = "Sidan är för processägaren, samordnaren, processhandledare och styrgruppen."


@require_safe
def process_overview(request: HttpRequest, slug: str) -> HttpResponse:
    """One process over all its units: figures, causes, åtgärder, routines and reading; no case text."""
    rows = Process.objects.visible_to(request.user).select_related("parent__parent")
    process = get_object_or_404(rows, slug=slug)
    refuse_unless(permissions.may_follow_process(request.user, process), NOT_FOR_YOU)
    context = {
        "process": process,
        "found": overview(request.user, process),
        "lists_cases": permissions.lists_process(request.user, process),
        "query": urlencode({"process": process.slug}),
    }
    return render(request, "improvement/overview.html", context)
