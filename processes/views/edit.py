from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS
from kvalitet.models import Blob
from kvalitet.organisation.models import Unit
from kvalitet.workflow import Blocked
from processes import actions, imports, leaving, pages, permissions, recognition
from processes.forms import MapForm, ProcessForm, RevisionForm, SettingsForm
from processes.import_forms import ImportForm, targets
from processes.models import Process, ProcessRevision
from processes.projection import NEW
from processes.rendering import draw, with_links
from processes.views.revision import find


def _require_create(request: HttpRequest) -> None:
    if not permissions.may_create(request.user):
        raise PermissionDenied("Processhandledare och samordnare lägger upp processer.")


def _require_change(request: HttpRequest, process: Process) -> None:
    if not permissions.may_change(request.user, process):
        raise PermissionDenied("Processägaren, processhandledare och samordnare ändrar processen.")


@FORM_METHODS
def create(request: HttpRequest) -> HttpResponse:
    """A new process with an empty first version."""
    _require_create(request)
    form = ProcessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                process = actions.create_process(user=request.user, **form.cleaned_data)
                row = actions.start_revision(process, user=request.user)
        except Blocked as blocked:
            form.add_error(None, str(blocked))
        else:
            if request.POST.get("then") == "workshop":
                return redirect("processes:revision_workshop", process.slug, row.number)
            messages.success(request, f"{process.title} är upplagd. Skriv vad den ska åstadkomma.")
            return redirect("processes:revision_edit", process.slug, row.number)
    return render(request, "processes/create.html", {"form": form})


@FORM_METHODS
def import_new(request: HttpRequest) -> HttpResponse:
    """A BPMN file to a new process, or to the process it comes from: choose, look at the map, save."""
    _require_create(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if not form.is_answered:
            return _preview(request, form, form.cleaned_data["title"])
        try:
            row = _import(request.user, form)
        except Blocked as blocked:
            if form.chosen is not None:
                messages.warning(request, str(blocked))
                return _preview(request, form, form.cleaned_data["title"])
            form.add_error(None, str(blocked))
        else:
            messages.success(
                request, "Kartan är sparad som utkast. Skicka den för granskning när den är klar."
            )
            return redirect(row)
    return render(request, "processes/import.html", {"form": form})


@transaction.atomic
def _import(user: Any, form: ImportForm) -> ProcessRevision:
    name, chosen = form.cleaned_data["map_name"], form.chosen
    if chosen is not None:
        return imports.put_in(
            chosen.process, user=user, data=form.data_bytes, name=name, number=chosen.number
        )
    names = ("title", "parent", "kind", "visibility", "owner")
    values = {name: form.cleaned_data[name] for name in names}
    process = actions.create_process(user=user, **values)
    return imports.put_in(process, user=user, data=form.data_bytes, name=name)


@FORM_METHODS
def upload_map(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A new map into a version under work: choose, look at the map, save."""
    row = editable(request, slug, number)
    form = MapForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if not form.is_shown:
            return _preview(request, form, row.title, row)
        name, done = form.cleaned_data["map_name"], "Kartan är sparad i versionen."
        press(request, actions.import_map, row, data=form.data_bytes, name=name, done=done)
        return redirect(row)
    return render(request, "processes/import.html", {"form": form, "revision": row, "process": row.process})


def _preview(request: HttpRequest, form: Any, title: str, row: ProcessRevision | None = None) -> HttpResponse:
    """The map as it will be, what was repaired in it, whether it is known, and a button that saves it."""
    blob = Blob.objects.keep(form.data_bytes)
    links = pages.planned_links(row.process) if row else {}
    made = draw(form.data_bytes, links, title=title, base_url="")
    kept = {
        **request.POST.dict(),
        "shown": blob.pk,
        "map_name": form.name or request.POST.get("map_name", ""),
    }
    for name in ("csrfmiddlewaretoken", "target"):
        kept.pop(name, None)
    context = {
        "title": title,
        "kept": kept,
        "drawings": with_links(made.drawings, {}),
        "text": with_links(made.text, {}),
        "remarks": made.remarks,
        "advice": made.advice,
        "revision": row,
        "process": row.process if row else None,
        **(_belongs_to(form, row) if row else _recognised(form)),
    }
    return render(request, "processes/preview.html", context)


def _recognised(form: ImportForm) -> dict[str, Any]:
    """The processes that the file may be a new version of, and which answer is chosen beforehand."""
    known = recognition.the_one(form.matches)
    offered = list(targets(form.matches))
    first = next((one.key for one in offered if known and one.process == known.process), NEW)
    blocked = any(one.key == first and one.reason for one in offered)
    return {
        "known": known,
        "matches": form.matches,
        "targets": offered,
        "chosen": "" if blocked else first,
        "new_title": form.cleaned_data["title"],
        "new_is_ready": bool(form.cleaned_data.get("parent") or form.cleaned_data.get("kind")),
    }


def _belongs_to(form: MapForm, row: ProcessRevision) -> dict[str, Any]:
    """Another process that the file comes from: it may have been put in the wrong place."""
    known = recognition.the_one(recognition.recognise(form.data_bytes, form.model)) if form.model else None
    return {"elsewhere": known.process if known and known.process != row.process else None}


def editable(request: HttpRequest, slug: str, number: int) -> ProcessRevision:
    row = find(request, slug, number)
    _require_change(request, row.process)
    if not row.is_written:
        raise PermissionDenied("En fastställd version kan inte ändras. Börja en ny version.")
    return row


@FORM_METHODS
@transaction.atomic
def edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The text of a version under work; a stale save shows both texts and loses neither."""
    row = editable(request, slug, number)
    form = RevisionForm(request.POST or None, instance=row)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.save_revision, row, user=request.user, values=form.cleaned_data)
    ):
        messages.success(request, "Texten är sparad.")
        return redirect(row)
    return render(request, "processes/edit.html", {"form": form, "revision": row, "process": row.process})


@FORM_METHODS
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Owner, visibility and units: what does not belong to a version."""
    rows = Process.objects.visible_to(request.user).select_related("parent__parent")
    process = get_object_or_404(rows, slug=slug)
    _require_change(request, process)
    units = Unit.objects.filter(
        process_links__in=process.unit_links.on(timezone.localdate())  # type: ignore[attr-defined]
    )
    initial = {"owner": process.owner_id, "visibility": process.visibility, "units": units}
    form = SettingsForm(request.POST or None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.change_settings, process, user=request.user, **form.cleaned_data)
    ):
        messages.success(request, "Uppgifterna är sparade.")
        return redirect(process)
    uses = leaving.of_process(request.user, process)
    return render(request, "processes/settings.html", {"form": form, "process": process, "uses": uses})
