from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from documents import actions, panels, permissions
from documents.models import Document
from documents.views.edit import NO_RIGHT
from documents.views.found import asked_word, find_document
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.lookups import number_in
from kvalitet.sorting import Swedish

MOST = 20


@FORM_METHODS
def replaces(request: HttpRequest, pk: int) -> HttpResponse:
    """Search for the document that this one takes the place of, and choose it or none."""
    document = find_document(request, pk)
    refuse_unless(permissions.may_invite(request.user, document), NO_RIGHT)
    others = Document.objects.visible_to(request.user).exclude(pk=document.pk).select_related("owner_unit")
    if request.method == "POST":
        asked = request.POST.get("document", "")
        chosen = get_object_or_404(others, pk=number_in(asked)) if asked else None
        if _set(request, document, chosen):
            return redirect(document)
    word = asked_word(request)
    found = others.filter(title__icontains=word).order_by(Swedish("title"))[:MOST] if word else []
    present = others.filter(pk=document.replaces_id).first()
    context = {
        "document": document,
        "word": word,
        "found": [(one, panels.uses(request.user, one)) for one in found],
        "present": present,
        "most": MOST,
    }
    return render(request, "documents/replaces.html", context)


def _set(request: HttpRequest, document: Document, chosen: Any) -> bool:
    try:
        actions.set_replaced(document, replaced=chosen, user=request.user)
    except ValidationError as error:
        for reason in error.messages:
            messages.error(request, reason)
        return False
    if chosen is None:
        messages.success(request, "Dokumentet ersätter inget annat.")
    else:
        messages.success(
            request,
            f"Dokumentet ersätter {chosen.title}, som gäller tills det upphävs. "
            "Den som fastställer nästa version får frågan.",
        )
    return True
