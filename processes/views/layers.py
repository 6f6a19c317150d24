from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kvalitet.gate import refuse_unless
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience
from processes import pages
from processes.layer_forms import LayerForm
from processes.layers import layered
from processes.models import Process

FOR_STAFF = "Läget i processen visas för medarbetare."


@require_safe
def standing(request: HttpRequest, slug: str) -> HttpResponse:
    """*Läget i processen*: what waits and what is late at each step, on the map and in a table."""
    rows = Process.objects.visible_to(request.user).select_related("parent__parent")
    process = get_object_or_404(rows, slug=slug)
    refuse_unless(grants.audience(request.user) >= Audience.INTERNAL, FOR_STAFF)
    page = pages.read(request.user, slug)
    if page is None:
        raise Http404
    form = LayerForm(request.GET or None)
    found = layered(request.user, process, page, form.span())
    context: dict[str, Any] = {"process": process, "form": form, "found": found}
    return render(request, "processes/standing.html", context)
