"""*Systemhälsa*: whether the parts answer, and which mail may not have come."""

from django.contrib import messages
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kvalitet import health, notifications
from kvalitet.gate import refuse_unless
from kvalitet.models import Job
from kvalitet.models.job import JobStatus
from kvalitet.organisation import permissions

ONLY = "Systemhälsan visas för systemadministratörer och processhandledare."
PARTS = {"database": "Databasen", "queue": "Jobbkön", "storage": "Fillagringen"}


@require_safe
def system_health(request: HttpRequest) -> HttpResponse:
    """A mail is named by who it is to and how many notices it held, never by what they say."""
    refuse_unless(permissions.may_see_system_health(request.user), ONLY)
    unsure = notifications.unsure_mail().order_by().values("user", "user__name")
    context = {
        "parts": [(PARTS[name], health.answers(name)) for name in health.CHECKS],
        "unsure": list(unsure.annotate(number=Count("pk"), since=Min("mailing_at")).order_by("since")[:100]),
        "waiting": notifications.waiting_mail().aggregate(number=Count("pk"), since=Min("created_at")),
        "failed_jobs": Job.objects.filter(status=JobStatus.FAILED).count(),
    }
    return render(request, "organisation/system_health.html", context)


@require_POST
def mail_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what may not have come once more: somebody has asked the person, or would rather it came twice."""
    refuse_unless(permissions.may_see_system_health(request.user), ONLY)
    if not notifications.mail_again(pk):
        raise Http404
    messages.success(request, "Mejlet skickas på nytt med nästa omgång.")
    return redirect("organisation:system_health")
