"""Norrvik's documents: read from the Markdown here, made into files, fastställda as the Markdown says."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from documents import extraction, references, uploads, writing
from documents.demo import bulk, frozen, lifecycle
from documents.demo.files import MADE_BY
from documents.enums import DocumentType, Source
from documents.files.extract import extract_text
from documents.models import Document, DocumentLink, Revision, RevisionTransition
from documents.models.document import retention_of
from kvalitet import history, search, texts
from kvalitet.organisation.models import Unit, User
from kvalitet.versions import RevisionStatus
from processes.models import Process

FOLDER = Path(__file__).parent
TYPES = {
    "lag": DocumentType.LAW,
    "foreskrift": DocumentType.REGULATION,
    "program": DocumentType.PROGRAM,
    "delegationsordning": DocumentType.DELEGATION,
    "riktlinje": DocumentType.GUIDELINE,
    "overgripande_rutin": DocumentType.OVERALL_ROUTINE,
    "processrutin": DocumentType.PROCESS_ROUTINE,
    "enhetsrutin": DocumentType.UNIT_ROUTINE,
    "lathund": DocumentType.QUICK_GUIDE,
    "checklista": DocumentType.CHECKLIST,
    "mall": DocumentType.TEMPLATE,
    "plan": DocumentType.PLAN,
    "overenskommelse": DocumentType.AGREEMENT,
    "extern_lank": DocumentType.EXTERNAL,
}
BOARD = "namnd"
LINK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<what>dokument|process):(?P<name>[^)]+)\)")
IN_REVIEW, APPROVED, WITHDRAWN = RevisionStatus.IN_REVIEW, RevisionStatus.APPROVED, RevisionStatus.WITHDRAWN


@dataclass(frozen=True)
class World:
    """What the files point at, by login and slug."""

    people: Mapping[str, User]
    units: Mapping[str, Unit]


def load(say: Callable[[str], Any]) -> None:
    """Lay up what is missing; a document whose title is there is left as it is."""
    world = World(
        {one.email.split("@")[0]: one for one in User.objects.filter(email__endswith="@demo.invalid")},
        {one.slug: one for one in Unit.objects.all()},
    )
    known = set(Document.objects.values_list("title", flat=True))
    made = 0
    for path in sorted(FOLDER.glob("*.md")):
        entry, body = texts.read(path)
        if entry["title"] in known:
            continue
        with transaction.atomic(), history.acting_as(User.objects.system(), why="Demoinnehåll"):
            _load_one(entry, body, world)
        made += 1
    lifecycle.load(world.people, world.units)
    frozen.load()
    with history.acting_as(User.objects.system(), why="Demoinnehåll"):
        bulk.load(world.people["ombud"], world.units["mottagning-barn-och-unga"])
    search.drain_now()
    say(f"Dokument: {made} nya, {Document.objects.count()} i biblioteket")


def _load_one(entry: Mapping[str, Any], body: str, world: World) -> None:
    document = _document(entry, world)
    _link(document, entry, world)
    for version, text in zip(entry["version"], _texts(entry["version"], body), strict=True):
        revision = _revision(document, entry, version, text, world)
        _decide(revision, version, world)


def _document(entry: Mapping[str, Any], world: World) -> Document:
    first = entry["version"][0]
    started = first.get("approved_on", timezone.localdate() - timedelta(days=20)) - timedelta(days=30)
    return Document.objects.create(
        title=entry["title"],
        type=TYPES[entry["type"]],
        owner_unit=world.units[entry["owner_unit"]],
        responsible=world.people[entry["responsible"]],
        dnr=entry.get("dnr", ""),
        visibility=entry["visibility"],
        law=world.units[entry["owner_unit"]].law if world.units[entry["owner_unit"]].is_inside_sosfs else "",
        retention=retention_of(TYPES[entry["type"]]),
        keywords=", ".join(entry.get("keywords", ())),
        review_months=entry.get("review_months"),
        next_review=entry.get("next_review"),
        is_governing=entry.get("governing", False),
        created_at=_at(started),
        created_by=world.people[first["author"]],
    )


def _link(document: Document, entry: Mapping[str, Any], world: World) -> None:
    """To the processes and steps of the file; the first is the one the document belongs to."""
    for number, link in enumerate(entry.get("link", ())):
        process = Process.objects.filter(slug=link["process"]).first()
        if process is None:
            continue
        if link.get("step"):
            process = process.children.filter(element_id=link["step"]).first() or process
        DocumentLink.objects.get_or_create(
            document=document,
            process=process,
            defaults={"is_home": number == 0, "created_by": document.created_by},
        )


def _texts(versions: list[Mapping[str, Any]], body: str) -> list[str]:
    """The text of each version, oldest first: the file has the newest, and each older says what it swaps."""
    found = [body]
    for version in reversed(versions[:-1]):
        text = found[0]
        for new, old in version.get("swap", ()):
            text = text.replace(new, old)
        found.insert(0, text)
    return found


def _revision(
    document: Document, entry: Mapping[str, Any], version: Mapping[str, Any], text: str, world: World
) -> Revision:
    number, minor = (int(part) for part in version["number"].split("."))
    values = {
        "document": document,
        "number": number,
        "minor": minor,
        "author": world.people[version["author"]],
        "change_note": version.get("change", ""),
        "created_at": document.created_at if number == 1 and not minor else _at(_begun(version)),
    }
    if entry["format"] == "link":
        return Revision.objects.create(**values, source=Source.LINK, url=entry["url"], text=text.strip())
    if entry["format"] == "authored":
        return _written(values, text)
    content = MADE_BY[entry["format"]](document.title, text)
    checked = uploads.check(io.BytesIO(content), f"{entry['slug']}.{entry['format']}")
    with uploads.put_away(checked) as columns:
        revision: Revision = Revision.objects.create(**values, **columns)
        extraction.keep(revision, extract_text(io.BytesIO(content), checked.kind))
        page = extraction.page_of(revision)
        if page is not None:
            extraction.keep_page(revision, page)
    return revision


def _written(values: Mapping[str, Any], text: str) -> Revision:
    """A version written in here, with links to what its text names by title or slug."""
    body = writing.tidy(LINK.sub(_address, text.strip()))
    revision: Revision = Revision.objects.create(
        **values,
        source=Source.AUTHORED,
        body=body,
        sha256=writing.checksum(body),
        text=writing.plain(body),
        text_read_at=timezone.now(),
    )
    references.keep(revision, body)
    return revision


def _address(match: re.Match[str]) -> str:
    """``(dokument:Titel)`` and ``(process:slug)`` as its address here; the words alone when it is not."""
    found = (
        Document.objects.filter(title=match["name"]).first()
        if match["what"] == "dokument"
        else Process.objects.filter(slug=match["name"]).first()
    )
    return f"[{match['words']}]({found.get_absolute_url()})" if found else match["words"]


def _begun(version: Mapping[str, Any]) -> date:
    day: date = version.get("approved_on", timezone.localdate()) - timedelta(days=14)
    return day


def _at(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _decide(revision: Revision, version: Mapping[str, Any], world: World) -> None:
    """Take the version where the file says it is, with who and when, as the workflow would have done."""
    if version["status"] == RevisionStatus.DRAFT:
        return
    day = version.get("approved_on", timezone.localdate())
    if revision.minor:
        _amend(revision, version, at=_at(day, 14))
        return
    _step(revision, "send", revision.author, _at(day - timedelta(days=7)), status=IN_REVIEW)
    if version.get("reviewer"):
        reviewer, at = world.people[version["reviewer"]], _at(day - timedelta(days=3))
        _step(revision, "sign", reviewer, at, reviewed_at=at, reviewed_by=reviewer)
    if version["status"] in (APPROVED, WITHDRAWN):
        _approve(revision, version, world, at=_at(day, 14))
    if version["status"] == WITHDRAWN:
        last = version["valid_to"]
        by, at = _decider(version, world), _at(last + timedelta(days=1))
        _step(revision, "withdraw", by, at, status=WITHDRAWN, withdrawn_at=at, withdrawn_by=by)


def _amend(revision: Revision, version: Mapping[str, Any], *, at: datetime) -> None:
    """Words mended by who wrote the version: nobody reviews them."""
    dates = {"valid_from": version["valid_from"], "valid_to": version.get("valid_to")}
    stamps = {"approved_at": at, "approved_by": revision.author}
    _step(revision, "amend", revision.author, at, status=APPROVED, **stamps, **dates)


def _approve(revision: Revision, version: Mapping[str, Any], world: World, *, at: datetime) -> None:
    by = _decider(version, world)
    values: dict[str, Any] = {"valid_from": version["valid_from"], "valid_to": version.get("valid_to")}
    values["whats_new"] = version.get("news", "").strip()
    if version.get("decision"):
        values |= {"decision": version["decision"], "decided_on": version["approved_on"]}
    _step(revision, "approve", by, at, status=APPROVED, approved_at=at, approved_by=by, **values)


def _decider(version: Mapping[str, Any], world: World) -> User:
    """Who stands on the decision; the registrator enters what the board decided."""
    login = version["approver"]
    return world.people["registrator" if login == BOARD else login]


def _step(revision: Revision, name: str, by: User, at: datetime, **values: Any) -> None:
    source = revision.status
    Revision.objects.filter(pk=revision.pk).update(**values)
    revision.refresh_from_db()
    said = "Ersatt av en annan rutin." if name == "withdraw" else ""
    RevisionTransition.objects.create(
        obj=revision, name=name, source=source, target=revision.status, at=at, by=by, comment=said
    )
