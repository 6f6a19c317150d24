from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kvalitet.attempts import press
from kvalitet.history import timeline
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Audience
from processes import actions, comparison, leaving, pages, permissions, projection, reviewing
from processes.forms import CommentForm, PublishForm, ReasonForm
from processes.models import Process, ProcessRevision
from processes.presentation import description, standing
from processes.rendering import rendering, with_links
from processes.views import review
from processes.workflow import REVISION

# These ask on a page of their own; the rest are done by their button.
ASK_FIRST = ("send", "amend", "publish", "hand_over", "discard", "withdraw")
OWN_PAGES = {"send": review.send, "hand_over": review.hand_over, "amend": review.amend}


def find(request: HttpRequest, slug: str, number: int) -> ProcessRevision:
    """A version that the reader may see; earlier ones are for employees."""
    if grants.audience(request.user) < Audience.INTERNAL:
        raise Http404
    mine = ProcessRevision.objects.visible_to(request.user)
    people = ("author", "reviewer", "reviewed_by", "approved_by", "published_by", "withdrawn_by", "map")
    rows = mine.select_related("process__owner", "process__parent__parent", *people).defer("map__data")
    return get_object_or_404(rows, process__slug=slug, number=number)


@require_safe
def revision(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version: its text and map as they are, what may be done with it, and the remarks on it."""
    return _show(request, find(request, slug, number), CommentForm())


def _show(request: HttpRequest, row: ProcessRevision, form: CommentForm, status: int = 200) -> HttpResponse:
    links = pages.planned_links(row.process) if row.is_open else {}
    made = rendering(row, links, pages.called_by(request.user, row))
    available = REVISION.available(request.user, row)
    # The decision comes first, as on a document.
    available.sort(key=lambda one: bool(one.reasons) or one.transition.name != "approve")
    open_buttons = [one for one in available if not one.reasons]
    context: dict[str, Any] = {
        "revision": row,
        "process": row.process,
        "standing": standing(row),
        "description": description(row),
        "drawings": with_links(made.drawings, {}),
        "text": with_links(made.text, {}),
        "remarks": made.remarks if row.is_open else (),
        "advice": made.advice if row.is_open else (),
        "buttons": [one for one in available if one.reasons or one.transition.name not in ASK_FIRST],
        "review": reviewing.state(row),
        "may_be_whole": bool(row.minor)
        and row.is_written
        and permissions.may_change(request.user, row.process),
        "asked": [one.transition for one in open_buttons if one.transition.name in ASK_FIRST],
        "base_url": row.get_absolute_url(),
        "compare_with": comparison.pair(comparison.visible_versions(request.user, row.process), row.number),
        "may_edit": row.is_written and permissions.may_change(request.user, row.process),
        "may_comment": row.is_open and permissions.may_comment(request.user, row.process),
        "comments": row.comments.select_related("by"),
        "form": form,
        "entries": timeline(row, reader=request.user),
    }
    return render(request, "processes/revision.html", context, status=status)


@require_safe
def map_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The map as it came, byte for byte; always a download, never shown by the browser."""
    row = find(request, slug, number)
    if row.map is None:
        raise Http404
    name = f"{slug}-version-{number}.bpmn"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(row.map.data), content_type="application/octet-stream", headers=headers)


@require_POST
def start_revision(request: HttpRequest, slug: str) -> HttpResponse:
    process = get_object_or_404(
        Process.objects.visible_to(request.user).select_related("parent__parent"), slug=slug
    )
    is_minor = request.POST.get("slag") == "redaktionell"
    row = press(request, actions.start_revision, process, is_minor=is_minor)
    if not row:
        return redirect(process)
    messages.success(request, f"Version {row.label} är påbörjad. Den syns inte för läsare än.")
    return redirect(row)


@require_POST
def make_whole(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A redaktionell ändring that became more goes on as a new version, with all that was written."""
    row = find(request, slug, number)
    fresh = press(request, actions.make_whole, row)
    if not fresh:
        return redirect(row)
    messages.success(
        request, f"Ändringen är nu version {fresh.label}. Skicka den för granskning när den är klar."
    )
    return redirect(row)


@require_POST
def comment(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    row = find(request, slug, number)
    if not permissions.may_comment(request.user, row.process):
        raise PermissionDenied("Du får inte kommentera utkastet.")
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form)
    press(request, actions.comment, row, text=form.cleaned_data["text"], done="Kommentaren är sparad.")
    return redirect(row)


@require_http_methods(["GET", "HEAD", "POST"])
def transition(request: HttpRequest, slug: str, number: int, name: str) -> HttpResponse:
    """GET asks, POST does it. Publishing asks about steps that may be earlier ones."""
    row = find(request, slug, number)
    if name not in REVISION.transitions:
        raise Http404
    if not row.is_open and name != "withdraw" and permissions.may_read_drafts(request.user, row.process):
        messages.warning(request, "Någon annan hann före: versionen är inte under arbete längre.")
        return redirect(row)
    if not REVISION.transitions[name].allowed(request.user, row):
        raise PermissionDenied(f"Du får inte göra detta: {REVISION.transitions[name].label.lower()}.")
    if name == "publish":
        return _publish(request, row)
    if name in OWN_PAGES:
        return OWN_PAGES[name](request, row)
    if request.method != "POST":
        return _ask(request, row, name, ReasonForm())
    given = request.POST.get("comment", "")
    if REVISION.transitions[name].comment_required and not given.strip():
        return _ask(request, row, name, ReasonForm(request.POST))
    return _do(request, row, name, comment=given[:2000], seen=request.POST.get("seen", ""))


def _ask(request: HttpRequest, row: ProcessRevision, name: str, form: ReasonForm) -> HttpResponse:
    one = REVISION.transitions[name]
    context = {
        "question": f"{one.label}: {row.title}, version {row.label}?",
        "consequence": one.warning,
        "button": one.label,
        "back_url": row.get_absolute_url(),
        "danger": bool(one.warning),
        "form": form if one.comment_required else None,
    }
    if name != "withdraw":
        return render(request, "components/confirm.html", context)
    context["uses"] = leaving.of_process(request.user, row.process)
    return render(request, "processes/withdraw.html", context)


def _do(request: HttpRequest, row: ProcessRevision, name: str, **values: Any) -> HttpResponse:
    told = f"Klart: du {REVISION.transitions[name].effect}."
    changed = press(request, actions.change_status, row, name, done=told, **values)
    if not changed:
        return redirect(row)
    if name == "publish" or (name == "discard" and changed.number > 1):
        return redirect(row.process)
    return redirect(reverse("processes:drafts") if name == "discard" else row)


def _publish(request: HttpRequest, row: ProcessRevision) -> HttpResponse:
    plan = projection.plan(row.process, projection.steps_of(row))
    steps = leaving.steps(request.user, plan)
    form = PublishForm(request.POST if request.method == "POST" else None, plan=plan, leaving=steps)
    if request.method == "POST" and form.is_valid():
        day, choices = form.cleaned_data["valid_from"], form.choices()
        return _do(request, row, "publish", valid_from=day, choices=choices, moves=form.moves())
    reasons = REVISION.transitions["publish"].blockers(request.user, row)
    parts = list(plan.all())
    earlier = ProcessRevision.objects.in_force().filter(process=row.process).select_related("process", "map")
    before = earlier.defer("map__data", "renderings").first()
    context = {
        "revision": row,
        "process": row.process,
        "before": before,
        "differences": comparison.summary(before, row) if before else "",
        "form": form,
        "reasons": list(reasons),
        "kept": [one for part in parts for one in part.matches if not one.is_new],
        "new": [one for part in parts for one in part.new],
        "leaving": list(zip(steps, form.places(), strict=True)),
    }
    return render(request, "processes/publish.html", context)
