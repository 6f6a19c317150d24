"""Documents, versions and small files for the tests."""

import io
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents import actions, extraction, uploads
from documents.enums import DocumentType, Visibility
from documents.files.extract import extract_text
from documents.files.kinds import FileKind
from documents.models import Document, Revision
from kvalitet import history, storage
from kvalitet.organisation.models import User
from kvalitet.versions import RevisionStatus
from processes.models import Process
from tests.cast import Cast

TEXT = "Så här gör du när larmet går."


def upload(text: str = TEXT, name: str = "rutin.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/plain")


def checked(text: str = TEXT, name: str = "rutin.txt") -> uploads.CheckedFile:
    return uploads.check(io.BytesIO(text.encode()), name)


def settings_of(cast: Cast, **values: Any) -> dict[str, Any]:
    return {
        "title": "Rutin för larm",
        "type": DocumentType.UNIT_ROUTINE,
        "owner_unit": cast.units.home,
        "responsible": cast.ombud,
        "visibility": Visibility.INTERNAL,
        "review_months": 12,
        **values,
    }


def make_draft(
    cast: Cast,
    *,
    content: uploads.CheckedFile | str | None = None,
    user: User | None = None,
    process: Process | None = None,
    **values: Any,
) -> Revision:
    """A draft by the ombud, its text read."""
    revision = actions.create_document(
        user=user or cast.ombud,
        values=settings_of(cast, **values),
        content=content or checked(f"{TEXT} {values.get('title', '')}"),
        process=process,
    )
    read(revision)
    return revision


def read(revision: Revision) -> None:
    """What the job does, in this process: it starts one of its own for every file."""
    if revision.storage_key:
        with storage.open_stored(revision.storage_key) as file:
            extraction.keep(revision, extract_text(file, FileKind(revision.file_kind)))
        revision.refresh_from_db()


def bring_to(
    revision: Revision, cast: Cast, status: str, *, by: User | None = None, **values: Any
) -> Revision:
    """Take a draft to ``status`` by the workflow, the chef deciding."""
    by = by or cast.chef
    road = {
        RevisionStatus.DRAFT: [],
        RevisionStatus.IN_REVIEW: ["send"],
        RevisionStatus.APPROVED: ["send", "approve"],
        RevisionStatus.WITHDRAWN: ["send", "approve", "withdraw"],
        "discarded": ["discard"],
    }[status]
    for name in road:
        user = revision.author if name in ("send", "discard") else by
        extra = values if name == "approve" else {}
        comment = "Behövs inte längre." if name == "withdraw" else ""
        revision = actions.change_status(revision, name, user=user, comment=comment, **extra)
    return revision


def make_in_force(cast: Cast, *, by: User | None = None, **values: Any) -> Document:
    """A document with version 1.0 in force from today."""
    return bring_to(make_draft(cast, **values), cast, RevisionStatus.APPROVED, by=by).document


def make_in_force_since(cast: Cast, day: date, **values: Any) -> Document:
    """The same from an earlier day, as a version that has held for a while stands in the database."""
    revision = bring_to(make_draft(cast, **values), cast, RevisionStatus.IN_REVIEW)
    with history.acting_as(cast.chef, why="prov"):
        Revision.objects.filter(pk=revision.pk).update(
            status=RevisionStatus.APPROVED,
            approved_at=timezone.now() - timedelta(days=1),
            approved_by=cast.chef,
            valid_from=day,
        )
    return revision.document
