from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kvalitet import jobs
from kvalitet.models import Job


def _own(request: HttpRequest, pk: Any) -> Job:
    return get_object_or_404(Job, pk=pk, created_by=request.user.pk)


@require_safe
def job_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    """Where a job has come; htmx asks again for the part that shows it until the job is over."""
    job = _own(request, pk)
    kind = jobs.kinds().get(job.kind)
    context = {"job": job, "label": kind.label if kind else job.kind}
    template = "frame/job_progress.html" if getattr(request, "htmx", False) else "frame/job.html"
    return render(request, template, context)


@require_POST
def job_cancel(request: HttpRequest, pk: Any) -> HttpResponse:
    jobs.cancel(_own(request, pk))
    return redirect("job", pk)


@require_POST
def job_retry(request: HttpRequest, pk: Any) -> HttpResponse:
    job = _own(request, pk)
    try:
        with transaction.atomic():
            jobs.retry(job)
    except IntegrityError:
        messages.info(request, "Samma arbete pågår redan. Inget är förlorat.")
    return redirect("job", pk)
