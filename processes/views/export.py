"""The map of a version as a file: always a download, never shown by the browser."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from kvalitet.storage import DOWNLOAD_POLICY
from processes import export
from processes.bpmn.model import BpmnError
from processes.models import ProcessRevision
from processes.views.revision import find

UNREADABLE = "Kartan går inte att rita. Hämta filen som BPMN i stället."


@require_safe
def map_svg(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The whole map as one SVG that needs nothing else."""
    row = _with_map(request, slug, number)
    try:
        made = export.picture(row)
    except BpmnError:
        return _sorry(request, row, UNREADABLE)
    return attachment(made.svg.encode(), f"{slug}-version-{number}.svg", "image/svg+xml")


@require_safe
def map_png(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The whole map as a picture, for a presentation or a letter."""
    row = _with_map(request, slug, number)
    try:
        content = export.png(export.picture(row))
    except BpmnError:
        return _sorry(request, row, UNREADABLE)
    except export.TooLarge as reason:
        return _sorry(request, row, str(reason))
    return attachment(content, f"{slug}-version-{number}.png", "image/png")


def _with_map(request: HttpRequest, slug: str, number: int) -> ProcessRevision:
    row = find(request, slug, number)
    if row.map_id is None:
        raise Http404
    return row


def _sorry(request: HttpRequest, row: ProcessRevision, reason: str) -> HttpResponse:
    messages.warning(request, reason)
    return redirect(row)


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": DOWNLOAD_POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)
