from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from documents.enums import Visibility
from documents.files.kinds import FileKind
from documents.models import Revision
from documents.views.found import find_document, find_revision
from kvalitet.storage import download_response


class ToWeb(HttpResponseRedirect):
    """A redirect to a web page; any other scheme is an error."""

    allowed_schemes = ["http", "https"]


@login_not_required
@require_safe
def in_force(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The fixed address of a document: always the version that holds today."""
    document = find_document(request, pk)
    rows = Revision.objects.visible_to(request.user).in_force()
    return _send(request, get_object_or_404(rows, document=document))


@login_not_required
@require_safe
def revision_file(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponseBase:
    return _send(request, find_revision(request, pk, number))


def _send(request: HttpRequest, revision: Revision) -> HttpResponseBase:
    if revision.is_link:
        return _follow(revision)
    if revision.is_authored:
        return redirect(revision)
    if not revision.storage_key:
        raise Http404
    kind = FileKind(revision.file_kind)
    try:
        return download_response(
            request,
            revision.storage_key,
            name=revision.file_name,
            content_type=kind.content_type,
            sha256=revision.sha256,
            inline=kind.is_shown_inline,
            is_public=revision.document.visibility == Visibility.PUBLIC,
        )
    except FileNotFoundError:
        return missing(request, revision)


def _follow(revision: Revision) -> HttpResponse:
    if not revision.url:
        raise Http404
    response = ToWeb(revision.url)
    response["Cache-Control"] = "private, no-cache"
    return response


def missing(request: HttpRequest, revision: Revision) -> HttpResponse:
    """The row is whole but its file is gone: told as what it is, not as a page that never was."""
    context = {"document": revision.document, "revision": revision}
    return render(request, "documents/file_missing.html", context, status=503)
