from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from improvement import access, case_history, clocks, permissions, presentation
from improvement.filters import DeviationFilter
from improvement.forms import OpenForm
from improvement.learning import panels as learning
from improvement.learning import rights
from improvement.models import Deviation
from improvement.presentation import OWN, SUMMARY, WHOLE
from improvement.tables import AccessTable, DeviationTable, HandledTable
from improvement.views.found import find_deviation, find_whole
from improvement.workflow import DEVIATION, NOT_GREEN, SUSPECTED, SUSPICION
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.models import AccessLog
from kvalitet.tables import Action, Empty, render_table

# These have a page of their own, where more is asked.
WITH_PAGE = (
    *("redirect", "finish", "close_simply", "dismiss", "redo", "suspect", "return", "inquire"),
    *("merge", "withdraw", "restore", "reopen"),
)
# What is seldom done stands by itself, so that the next step is seen.
SIDE_WAYS = ("redirect", "dismiss", "merge", "withdraw", "suspect", "redo", "reopen", "restore")
HIDDEN = ("to_inquiry",)  # follows from "inquire"


@require_safe
def deviations(request: HttpRequest) -> HttpResponse:
    """Every case that the reader sees something of: the own reports and those the line reaches."""
    refuse_unless(permissions.may_report(request.user), "Avvikelser är för medarbetare.")
    actions = [Action("Rapportera en avvikelse", reverse("improvement:report"), "megaphone")]
    if access.may_see_log(request.user):
        actions.append(Action("Åtkomstlogg", reverse("improvement:access_log"), "eye"))
    if permissions.may_set_up(request.user):
        actions.append(Action("Inställningar", reverse("improvement:settings"), "sliders"))
    rows, handles = Deviation.objects.visible_to(request.user), permissions.handles_cases(request.user)
    if handles:
        actions.append(Action("Mina standardfraser", reverse("improvement:phrases"), "chat-left-text"))
        rows = rows.with_mine(request.user)
    if rights.sees_spread(request.user) or rights.led_units(request.user):
        actions.append(Action("Kan det hända hos oss?", reverse("improvement:spread"), "question-circle"))
    return render_table(
        request,
        table_class=HandledTable if handles else DeviationTable,
        queryset=presentation.with_list_facts(rows),
        template="improvement/deviations.html" if handles else "tables/page.html",
        extra_context={"pick_all_url": _picking_all(request)},
        filterset_class=DeviationFilter,
        title="Avvikelser",
        lead="Det du har rapporterat, och det du ser genom din roll. Texterna läses av dem som handlägger.",
        empty=Empty(
            "Inga avvikelser att visa",
            "Här samlas det du rapporterar och svaren du får.",
            reverse("improvement:report"),
            "Rapportera en avvikelse",
        ),
        actions=actions,
        export_name="avvikelser",
    )


def _picking_all(request: HttpRequest) -> str:
    """The same page of the list with every box ticked that can be."""
    query = request.GET.copy()
    query["valj"] = "alla"
    query.pop("exportera", None)
    return f"{request.path}?{query.urlencode()}"


@require_safe
def deviation(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, as much of it as the reader may see; opening it whole is logged."""
    found = find_deviation(request, pk)
    shown = presentation.view_of(request.user, found)
    context: dict[str, Any] = {
        "deviation": found,
        "shown": shown,
        "zone": presentation.zone_status(found),
        "tone": presentation.STATUS_TONES[found.status],
        "is_reporter": permissions.is_reporter(request.user, found),
        "may_add": presentation.may_add(request.user, found),
        "may_take_over": found.is_open and permissions.may_take_over(request.user, found),
        "may_open": permissions.may_open_with_reason(request.user, found),
        "summary_facts": presentation.summary_facts(found),
        "summary": presentation.short(found),
    }
    if shown == WHOLE:
        context |= presentation.parts(request.user, found) | {"steps": _steps(request.user, found)}
        access.log_opening(request.user, found, merged=context["merged"])
        context["learnt"] = learning.of_case(request.user, found)
    if shown == OWN:
        context |= presentation.own_parts(request.user, found)
    if shown == SUMMARY:
        context |= {"measures": presentation.measures_of(found), "clocks": clocks.running(found)}
    return render(request, "improvement/deviation.html", context)


def _steps(user: Any, found: Deviation) -> dict[str, Any]:
    """What may be done now: pages where more is asked, buttons, and what is blocked with its reasons."""
    available = [one for one in DEVIATION.available(user, found) if one.transition.name not in HIDDEN]
    if found.is_open:
        available += SUSPICION.available(user, found)
    pages = [one for one in available if one.transition.name in WITH_PAGE and not _stops(one)]
    rare = [one for one in available if one.transition.name in SIDE_WAYS]
    pages = [one for one in pages if one not in rare]
    buttons = [one for one in available if one not in pages and one not in rare]
    return {"pages": pages, "buttons": buttons, "rare": rare}


def _stops(one: Any) -> bool:
    """A simple handling is assessed on its own page: a suspicion stops the way there, or an assessment made
    before that it does not suit.
    """
    if one.transition.name == "close_simply":
        return not {SUSPECTED, NOT_GREEN}.isdisjoint(one.reasons)
    return bool(one.reasons)


@require_safe
def deviation_history(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_whole(request, pk)
    access.log_opening(request.user, found)
    log = AccessLog.objects.filter(kind=access.KIND, object_id=found.pk).select_related(
        "user", "on_behalf_of"
    )
    context = {
        "deviation": found,
        "entries": case_history.timeline(request.user, found),
        "log": log[:200] if _may_see_log_of(request.user, found) else None,
    }
    return render(request, "improvement/history.html", context)


def _may_see_log_of(user: Any, found: Deviation) -> bool:
    return permissions.receives(user, found) or permissions.may_judge_suspicion(user, found)


@FORM_METHODS
def open_with_reason(request: HttpRequest, pk: int) -> HttpResponse:
    """A manager above or the samordnare says why; then the case is open to them for the day."""
    found = find_deviation(request, pk)
    if access.reads_whole(request.user, found):
        return redirect(found)
    may_open = permissions.may_open_with_reason(request.user, found)
    refuse_unless(may_open, "Det här ärendet kan du inte öppna med ett skäl.")
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        access.log_opening(request.user, found, reason=form.cleaned_data["reason"])
        return redirect(found)
    context = {
        "form": form,
        "deviation": found,
        "heading": "Öppna hela ärendet",
        "lead": "Du ser sammanfattningen utan att ange skäl. Hela texten handlar om enskilda människor.",
        "button": "Öppna ärendet",
    }
    return render(request, "improvement/form.html", context)


@require_safe
def access_log(request: HttpRequest) -> HttpResponse:
    """Who has opened which case and why, of the cases that the reader answers for."""
    refuse_unless(access.may_see_log(request.user), "Loggen granskas av chefen och lex Sarah-ansvarig.")
    return render_table(
        request,
        table_class=AccessTable,
        queryset=_reviewable(request.user),
        title="Åtkomstlogg",
        lead="Vem som har öppnat ärendena du ansvarar för, och varför. Granska den regelbundet.",
        empty=Empty("Ingen har öppnat något än", "Här syns varje öppning av ett helt ärende."),
        export_name="atkomstlogg",
    )


def _reviewable(user: Any) -> Any:
    """The same cases as those whose own page shows the log."""
    cases = Deviation.objects.watched_by(user).values("pk")
    rows = AccessLog.objects.filter(kind=access.KIND, object_id__in=cases)
    return rows.select_related("user", "on_behalf_of")
