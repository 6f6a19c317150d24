"""Lärdomar and goda exempel, and the points that they and closed cases become on a unit's APT."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from documents.reading import rights as reading_rights
from improvement import permissions
from improvement.actions import lessons as verbs
from improvement.forms.learning import LessonForm, OpenReasonForm, TakeUpForm
from improvement.forms.reporting import process_named
from improvement.learning import presentation, rights
from improvement.learning.filters import LessonFilter
from improvement.learning.tables import LessonTable
from improvement.learning.workflow import LESSON
from improvement.models import AgendaItem, Deviation, Lesson
from improvement.views.found import find_whole
from kvalitet.attempts import attempt, press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.lookups import number_in
from kvalitet.organisation.models import Unit
from kvalitet.tables import Action, Empty, render_table

WRITERS = "Chefer, samordnaren och processhandledaren skriver lärdomar."
PUBLISHERS = "Samordnaren och processhandledaren publicerar lärdomar."
PLANNERS = "Chefer, ombud och handläggare lägger punkter på enhetens APT-lista."
WITH_COMMENT = ("send_back", "withdraw")
DONE = {
    "send": "Lärdomen är skickad för publicering.",
    "publish": "Lärdomen är publicerad. Alla medarbetare kan läsa den.",
    "send_back": "Lärdomen är tillbaka hos den som skrev den.",
    "withdraw": "Lärdomen är indragen. Den syns inte längre för andra.",
    "redraft": "Lärdomen är ett utkast igen.",
}


@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    refuse_unless(permissions.may_report(request.user), "Lärdomar är för medarbetare.")
    actions = []
    if rights.may_write_lessons(request.user):
        actions = [Action("Skriv en lärdom", reverse("improvement:lesson_new"), "plus-lg")]
    return render_table(
        request,
        table_class=LessonTable,
        queryset=Lesson.objects.visible_to(request.user).prefetch_related("processes"),
        filterset_class=LessonFilter,
        title="Lärdomar och goda exempel",
        lead="Vad vi har lärt oss av det som hände, och det som fungerar bra. Utan namn, för alla.",
        empty=Empty("Inga lärdomar än", "En lärdom skrivs ur en avslutad avvikelse, eller fritt av en chef."),
        actions=actions,
        export_name="lardomar",
    )


def find_lesson(request: HttpRequest, pk: int) -> Lesson:
    rows = Lesson.objects.visible_to(request.user).select_related("unit", "deviation", "created_by")
    found: Lesson = get_object_or_404(rows, pk=pk)
    return found


@require_safe
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    found, user = find_lesson(request, pk), request.user
    steps = LESSON.available(user, found)
    cases = Deviation.objects.visible_to(user).filter(pk=found.deviation_id)
    context = {
        "lesson": found,
        "tone": presentation.LESSON_TONES[found.status],
        "processes": list(found.processes.select_related("parent")),
        "unit": found.unit if found.is_unit_shown else None,
        "case": cases.first() if found.deviation_id else None,
        "may_change": rights.may_change_lesson(user, found),
        "may_take_up": found.status == "published" and reading_rights.may_plan_somewhere(user),
        "steps": [one for one in steps if one.transition.name not in WITH_COMMENT],
        "pages": [one for one in steps if one.transition.name in WITH_COMMENT],
        "sees_writer": rights.may_send_lesson(user, found),
    }
    return render(request, "improvement/lesson.html", context)


@require_safe
def lesson_history(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_lesson(request, pk)
    refuse_unless(rights.may_send_lesson(request.user, found), WRITERS)
    entries = presentation.lesson_history(request.user, found)
    return render(request, "improvement/lesson_history.html", {"lesson": found, "entries": entries})


def _case_asked(request: HttpRequest) -> Deviation | None:
    """The case that ``?avvikelse=`` names, of those that the writer handles."""
    asked = request.GET.get("avvikelse")
    if not asked:
        return None
    number = number_in(asked)
    if number is None:
        raise Http404
    found = find_whole(request, number)
    refuse_unless(rights.may_write_from(request.user, found), "Den som handlägger ärendet skriver lärdomen.")
    return found


@FORM_METHODS
def lesson_new(request: HttpRequest) -> HttpResponse:
    """Free, or from a case: then the summary alone is there to begin with."""
    case, user = _case_asked(request), request.user
    refuse_unless(case is not None or rights.may_write_lessons(user), WRITERS)
    process = case.process if case else process_named(user, request.GET.get("process", ""))
    initial = {"title": case.summary, "unit": case.unit_id} if case else {}
    form = LessonForm(request.POST or None, user=user, deviation=case, process=process, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        tied = data.pop("tied")
        made = attempt(form, verbs.write, user=user, values=data, processes=tied, deviation=case)
        if made:
            messages.success(request, "Utkastet är sparat. Publicera det, eller skicka det för publicering.")
            return redirect(made)
    back = case.get_absolute_url() if case else reverse("improvement:lessons")
    context = {"form": form, "case": case, "heading": "Skriv en lärdom", "back_url": back}
    return render(request, "improvement/lesson_form.html", context)


@FORM_METHODS
def lesson_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A stale save shows both texts."""
    found, user = find_lesson(request, pk), request.user
    reason = "Den är publicerad. Dra in den och skriv om den, så syns det vad som ändrades."
    refuse_unless(rights.may_change_lesson(user, found), reason)
    with transaction.atomic():
        instance = find_lesson(request, pk)
        form = LessonForm(request.POST or None, instance=instance, user=user, deviation=found.deviation)
        if request.method == "POST" and form.is_valid():
            data = dict(form.cleaned_data)
            tied = data.pop("tied")
            if attempt(form, verbs.change, found, user=user, values=data, processes=tied):
                messages.success(request, "Lärdomen är sparad.")
                return redirect(found)
    context = {"form": form, "heading": "Ändra lärdomen", "back_url": found.get_absolute_url()}
    return render(request, "improvement/lesson_form.html", context)


@FORM_METHODS
def lesson_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    if name not in LESSON.transitions:
        raise Http404
    found, arrow = find_lesson(request, pk), LESSON.transitions[name]
    refuse_unless(arrow.allowed(request.user, found), PUBLISHERS)
    if name not in WITH_COMMENT:
        return _press(request, found, name)
    form = OpenReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["comment"]
        if attempt(form, verbs.change_status, found, name, user=request.user, comment=reason):
            messages.success(request, DONE[name])
            return _after(request, found)
    context = {"form": form, "heading": arrow.label, "back_url": found.get_absolute_url(), "lesson": found}
    return render(request, "improvement/lesson_form.html", context)


def _after(request: HttpRequest, found: Lesson) -> HttpResponse:
    still = Lesson.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return redirect(found) if still else redirect("improvement:lessons")


def _press(request: HttpRequest, found: Lesson, name: str) -> HttpResponse:
    if request.method != "POST":
        return redirect(found)
    press(request, verbs.change_status, found, name, seen=request.POST.get("seen", ""), done=DONE[name])
    return redirect(found)


@FORM_METHODS
def lesson_apt(request: HttpRequest, pk: int) -> HttpResponse:
    """*Ta upp på APT*, from a published lärdom."""
    found = find_lesson(request, pk)
    refuse_unless(reading_rights.may_plan_somewhere(request.user), PLANNERS)
    form = TakeUpForm(request.POST or None, user=request.user)
    words = {"title": found.title, "back_url": found.get_absolute_url()}
    return _take_up(request, form, words, lesson=found)


@FORM_METHODS
def case_apt(request: HttpRequest, pk: int) -> HttpResponse:
    """*Ta upp på APT*, from a closed case: on the list of its own unit, with its summary and no more."""
    found = find_whole(request, pk)
    refuse_unless(rights.may_put_case_on_agenda(request.user, found), PLANNERS)
    form = TakeUpForm(request.POST or None, user=request.user, unit=found.unit)
    words = {"title": found.summary, "back_url": found.get_absolute_url(), "case": found}
    return _take_up(request, form, words, deviation=found, unit=found.unit)


def _take_up(
    request: HttpRequest, form: Any, words: dict[str, Any], *, unit: Unit | None = None, **source: Any
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        data = {"unit": unit, **form.cleaned_data}
        item = attempt(form, verbs.take_up, user=request.user, **source, **data)
        if item:
            messages.success(request, f"Punkten står på APT-listan för {item.unit}.")
            return redirect("documents:apt", item.unit.slug)
    return render(request, "improvement/take_up.html", {"form": form, "unit": unit, **words})


@require_POST
def agenda_remove(request: HttpRequest, pk: int) -> HttpResponse:
    rows = AgendaItem.objects.shown_to(request.user).select_related("unit", "lesson", "deviation")
    item = get_object_or_404(rows, pk=pk)
    if not reading_rights.may_read_apt(request.user, item.unit):
        raise Http404
    if not reading_rights.may_plan_apt(request.user, item.unit):
        raise PermissionDenied(PLANNERS)
    verbs.take_off(item, user=request.user)
    messages.success(request, "Punkten är borttagen från listan.")
    return redirect("documents:apt", item.unit.slug)
