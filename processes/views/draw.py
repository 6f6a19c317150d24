"""The page where a map is drawn. The drawing tool asks for the map, sends it back, and looks up processes."""

from http import HTTPStatus
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from kvalitet.gate import FORM_METHODS
from kvalitet.models import Blob
from kvalitet.sorting import Swedish
from kvalitet.workflow import Blocked
from processes import editing
from processes.bpmn import advice, drawn
from processes.bpmn.model import BpmnError, Model
from processes.bpmn.parse import parse
from processes.enums import ProcessState
from processes.forms import DrawingForm
from processes.kept import kept_maps
from processes.models import Process, ProcessRevision
from processes.views.edit import editable

MOST = 10
SHOWN = 30
SHORTCUTS = (
    (("Ctrl + S",), "Spara"),
    (("Ctrl + Z",), "Ångra"),
    (("Ctrl + Y",), "Gör om"),
    (("Ctrl + A",), "Markera allt"),
    (("Ctrl + C", "Ctrl + V"), "Kopiera, klistra in"),
    (("Delete",), "Ta bort det som är markerat"),
    (("Piltangent",), "Flytta det som är markerat, med Skift längre"),
    (("Ctrl + piltangent",), "Rulla ritytan"),
    (("Ctrl + +", "Ctrl + -", "Ctrl + 0"), "Större, mindre, verklig storlek"),
    (("Ctrl + F",), "Sök i kartan"),
    (("E",), "Skriv namnet på det som är markerat"),
    (("R",), "Byt slag på det som är markerat"),
    (("C",), "Dra pilar"),
    (("L",), "Markera flera"),
    (("S",), "Gör plats"),
    (("H",), "Flytta ritytan"),
)


@FORM_METHODS
def draw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The drawing tool; what it saves is checked like a file and answered as JSON."""
    row = editable(request, slug, number)
    if request.method == "POST":
        return _save(request, row)
    context = {
        "revision": row,
        "process": row.process,
        "kept": kept_maps(row)[:SHOWN],
        "advice": advice.advise(parse(bytes(row.map.data))) if row.map else [],
        "shortcuts": SHORTCUTS,
    }
    return render(request, "processes/draw.html", context)


def _save(request: HttpRequest, row: ProcessRevision) -> JsonResponse:
    form = DrawingForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(" ".join(str(one) for errors in form.errors.values() for one in errors))
    data = form.cleaned_data["file"].read()
    try:
        saved = editing.put_map(row, user=request.user, data=data, seen=form.cleaned_data["seen"])
    except editing.Stale:
        return _stale(row)
    except (BpmnError, Blocked) as error:
        return _refused(str(error))
    return JsonResponse({"seen": saved.map_id, "at": _time(timezone.now()), **_told(saved.model)})


def _refused(reason: str) -> JsonResponse:
    return JsonResponse({"reason": reason}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _stale(row: ProcessRevision) -> JsonResponse:
    """What is there by now; whoever has been told of it saves over it by having seen it."""
    row.refresh_from_db(fields=["map"])
    theirs = next(iter(kept_maps(row)), None) if row.map_id else None
    said = {"seen": theirs.map_id, "at": _time(theirs.at), "by": theirs.by} if theirs else {"seen": ""}
    return JsonResponse(said, status=HTTPStatus.CONFLICT)


def _time(at: Any) -> str:
    return date_format(timezone.localtime(at), "j F Y H.i")


def _told(model: Model) -> dict[str, Any]:
    found = [{"element": one.element, "text": one.text} for one in advice.advise(model)]
    return {"advice": found, "remarks": model.remarks}


@require_safe
def draw_map(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The version's map as the drawing tool reads it, or with ``?sparad=`` one that it has had, as it was.

    The ETag names the map that was read, so that what is drawn from it is never saved over another.
    """
    row = editable(request, slug, number)
    if wanted := request.GET.get("sparad", ""):
        return _kept(row, wanted)
    data = drawn.for_drawing(bytes(row.map.data)) if row.map else drawn.empty(row.title)
    headers = {"ETag": f'"{row.map_id}"'} if row.map else {}
    return HttpResponse(data, content_type="application/xml; charset=utf-8", headers=headers)


def _kept(row: ProcessRevision, wanted: str) -> HttpResponse:
    if wanted not in {one.map_id for one in kept_maps(row)}:
        raise Http404
    name = f"{row.process.slug}-{wanted[:8]}.bpmn"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    data = bytes(Blob.objects.get(pk=wanted).data)
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)


@require_safe
def linkable(request: HttpRequest, slug: str, number: int) -> JsonResponse:
    """Processes that the person sees and a step may go on in: by part of the name, or by address."""
    row = editable(request, slug, number)
    there = Process.objects.visible_to(request.user).exclude(state=ProcessState.RETIRED)
    rows = there.exclude(pk=row.process_id).select_related("parent__parent")
    word = request.GET.get("q", "").strip()[:100]
    which = Q(title__icontains=word) if word else Q(slug=request.GET.get("adress", "")[:120])
    found = rows.filter(which).order_by("level", Swedish("title"))[:MOST]
    return JsonResponse({"processes": [_choice(one) for one in found]})


def _choice(process: Process) -> dict[str, str]:
    above = [one.title for one in (process.parent and process.parent.parent, process.parent) if one]
    return {"slug": process.slug, "title": process.title, "above": " › ".join(above)}
