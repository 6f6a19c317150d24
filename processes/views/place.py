from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from kvalitet.attempts import attempt
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.workflow import Blocked
from processes import leaving, pages, permissions, places
from processes.models import Process, ProcessAddress, ProcessUnit
from processes.place_forms import AddressForm, MoveForm

FOR_ALL = "Processhandledare och samordnare flyttar processer och byter adress."
DIRECTIONS = {"upp": places.UP, "ned": places.DOWN}


def _movable(request: HttpRequest, slug: str) -> Process:
    rows = Process.objects.visible_to(request.user).select_related("parent__parent")
    process = get_object_or_404(rows, slug=slug)
    refuse_unless(permissions.may_move(request.user), FOR_ALL)
    return process


@FORM_METHODS
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Another place in the tree: what moves along is shown, what cannot be is refused with a reason."""
    process = _movable(request, slug)
    before = process.parent
    form = MoveForm(request.POST or None, process=process, initial=_proposed(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, places.move, process, user=request.user, **form.cleaned_data)
    ):
        messages.success(request, _moved(process, before))
        return redirect(process)
    context = {"process": process, "form": form, **_along(request.user, process)}
    context["uses"] = leaving.of_process(request.user, process)
    # A step that the map above draws has its place and its order from there.
    context["held"] = list(places.why_not_from(process))
    context["siblings"] = [] if context["held"] else list(places.siblings(process))
    return render(request, "processes/move.html", context)


def _proposed(request: HttpRequest) -> dict[str, str]:
    return {"parent": request.GET.get("till", ""), "kind": request.GET.get("slag", "")}


def _moved(process: Process, before: Process | None) -> str:
    """That it is done, and the way back."""
    back = f"till={before.pk}" if before else "till="
    url = f"{reverse('processes:move', args=[process.slug])}?{back}"
    where = f"under {process.parent.title}" if process.parent else "på första nivån"
    text = '{} ligger nu {}, med allt som hör till. <a href="{}">Flytta tillbaka</a>'
    return format_html(text, process.title, where, url)


def _along(user: Any, process: Process) -> dict[str, Any]:
    """What moves with the process."""
    inside = list(process.get_descendants(include_self=True).order_by("level", "position", "pk"))
    links = pages.links_of(user, inside)
    units = ProcessUnit.objects.on(timezone.localdate()).filter(process__in=inside)
    children = [one for one in inside[1:] if one.parent_id == process.pk]
    return {
        "children": children,
        "deeper": len(inside) - 1 - len(children),
        "documents": len({link.url for row in links.values() for link in row}),
        "units": units.values("unit").distinct().count(),
    }


@require_POST
def shift(request: HttpRequest, slug: str) -> HttpResponse:
    """One step up or down among the siblings."""
    process = _movable(request, slug)
    by = DIRECTIONS.get(request.POST.get("at", ""))
    try:
        if by and places.shift(process, user=request.user, by=by):
            messages.success(request, f"{process.title} är flyttad ett steg {request.POST['at']}.")
    except Blocked as blocked:
        messages.warning(request, str(blocked))
    # The list stands on the page of the one whose order it began with.
    shown_on = Process.objects.filter(parent=process.parent_id, slug=request.POST.get("sida", "")).first()
    url = reverse("processes:move", args=[(shown_on or process).slug])
    return redirect(f"{url}#ordning")


@FORM_METHODS
def address(request: HttpRequest, slug: str) -> HttpResponse:
    """Another address; those before are shown, and lead to it."""
    process = _movable(request, slug)
    form = AddressForm(request.POST or None, initial={"slug": process.slug})
    if request.method == "POST" and form.is_valid():
        values = {"user": request.user, "refused_at": "slug", **form.cleaned_data}
        if attempt(form, places.change_address, process, **values):
            messages.success(request, "Adressen är bytt. Den gamla leder hit.")
            return redirect(process)
    earlier = ProcessAddress.objects.filter(process=process).exclude(slug=process.slug)
    context = {"process": process, "form": form, "earlier": earlier}
    return render(request, "processes/address.html", context)
