"""Finding what a page is about: only what the reader may see exists."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from documents import permissions, presentation
from documents.models import Document, DocumentLink, DocumentUserPermission, Favourite, Revision
from kvalitet.gate import refuse_unless
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit
from kvalitet.organisation.permissions import is_employee
from processes.models import Process


def find_document(request: HttpRequest, pk: int) -> Document:
    rows = Document.objects.visible_to(request.user).select_related("owner_unit", "responsible")
    found: Document = get_object_or_404(rows, pk=pk)
    return found


def find_for_page(request: HttpRequest, pk: int) -> Document:
    """The document with what its page tells of it, read in two queries.

    ``is_kept``: whether the reader has it among *Mina rutiner*; ``related`` as ``presentation.relatives``
    takes it; ``invited`` to it; its links, each with ``is_seen``: whether the reader may see the process.
    """
    kept = Favourite.objects.filter(user=request.user.pk, document=OuterRef("pk"))
    rows = Document.objects.visible_to(request.user).annotate(
        is_kept=Exists(kept), related=presentation.related_to(request.user), invited=_invited()
    )
    found: Document = get_object_or_404(rows.select_related("owner_unit", "responsible"), pk=pk)
    seen = Process.objects.visible_to(request.user).filter(pk=OuterRef("process"))
    links = DocumentLink.objects.select_related("process__parent__parent").annotate(is_seen=Exists(seen))
    prefetch_related_objects([found], Prefetch("links", links))
    return found


def _invited() -> Any:
    names = [grants.codename(one) for one in permissions.INVITED]
    rows = DocumentUserPermission.objects.filter(
        content_object=OuterRef("pk"), permission__codename__in=names
    )
    told = JSONObject(pk="pk", name="user__name", codename="permission__codename")
    return ArraySubquery(rows.order_by("pk").values(told=told))


def find_revision(request: HttpRequest, pk: int, number: tuple[int, int]) -> Revision:
    """``sees_document``: who is asked on a remiss may see the draft and nothing else of its document."""
    people = ("author", "reviewed_by", "approved_by", "withdrawn_by")
    own = Document.objects.visible_to(request.user).filter(pk=OuterRef("document"))
    rows = (
        Revision.objects.visible_to(request.user)
        .with_remiss()
        .annotate(sees_document=Exists(own))
        .select_related("document__owner_unit", "document__responsible", *people)
    )
    found: Revision = get_object_or_404(rows, document=pk, number=number[0], minor=number[1])
    return found


def find_unit(request: HttpRequest, slug: str) -> Unit:
    """A unit of today, for employees; to others no unit has a page here."""
    if not is_employee(request.user):
        raise Http404
    return get_object_or_404(Unit.objects.on(timezone.localdate()), slug=slug)


def employees_only(user: Any) -> None:
    refuse_unless(is_employee(user), "Historik och tidigare versioner är för medarbetare.")


def asked_word(request: HttpRequest) -> str:
    """What is searched for within one page, as ``search_form.html`` sends it."""
    return request.GET.get("q", "").strip()[:100]
