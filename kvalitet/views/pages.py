from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kvalitet import registries


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """*Om kvalitetsledningssystemet*: what it is, who does what, the governing documents, the wheel of improvement."""
    panels = [panel for function in registries.panels.for_model("about") if (panel := function(request.user, None))]
    return render(request, "frame/about.html", {"panels": panels})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "frame/accessibility.html")
