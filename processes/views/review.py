"""The pages between a draft and its decision: ask somebody to review, hand over, mend words in print."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kvalitet.attempts import attempt
from processes import actions, amendments, comparison
from processes.forms import AmendForm, HandOverForm, SendForm
from processes.models import ProcessRevision
from processes.workflow import REVISION

TEMPLATES = {
    "send": "processes/send.html",
    "hand_over": "processes/hand_over.html",
    "amend": "processes/amend.html",
}


def _reasons(request: HttpRequest, row: ProcessRevision, name: str) -> list[str]:
    """Why it cannot be done now, whatever is filled in."""
    one = REVISION.transitions[name]
    if row.status not in one.sources:
        return [f"Versionen är {row.get_status_display().lower()} nu. Inget är förlorat."]
    return list(one.blockers(request.user, row))


def _done(request: HttpRequest, row: ProcessRevision, name: str, form: Any, **more: Any) -> bool:
    """Make the transition with what is filled in; what stops it stands in the form beside what was typed."""
    if request.method != "POST" or not form.is_valid():
        return False
    values = {**form.cleaned_data, **more}
    return attempt(form, actions.change_status, row, name, user=request.user, **values) is not None


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page(request: HttpRequest, row: ProcessRevision, name: str, form: Any, **more: Any) -> HttpResponse:
    context = {
        "revision": row,
        "process": row.process,
        "form": form,
        "reasons": _reasons(request, row, name) if request.method != "POST" else [],
        **more,
    }
    return render(request, TEMPLATES[name], context)


def send(request: HttpRequest, row: ProcessRevision) -> HttpResponse:
    """Ask a named person to review by a day, and say what is changed."""
    is_first = not row.process.revisions.published().exists()  # type: ignore[attr-defined]
    form = SendForm(_sent(request), revision=row, is_first=is_first)
    if _done(request, row, "send", form):
        reviewer = form.cleaned_data["reviewer"]
        messages.success(request, f"Versionen är skickad till {reviewer} för granskning.")
        return redirect(row)
    return _page(request, row, "send", form)


def hand_over(request: HttpRequest, row: ProcessRevision) -> HttpResponse:
    """Let another person take over a granskning."""
    form = HandOverForm(_sent(request), revision=row)
    if _done(request, row, "hand_over", form):
        messages.success(request, f"Granskningen är lämnad till {form.cleaned_data['reviewer']}.")
        return redirect(row)
    return _page(request, row, "hand_over", form)


def amend(request: HttpRequest, row: ProcessRevision) -> HttpResponse:
    """Publish mended words, with what stood before and what stands now in sight."""
    form = AmendForm(_sent(request), initial={"change_note": row.change_note})
    seen = REVISION.seen(row)
    if _done(request, row, "amend", form, seen=request.POST.get("seen", "")):
        messages.success(request, f"Version {row.label} gäller från i dag.")
        return redirect(row.process)
    base = amendments.base_of(row)
    shown = comparison.shown(base, row) if base else {}
    return _page(request, row, "amend", form, seen=seen, **shown)
