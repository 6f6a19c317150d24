"""The map of a version under work as a list of steps, changed by plain forms, beside its drawing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from kvalitet.gate import FORM_METHODS
from kvalitet.workflow import Blocked
from processes import editing
from processes.bpmn.build import build
from processes.bpmn.edit import EditError, NeedsRedraw, Sheet, verbs
from processes.bpmn.model import BpmnError
from processes.editing import Stale
from processes.models import ProcessRevision
from processes.outline import Card, Outline, outline
from processes.rendering import draw, with_links
from processes.step_forms import AddForm, ChangeForm
from processes.views.edit import editable

CHANGED = "Någon annan hann ändra kartan. Här är den som den ser ut nu. Inget är förlorat, försök igen."
DONE = {
    "save": "Steget är sparat.",
    "add": "Steget är tillagt.",
    "remove": "Steget är borttaget.",
    "earlier": "Steget är flyttat.",
    "later": "Steget är flyttat.",
    "redraw": "Kartan är omritad.",
}
NO_FORMS: dict[str, Any] = {}


@dataclass(frozen=True)
class Box:
    """What a box of the map leads to on this page: its card."""

    pk: int
    slug: str

    def get_absolute_url(self) -> str:
        return f"#{self.slug}"


@FORM_METHODS
def steps(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The list; ``andra``, ``efter`` and ``inuti`` in the address open the form of one card."""
    row = editable(request, slug, number)
    found = _outline(row)
    if request.method == "POST":
        return _post(request, row, found)
    return _page(request, row, found, _asked(request, found))


def _outline(row: ProcessRevision) -> Outline:
    return outline(bytes(row.map.data)) if row.map else Outline()


def _asked(request: HttpRequest, found: Outline) -> dict[str, Any]:
    """The form that the address asks for, with the card it stands at."""
    card = found.by_id.get(request.GET.get("andra", ""))
    if card is not None and "change" in card.may:
        return {"form": ChangeForm(card=card, outline=found), "at": card}
    for name, right in (("efter", "add"), ("inuti", "fill")):
        card = found.by_id.get(request.GET.get(name, ""))
        if card is not None and right in card.may:
            return {"form": AddForm(outline=found, after=card, inside=name == "inuti"), "at": card}
    if not found.count:
        return {"form": AddForm(outline=found, after=None), "at": None}
    return NO_FORMS


def _post(request: HttpRequest, row: ProcessRevision, found: Outline) -> HttpResponse:
    do = request.POST.get("do", "")
    if do == "redraw" and "yes" not in request.POST:
        return _ask_redraw(request, row)
    card = found.by_id.get(request.POST.get("step", ""))
    if do in ("save", "add", "inside"):
        return _type(request, row, found, card)
    buttons: dict[str, Callable[[Sheet, str], Any]] = {
        "remove": verbs.remove,
        "earlier": verbs.earlier,
        "later": verbs.later,
    }
    verb = buttons.get(do)
    if do != "redraw" and (verb is None or card is None):
        messages.warning(request, CHANGED)
        return redirect(request.path)
    key = card.id if card else ""
    change = (lambda sheet: verb(sheet, key)) if verb else (lambda sheet: None)
    return _do(request, row, change, seen=request.POST.get("seen", ""), at="" if do == "remove" else key)


def _type(request: HttpRequest, row: ProcessRevision, found: Outline, card: Card | None) -> HttpResponse:
    """A form with text in it: whatever goes wrong, what was typed is shown again."""
    do = request.POST["do"]
    if do == "save" and card is not None:
        form: Any = ChangeForm(request.POST, card=card, outline=found)
    else:
        form = AddForm(request.POST, outline=found, after=card, inside=do == "inside")
    is_lost = card is None and bool(found.count)
    if form.is_valid() and do == "save" and card is not None and form.was_changed_by_another():
        form.show_theirs()
    if is_lost:
        form.add_error(None, "Någon annan har tagit bort steget. Det du skrev står kvar här.")
    if not form.is_valid():
        return _page(request, row, found, {"form": form, "at": card, "is_lost": is_lost}, status=200)
    if not found.count:
        return _first(request, row, form)
    return _do(request, row, form.apply, form=form, seen=row.map_id or "")


def _first(request: HttpRequest, row: ProcessRevision, form: AddForm) -> HttpResponse:
    try:
        editing.put_map(row, user=request.user, data=build(form.first(row.title)), seen=row.map_id or "")
    except (Blocked, Stale, BpmnError) as error:
        messages.warning(request, CHANGED if isinstance(error, Stale) else str(error))
        return redirect(request.path)
    messages.success(request, "Kartan är påbörjad.")
    return redirect(request.path)


def _do(
    request: HttpRequest,
    row: ProcessRevision,
    change: Callable[[Sheet], Any],
    *,
    seen: str,
    form: Any = None,
    at: str = "",
) -> HttpResponse:
    yes = "yes" in request.POST
    try:
        key = editing.change_map(row, user=request.user, change=change, redraw=yes, seen=seen)
    except NeedsRedraw:
        return _ask_redraw(request, row)
    except (EditError, Blocked, BpmnError, Stale) as error:
        reason = CHANGED if isinstance(error, Stale) else str(error)
        if form is not None:
            form.add_error(None, reason)
            card = getattr(form, "card", None) or form.after
            return _page(request, row, _outline(row), {"form": form, "at": card})
        messages.warning(request, reason)
        return redirect(f"{request.path}#{anchor(at)}" if at else request.path)
    messages.success(request, DONE.get(request.POST.get("do", ""), "Kartan är sparad."))
    where = at or (key if isinstance(key, str) else "")
    return redirect(f"{request.path}#{anchor(where)}" if where else request.path)


def _ask_redraw(request: HttpRequest, row: ProcessRevision) -> HttpResponse:
    """The question before a drawing made by hand is laid out anew; carries what was sent."""
    kept = [
        (name, value) for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "yes")
    ]
    context = {
        "revision": row,
        "process": row.process,
        "kept": kept,
        "is_asked": request.POST.get("do") == "redraw",
    }
    return render(request, "processes/redraw.html", context)


def anchor(key: str) -> str:
    """The id of a card on the page."""
    return f"kort-{quote(key, safe='')}".replace("%", "_")


def _page(
    request: HttpRequest, row: ProcessRevision, found: Outline, asked: dict[str, Any], status: int = 200
) -> HttpResponse:
    at = asked.get("at")
    form = asked.get("form")
    cards = [
        {
            "card": card,
            "anchor": anchor(card.id),
            "change": form if isinstance(form, ChangeForm) and at == card else None,
            "add": form if isinstance(form, AddForm) and at == card else None,
        }
        for card in found.cards
    ]
    context = {
        "revision": row,
        "process": row.process,
        "outline": found,
        "cards": cards,
        "first": form if form is not None and at is None else None,
        "is_lost": asked.get("is_lost", False),
        "seen": row.map_id or "",
        "drawings": drawings(row, found),
        "is_signed": bool(row.reviewed_at),
    }
    return render(request, "processes/steps_form.html", context, status=status)


def drawings(row: ProcessRevision, found: Outline) -> str:
    """The map with every box leading to its card."""
    if row.map is None:
        return ""
    boxes = {card.id: Box(number, anchor(card.id)) for number, card in enumerate(found.cards) if card.is_step}
    base = reverse("processes:revision", args=[row.process.slug, row.number])
    made = draw(bytes(row.map.data), boxes, title=row.title, base_url=base)
    return with_links(made.drawings, {})
