from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from documents import actions, panels, permissions, presentation, work
from documents.actions.replacing import ended_by, still_holding
from documents.enums import Visibility
from documents.files.extract import UNSEEN
from documents.forms.decision import ApproveForm, ReasonForm
from documents.models import Document, Revision
from documents.views.found import employees_only, find_revision
from documents.workflow import REVISION
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless

DONE = {
    "send": "Versionen är skickad för granskning.",
    "sign": "Versionen är markerad som granskad.",
    "send_back": "Versionen är tillbaka för komplettering.",
    "discard": "Utkastet är kastat. Det som gäller är kvar.",
}


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """What waits for the reader to sign or decide, and everything else that is under way."""
    employees_only(request.user)
    rows = work.in_review(request.user)
    mine = work.waiting_for(request.user, rows)
    own = {revision.pk for revision, _ in mine}
    context = {"mine": mine, "others": [one for one in rows if one.pk not in own]}
    return render(request, "documents/review_list.html", context)


@require_POST
def transition(request: HttpRequest, pk: int, number: tuple[int, int], name: str) -> HttpResponse:
    """Send, sign, send back or discard; what asks for more has a page of its own."""
    revision = find_revision(request, pk, number)
    if name not in DONE:
        raise Http404
    asked = {"comment": request.POST.get("comment", "")[:2000], "seen": request.POST.get("seen", "")}
    press(request, actions.change_status, revision, name, done=DONE[name], **asked)
    return redirect(revision.document if name == "discard" else revision)


@FORM_METHODS
def approve(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """Fastställ: from which day, when it is looked over, and for a riktlinje what the board decided."""
    revision = find_revision(request, pk, number)
    document = revision.document
    refuse_unless(
        permissions.may_approve(request.user, document), f"Här fastställer {document.approver.label}."
    )
    replaced = _replaced(request.user, document)
    form = _approve_form(request, revision, replaced)
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "")
        approved = attempt(
            form,
            actions.change_status,
            revision,
            "approve",
            user=request.user,
            seen=seen,
            **form.cleaned_data,
        )
        if approved is not None:
            day = date_format(approved.valid_from, "j F Y")
            messages.success(request, f"Version {approved.label} är fastställd och gäller från {day}.")
            return redirect(document)
    context = {"form": form, "replaced": replaced, **_before_deciding(request.user, revision)}
    context["is_told"] = bool(document.replaces_id) and "ends_replaced" not in form.fields
    return render(request, "documents/approve.html", context)


def _approve_form(request: HttpRequest, revision: Revision, replaced: Document | None) -> ApproveForm:
    ends = replaced if replaced and permissions.may_approve(request.user, replaced) else None
    told = revision.whats_new or revision.change_note
    return ApproveForm(request.POST or None, document=revision.document, replaced=ends, whats_new=told)


def _before_deciding(user: Any, revision: Revision) -> dict[str, Any]:
    document = revision.document
    return {
        "revision": revision,
        "document": document,
        "blocked": _reasons(user, revision, "approve"),
        "before": document.revisions.in_force().first(),
        "seen": REVISION.seen(revision),
        "is_unsearched": _is_unsearched(revision),
    }


def _replaced(user: Any, document: Document) -> Document | None:
    """What the document takes the place of, while it holds and the reader may know of it."""
    rows = Document.objects.visible_to(user).select_related("owner_unit")
    replaced: Document | None = rows.filter(pk=document.replaces_id).first() if document.replaces_id else None
    return replaced if still_holding(replaced, timezone.localdate()).exists() else None


def _is_unsearched(revision: Revision) -> bool:
    """Open for everyone, and no machine has looked through all of the file for a person's number."""
    return revision.document.visibility == Visibility.PUBLIC and revision.text_note in UNSEEN


@FORM_METHODS
def withdraw(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """Upphäv, with where the document is used in sight."""
    revision = find_revision(request, pk, number)
    document = revision.document
    refuse_unless(permissions.may_approve(request.user, document), f"Här upphäver {document.approver.label}.")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdrawn = attempt(
            form, actions.change_status, revision, "withdraw", user=request.user, **form.cleaned_data
        )
        if withdrawn is not None:
            messages.success(request, f"Version {revision.label} är upphävd.")
            return redirect(document)
    context = {
        "form": form,
        "revision": revision,
        "document": document,
        "shown": presentation.Shown(revision, revision.standing()),
        "uses": panels.uses(request.user, document),
        "ended": _ended(request.user, revision),
        "blocked": _reasons(request.user, revision, "withdraw"),
    }
    return render(request, "documents/withdraw.html", context)


def _ended(user: Any, revision: Revision) -> list[Revision]:
    """What the coming version ended, and that ends although it is taken back, as far as the reader knows."""
    seen = Document.objects.visible_to(user).filter(pk=revision.document.replaces_id)
    return ended_by(revision) if revision.document.replaces_id and seen.exists() else []


def _reasons(user: Any, revision: Revision, name: str) -> list[str]:
    """Why the decision cannot be made now."""
    one = REVISION.transitions[name]
    if revision.status not in one.sources:
        return [f"Versionen är {revision.get_status_display().lower()}."]
    return list(one.blockers(user, revision))
