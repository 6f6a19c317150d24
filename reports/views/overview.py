from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kvalitet.tables import Action, Empty, render_table
from reports import permissions, presentation, work
from reports.forms import ChoiceForm
from reports.models import QualityReport
from reports.statistics import gather
from reports.tables import ReportTable
from reports.views.found import chosen, refuse_unless, told_to

SHOWN_REPORTS = 6
NO_REPORTS = Empty(
    "Inga kvalitetsberättelser än",
    "Här samlas nämndens och enheternas kvalitetsberättelser, en för varje år.",
)


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where the figures are, the latest reports, and what waits for the reader."""
    rows = QualityReport.objects.visible_to(request.user).select_related("unit")
    context = {
        "reports": presentation.in_list(rows[:SHOWN_REPORTS]),
        "may_see_statistics": permissions.may_see_statistics(request.user),
        "may_begin": permissions.may_coordinate(request.user),
        "tasks": list(work.tasks(request.user)) if request.user.is_authenticated else [],
        "today": timezone.localdate(),
    }
    return render(request, "reports/index.html", context)


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """The figures of one unit and one year, counted now."""
    refuse_unless(
        permissions.may_see_statistics(request.user), "Statistiken är för medarbetare i organisationen."
    )
    form = ChoiceForm(request.GET)
    unit, year = chosen(form)
    is_uncut = permissions.sees_exact(request.user, unit.pk)
    figures = told_to(request.user, gather(unit, year, form.units), unit_id=unit.pk, is_uncut=is_uncut)
    context = {
        "form": form,
        "unit": unit,
        "year": year,
        "is_uncut": is_uncut,
        "areas": presentation.areas(figures),
        "has_lists": figures.has_lists,
    }
    return render(request, "reports/statistics.html", context)


@login_not_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    may_begin = permissions.may_coordinate(request.user)
    return render_table(
        request,
        table_class=ReportTable,
        queryset=QualityReport.objects.visible_to(request.user).select_related("unit"),
        title="Kvalitetsberättelser",
        lead="Hur kvalitetsarbetet gick under året: siffror, analys och vad som behöver bli bättre.",
        empty=NO_REPORTS,
        template="reports/list.html",
        actions=[Action("Påbörja en rapport", reverse("reports:create"), "plus-lg")] if may_begin else [],
        export_name="kvalitetsberattelser",
    )
