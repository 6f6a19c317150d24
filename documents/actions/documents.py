"""Documents and what their versions hold. A verb checks the right and raises ``Blocked`` with reasons."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from documents import extraction, near, permissions, privacy, references, writing
from documents.actions.changed_on_remiss import note_change
from documents.enums import Source, Visibility
from documents.models import Document, DocumentLink, Revision
from documents.uploads import CheckedFile, StoredFile, put_away
from documents.writing import Written
from kvalitet import storage
from kvalitet.organisation.models import User
from kvalitet.search.tasks import wake
from kvalitet.versions import RevisionStatus, Standing
from kvalitet.workflow import Blocked
from processes.models import Process

SETTINGS = (
    "title",
    "type",
    "owner_unit",
    "responsible",
    "dnr",
    "visibility",
    "target_group",
    "law",
    "retention",
    "keywords",
    "review_months",
    "next_review",
    "is_governing",
)
FIRST_NOTE = "Första versionen."
OPEN_EXISTS = "Det finns redan en version under arbete. Öppna den i listan över versioner."
NO_FILE = {"storage_key": "", "file_name": "", "file_kind": "", "size": 0, "sha256": ""}
UNREAD = {"text": "", "text_note": "", "pages": None, "text_read_at": None}
FROM_WIDEST = Visibility.values
Content = CheckedFile | StoredFile | Written | str


def require(allowed: bool, what: str) -> None:
    """PermissionDenied, in Swedish for the page, unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(f"Du får inte {what}.")


@contextmanager
def _columns(content: Content) -> Iterator[dict[str, Any]]:
    """A transaction with the columns that ``content`` gives: a checked or stored file, a text, an address."""
    none = {"url": "", "body": "", "started_from": None, **NO_FILE}
    if isinstance(content, str | Written):
        own = {"source": Source.LINK, "url": content} if isinstance(content, str) else _of_text(content)
        with transaction.atomic():
            yield {**none, **own}
        return
    if isinstance(content, StoredFile):
        with transaction.atomic():
            yield {**none, "source": Source.UPLOADED, **content.columns}
        return
    with put_away(content) as file, transaction.atomic():
        yield {**none, "source": Source.UPLOADED, **file}


def _of_text(content: Written) -> dict[str, Any]:
    """A text is read at once: its words are what the search, the guard and the comparison take."""
    if len(content.body) > writing.MAX_CHARACTERS:
        raise Blocked([writing.too_long(content.body)])
    return {
        "source": Source.AUTHORED,
        "body": content.body,
        "sha256": writing.checksum(content.body),
        "started_from": content.started_from,
        "text": writing.plain(content.body),
        "text_read_at": timezone.now(),
    }


def create_document(
    *,
    user: Any,
    values: Mapping[str, Any],
    content: Content,
    change_note: str = "",
    process: Process | None = None,
) -> Revision:
    """Lay up a document with its first draft; ``process`` becomes the one it belongs to.

    ``values`` are those of ``SETTINGS``. ``content`` is a checked file, a text or the address of a link.
    Returns the draft; the text of a file is read by a job.
    """
    may = permissions.may_create(user, unit_id=values["owner_unit"].pk, process=process)
    require(may, "lägga in dokument för den enheten")
    known = {name: values[name] for name in SETTINGS if name in values}
    if not permissions.may_write_everywhere(user):
        known.pop("is_governing", None)
    with _columns(content) as columns:
        _refuse_sent_twice(user, known, columns)
        document = Document.objects.create(created_by=user, **known)
        if process is not None:
            DocumentLink.objects.create(document=document, process=process, is_home=True, created_by=user)
        return _add_revision(document, user=user, number=1, change_note=change_note, **columns)


def _refuse_sent_twice(user: Any, known: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    """A button pressed twice makes one document: the sendings come in turn, and the second is told so."""
    User.objects.select_for_update().get(pk=user.pk)
    same = {name: known[name] for name in ("title", "type", "owner_unit")}
    same |= {f"revisions__{name}": columns[name] for name in ("source", "url", "sha256") if name in columns}
    if Document.objects.filter(created_by=user, revisions__in=Revision.objects.open(), **same).exists():
        raise Blocked([f"Du har redan lagt in {known['title']}. Utkastet finns bland dokumenten."])


def _add_revision(document: Document, *, user: Any, **values: Any) -> Revision:
    revision: Revision = Revision.objects.create(document=document, author=user, **values)
    _after_content(revision, user=user)
    return revision


def _after_content(revision: Revision, *, user: Any) -> None:
    references.keep(revision, revision.body)
    if revision.source == Source.UPLOADED:
        extraction.enqueue(revision, user=user)
    if revision.is_authored:
        near.keep(revision, revision.text)
    wake()


def lock(document: Document) -> Document:
    """The row as it is now, locked: everything about one document and its versions happens in turn."""
    rows = Document.objects.select_for_update(of=("self",)).select_related("owner_unit", "responsible")
    return rows.get(pk=document.pk)


@transaction.atomic
def change_document(document: Document, *, user: Any, values: Mapping[str, Any]) -> Document:
    """Write who answers for the document, who sees it and the rest of ``SETTINGS``.

    A form compares what was shown with what is saved (``VersionedFormMixin``) before it calls this. Raises
    ValidationError on the field that cannot be changed so.
    """
    fresh = lock(document)
    changed = {name: value for name, value in values.items() if _differs(fresh, name, value)}
    # A co-author writes versions; to say who answers for them and who sees them is not theirs to hand on.
    allowed = permissions.may_invite(user, fresh)
    if set(changed) - {"dnr"}:
        require(allowed, "ändra dokumentet")
    require(allowed or permissions.may_set_dnr(user, fresh), "ändra dokumentet")
    # The review is carried on by a decision or a confirmation, each with who and when.
    changed.pop("next_review", None)
    _refuse_change(fresh, user=user, changed=changed)
    for name, value in changed.items():
        setattr(fresh, name, value)
    fresh.full_clean(exclude=["created_by"])
    fresh.save()
    wake()
    return fresh


def _differs(document: Document, name: str, value: Any) -> bool:
    return name in SETTINGS and getattr(document, name) != value


def _refuse_change(document: Document, *, user: Any, changed: Mapping[str, Any]) -> None:
    unit = changed.get("owner_unit")
    if unit is not None and not permissions.may_create(user, unit_id=unit.pk):
        raise ValidationError({"owner_unit": "Du får inte flytta dokumentet till den enheten."})
    everywhere = permissions.may_write_everywhere(user)
    if "is_governing" in changed and not everywhere:
        raise ValidationError({"is_governing": "Samordnaren avgör vilka dokument som är styrande."})
    decided = Revision.objects.filter(document=document).exclude(status=RevisionStatus.DRAFT).exists()
    if "type" in changed and decided and not everywhere:
        raise ValidationError(
            {"type": "Typen avgör vem som fastställer. Den här är skickad; be samordnaren ändra typen."}
        )
    if {"type", "visibility"} & set(changed) and document.revisions.open().filter(minor__gt=0).exists():
        raise ValidationError(
            "En redaktionell ändring är under arbete. "
            "Publicera eller kasta den innan du ändrar typ eller läsare."
        )
    if "visibility" in changed:
        _refuse_wider(document, user=user, wanted=changed["visibility"])
    if changed.get("visibility") == Visibility.PUBLIC:
        _refuse_public(document)


def _refuse_wider(document: Document, *, user: Any, wanted: str) -> None:
    """Who reads it was part of the decision: who may not decide does not open it to more afterwards."""
    is_wider = FROM_WIDEST.index(wanted) < FROM_WIDEST.index(document.visibility)
    if not is_wider or permissions.may_write_everywhere(user) or permissions.may_approve(user, document):
        return
    if document.revisions.issued().exists():
        by = document.approver.label
        raise ValidationError(
            {"visibility": f"Dokumentet är fastställt. Det öppnas för fler av {by} eller samordnaren."}
        )


def _refuse_public(document: Document) -> None:
    """A version that holds, or is to hold, may not show a person's number to everyone."""
    today = timezone.localdate()
    for revision in document.revisions.issued().exclude(valid_to__lt=today):
        reasons = privacy.stops_beside(revision)
        if not revision.is_link and revision.text_read_at is None:
            raise ValidationError({"visibility": "Texten i filen är inte läst än. Försök om en stund."})
        if not revision.is_link:
            reasons += privacy.stops(revision.text, is_written=revision.is_authored)
        if reasons:
            raise ValidationError({"visibility": reasons})


def new_revision(
    document: Document, *, user: Any, content: Content, change_note: str, is_minor: bool = False
) -> Revision:
    """A draft beside the version in force; Blocked when one is under work.

    The number is the next whole one, or for a smaller change the next after the version in force.
    """
    require(permissions.may_write(user, document), "lägga in en ny version")
    with _columns(content) as columns:
        fresh = lock(document)
        if fresh.revisions.open().exists():
            raise Blocked([OPEN_EXISTS])
        number, minor = _next_number(fresh, is_minor=is_minor)
        return _add_revision(fresh, user=user, number=number, minor=minor, change_note=change_note, **columns)


def _next_number(document: Document, *, is_minor: bool) -> tuple[int, int]:
    if is_minor:
        base = _amendable(document)
        same = document.revisions.filter(number=base.number)
        return base.number, (same.aggregate(last=Max("minor"))["last"] or 0) + 1
    return (document.revisions.aggregate(last=Max("number"))["last"] or 0) + 1, 0


def _amendable(document: Document) -> Revision:
    """The version whose words may be mended: the latest, and it holds today."""
    last: Revision | None = document.revisions.issued().order_by("-number", "-minor").first()
    if last is None:
        raise Blocked(["Ingen version är fastställd än. Börja en ny version."])
    if last.standing() != Standing.IN_FORCE:
        raise Blocked(
            [f"Version {last.label} gäller inte i dag. En redaktionell ändring görs i det som gäller."]
        )
    return last


def _lock_open(revision: Revision, *, user: Any) -> Revision:
    """The row as it is now, locked; raises when it may not, or can no longer, be changed by ``user``."""
    rows = Revision.objects.select_for_update(of=("self",)).select_related("document__owner_unit")
    fresh: Revision = rows.get(pk=revision.pk)
    require(permissions.may_write_version(user, fresh), "ändra versionen")
    if not fresh.is_open:
        raise Blocked(
            [f"Versionen är {fresh.get_status_display().lower()} och kan inte ändras. Börja en ny."]
        )
    return fresh


def change_content(
    revision: Revision, *, user: Any, content: Content, change_note: str | None = None
) -> Revision:
    """Put another file, text or link into an open version. Who does so becomes its author.

    A signature on it falls. The earlier file is deleted when the transaction is committed.
    """
    with _columns(content) as columns:
        fresh = _lock_open(revision, user=user)
        earlier, is_same = fresh.storage_key, _is_same(fresh, columns)
        if not is_same:
            Revision.objects.filter(pk=fresh.pk).update(author=user, **{**UNREAD, **columns})
        if change_note is not None:
            Revision.objects.filter(pk=fresh.pk).update(change_note=change_note)
        fresh.refresh_from_db()
        unused = columns.get("storage_key") if is_same else earlier
        if unused:
            storage.delete_once_committed([unused])
        if not is_same:
            _after_content(fresh, user=user)
            note_change(fresh, user=user)
    return fresh


def _is_same(revision: Revision, columns: Mapping[str, Any]) -> bool:
    told = ("source", "url", "sha256", "file_name")
    return all(getattr(revision, name) == columns[name] for name in told)


@transaction.atomic
def change_note(revision: Revision, *, user: Any, text: str) -> Revision:
    """Say in other words what is changed in an open version."""
    fresh = _lock_open(revision, user=user)
    fresh.change_note = text
    fresh.save(update_fields=["change_note"])
    return fresh
