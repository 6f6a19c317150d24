"""What was decided, as a file and on paper, and the page that tells whether what is on paper holds."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents import presentation
from documents.enums import FrozenKind
from documents.files.kinds import FileKind
from documents.files.names import display_name
from documents.frozen import freezing, strip
from documents.models import Document, FrozenCopy, Revision
from documents.views.files import missing
from documents.views.found import employees_only, find_revision
from kvalitet import storage, versions
from kvalitet.models import Job
from kvalitet.organisation.permissions import is_employee

PDF = FileKind.PDF.content_type


@dataclass(frozen=True)
class Frozen:
    """What a page tells of the copy of one version: the copy, or how far its job has come."""

    revision: Revision
    copy: FrozenCopy | None
    job: Job | None
    is_mine: bool

    @property
    def has_stopped(self) -> bool:
        return self.copy is None and (self.job is None or not self.job.is_open)


def frozen(user: Any, revision: Revision | None) -> Frozen | None:
    """For a version that is fastställd. Who is not employed sees the copy once it is there, and no work."""
    if revision is None or revision.approved_at is None or revision.is_link:
        return None
    copy = getattr(revision, "frozen", None)
    if copy is None and not is_employee(user):
        return None
    job = freezing.latest(revision) if copy is None else None
    return Frozen(revision, copy, job, job is not None and job.created_by_id == user.pk)


@login_not_required
@require_safe
def frozen_file(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponseBase:
    """The copy as it is kept: who may read the version may read it."""
    revision = find_revision(request, pk, number)
    copy = get_object_or_404(FrozenCopy, revision=revision)
    try:
        return storage.download_response(
            request,
            copy.storage_key,
            name=_name(revision) if copy.is_pdf else revision.file_name,
            content_type=PDF if copy.is_pdf else FileKind(revision.file_kind).content_type,
            sha256=copy.sha256,
            inline=copy.is_pdf,
        )
    except FileNotFoundError:
        return missing(request, revision)


@login_not_required
@require_safe
def strip_file(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponseBase:
    """The copy with today's strip above its first page, for paper."""
    revision = find_revision(request, pk, number)
    copy = get_object_or_404(FrozenCopy, revision=revision, kind=FrozenKind.PDF)
    copy.revision = revision
    try:
        file = strip.stamped(copy, day=timezone.localdate())
    except strip.NotStamped as reason:
        messages.warning(request, str(reason))
        return redirect(revision)
    except FileNotFoundError:
        return missing(request, revision)
    return storage.made_response(request, file, name=_name(revision), content_type=PDF, inline=True)


def _name(revision: Revision) -> str:
    return display_name(f"{revision.document.title}, version {revision.label}.pdf", FileKind.PDF)


@require_POST
def freeze(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """Ask for the copy where its job stopped, or where there never was one."""
    revision = find_revision(request, pk, number)
    employees_only(request.user)
    if revision.approved_at is None or revision.is_link:
        raise Http404
    freezing.again(revision, user=request.user)
    messages.success(request, "Den fastställda PDF:en görs. Läs om sidan om en stund.")
    return redirect(revision)


@login_not_required
@require_safe
def holds(request: HttpRequest, pk: int, number: tuple[int, int]) -> HttpResponse:
    """Whether the version holds today, for everyone who has it on paper; what it is called for its readers.

    Of a version that was never fastställd nothing is told, as of one that does not exist.
    """
    rows = Revision.objects.issued().select_related("document")
    revision = get_object_or_404(rows, document=pk, number=number[0], minor=number[1])
    in_force = rows.in_force().filter(document=pk).first()
    context = {
        "revision": revision,
        "document": revision.document,
        "shown": presentation.Shown(revision, revision.standing()),
        "never_began": versions.never_began(revision),
        "in_force": in_force if in_force != revision else None,
        "is_reader": Document.objects.visible_to(request.user).filter(pk=pk).exists(),
    }
    response = render(request, "documents/holds.html", context)
    response["X-Robots-Tag"] = "noindex"
    kept = "no-cache" if request.user.is_anonymous else "private, no-store"
    response.headers.setdefault("Cache-Control", kept)
    return response
