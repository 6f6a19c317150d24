from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from kvalitet.attempts import attempt, press
from reports import actions, permissions, presentation
from reports.forms import BeginForm, ChapterForm, DecisionForm
from reports.models import QualityReport
from reports.views.found import FORM_METHODS, figures_of, find_report, refuse_unless
from reports.workflow import REPORT

DONE = {
    "send": "Rapporten är skickad till styrgruppen.",
    "prepare": "Rapporten är beredd och väntar på nämndens beslut.",
    "send_back": "Rapporten är tillbaka för komplettering.",
    "remit": "Återremissen är införd. Rapporten är ett utkast igen.",
    "publish": "Rapporten är publicerad.",
}


@FORM_METHODS
def create(request: HttpRequest) -> HttpResponse:
    """Begin the report of a unit and a year."""
    refuse_unless(permissions.may_coordinate(request.user), "Samordnaren påbörjar kvalitetsberättelser.")
    known = {"ar": timezone.localdate().year, **request.GET.dict()}
    form = BeginForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            made = actions.begin(unit=asked["enhet"], year=asked["ar"], dnr=asked["dnr"], user=request.user)
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            messages.success(request, "Rapporten är påbörjad. Sammanställ siffrorna och skriv kapitlen.")
            return redirect(made)
    return render(request, "reports/create.html", {"form": form})


@FORM_METHODS
@transaction.atomic
def chapter_edit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Write one chapter, with its figures in sight."""
    found = find_report(request, pk)
    refuse_unless(
        permissions.may_write(request.user, found), "Samordnaren och enhetens chef skriver rapporten."
    )
    refuse_unless(found.is_draft, f"Rapporten är {found.get_status_display().lower()} och ändras inte.")
    chapter = get_object_or_404(found.chapters, key=key)
    form = ChapterForm(request.POST or None, instance=chapter)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.write, chapter, user=request.user, text=form.cleaned_data["text"])
    ):
        messages.success(request, f"Kapitlet {chapter.title} är sparat.")
        return redirect(f"{found.get_absolute_url()}#{chapter.key}")
    shown = presentation.chapter(chapter, figures_of(request.user, found))
    context = {"form": form, "report": found, "chapter": chapter, "shown": shown}
    return render(request, "reports/chapter_edit.html", context)


@require_POST
def compile_report(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_report(request, pk)
    actions.compile_report(found, user=request.user)
    return redirect(found)


@FORM_METHODS
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what the nämnd decided: paragraph and day."""
    found = find_report(request, pk)
    refuse_unless(permissions.may_enter_decision(request.user, found), "Registratorn för in nämndens beslut.")
    form = DecisionForm(request.POST or None, initial={"dnr": found.dnr})
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "")
        if attempt(
            form, actions.change_status, found, "decide", user=request.user, seen=seen, **form.cleaned_data
        ):
            messages.success(request, "Nämndens beslut är infört. Rapporten kan inte längre ändras.")
            return redirect(found)
    blocked = _reasons(request.user, found)
    context = {"form": form, "report": found, "blocked": blocked, "seen": REPORT.seen(found)}
    return render(request, "reports/decide.html", context)


def _reasons(user: Any, found: QualityReport) -> list[str]:
    one = REPORT.transitions["decide"]
    if found.status not in one.sources:
        return [f"Rapporten är {found.get_status_display().lower()}. Beslutet förs in när den är beredd."]
    return list(one.blockers(user, found))


@require_POST
def transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Send, prepare, send back, remit or publish."""
    found = find_report(request, pk)
    if name not in DONE:
        raise Http404
    comment, seen = request.POST.get("comment", "")[:2000], request.POST.get("seen", "")
    asked = {"comment": comment, "seen": seen, "done": DONE[name]}
    changed = press(request, actions.change_status, found, name, **asked)
    if not changed:
        return redirect(found)
    # A draft that was sent back is no longer open to whoever sent it back.
    return redirect(changed if permissions.reads_by_task(request.user, changed) else "reports:reports")
