from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from documents import actions, amendments, permissions
from documents.models import Revision
from documents.views.found import find_revision
from documents.workflow import REVISION
from kvalitet.attempts import press
from kvalitet.gate import FORM_METHODS, refuse_unless

WHO_AMENDS = "Den som skriver dokumentet publicerar en redaktionell ändring. En hel version granskas först."


@FORM_METHODS
def amend(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """Publish mended words, with what stood before and what stands now in sight."""
    revision = find_revision(request, pk, number)
    refuse_unless(permissions.may_amend(request.user, revision), WHO_AMENDS)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        published = press(request, actions.change_status, revision, "amend", seen=seen)
        if published:
            messages.success(request, f"Version {published.label} gäller från i dag.")
            return redirect(published.document)
    context = {"revision": revision, "document": revision.document, **_shown(request.user, revision)}
    return render(request, "documents/amend.html", context)


def _shown(user: Any, revision: Revision) -> dict[str, Any]:
    """Why it cannot be published now, or what differs from what holds."""
    reasons = list(REVISION.transitions["amend"].blockers(user, revision))
    base = None if reasons else amendments.base_of(revision)
    return {
        "reasons": reasons,
        "base": base,
        "pieces": amendments.difference(base, revision) if base else [],
        "is_same_text": bool(base) and amendments.text_of(base) == amendments.text_of(revision),
        "seen": REVISION.seen(revision),
    }


@require_POST
def make_whole(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """Go on with it as an ordinary version, which is reviewed."""
    revision = find_revision(request, pk, number)
    whole = press(request, actions.make_whole, revision)
    if not whole:
        return redirect(revision)
    messages.success(
        request, f"Ändringen är nu version {whole.label}. Skicka den för granskning när den är klar."
    )
    return redirect(whole)
