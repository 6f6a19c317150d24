"""Bulk upload: files are taken in one by one, looked over, and made into drafts when all is right."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q, Sum
from django.utils import timezone

from documents import near, permissions, uploads
from documents.actions.documents import FIRST_NOTE, new_revision
from documents.actions.sharing import lay_in, link
from documents.bulk import sheets, titles
from documents.enums import BatchStatus, ItemChoice, ItemOutcome, Visibility
from documents.files.kinds import RefusedFile
from documents.files.names import clean_name
from documents.models import Document, Revision, UploadBatch, UploadItem
from documents.models.document import retention_of, review_months_of
from documents.uploads import CheckedFile, StoredFile
from kvalitet import personuppgifter, storage
from kvalitet.organisation import registry_numbers
from kvalitet.workflow import Blocked

KEPT_FOR = timedelta(days=30)
CHANGE_NOTE = "Ny fil, inlagd tillsammans med flera."
ENDED = "Uppladdningen är redan påbörjad eller avslutad. Börja en ny för fler filer."
TOO_MANY = "Det är redan {most} filer i uppladdningen. Lägg in resten i en ny."
TOO_MUCH = "Filerna är tillsammans större än {most} MB. Lägg in resten i en ny uppladdning."
UNANSWERED = "{count} av filerna verkar finnas redan. Välj vad som ska hända med dem först."
NOTHING = "Det finns inga filer att lägga in. Välj filer först."
EXPIRED = "Filerna låg kvar i 30 dagar utan att läggas in och är borttagna."
SAME = "Samma fil finns redan i {title}."
UNLINKED = "Filen finns redan i {title}. Välj en process om dokumentet ska kopplas."
FACTS = ("type", "owner_unit", "responsible", "visibility", "process")
MORE = ("title", "keywords", "dnr", "target_group", "next_review")
BY_ID = {"owner_unit", "responsible", "process"}


def begin(
    *, user: Any, values: Mapping[str, Any], submission: uuid.UUID, sheet: Mapping[str, Any] | None = None
) -> UploadBatch:
    """A batch to put files in; the same ``submission`` sent twice is one batch.

    ``values`` are those of ``FACTS``; ``sheet`` is what ``sheets.read`` gave.
    """
    if not permissions.may_create(user, unit_id=values["owner_unit"].pk):
        raise PermissionDenied("Du får inte lägga in dokument för den enheten.")
    known = {name: values.get(name) for name in FACTS} | {"sheet": dict(sheet or {}), "created_by": user}
    batch, _ = UploadBatch.objects.get_or_create(submission=submission, defaults=known)
    if batch.created_by_id != user.pk:
        raise PermissionDenied("Uppladdningen är någon annans.")
    return batch


def lock(batch: UploadBatch, *, user: Any) -> UploadBatch:
    """The row as it is now, locked; Blocked when it is no longer open."""
    if batch.created_by_id != user.pk:
        raise PermissionDenied("Uppladdningen är någon annans.")
    fresh = UploadBatch.objects.select_for_update().get(pk=batch.pk)
    if not fresh.is_open:
        raise Blocked([ENDED])
    return fresh


def add_file(batch: UploadBatch, *, file: BinaryIO, name: str, user: Any) -> UploadItem:
    """Check a file and put it away in the batch; one that is refused stands there with the reason.

    The same content sent again, as after a lost connection, is the item that is there. StorageFull when there
    is no room; Blocked when the batch is full or no longer open.
    """
    try:
        checked = uploads.check(file, name)
    except RefusedFile as refused:
        return _refuse(batch, name, refused.reason, user=user)
    known = _known(batch, checked.sha256)
    if known is not None:
        return known
    with uploads.put_away(checked) as columns, transaction.atomic():
        fresh = lock(batch, user=user)
        again = _known(fresh, checked.sha256)
        if again is None:
            _refuse_too_much(fresh, columns["size"])
            return _add(fresh, checked, columns, user=user)
    storage.delete(columns["storage_key"])
    return again


def _known(batch: UploadBatch, sha256: str) -> UploadItem | None:
    return batch.items.filter(sha256=sha256, outcome=ItemOutcome.WAITING).first()


def _refuse_too_much(batch: UploadBatch, size: int) -> None:
    waiting = batch.items.filter(outcome=ItemOutcome.WAITING)
    if waiting.count() >= settings.BATCH_MAX_FILES:
        raise Blocked([TOO_MANY.format(most=settings.BATCH_MAX_FILES)])
    total = waiting.aggregate(total=Sum("size"))["total"] or 0
    if total + size > settings.BATCH_MAX_BYTES:
        raise Blocked([TOO_MUCH.format(most=settings.BATCH_MAX_BYTES // 1024**2)])


@transaction.atomic
def _refuse(batch: UploadBatch, name: str, reason: str, *, user: Any) -> UploadItem:
    """Said once for each file: one that is sent again and refused for the same reason is the same line."""
    fresh = lock(batch, user=user)
    shown = (clean_name(name) or "namnlös")[-150:]
    told = fresh.items.filter(name=shown, reason=reason[:1000], outcome=ItemOutcome.REFUSED).first()
    if told is not None:
        return told
    done = {"outcome": ItemOutcome.REFUSED, "reason": reason[:1000], "done_at": timezone.now()}
    return UploadItem.objects.create(
        batch=fresh, number=_next(fresh), name=shown, **_facts(fresh, {}), **done
    )


def _next(batch: UploadBatch) -> int:
    return (batch.items.aggregate(last=Max("number"))["last"] or 0) + 1


def _facts(batch: UploadBatch, said: Mapping[str, Any]) -> dict[str, Any]:
    """Type, unit and the rest: what the sheet says of the file, else what goes for all."""
    values: dict[str, Any] = {}
    for name in FACTS:
        column = f"{name}_id" if name in BY_ID else name
        values[column] = said.get(name) or getattr(batch, column)
    return values | {name: said[name] for name in MORE if name in said}


def _add(batch: UploadBatch, checked: CheckedFile, columns: Mapping[str, Any], *, user: Any) -> UploadItem:
    said = batch.sheet.get(sheets.key_of(checked.name), {})
    stored = {name: columns[name] for name in ("storage_key", "file_kind", "size", "sha256")}
    item = UploadItem(batch=batch, number=_next(batch), name=checked.name, **stored, **_facts(batch, said))
    item.is_title_guessed = not item.title
    item.title = item.title or titles.from_name(checked.name)
    recognise(item, user=user)
    item.save()
    return item


def recognise(item: UploadItem, *, user: Any) -> None:
    """See whether the content, or the name, is of a document that is there; set what is proposed, unsaved."""
    item.target, item.is_same_file, item.choice = None, False, ItemChoice.NEW
    seen = Revision.objects.visible_to(user).filter(near.current()).select_related("document__owner_unit")
    same = seen.filter(sha256=item.sha256).order_by("pk").first()
    if same is not None:
        item.target, item.is_same_file = same.document, True
        item.choice = ItemChoice.LINK if item.process_id else ItemChoice.SKIP
        return
    # One after the other: together they would read every version.
    for called in (Q(document__title__iexact=item.title), Q(file_name=item.name)):
        for other in seen.filter(called).order_by("pk")[:5]:
            if permissions.may_write(user, other.document):
                item.target, item.choice = other.document, ItemChoice.ASK
                return


@transaction.atomic
def change_items(batch: UploadBatch, *, changes: Mapping[int, Mapping[str, Any]], user: Any) -> None:
    """Write what is said of each file, by its key. A new title is looked for among the documents again."""
    fresh = lock(batch, user=user)
    for item in fresh.items.select_for_update().filter(pk__in=list(changes), done_at=None):
        values = changes[item.pk]
        is_renamed = values["title"] != item.title
        item.is_title_guessed = item.is_title_guessed and not is_renamed
        for name in (*FACTS, "title"):
            setattr(item, name, values[name])
        if is_renamed and not item.is_same_file:
            recognise(item, user=user)
        elif values.get("choice"):
            choose(item, values["choice"])
        item.save()


def choose(item: UploadItem, choice: str) -> None:
    """What is to be made of the file; to link to a likeness makes that the document it is about."""
    if choice == ItemChoice.LINK and item.target_id is None:
        item.target = item.near
    item.choice = choice if item.target_id or choice in (ItemChoice.NEW, ItemChoice.SKIP) else ItemChoice.NEW


@transaction.atomic
def start(batch: UploadBatch, *, user: Any) -> UploadBatch:
    """Nothing more is added or changed: the files are to become drafts. Blocked while a question is open."""
    fresh = lock(batch, user=user)
    waiting = fresh.items.filter(outcome=ItemOutcome.WAITING)
    unanswered = waiting.filter(choice=ItemChoice.ASK).count()
    if unanswered:
        raise Blocked([UNANSWERED.format(count=unanswered)])
    if not waiting.exists():
        raise Blocked([NOTHING])
    fresh.status = BatchStatus.MAKING
    fresh.save(update_fields=["status"])
    return fresh


@transaction.atomic
def make(item: UploadItem, *, user: Any) -> UploadItem:
    """Make of one file what was chosen, and say what became of it; a file that is done is left as it is."""
    fresh = UploadItem.objects.select_for_update(of=("self",)).select_related("batch").get(pk=item.pk)
    if fresh.is_done:
        return fresh
    try:
        with transaction.atomic():
            outcome, reason, revision = _make(fresh, user=user)
    except (Blocked, PermissionDenied, ValidationError) as refused:
        words = refused.messages if isinstance(refused, ValidationError) else [str(refused)]
        outcome, reason, revision = ItemOutcome.REFUSED, " ".join(words), None
    if revision is None:
        _let_go([fresh])
    fresh.storage_key, fresh.done_at = "", timezone.now()
    fresh.outcome, fresh.reason, fresh.revision = outcome, reason[:1000], revision
    fresh.save()
    return fresh


def _make(item: UploadItem, *, user: Any) -> tuple[ItemOutcome, str, Revision | None]:
    if item.choice == ItemChoice.SKIP:
        title = _title_for(user, item.target)
        return (
            ItemOutcome.SKIPPED,
            SAME.format(title=title) if title else "Du valde att inte ta in filen.",
            None,
        )
    if item.choice == ItemChoice.LINK:
        return _link(item, user=user)
    stored = StoredFile(
        {
            "storage_key": item.storage_key,
            "file_name": item.name,
            "file_kind": item.file_kind,
            "size": item.size,
            "sha256": item.sha256,
        }
    )
    if item.choice == ItemChoice.VERSION and item.target is not None:
        made = new_revision(item.target, user=user, content=stored, change_note=CHANGE_NOTE)
        return ItemOutcome.VERSION, "", made
    return ItemOutcome.MADE, "", _create(item, stored, user=user)


def _title_for(user: Any, document: Document | None) -> str:
    if document is None:
        return ""
    rows = Document.objects.visible_to(user).filter(pk=document.pk)
    return rows.values_list("title", flat=True).first() or ""


def _link(item: UploadItem, *, user: Any) -> tuple[ItemOutcome, str, None]:
    if item.target is None or item.process is None:
        title = _title_for(user, item.target)
        return ItemOutcome.SKIPPED, UNLINKED.format(title=title or "ett annat dokument"), None
    title = _title_for(user, item.target)
    if not title:
        raise Blocked(["Dokumentet finns inte kvar bland dem som du får läsa."])
    link(item.target, process=item.process, user=user)
    return ItemOutcome.LINKED, f"{title} är kopplat till {item.process.title}.", None


def _create(item: UploadItem, stored: StoredFile, *, user: Any) -> Revision:
    names = (*(name for name in FACTS if name != "process"), *MORE)
    values = {name: getattr(item, name) for name in names}
    values |= {"retention": retention_of(item.type), "review_months": review_months_of(item.type)}
    registry_numbers.refuse_misfit(item.dnr, item.owner_unit)
    if item.visibility == Visibility.PUBLIC:
        personuppgifter.block(f"{item.title}\n{item.keywords}\n{item.target_group}")
    return lay_in(user=user, values=values, content=stored, change_note=FIRST_NOTE, process=item.process)


@transaction.atomic
def give_up(item: UploadItem, reason: str) -> UploadItem:
    """Say that a file could not be made into anything, and let go of it."""
    fresh = UploadItem.objects.select_for_update().get(pk=item.pk)
    if not fresh.is_done:
        _let_go([fresh])
        fresh.storage_key, fresh.done_at = "", timezone.now()
        fresh.outcome, fresh.reason = ItemOutcome.REFUSED, reason
        fresh.save()
    return fresh


@transaction.atomic
def end(batch: UploadBatch) -> None:
    """Every file has been told of."""
    UploadBatch.objects.filter(pk=batch.pk, status=BatchStatus.MAKING).update(
        status=BatchStatus.DONE, ended_at=timezone.now()
    )


@transaction.atomic
def close(batch: UploadBatch) -> None:
    """End an open batch whose files have been made one by one, as the command line does."""
    UploadBatch.objects.filter(pk=batch.pk, status=BatchStatus.OPEN).update(
        status=BatchStatus.DONE, ended_at=timezone.now()
    )


@transaction.atomic
def throw(batch: UploadBatch, *, user: Any, reason: str = "") -> None:
    """Throw the files of what is not made. What was made stays."""
    if batch.created_by_id != user.pk:
        raise PermissionDenied("Uppladdningen är någon annans.")
    fresh = UploadBatch.objects.select_for_update().get(pk=batch.pk)
    if fresh.status in (BatchStatus.DONE, BatchStatus.THROWN):
        raise Blocked([ENDED])
    waiting = list(fresh.items.select_for_update().filter(done_at=None))
    _let_go(waiting)
    now = timezone.now()
    for item in waiting:
        item.storage_key, item.outcome, item.reason, item.done_at = "", ItemOutcome.THROWN, reason, now
        item.save(update_fields=["storage_key", "outcome", "reason", "done_at"])
    fresh.status, fresh.ended_at = BatchStatus.THROWN, now
    fresh.save(update_fields=["status", "ended_at"])


def _let_go(items: Sequence[UploadItem]) -> None:
    """Delete the files when the transaction is committed."""
    storage.delete_once_committed(one.storage_key for one in items if one.storage_key)


def sweep() -> int:
    """Throw batches that nobody has finished in 30 days; returns how many."""
    old = UploadBatch.objects.filter(
        status=BatchStatus.OPEN, created_at__lt=timezone.now() - KEPT_FOR
    ).select_related("created_by")
    found = list(old)
    for batch in found:
        throw(batch, user=batch.created_by, reason=EXPIRED)
    return len(found)
