"""The draft that an åtgärd opens in the document or process it is to change."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from documents import permissions as document_permissions
from documents.actions import new_revision
from documents.enums import Source
from documents.writing import Written
from improvement import permissions
from improvement.actions.handling import require
from improvement.models import Measure
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from processes import permissions as process_permissions
from processes.actions import start_revision

# Seen by all who read the versions: it tells that there is an åtgärd, and not of what.
NOTE = "Ny version efter en åtgärd."
NEEDS_FILE = "Dokumentet är en fil. Lägg in den nya filen som en ny version, så följer åtgärden med."


def under_work(measure: Measure) -> Any:
    """The version that is being written now; None when there is none."""
    return measure.changes.revisions.open().first() if measure.changes is not None else None


def coming(measure: Measure) -> Any:
    """The version that is decided and does not hold yet; None when there is none."""
    stamp = "approved_at" if measure.document_id else "published_at"
    rows = measure.changes.revisions.filter(
        **{f"{stamp}__gte": measure.created_at}, valid_from__gt=timezone.localdate(), minor=0
    )
    return rows.exclude(status=RevisionStatus.WITHDRAWN).first()


def may_open(user: Any, measure: Measure) -> bool:
    """Whether ``user`` may write in what the åtgärd changes."""
    if measure.document is not None:
        return document_permissions.may_write(user, measure.document)
    return measure.process is not None and process_permissions.may_change(user, measure.process)


def needs_file(measure: Measure) -> bool:
    """Whether nobody but a person with a file can make the next version."""
    if measure.document is None:
        return False
    last = measure.document.revisions.issued().order_by("-number", "-minor").first()
    return last is None or last.source == Source.UPLOADED


@transaction.atomic
def open_draft(measure: Measure, *, user: Any) -> Any:
    """The version under work, begun now if there is none with what holds today. Blocked when the åtgärd is
    over, and when the document is a file.
    """
    require(permissions.may_work_on_measure(user, measure), "öppna utkastet")
    if not measure.is_open or measure.changes is None:
        raise Blocked(["Åtgärden ändrar ingenting längre."])
    found = under_work(measure)
    if found is not None:
        return found
    if measure.process is not None:
        return start_revision(measure.process, user=user)
    if needs_file(measure):
        raise Blocked([NEEDS_FILE])
    document = measure.changes
    last = document.revisions.issued().order_by("-number", "-minor").first()
    content = Written(last.body) if last.source == Source.AUTHORED else last.url
    return new_revision(document, user=user, content=content, change_note=NOTE)
