from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from kvalitet import fragments, registries
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience
from processes import comparison, content, pages, permissions
from processes.forms import CompareForm
from processes.models import Process, ProcessRevision
from processes.presentation import standing, timeline

FOR_EMPLOYEES = "Tidigare versioner och historik är för medarbetare."


@login_not_required
@require_safe
def process(request: HttpRequest, slug: str) -> HttpResponse:
    """A process or activity: its map, on a narrow window its text; without a map its description."""
    return _page(request, slug, content.OPEN)


@login_not_required
@require_safe
def drawing(request: HttpRequest, slug: str) -> HttpResponse:
    """The map, however narrow the window is."""
    return _page(request, slug, "karta")


@login_not_required
@require_safe
def text(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as numbered text, for whoever would rather read."""
    return _page(request, slug, "text")


@login_not_required
@require_safe
def who(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a table of who does what."""
    return _page(request, slug, "vem")


def _page(request: HttpRequest, slug: str, tab: str) -> HttpResponse:
    page = pages.read(request.user, slug)
    if page is None:
        raise Http404
    shown = {row.pk: row for row in (page.process, *page.children, *page.rows.values())}
    links = pages.links_of(request.user, shown.values())
    rights = _rights(request.user, page)
    panels = _panels(request, page.process)
    facts = content.facts(request.user, page, links, tab=tab, panels=panels, rights=rights)
    context: dict[str, Any] = {
        "process": page.process,
        "revision": page.revision,
        "open_number": page.open_number,
        "is_assured": rights["is_staff"] and page.is_whole,
        "content": fragments.kept("processes/content.html", facts),
        **rights,
    }
    return render(request, "processes/process.html", context)


def _panels(request: HttpRequest, process: Process) -> str:
    """What other apps add to the page; made each time, since they may show anything."""
    functions = registries.panels.for_model("processes.process")
    panels = [panel for function in functions if (panel := function(request.user, process))]
    return "".join(render_to_string(one.template, {"panel": one.context}, request) for one in panels)


def _rights(user: Any, page: pages.Page) -> dict[str, bool]:
    may_change = permissions.may_change(user, page.process)
    return {
        "is_staff": grants.audience(user) >= Audience.INTERNAL,
        "may_change": may_change,
        "may_move": permissions.may_move(user),
        "may_start": may_change and page.open_number is None,
        "sees_open": page.open_number is not None and permissions.may_read_drafts(user, page.process),
    }


def visible(request: HttpRequest, slug: str) -> Process:
    rows = Process.objects.visible_to(request.user).select_related("parent__parent")
    return get_object_or_404(rows, slug=slug)


def refuse_public(request: HttpRequest, reason: str) -> None:
    if grants.audience(request.user) < Audience.INTERNAL:
        raise PermissionDenied(reason)


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version of the process that the reader may see, newest first."""
    process = visible(request, slug)
    refuse_public(request, FOR_EMPLOYEES)
    rows = ProcessRevision.objects.visible_to(request.user).filter(process=process)
    revisions = (
        rows.select_related("author", "approved_by", "process").defer("renderings").order_by("-number")
    )
    shown = list(revisions)
    context: dict[str, Any] = {"process": process, "revisions": [(one, standing(one)) for one in shown]}
    if numbers := comparison.pair(shown):
        initial = dict(zip(("fran", "till"), numbers, strict=True))
        context["form"] = CompareForm(versions=shown, initial=initial)
    return render(request, "processes/versions.html", context)


@require_safe
def process_history(request: HttpRequest, slug: str) -> HttpResponse:
    process = visible(request, slug)
    refuse_public(request, FOR_EMPLOYEES)
    return render(
        request, "processes/history.html", {"process": process, "entries": timeline(request.user, process)}
    )
