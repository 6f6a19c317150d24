from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from documents import actions, permissions, references, writing
from documents.forms.text import PREVIEW, WrittenForm
from documents.models import Document, Revision
from documents.views.edit import NO_RIGHT
from documents.views.found import asked_word, employees_only, find_revision
from documents.writing import Written
from kvalitet.attempts import attempt
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.sorting import Swedish
from processes.models import Process

MOST = 10
LINKS = "lankar"


@FORM_METHODS
def write(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """The text of a version under work: saved, or only shown as it would look."""
    revision = find_revision(request, pk, number)
    if request.POST.get("body") and not _takes_text(revision):
        return _too_late(request, revision)
    refuse_unless(permissions.may_write_version(request.user, revision), NO_RIGHT)
    if not _takes_text(revision):
        messages.info(request, _why_not(revision))
        return redirect(revision)
    if "preview" in request.POST:
        return _show(
            request, WrittenForm.as_typed(request.POST, revision), revision, request.POST.get("body", "")
        )
    with transaction.atomic():
        form = WrittenForm(request.POST or None, instance=revision)
        if request.method == "POST" and form.is_valid() and _save(form, revision, request.user):
            messages.success(request, "Texten är sparad.")
            return redirect(request.path if "stay" in request.POST else revision)
    return _show(request, form, revision, str(form["body"].value() or ""))


def _takes_text(revision: Revision) -> bool:
    return revision.is_open and revision.is_authored


def _why_not(revision: Revision) -> str:
    if revision.is_open:
        return "Versionen har en fil eller en länk. Välj Skriv här för att byta till en text."
    return f"Versionen är {revision.get_status_display().lower()} och kan inte ändras. Börja en ny."


def _too_late(request: HttpRequest, revision: Revision) -> HttpResponse:
    """Somebody decided, or changed to a file, while the text was written: it is shown, not lost."""
    context = {
        "document": revision.document,
        "revision": revision,
        "reason": _why_not(revision),
        "text": request.POST["body"],
    }
    return render(request, "documents/written_too_late.html", context, status=409)


def _save(form: WrittenForm, revision: Revision, user: Any) -> bool:
    content = Written(form.cleaned_data["body"], revision.started_from)
    note = form.cleaned_data["change_note"]
    saved = attempt(form, actions.change_content, revision, user=user, content=content, change_note=note)
    return saved is not None


def _show(request: HttpRequest, form: WrittenForm, revision: Revision, body: str) -> HttpResponse:
    """The page, or the preview alone when htmx asks for it."""
    body = writing.tidy(body)
    fits = len(body) <= writing.MAX_CHARACTERS
    places = references.places_of(body, user=request.user) if fits else {}
    context = {
        "form": form,
        "revision": revision,
        "document": revision.document,
        "html": references.render(body, user=request.user, places=places) if fits else "",
        "too_long": "" if fits else writing.too_long(body),
        "broken": references.broken(revision, body, places=places) if fits else [],
        "told_length": writing.told_length(body),
    }
    is_part = request.headers.get("HX-Target") == PREVIEW
    name = "documents/written_preview.html" if is_part else "documents/write.html"
    return render(request, name, context)


@require_safe
def link_finder(request: HttpRequest) -> HttpResponse:
    """Processes and documents by a word of their names, each as the Markdown to put into a text."""
    employees_only(request.user)
    word = asked_word(request)
    context = {"word": word, "found": _found(word, request.user) if word else [], "most": MOST}
    is_part = request.headers.get("HX-Target") == LINKS
    return render(request, "documents/found_links.html" if is_part else "documents/link_finder.html", context)


def _found(word: str, user: Any) -> list[tuple[str, str, str]]:
    """Title, kind and Markdown of what the reader may open."""
    documents = Document.objects.visible_to(user).filter(title__icontains=word).order_by(Swedish("title"))
    processes = Process.objects.visible_to(user).filter(title__icontains=word)
    found = [(one, one.get_type_display()) for one in documents[:MOST]]
    rows = processes.select_related("parent").order_by("level", Swedish("title"))[:MOST]
    found += [(one, f"Process, {one.parent.title}" if one.parent else "Process") for one in rows]
    return [(one.title, kind, writing.link_to(one.title, one.get_absolute_url())) for one, kind in found]
