from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kvalitet import history, storage
from kvalitet.models import Job
from kvalitet.organisation import devices
from kvalitet.organisation.permissions import is_employee
from reports import compiling, permissions, presentation
from reports.models import Chapter, QualityReport
from reports.statistics import from_json
from reports.views.found import figures_of, find_report, refuse_unless, told_to
from reports.workflow import REPORT

# This has a page of its own, where more is asked.
WITH_PAGE = "decide"
FOR_EMPLOYEES = "Det här är för medarbetare i organisationen."


@login_not_required
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One kvalitetsberättelse: its chapters with their figures; to those who work with it, what is next."""
    found = find_report(request, pk)
    figures = figures_of(request.user, found)
    context = {
        "report": found,
        "chapters": presentation.chapters(found, figures),
        "has_lists": figures is not None and figures.has_lists,
        "shown": presentation.ShownReport(found),
        "facts": presentation.facts(found),
        "is_uncut": permissions.reads_uncut(request.user, found),
        "is_staff": is_employee(request.user),
        "file": found.latest_file(),
        **_work(request.user, found),
    }
    return render(request, "reports/report.html", context)


def _work(user: Any, found: QualityReport) -> dict[str, Any]:
    if not permissions.reads_by_task(user, found):
        return {}
    may_write = permissions.may_write(user, found)
    steps = REPORT.available(user, found)
    return {
        "may_write": may_write and found.is_draft,
        "may_compile": may_write and (found.is_draft or not found.is_typeset()),
        "is_typeset": found.is_typeset(),
        "buttons": [one for one in steps if one.transition.name != WITH_PAGE],
        "decide": next((one for one in steps if one.transition.name == WITH_PAGE), None),
        **_job(user, found),
    }


def _job(user: Any, found: QualityReport) -> dict[str, Any]:
    """The job under way or failed, with progress for who asked for it; to others that it is under way."""
    job: Job | None = compiling.latest_job(found)
    if job is None or job.status == "done":
        return {}
    if job.created_by_id == user.pk:
        return {"job": job, "is_compiling": job.is_open}
    return {"is_compiling": job.is_open}


@require_safe
def report_history(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_report(request, pk)
    refuse_unless(is_employee(request.user), FOR_EMPLOYEES)
    entries = history.timeline(found, reader=request.user, rows={Chapter: "report"})
    context = {"report": found, "shown": presentation.ShownReport(found), "entries": entries}
    return render(request, "reports/history.html", context)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """The single figures beside those of the year before, where that report may be read."""
    found = find_report(request, pk)
    refuse_unless(is_employee(request.user), FOR_EMPLOYEES)
    earlier = QualityReport.objects.visible_to(request.user).filter(unit=found.unit_id, year=found.year - 1)
    before = earlier.select_related("unit", "snapshot").first()
    context = {
        "report": found,
        "shown": presentation.ShownReport(found),
        "before": before,
        "rows": _compared(request.user, before, found),
    }
    return render(request, "reports/compare.html", context)


def _compared(user: Any, before: QualityReport | None, now: QualityReport) -> list[presentation.Compared]:
    """Both cut alike, so that the uncut of one year says nothing of the other."""
    if before is None or before.snapshot is None or now.snapshot is None:
        return []
    is_uncut = permissions.reads_uncut(user, before) and permissions.reads_uncut(user, now)
    told = [
        told_to(user, from_json(one.snapshot.figures), unit_id=one.unit_id, is_uncut=is_uncut)
        for one in (before, now)
        if one.snapshot is not None
    ]
    return presentation.compare(*told)


@login_not_required
@require_safe
def report_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The PDF, uncut for those who may read small numbers, else the one where they are hidden."""
    found = find_report(request, pk)
    made = found.latest_file()
    if made is None:
        raise Http404
    is_uncut = permissions.reads_uncut(request.user, found)
    if is_uncut and devices.is_unconfirmed(request):
        return devices.ask(request)
    try:
        return storage.download_response(
            request,
            made.uncut_key if is_uncut else made.public_key,
            name=f"kvalitetsberattelse-{found.year}-{found.unit.slug}.pdf",
            content_type="application/pdf",
            sha256=made.uncut_sha256 if is_uncut else made.public_sha256,
            inline=True,
        )
    except FileNotFoundError:
        context = {"report": found}
        return render(request, "reports/file_missing.html", context, status=404)
