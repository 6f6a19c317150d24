import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from documents.actions import batches as actions
from documents.bulk import batches, sheets
from documents.enums import ItemOutcome
from documents.files.kinds import FileKind
from documents.filters import UploadItemFilter
from documents.forms import batch as batch_forms
from documents.forms.batch import BatchForm
from documents.models import Document, UploadBatch, UploadItem
from documents.permissions import Permission
from documents.tables.library import UploadItemTable
from kvalitet.attempts import press
from kvalitet.gate import FORM_METHODS, refuse_unless
from kvalitet.organisation import grants
from kvalitet.storage import StorageFault
from kvalitet.tables import SPREADSHEET, Empty, render_table
from kvalitet.workflow import Blocked
from processes.models import Process

SHOWN = 10
PER_PAGE = 25
OFFERED = 300
# Below the 30 seconds after which the web server gives up: what is left is asked for again.
PATIENCE = 18.0
NO_RIGHT = "Ombud och chefer lägger in dokument."
LEFT_OUT = "Filen hann inte tas emot. Välj den igen; de andra filerna är kvar."
NOT_NOW = "Inget är lagt in. Rätta det som är markerat först."


def _writers_only(user: Any) -> None:
    refuse_unless(bool(grants.scope(user, Permission.WRITE)), NO_RIGHT)


def _find(request: HttpRequest, pk: int) -> UploadBatch:
    rows = UploadBatch.objects.visible_to(request.user).select_related("owner_unit", "process")
    found: UploadBatch = get_object_or_404(rows, pk=pk)
    return found


def _processes(user: Any) -> Any:
    rows = Process.objects.visible_to(user).filter(level__lte=1).order_by("tree_id", "lft")
    return rows.values_list("title", flat=True)[:OFFERED]


@FORM_METHODS
def batch_new(request: HttpRequest) -> HttpResponse:
    """What goes for all the files; the files themselves are chosen on the next page."""
    _writers_only(request.user)
    form = BatchForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        batch = actions.begin(
            user=request.user,
            values=form.cleaned_data,
            submission=form.cleaned_data["submission"],
            sheet=form.rows,
        )
        return redirect(batch)
    earlier = UploadBatch.objects.visible_to(request.user)[:SHOWN]
    context = {"form": form, "earlier": earlier, "processes": _processes(request.user)}
    return render(request, "documents/batch_new.html", context)


@require_safe
def batch_sheet(request: HttpRequest) -> HttpResponse:
    """The metadata sheet to fill in."""
    _writers_only(request.user)
    headers = {"Content-Disposition": 'attachment; filename="metadatablad.xlsx"'}
    return HttpResponse(sheets.template(), content_type=SPREADSHEET, headers=headers)


@FORM_METHODS
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a batch: what is said of each, and once it is begun what became of each."""
    found = _find(request, pk)
    if not found.is_open:
        return _told(request, found)
    rows = found.items.filter(outcome=ItemOutcome.WAITING).order_by("number")
    rows = rows.select_related("responsible", "process", "target", "near")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("sida"))
    items = list(page.object_list)
    data = request.POST if request.method == "POST" else None
    forms = batch_forms.item_forms(items, user=request.user, seen=_seen(request.user, items), data=data)
    if data is not None:
        answer = _saved(request, found, forms, page)
        if answer is not None:
            return answer
    return render(request, "documents/batch.html", _open_context(request, found, forms, page))


def _seen(user: Any, items: list[UploadItem]) -> set[int]:
    """Those of the documents that the files are like which ``user`` may open."""
    wanted = {pk for one in items for pk in (one.target_id, one.near_id) if pk}
    if not wanted:
        return set()
    return set(Document.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))


def _saved(request: HttpRequest, found: UploadBatch, forms: list[Any], page: Any) -> HttpResponse | None:
    """Save what is said, and begin if that was asked for; None when something is wrong, told on the page."""
    if not batch_forms.is_whole(forms):
        messages.error(request, NOT_NOW)
        return None
    try:
        actions.change_items(found, changes=batch_forms.changes(forms), user=request.user)
        if request.POST.get("gor") == "lagg-in":
            batches.start(found, user=request.user)
            return redirect(found)
    except Blocked as blocked:
        for reason in blocked.reasons:
            messages.error(request, reason)
        return redirect(found)
    messages.success(request, "Uppgifterna är sparade.")
    following = (
        page.next_page_number() if page.has_next() and request.POST.get("gor") == "nasta" else page.number
    )
    return redirect(f"{found.get_absolute_url()}?sida={following}")


def _open_context(request: HttpRequest, found: UploadBatch, forms: list[Any], page: Any) -> dict[str, Any]:
    rest = list(found.items.filter(outcome=ItemOutcome.REFUSED).order_by("number"))
    names = {sheets.key_of(name) for name in found.items.values_list("name", flat=True)}
    return {
        "batch": found,
        "lead": batch_forms.lead_of(found),
        "forms": forms,
        "page": page,
        "refused": rest,
        "unread": batches.unread(found),
        "lacking": sorted(set(found.sheet) - names) if found.sheet else [],
        "processes": _processes(request.user),
        "accept": ",".join(f".{kind.value}" for kind in FileKind),
        "most_files": settings.BATCH_MAX_FILES,
        "most_bytes": settings.UPLOAD_MAX_BYTES,
    }


def _items(user: Any, found: UploadBatch) -> Any:
    """The files with whether ``user`` may still open what was made of each, or what it is like."""
    seen = Document.objects.visible_to(user)
    return found.items.select_related("revision__document").annotate(
        is_seen=Exists(seen.filter(pk=OuterRef("revision__document"))),
        is_target_seen=Exists(seen.filter(pk=OuterRef("target"))),
    )


def _told(request: HttpRequest, found: UploadBatch) -> HttpResponse:
    return render_table(
        request,
        table_class=UploadItemTable,
        filterset_class=UploadItemFilter,
        queryset=_items(request.user, found),
        title=str(found),
        lead=batch_forms.lead_of(found),
        empty=Empty("Inga filer", "Inga filer lades in."),
        template="documents/batch_told.html",
        export_name="uppladdning",
        extra_context={"batch": found, "job": batches.job_of(found)},
    )


@require_POST
def batch_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Take files in. The page's script sends one at a time and is answered for it; a form sends several."""
    found = _find(request, pk)
    _writers_only(request.user)
    wants_json = request.headers.get("Accept") == "application/json"
    ends, told = time.monotonic() + PATIENCE, []
    for file in request.FILES.getlist("files"):
        is_late = time.monotonic() > ends
        told.append({"name": file.name, "reason": LEFT_OUT} if is_late else _take(request, found, file))
    if wants_json:
        return JsonResponse({"files": told})
    taken = sum(not one["reason"] for one in told)
    if taken:
        messages.success(request, "1 fil är mottagen." if taken == 1 else f"{taken} filer är mottagna.")
    for one in told:
        if one["reason"]:
            messages.error(request, f"{one['name']}: {one['reason']}")
    return redirect(found)


def _take(request: HttpRequest, found: UploadBatch, file: Any) -> dict[str, str]:
    try:
        item = actions.add_file(found, file=file, name=file.name, user=request.user)
    except (Blocked, StorageFault) as refused:
        return {"name": file.name, "reason": str(refused)}
    batches.read_later(item, user=request.user)
    return {"name": item.name, "reason": item.reason}


@FORM_METHODS
def batch_throw(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation, and then the files of what is not made are gone."""
    found = _find(request, pk)
    if request.method == "POST":
        press(request, actions.throw, found, done="Filerna som inte var inlagda är kastade.")
        return redirect(found)
    question = {
        "question": "Kasta filerna som inte är inlagda?",
        "consequence": "Utkast som redan är gjorda finns kvar. Filerna på din dator rörs inte.",
        "button": "Kasta filerna",
        "back_url": found.get_absolute_url(),
        "danger": True,
    }
    return render(request, "components/confirm.html", question)
