"""What the bulk upload and the round of links leave behind them: a likeness, a batch, a dead link."""

import io
import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from documents import extraction, uploads
from documents.actions import batches as batch_actions
from documents.actions import create_document
from documents.bulk import batches
from documents.enums import DocumentType, LinkStatus, Visibility
from documents.links import checking, finding
from documents.links.fetch import MISSING, Answer
from documents.models import Document, LinkCheck, Revision, UploadBatch
from kvalitet import storage

ORIGINAL, LIKE = "Lathund: boka och använda tolk", "Lathund: tolk på mottagningen"
DEAD = "https://www.regionen-norrvik.invalid/blanketter/samtycke/"
FILES = {
    "rutin-jour-telefon.txt": "Rutin för jourtelefonen\n\nDen som har jouren svarar och antecknar.",
    "Lathund_journal_v2.txt": "Lathund för journalen\n\nSkriv samma dag. Skriv vad du såg och vad du gjorde.",
}


@transaction.atomic
def load(ombud: Any, unit: Any) -> None:
    """Each once: what is there already is left as it is."""
    values = {
        "type": DocumentType.QUICK_GUIDE,
        "owner_unit": unit,
        "responsible": ombud,
        "visibility": Visibility.INTERNAL,
    }
    _like(ombud, values)
    _batch(ombud, values)
    _dead_link()


def _like(ombud: Any, values: dict[str, Any]) -> None:
    """A draft by the ombud that says nearly what another lathund does."""
    there = Revision.objects.in_force().filter(document__title=ORIGINAL).first()
    if there is None or Document.objects.filter(title=LIKE).exists():
        return
    with storage.open_stored(there.storage_key) as file:
        text = file.read().decode().replace("minst tre arbetsdagar", "minst fyra arbetsdagar")
    content = uploads.check(io.BytesIO(text.encode()), "lathund-tolk-mottagningen.txt")
    made = create_document(
        user=ombud, values={"title": LIKE, **values}, content=content, change_note="Första versionen."
    )
    extraction.keep(made, extraction.text_of(made))


def _batch(ombud: Any, values: dict[str, Any]) -> None:
    """Two files that wait to be looked over."""
    if UploadBatch.objects.filter(created_by=ombud).exists():
        return
    batch = batch_actions.begin(user=ombud, values=values, submission=uuid.uuid4())
    for name, text in FILES.items():
        item = batch_actions.add_file(batch, file=io.BytesIO(text.encode()), name=name, user=ombud)
        batches.write_down(item, batches.hear(item), user=ombud)


def _dead_link() -> None:
    """A page that was gone two weeks in a row; who answers for the document has been told."""
    if LinkCheck.objects.filter(url=DEAD).exclude(status=LinkStatus.UNCHECKED).exists():
        return
    finding.collect()
    row = LinkCheck.objects.filter(url=DEAD).first()
    gone = Answer(is_alive=False, reason=MISSING.format(status=404), is_gone=True)
    if row is None:
        return
    for days in (9, 2):
        checking.keep([(row.pk, gone)], timezone.now() - timedelta(days=days))
