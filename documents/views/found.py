"""Finding what a page is about: only what the reader may see exists."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from documents.models import Document, Favourite, Revision
from kvalitet.gate import refuse_unless
from kvalitet.organisation.permissions import is_employee


def find_document(request: HttpRequest, pk: int) -> Document:
    rows = Document.objects.visible_to(request.user).select_related("owner_unit", "responsible")
    found: Document = get_object_or_404(rows, pk=pk)
    return found


def find_with_favourite(request: HttpRequest, pk: int) -> Document:
    """The document with ``is_kept``: whether the reader has it among *Mina rutiner*."""
    kept = Favourite.objects.filter(user=request.user.pk, document=OuterRef("pk"))
    rows = Document.objects.visible_to(request.user).annotate(is_kept=Exists(kept))
    found: Document = get_object_or_404(rows.select_related("owner_unit", "responsible"), pk=pk)
    return found


def find_revision(request: HttpRequest, pk: int, number: tuple[int, int]) -> Revision:
    people = ("author", "reviewed_by", "approved_by", "withdrawn_by")
    rows = (
        Revision.objects.visible_to(request.user)
        .with_remiss()
        .select_related("document__owner_unit", "document__responsible", *people)
    )
    found: Revision = get_object_or_404(rows, document=pk, number=number[0], minor=number[1])
    return found


def employees_only(user: Any) -> None:
    refuse_unless(is_employee(user), "Historik och tidigare versioner är för medarbetare.")
