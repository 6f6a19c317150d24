from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from documents import actions, extraction, near, panels, permissions, presentation, privacy, readable
from documents.enums import Source, Visibility
from documents.links import checking
from documents.models import Document, Revision
from documents.reading import panels as reading_panels
from documents.reading import rights as reading_rights
from documents.views.found import employees_only, find_document, find_for_page, find_revision
from documents.views.frozen import frozen
from documents.workflow import REVISION
from kvalitet import personuppgifter, registries
from kvalitet.organisation.permissions import is_employee
from kvalitet.versions import RevisionStatus, Standing
from processes.models import Process
from processes.permissions import may_change

# These have a page of their own, where more is asked.
WITH_PAGE = ("approve", "amend", "withdraw")


@login_not_required
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: the version in force first, then what it is, where it is used and its versions."""
    found = find_for_page(request, pk)
    rows = Revision.objects.visible_to(request.user).with_remiss().filter(document=found)
    rows = checking.with_dead_links(readable.with_body_in_force(rows.select_related("author", "frozen")))
    shown = [presentation.Shown(one, one.standing()) for one in rows.order_by("-number", "-minor")]
    in_force = presentation.first(shown, Standing.IN_FORCE)
    under_work = presentation.first(shown, Standing.DRAFT, Standing.IN_REVIEW)
    main = presentation.main_version(shown)
    context = {
        "document": found,
        "versions": shown,
        "main": main,
        "in_force": in_force,
        "open_label": presentation.open_label(in_force.revision) if in_force else "",
        "readable": readable.of(in_force.revision if in_force else None, user=request.user),
        "share_url": request.build_absolute_uri(found.get_absolute_url()),
        "coming": presentation.first(shown, Standing.COMING),
        "under_work": under_work,
        "is_overdue": found.is_overdue and in_force is not None,
        **_about(request.user, found),
        **_reading(request.user, found, in_force),
        "frozen": frozen(request.user, in_force.revision if in_force else None),
        **_rights(request.user, found, main.revision if main else None),
        **_links(request.user, found),
        "panels": _panels(request.user, found),
        **(_work(request.user, found, under_work.revision) if under_work else {}),
    }
    return render(request, "documents/document.html", context)


def _about(user: Any, found: Document) -> dict[str, Any]:
    related = presentation.relatives(found)
    replaced_by = [one for one in related if one.replaces_id == found.pk]
    return {"facts": presentation.facts(user, found, related), "replaced_by": replaced_by}


def _remiss(user: Any, revision: Revision) -> dict[str, Any]:
    """The way to the remiss of a version, for those who are asked or read the draft, or to sending one."""
    may_run = permissions.may_write_version(user, revision)
    may_send = may_run and revision.status == RevisionStatus.DRAFT and not revision.minor
    state = revision.remiss_state()
    reads = state.has_remiss and (may_run or permissions.may_answer(user, revision.document))
    address = reverse("documents:remiss", args=[revision.document_id, revision.label])
    return {
        "may_send_remiss": may_send,
        "remiss_url": address if reads else "",
        "remiss_word": "Remissen, öppen för svar" if state.is_on_remiss else "Remissen och svaren",
    }


def _reading(user: Any, found: Document, in_force: Any) -> dict[str, Any]:
    return {
        "reading": reading_panels.of_document(user, found, in_force.revision if in_force else None),
        "may_plan_apt": in_force is not None and reading_rights.may_plan_somewhere(user),
        "may_require": reading_rights.may_require(user, found),
    }


def _rights(user: Any, found: Document, main: Revision | None) -> dict[str, Any]:
    may_invite = permissions.may_invite(user, found)
    return {
        "is_staff": is_employee(user),
        "dead_links": checking.dead_in(main),
        "may_write": permissions.may_write(user, found),
        "may_edit": permissions.may_set_dnr(user, found),
        "may_invite": may_invite,
        "may_confirm": permissions.may_confirm(user, found),
        "invited": vars(found)["invited"] if may_invite else [],
        "is_favourite": vars(found)["is_kept"],
    }


def _links(user: Any, found: Document) -> dict[str, Any]:
    visible = [one for one in found.process_links() if one.is_seen]
    return {
        "links": [(one, permissions.may_unlink(user, one)) for one in visible],
        "other_uses": panels.uses_elsewhere(user, found),
    }


def _panels(user: Any, found: Document) -> list[Any]:
    functions = registries.panels.for_model("documents.document")
    return [panel for function in functions if (panel := function(user, found))]


def _work(user: Any, found: Document, revision: Revision) -> dict[str, Any]:
    revision.document = found
    return {"open_steps": _steps(user, revision), "job": _job(revision), **_remiss(user, revision)}


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
    others = list(Revision.objects.visible_to(request.user).filter(document=found.document))
    steps = _steps(request.user, found) if request.user.is_authenticated else {}
    context = {
        "revision": found,
        "document": found.document,
        "shown": presentation.Shown(found, found.standing()),
        "in_force": next((one for one in others if one.standing() == Standing.IN_FORCE), None),
        "open_label": presentation.open_label(found) if found.storage_key or found.url else "",
        "facts": presentation.revision_facts(request.user, found),
        "frozen": frozen(request.user, found),
        "may_change": found.is_open and permissions.may_write_version(request.user, found),
        "steps": steps,
        "job": _job(found) if found.is_open else None,
        "warnings": _warnings(found) if found.is_open else [],
        "readable": readable.of(found, user=request.user),
        "share_url": request.build_absolute_uri(found.get_absolute_url()),
        "has_others": len(others) > 1,
        "near": near.of_revision(request.user, found) if found.is_open else [],
        "near_process": _process_to_link(request.user, found) if found.is_open else None,
        "uses": panels.uses_elsewhere(request.user, found),
        "sees_document": not found.is_open or vars(found)["sees_document"],
        **(_remiss(request.user, found) if request.user.is_authenticated else {}),
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
        stops = privacy.stops(revision.text, is_written=revision.is_authored)
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
