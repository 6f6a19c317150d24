"""Documents in bulk: the version in force, in some what it replaced, in some one under work.

Their content is a link and a text: a file of its own for each would make the load a copying of files.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from documents.enums import DocumentType, Source
from documents.models import Document, DocumentLink, Revision, RevisionTransition
from kvalitet import bulk
from kvalitet.organisation.models import Unit
from kvalitet.organisation.synthetic import people
from kvalitet.versions import RevisionStatus
from processes.enums import Visibility
from processes.models import Process

TYPES = (
    DocumentType.UNIT_ROUTINE,
    DocumentType.UNIT_ROUTINE,
    DocumentType.PROCESS_ROUTINE,
    DocumentType.QUICK_GUIDE,
    DocumentType.CHECKLIST,
    DocumentType.TEMPLATE,
)
FIRST = date(2022, 1, 1)
# A version is born as a draft; the rest came later.
BORN = {
    "status": "'draft'",
    "approved_at": "NULL",
    "approved_by_id": "NULL",
    "valid_from": "NULL",
    "valid_to": "NULL",
}
ROAD = (("send", "draft", "in_review"), ("approve", "in_review", "approved"))


def load(run: bulk.Load) -> None:
    if not run.amounts["documents"]:
        return
    staff = people()
    rows = _documents(run, staff)
    ids = run.insert(Document, rows, notes={"document": "id"})
    there = Document.objects.count() - len(ids)
    versions = [one for place, pk in enumerate(ids, there + 1) for one in _versions(run, pk, place, staff)]
    run.insert(Revision, versions, born=BORN)
    run.insert(RevisionTransition, (step for one in versions for step in _steps(one)))
    processes = list(Process.objects.order_by("pk").values_list("pk", flat=True))
    if processes:
        run.insert(DocumentLink, _links(run, ids, processes, staff))


def _documents(run: bulk.Load, staff: list[int]) -> Iterator[dict[str, Any]]:
    units = list(Unit.objects.filter(valid_to=None).order_by("pk").values_list("pk", flat=True))
    for _ in range(run.amounts["documents"]):
        yield {
            "title": run.title(run.rng.choice((2, 2, 3))),
            "type": run.rng.choice(TYPES),
            "owner_unit_id": run.rng.choice(units),
            "responsible_id": run.rng.choice(staff),
            "visibility": run.rng.choice((Visibility.PUBLIC, *[Visibility.INTERNAL] * 7)),
            "review_months": 24,
            "next_review": date(2025, 6, 1) + timedelta(days=run.rng.randrange(900)),
            "created_at": _at(FIRST),
            "created_by_id": run.rng.choice(staff),
        }


def _versions(run: bulk.Load, pk: int, place: int, staff: list[int]) -> Iterator[dict[str, Any]]:
    # Two people stand on every version; where there is one, it stays a draft.
    author, approver = (run.rng.sample(staff, k=2)) if len(staff) > 1 else (staff[0], None)
    chance, start = run.rng.random(), FIRST
    last = 1 if approver is None or chance > 0.25 else 2
    for number in range(1, last + 1):
        held = timedelta(days=run.rng.randint(300, 700))
        begun = {"document_id": pk, "number": number, "author_id": author, **_content(run, place, number)}
        decided = _approved(start, start + held if number < last else None, approver)
        yield {**begun, "created_at": _at(start - timedelta(days=30)), **decided}
        start += held + timedelta(days=1)
    if approver and chance < 0.1:
        begun = {"document_id": pk, "number": last + 1, "author_id": author, **_content(run, place, last + 1)}
        yield {**begun, "created_at": _at(start), "status": RevisionStatus.DRAFT}


def _content(run: bulk.Load, place: int, number: int) -> dict[str, Any]:
    return {
        "source": Source.LINK,
        "url": f"https://exempel.invalid/{place}/{number}",
        "text": run.text(6),
    }


def _approved(start: date, end: date | None, approver: int | None) -> dict[str, Any]:
    if approver is None:
        return {"status": RevisionStatus.DRAFT}
    return {
        "status": RevisionStatus.APPROVED,
        "approved_at": _at(start - timedelta(days=10)),
        "approved_by_id": approver,
        "valid_from": start,
        "valid_to": end,
    }


def _steps(version: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if version["status"] != RevisionStatus.APPROVED:
        return
    for name, source, target in ROAD:
        is_last = name == "approve"
        yield {
            "obj_id": version["id"],
            "name": name,
            "source": source,
            "target": target,
            "at": version["approved_at"] - timedelta(days=0 if is_last else 7),
            "by_id": version["approved_by_id"] if is_last else version["author_id"],
        }


def _links(
    run: bulk.Load, ids: list[int], processes: list[int], staff: list[int]
) -> Iterator[dict[str, Any]]:
    for pk in ids:
        for number, process in enumerate(run.rng.sample(processes, k=min(2, len(processes)))):
            yield {
                "document_id": pk,
                "process_id": process,
                "is_home": number == 0,
                "created_at": _at(FIRST),
                "created_by_id": run.rng.choice(staff),
            }


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
