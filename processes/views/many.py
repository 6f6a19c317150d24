from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.storage import StorageFault
from kvalitet.tables import Empty, render_table
from processes import batches, permissions
from processes.enums import Outcome
from processes.filters import ImportedFileFilter
from processes.import_forms import ManyForm
from processes.models import ImportedFile, MapImport
from processes.tables import ImportedFileTable

SHOWN = 10


@FORM_METHODS
def import_many(request: HttpRequest) -> HttpResponse:
    """Many maps at once: chosen here, read by a job, told of line by line on a page of their own."""
    refuse_unless(permissions.may_create(request.user), "Processhandledare och samordnare lägger in kartor.")
    form = ManyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = batches.start(form.found, user=request.user, where=form.where())
        except StorageFault as fault:
            form.add_error("files", str(fault))
        else:
            messages.success(request, "Filerna är mottagna och läses nu en i taget.")
            return redirect(batch)
    earlier = MapImport.objects.visible_to(request.user).select_related("created_by")[:SHOWN]
    context = {"form": form, "earlier": earlier, "most_bytes": settings.UPLOAD_MAX_BYTES}
    return render(request, "processes/import_many.html", context)


@require_safe
def imported(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each file of a bulk import; it stays."""
    batch = get_object_or_404(MapImport.objects.visible_to(request.user).select_related("created_by"), pk=pk)
    rows = ImportedFile.objects.filter(batch=batch).select_related("revision__process")
    job = batches.job_of(batch)
    return render_table(
        request,
        table_class=ImportedFileTable,
        filterset_class=ImportedFileFilter,
        queryset=rows.defer("revision__renderings"),
        title=str(batch),
        lead=_lead(batch),
        empty=Empty("Inga filer", "Inget i det som skickades gick att läsa."),
        template="processes/imported.html",
        export_name="import-av-kartor",
        extra_context={
            "job": job,
            "is_mine": batch.created_by_id == request.user.pk,
            "waiting": rows.filter(outcome=Outcome.WAITING).count(),
        },
    )


def _lead(batch: MapImport) -> str:
    where = f"Nya processer läggs under {batch.parent.title}." if batch.parent else ""
    return f"Begärd av {batch.created_by}. {where}".strip()
