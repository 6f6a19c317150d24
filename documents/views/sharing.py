from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from documents import actions, permissions
from documents.forms.sharing import InviteForm
from documents.models import Document, DocumentLink, DocumentUserPermission
from documents.permissions import Permission
from documents.views.found import asked_word, find_document
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.lookups import number_in
from kvalitet.organisation import grants
from kvalitet.sorting import Swedish
from kvalitet.workflow import Blocked
from processes.models import Process
from processes.permissions import may_change

MOST = 20
NO_LINK = "Den som skriver dokumentet, eller ändrar processen, kopplar dem till varandra."


@FORM_METHODS
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """From the document: search for the process or activity, and connect."""
    document = find_document(request, pk)
    processes = Process.objects.visible_to(request.user).select_related("parent__parent")
    if request.method == "POST":
        chosen = get_object_or_404(processes, pk=number_in(request.POST.get("process")))
        _link(request, document, chosen)
        return redirect(document)
    refuse_unless(permissions.may_write(request.user, document), NO_LINK)
    word = asked_word(request)
    unlinked = processes.exclude(document_links__document=document)
    found = unlinked.filter(title__icontains=word).order_by("level", Swedish("title"))[:MOST] if word else []
    context = {"document": document, "word": word, "found": found, "most": MOST}
    return render(request, "documents/link.html", context)


@FORM_METHODS
def link_from_process(request: HttpRequest, slug: str) -> HttpResponse:
    """From the process: search for the document, and connect."""
    processes = Process.objects.visible_to(request.user).select_related("parent__parent")
    process = get_object_or_404(processes, slug=slug)
    documents = Document.objects.visible_to(request.user)
    if request.method == "POST":
        chosen = get_object_or_404(documents, pk=number_in(request.POST.get("document")))
        _link(request, chosen, process)
        return redirect(process)
    refuse_unless(may_change(request.user, process), NO_LINK)
    word = asked_word(request)
    unlinked = documents.exclude(links__process=process).select_related("owner_unit")
    found = unlinked.filter(title__icontains=word).order_by(Swedish("title"))[:MOST] if word else []
    context = {"process": process, "word": word, "found": found, "most": MOST}
    return render(request, "documents/link_from_process.html", context)


def _link(request: HttpRequest, document: Document, process: Process) -> None:
    try:
        actions.link(document, process=process, user=request.user)
    except Blocked as blocked:
        messages.info(request, str(blocked))
    else:
        messages.success(request, f"{document.title} är kopplat till {process.title}.")


@FORM_METHODS
def unlink(request: HttpRequest, pk: int, link_pk: int) -> HttpResponse:
    """The confirmation, and then the link is gone; history keeps it."""
    document = find_document(request, pk)
    rows = DocumentLink.objects.filter(process__in=Process.objects.visible_to(request.user))
    rows = rows.select_related("document__owner_unit", "process__parent__parent")
    made = get_object_or_404(rows, pk=link_pk, document=document)
    refuse_unless(permissions.may_unlink(request.user, made), NO_LINK)
    if request.method == "POST":
        press(request, actions.unlink, made, done=f"Kopplingen till {made.process.title} är borttagen.")
        return redirect(document)
    return render(request, "components/confirm.html", _question(made))


def _question(made: DocumentLink) -> dict[str, Any]:
    consequence = "Dokumentet och processen finns kvar. De visas inte längre på varandras sidor."
    if made.is_home:
        consequence += " Processägaren slutar att svara för dokumentet."
    return {
        "question": f"Ta bort kopplingen till {made.process.title}?",
        "consequence": consequence,
        "button": "Ta bort kopplingen",
        "back_url": made.document.get_absolute_url(),
        "danger": True,
    }


@FORM_METHODS
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one person write on, or read, this one document."""
    document = find_document(request, pk)
    refuse_unless(
        permissions.may_invite(request.user, document), "Den som svarar för dokumentet bjuder in till det."
    )
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]
        permission = Permission(form.cleaned_data["permission"])
        values = {"person": person, "permission": permission, "user": request.user}
        if attempt(form, actions.invite, document, refused_at="person", **values):
            messages.success(request, f"{person} är inbjuden.")
            return redirect(document)
    return render(request, "documents/invite.html", {"form": form, "document": document})


@require_POST
def uninvite(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    document = find_document(request, pk)
    names = [grants.codename(one) for one in permissions.INVITED]
    rows = DocumentUserPermission.objects.filter(content_object=document, permission__codename__in=names)
    row = get_object_or_404(
        rows.select_related("user", "permission", "content_object__owner_unit"), pk=row_pk
    )
    press(request, actions.uninvite, row, done=f"{row.user} är inte längre inbjuden.")
    return redirect(document)
