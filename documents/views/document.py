from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from documents import actions, extraction, near, panels, permissions, presentation, privacy
from documents.enums import Source, Visibility
from documents.links import checking
from documents.models import Document, DocumentUserPermission, Favourite, Revision
from documents.views.found import employees_only, find_document, find_revision
from documents.workflow import REVISION
from kvalitet import personuppgifter
from kvalitet.organisation.permissions import is_employee
from kvalitet.versions import Standing
from processes.models import Process
from processes.permissions import may_change

# These have a page of their own, where more is asked.
WITH_PAGE = ("approve", "withdraw")


@login_not_required
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: the version in force first, then what it is, where it is used and its versions."""
    found = find_document(request, pk)
    rows = Revision.objects.visible_to(request.user).select_related("author")
    shown = [
        presentation.Shown(one, one.standing())
        for one in rows.filter(document=found).order_by("-number", "-minor")
    ]
    in_force = presentation.first(shown, Standing.IN_FORCE)
    under_work = presentation.first(shown, Standing.DRAFT, Standing.IN_REVIEW)
    main = presentation.main_version(shown)
    context = {
        "document": found,
        "versions": shown,
        "main": main,
        "in_force": in_force,
        "open_label": presentation.open_label(in_force.revision) if in_force else "",
        "coming": presentation.first(shown, Standing.COMING),
        "under_work": under_work,
        "is_overdue": found.is_overdue and in_force is not None,
        "facts": presentation.facts(request.user, found),
        **_rights(request.user, found, main.revision if main else None),
        **_links(request.user, found),
        **(_work(request.user, found, under_work.revision) if under_work else {}),
    }
    return render(request, "documents/document.html", context)


def _rights(user: Any, found: Document, main: Revision | None) -> dict[str, Any]:
    may_invite = permissions.may_invite(user, found)
    invited = DocumentUserPermission.objects.filter(content_object=found).select_related("user", "permission")
    return {
        "is_staff": is_employee(user),
        "dead_links": checking.dead_in(main),
        "may_write": permissions.may_write(user, found),
        "may_edit": permissions.may_set_dnr(user, found),
        "may_invite": may_invite,
        "invited": invited if may_invite else [],
        "is_favourite": user.is_authenticated
        and Favourite.objects.filter(user=user, document=found).exists(),
    }


def _links(user: Any, found: Document) -> dict[str, Any]:
    links = found.process_links()
    seen = set(
        Process.objects.visible_to(user)
        .filter(pk__in=[one.process_id for one in links])
        .values_list("pk", flat=True)
    )
    visible = [one for one in links if one.process_id in seen]
    return {
        "links": [(one, permissions.may_unlink(user, one)) for one in visible],
        "other_uses": panels.uses_elsewhere(user, found),
    }


def _work(user: Any, found: Document, revision: Revision) -> dict[str, Any]:
    revision.document = found
    return {"open_steps": _steps(user, revision), "job": _job(revision)}


def _steps(user: Any, revision: Revision) -> dict[str, Any]:
    """What may be done now: buttons, and those that lead to a page of their own."""
    available = REVISION.available(user, revision)
    pages = [one for one in available if one.transition.name in WITH_PAGE and not one.reasons]
    return {"pages": pages, "buttons": [one for one in available if one not in pages]}


def _job(revision: Revision) -> Any:
    if revision.source != Source.UPLOADED or revision.text_read_at is not None:
        return None
    return extraction.latest(revision)


@login_not_required
@require_safe
def revision(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """One version: who stands on it, its file, and what may be done with it."""
    found = find_revision(request, pk, number)
    others = Revision.objects.visible_to(request.user).filter(document=found.document)
    steps = _steps(request.user, found) if request.user.is_authenticated else {}
    context = {
        "revision": found,
        "document": found.document,
        "shown": presentation.Shown(found, found.standing()),
        "in_force": others.in_force().first(),
        "open_label": presentation.open_label(found) if found.storage_key or found.url else "",
        "facts": presentation.revision_facts(request.user, found),
        "may_change": found.is_open and permissions.may_write_version(request.user, found),
        "steps": steps,
        "job": _job(found) if found.is_open else None,
        "warnings": _warnings(found) if found.is_open else [],
        "near": near.of_revision(request.user, found) if found.is_open else [],
        "near_process": _process_to_link(request.user, found) if found.is_open else None,
        "uses": panels.uses_elsewhere(request.user, found),
    }
    return render(request, "documents/revision.html", context)


def _process_to_link(user: Any, revision: Revision) -> Process | None:
    """The process that the document belongs to, when ``user`` may connect another document to it instead."""
    home = revision.document.home_process()
    return home if home is not None and may_change(user, home) else None


def _warnings(revision: Revision) -> list[str]:
    """What in the file may point out a person; in an open document a person's number stops the decision."""
    if revision.text_read_at is None:
        return []
    if revision.document.visibility == Visibility.PUBLIC:
        stops = privacy.stops(revision.text)
        if stops:
            return stops
    return personuppgifter.warn(revision.text)


@require_safe
def document_history(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_document(request, pk)
    employees_only(request.user)
    entries = presentation.timeline(request.user, found)
    return render(request, "documents/history.html", {"document": found, "entries": entries})


@require_POST
def toggle_favourite(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_document(request, pk)
    kept = actions.toggle_favourite(found, user=request.user)
    messages.success(
        request,
        "Dokumentet ligger bland Mina rutiner." if kept else "Dokumentet är borttaget ur Mina rutiner.",
    )
    return redirect(found)
