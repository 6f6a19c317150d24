"""The lists behind figures that no other page lists: as many rows as the figure counts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kvalitet.tables import Empty, render_table
from processes.models import Process, ProcessRevision
from reports import permissions
from reports.forms import ChoiceForm
from reports.statistics import system
from reports.statistics.scope import Scope, Units, units_of
from reports.tables import ActivityTable, PublishedTable
from reports.views.found import chosen, refuse_unless


def _asked(request: HttpRequest) -> tuple[Scope, Units]:
    refuse_unless(
        permissions.may_see_statistics(request.user), "Statistiken är för medarbetare i organisationen."
    )
    form = ChoiceForm(request.GET)
    scope = Scope(*chosen(form))
    return scope, units_of(scope, form.units)


def _list(request: HttpRequest, scope: Scope, **words: Any) -> HttpResponse:
    back = {"statistics_url": scope.behind("reports:statistics")}
    return render_table(request, template="reports/behind.html", extra_context=back, **words)


@require_safe
def published_versions(request: HttpRequest) -> HttpResponse:
    """The versions of processes that were published in the year, of those that the reader may see."""
    scope, units = _asked(request)
    seen = ProcessRevision.objects.visible_to(request.user).filter(
        pk__in=system.published_versions(scope, units).values("pk")
    )
    return _list(
        request,
        scope,
        table_class=PublishedTable,
        queryset=seen.select_related("process", "published_by").defer("renderings"),
        title=f"Publicerade processversioner {scope.year}",
        lead=f"Versioner av processer som används i {scope.unit.name} och enheterna under.",
        empty=Empty("Inga publicerade versioner", "Ingen version publicerades det året."),
        export_name="publicerade-processversioner",
    )


@require_safe
def without_routine(request: HttpRequest) -> HttpResponse:
    """The activities that have no document in force, of those that the reader may see."""
    scope, units = _asked(request)
    rows = Process.objects.visible_to(request.user)
    return _list(
        request,
        scope,
        table_class=ActivityTable,
        queryset=rows.filter(pk__in=system.activities_without_routine(scope, units)).select_related("parent"),
        title="Aktiviteter utan rutin",
        lead=f"Steg i processer som används i {scope.unit.name} och inte har något gällande dokument.",
        empty=Empty("Alla aktiviteter har en rutin", "Här visas steg som inte har något gällande dokument."),
        export_name="aktiviteter-utan-rutin",
    )
