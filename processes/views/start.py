from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit
from kvalitet.tables import Action, Empty, render_table
from processes import pages, permissions
from processes.models import Process, ProcessRevision
from processes.permissions import Permission
from processes.tables import DraftTable


@login_not_required
@require_safe
def process_map(request: HttpRequest) -> HttpResponse:
    """The start map: styr-, huvud- and stödprocesser, all of them or one unit's."""
    slug = request.GET.get("enhet", "")
    unit = get_object_or_404(Unit.objects.on(timezone.localdate()), slug=slug) if slug else None
    context = {
        "bands": pages.start_map(request.user, unit=unit),
        "unit": unit,
        "may_create": permissions.may_create(request.user),
        "may_see_drafts": bool(grants.scope(request.user, Permission.READ_DRAFTS)),
    }
    return render(request, "processes/map.html", context)


@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """*Under arbete*: the versions that are not published yet, of the processes whose drafts one may read."""
    mine = Process.objects.with_drafts_for(request.user).values("pk")
    rows = (
        ProcessRevision.objects.open()
        .filter(process__in=mine)
        .select_related("process", "author", "reviewer")
    )
    actions = []
    if permissions.may_create(request.user):
        actions = [
            Action("Ny process", reverse("processes:create"), "plus-lg"),
            Action("Lägg in en karta", reverse("processes:import"), "upload"),
        ]
    return render_table(
        request,
        table_class=DraftTable,
        queryset=rows.defer("renderings"),
        title="Processer under arbete",
        lead="Versioner som skrivs, granskas eller väntar på att publiceras.",
        empty=Empty("Inget är under arbete", "Här visas utkast tills de är publicerade."),
        actions=actions,
        export_name="processer-under-arbete",
    )
