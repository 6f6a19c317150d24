"""The files on the page of a case: of its report, of what is merged into it, and of what was added later."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from improvement import kin, permissions
from improvement.enums import EntryKind
from improvement.models import Attachment, Deviation, InvestigationEntry
from kvalitet.organisation import grants


def place(deviation: Deviation, merged: Sequence[Deviation], entries: Iterable[InvestigationEntry]) -> None:
    """Give the case, each of ``merged`` and each of ``entries`` its ``files``, with the address by which who
    reads them fetches each.
    """
    # The two parts of an event share the report, and each of them has what was added there.
    _give((deviation, *merged), entries, kin.attachments(deviation))


def place_own(deviation: Deviation, supplements: Iterable[InvestigationEntry]) -> None:
    """The same for the page of one's own report, where everything is fetched by the address of that;
    ``supplements`` are the reporter's own.
    """
    _give((deviation,), supplements, kin.attachments(deviation), address=deviation.pk)


def in_entries(user: Any, deviation: Deviation, *, reads_case: bool) -> Any:
    """Files of notes that ``user`` fetches by the address of the case."""
    where = Q(deviation=deviation, entry__isnull=False) if reads_case else Q(pk__in=[])
    if permissions.is_reporter(user, deviation):
        where |= _own_later(user, deviation)
    return Attachment.objects.filter(where)


def _own_later(user: Any, deviation: Deviation) -> Q:
    """What the reporter added, which may have gone to the other part of the event alone."""
    part = kin.other_part(deviation)
    cases = [deviation.pk] if part is None or grants.is_denied(user, part) else [deviation.pk, part.pk]
    return Q(entry__kind=EntryKind.SUPPLEMENT, added_by=user, deviation__in=cases)


def _home(deviation: Deviation) -> int:
    """The part of the event that holds what came with the report."""
    return int(deviation.part_of_id or deviation.pk)


def _give(
    cases: Iterable[Deviation],
    entries: Iterable[InvestigationEntry],
    rows: Iterable[Attachment],
    *,
    address: int | None = None,
) -> None:
    of_report: dict[Any, list[Attachment]] = defaultdict(list)
    of_entry: dict[Any, list[Attachment]] = defaultdict(list)
    for one in rows:
        (of_entry[one.entry_id] if one.entry_id else of_report[one.deviation_id]).append(one)
    for case in cases:
        vars(case)["files"] = [(one, one.address_in(case.pk)) for one in of_report[_home(case)]]
    for entry in entries:
        at = address or entry.deviation_id
        vars(entry)["files"] = [(one, one.address_in(at)) for one in of_entry[entry.pk]]
