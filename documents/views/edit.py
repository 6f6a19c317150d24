from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from documents import actions, panels, permissions
from documents.actions.documents import FIRST_NOTE
from documents.forms.document import DnrForm, DocumentForm, DraftForm, NewDocumentForm, RevisionForm
from documents.models import Revision
from documents.permissions import Permission
from documents.views.found import find_document, find_revision
from kvalitet.attempts import attempt
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.organisation import grants
from processes.models import Process
from processes.permissions import is_owner

NO_RIGHT = "Ombud, chef, den som är ansvarig och processägaren ändrar dokumentet."


@FORM_METHODS
def create(request: HttpRequest) -> HttpResponse:
    """A new document with its first version; ``?process=`` is the process it is to belong to."""
    process = _wanted_process(request)
    may = bool(grants.scope(request.user, Permission.WRITE))
    owned = process is not None and is_owner(request.user, process)
    refuse_unless(
        may or owned, "Ombud och chefer lägger in dokument. Processägare börjar på processens sida."
    )
    form = NewDocumentForm(request.POST or None, request.FILES or None, user=request.user, process=process)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            actions.lay_in,
            process=process,
            user=request.user,
            values=form.cleaned_data,
            content=form.content,
            change_note=FIRST_NOTE,
        )
        if made is not None:
            messages.success(
                request, "Dokumentet är inlagt som utkast. Skicka det för granskning när det är klart."
            )
            return _onward(made, made.document)
    return render(request, "documents/create.html", {"form": form, "process": process})


def _onward(made: Revision, elsewhere: Any) -> HttpResponse:
    """To the text when there is one to write, else where the version is shown."""
    return (
        redirect("documents:revision_write", made.document_id, made.label)
        if made.is_authored
        else redirect(elsewhere)
    )


def _wanted_process(request: HttpRequest) -> Process | None:
    slug = request.GET.get("process", "")
    if not slug:
        return None
    rows = Process.objects.visible_to(request.user).select_related("parent__parent")
    process: Process = get_object_or_404(rows, slug=slug)
    return process


@FORM_METHODS
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answers for the document, who sees it and when it is looked over; never what it says."""
    document = find_document(request, pk)
    may_change = permissions.may_invite(request.user, document)
    refuse_unless(permissions.may_set_dnr(request.user, document), NO_RIGHT)
    form_class = DocumentForm if may_change else DnrForm
    with transaction.atomic():
        form = form_class(request.POST or None, instance=find_document(request, pk), user=request.user)
        if request.method == "POST" and form.is_valid():
            changed = attempt(
                form, actions.change_document, document, user=request.user, values=form.cleaned_data
            )
            if changed is not None:
                messages.success(request, "Uppgifterna är sparade.")
                return redirect(document)
    context = {"form": form, "document": document, "uses": panels.uses(request.user, document)}
    return render(request, "documents/edit.html", context)


@FORM_METHODS
def new_revision(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft beside the version in force."""
    document = find_document(request, pk)
    refuse_unless(permissions.may_write(request.user, document), NO_RIGHT)
    under_work = document.revisions.open().first()
    if under_work is not None:
        messages.info(request, "Det finns redan en version under arbete. Här är den.")
        return redirect(under_work)
    form = RevisionForm(request.POST or None, request.FILES or None, user=request.user, document=document)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            actions.new_revision,
            document,
            user=request.user,
            content=form.content,
            change_note=form.cleaned_data["change_note"],
            is_minor=form.cleaned_data.get("is_minor", False),
        )
        if made is not None:
            messages.success(request, f"Version {made.label} är inlagd som utkast.")
            return _onward(made, made)
    context = {"form": form, "document": document, "uses": panels.uses(request.user, document)}
    return render(request, "documents/revision_new.html", context)


@FORM_METHODS
def revision_edit(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """Another file or link in a version that is not fastställd."""
    revision = find_revision(request, pk, number)
    refuse_unless(permissions.may_write_version(request.user, revision), NO_RIGHT)
    form = DraftForm(request.POST or None, request.FILES or None, user=request.user, revision=revision)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, _save, revision, form, request.user)
        if saved is not None:
            messages.success(request, "Versionen är sparad.")
            return _onward(saved, revision) if form.content is not None else redirect(revision)
    context = {"form": form, "document": revision.document, "revision": revision}
    return render(request, "documents/revision_edit.html", context)


def _save(revision: Revision, form: Any, user: Any) -> Revision:
    note = form.cleaned_data["change_note"]
    if form.content is None:
        return actions.change_note(revision, user=user, text=note)
    return actions.change_content(revision, user=user, content=form.content, change_note=note)
