from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from documents.filters import LinkFilter
from documents.links import checking
from documents.tables.library import LinkTable
from kvalitet.gate import refuse_unless
from kvalitet.jobs import JobFailed
from kvalitet.models import Job
from kvalitet.tables import Empty, render_table

NO_RIGHT = "Ombud och chefer ser länkarna i sina enheters dokument. Samordnaren ser alla."


@require_safe
def links(request: HttpRequest) -> HttpResponse:
    """The external links of the documents in force that the reader looks after, and how they answered."""
    refuse_unless(checking.may_manage(request.user), NO_RIGHT)
    keys = [f"own-{request.user.pk}", "all"]
    job = Job.objects.filter(kind=checking.CHECK, key__in=keys, created_by=request.user.pk).first()
    return render_table(
        request,
        table_class=LinkTable,
        filterset_class=LinkFilter,
        queryset=checking.managed_by(request.user).select_related("check_row", "document__owner_unit"),
        title="Länkar i dokument",
        lead="Länkar till andra webbplatser i de dokument som gäller. De kontrolleras varje vecka.",
        empty=Empty("Inga länkar", "Här samlas länkarna ur dokument som gäller, när de har letats upp."),
        template="documents/links.html",
        export_name="lankar",
        extra_context={"job": job, "is_on": settings.LINK_CHECKS, "off": checking.OFF},
    )


@require_POST
def links_check(request: HttpRequest) -> HttpResponse:
    """Ask the reader's own links now, as a job."""
    refuse_unless(checking.may_manage(request.user), NO_RIGHT)
    try:
        checking.enqueue(user=request.user, only_own=True)
    except JobFailed as off:
        messages.error(request, str(off))
    else:
        messages.success(request, "Länkarna kontrolleras nu. Det kan ta några minuter.")
    return redirect("documents:links")
