"""Workshop: the steps as lines of text on the projector, and the map of them at once beside it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kvalitet.forms import Form
from kvalitet.gate import FORM_METHODS
from kvalitet.workflow import Blocked
from processes import editing, lines
from processes.bpmn.build import build
from processes.bpmn.edit import Sheet
from processes.bpmn.model import BpmnError
from processes.bpmn.parse import parse
from processes.editing import Stale
from processes.models import ProcessRevision
from processes.rendering import draw, with_links
from processes.spec import losses, spec_of
from processes.views.edit import editable

EXAMPLE = """Socialsekreterare: Ta emot anmälan
Socialsekreterare: Gör skyddsbedömning
Gruppledare: Ska utredning inledas?
  nej: Återkoppla till anmälaren
    slut
  ja: vidare
Socialsekreterare: Planera utredningen"""


class WorkshopForm(Form):
    hide_optional = True

    lines = forms.CharField(
        label="Ett steg på varje rad",
        required=False,
        strip=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "true", "placeholder": EXAMPLE}),
        help_text="Skriv eller klistra in. Funktionen står före ett kolon: Gruppledare: Fördela ärendet.",
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    replace = forms.BooleanField(label="Ja, ersätt kartan ändå", required=False)


@dataclass(frozen=True)
class Before:
    """The map as it is: its description, its lines (None when lines cannot say it) and what would be lost."""

    spec: dict[str, Any]
    text: str | None
    losses: list[str]


def before(row: ProcessRevision) -> Before:
    if row.map is None:
        return Before({}, "", [])
    data = bytes(row.map.data)
    spec = spec_of(parse(data))
    text = lines.write(spec)
    lost = losses(Sheet(data))
    if text is None:
        lost.append("steg och vägar som inte går att skriva som rader")
    return Before(spec, text, lost)


@FORM_METHODS
def workshop(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Lines in, map out; nothing is saved until somebody says so."""
    row = editable(request, slug, number)
    now = before(row)
    initial = {"lines": now.text or "", "seen": row.map_id or ""}
    form = WorkshopForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and request.POST.get("do") == "save":
        return _save(request, row, form, now)
    return _page(request, row, form, now)


def _typed(form: WorkshopForm) -> str:
    return (
        str(form.cleaned_data.get("lines", ""))
        if form.is_bound and form.is_valid()
        else str(form["lines"].value())
    )


def _save(request: HttpRequest, row: ProcessRevision, form: WorkshopForm, now: Before) -> HttpResponse:
    found = lines.read(form.cleaned_data["lines"], name=row.title, before=now.spec)
    if found.is_empty:
        form.add_error("lines", "Skriv minst ett steg.")
    for problem in found.problems:
        form.add_error("lines", problem)
    if now.losses and not form.cleaned_data["replace"]:
        form.add_error("replace", "Något försvinner ur kartan. Kryssa i om det är meningen.")
    if not form.errors:
        try:
            data = build(found.spec)
            editing.put_map(row, user=request.user, data=data, seen=form.cleaned_data["seen"])
        except Stale:
            return _stale(request, row, form)
        except (Blocked, BpmnError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Kartan är sparad. Lägg till beskrivningar och tidsgränser här.")
            return redirect("processes:revision_steps", row.process.slug, row.number)
    return _page(request, row, form, now)


def _stale(request: HttpRequest, row: ProcessRevision, form: WorkshopForm) -> HttpResponse:
    """Both are shown, and the next save counts as made by somebody who has seen both."""
    fresh = ProcessRevision.objects.select_related("process__parent__parent", "map").get(pk=row.pk)
    now = before(fresh)
    form.data = {**form.data.dict(), "seen": fresh.map_id or ""}
    vars(form.fields["lines"])["theirs"] = now.text or "Kartan går inte att skriva som rader."
    form.add_error("lines", "Någon annan ändrade kartan medan ni skrev. Jämför, skriv ihop och spara igen.")
    return _page(request, fresh, form, now)


def _page(request: HttpRequest, row: ProcessRevision, form: WorkshopForm, now: Before) -> HttpResponse:
    found = lines.read(_typed(form), name=row.title, before=now.spec)
    made = None if found.is_empty else draw(build(found.spec), {}, title=row.title, base_url="")
    context = {
        "revision": row,
        "process": row.process,
        "form": form,
        "losses": now.losses,
        "is_told": now.text is not None,
        "problems": found.problems,
        "drawings": with_links(made.drawings, {}) if made else "",
        "text": with_links(made.text, {}) if made else "",
    }
    template = "processes/workshop_map.html" if request.htmx else "processes/workshop.html"  # type: ignore[attr-defined]
    return render(request, template, context)
