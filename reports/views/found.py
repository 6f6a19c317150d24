"""Finding what a page is about, and how much of its numbers the reader may be told."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from improvement.permissions import Permission as CasePermission
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit
from reports import permissions
from reports.forms import ChoiceForm
from reports.models import QualityReport
from reports.statistics import Statistics, for_outsiders, from_json, without_links, without_links_of

LISTS = (CasePermission.HANDLE, CasePermission.LIST_CASES, CasePermission.LIST_ALL)
# Figures whose lists are pages of the statistics.
FOR_STAFF = ("processes_published", "activities_without_routine")
FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


def find_report(request: HttpRequest, pk: int) -> QualityReport:
    rows = QualityReport.objects.visible_to(request.user).select_related("unit", "snapshot")
    found: QualityReport = get_object_or_404(rows, pk=pk)
    return found


def refuse_unless(allowed: bool, reason: str) -> None:
    if not allowed:
        raise PermissionDenied(reason)


def told_to(user: Any, statistics: Statistics, *, unit_id: int, is_uncut: bool) -> Statistics:
    """Small numbers hidden outside the circle, and links only for those who see the lists behind."""
    if not permissions.may_see_statistics(user):
        statistics = without_links_of(statistics, *FOR_STAFF)
    if not is_uncut:
        return for_outsiders(statistics)
    sees_lists = any(grants.may(user, one, unit_id=unit_id) for one in LISTS)
    if not sees_lists:
        return without_links(statistics)
    # Nobody else finds cases by their causes.
    reads_causes = grants.may(user, CasePermission.HANDLE, unit_id=unit_id)
    return statistics if reads_causes else without_links_of(statistics, "deviations_by_cause")


def figures_of(user: Any, report: QualityReport) -> Statistics | None:
    """The frozen figures as ``user`` may read them; None before the first are compiled."""
    if report.snapshot is None:
        return None
    is_uncut = permissions.reads_uncut(user, report)
    return told_to(user, from_json(report.snapshot.figures), unit_id=report.unit_id, is_uncut=is_uncut)


def chosen(form: ChoiceForm) -> tuple[Unit, int]:
    """What was asked for; for what was not, or cannot be understood, the topmost unit and this year."""
    form.is_valid()
    unit = form.cleaned_data.get("enhet") or form.units[0]
    year = form.cleaned_data.get("ar") or timezone.localdate().year
    form.data = {"enhet": unit.slug, "ar": year}
    form.errors.clear()
    return unit, year
