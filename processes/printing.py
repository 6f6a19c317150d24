"""One process, or the whole book of a process on the first level, as PDF for one reader."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from kvalitet import registries
from kvalitet.registries import PaperLink
from processes import export, pages, rendering
from processes.bpmn.model import Model
from processes.bpmn.structure import Step
from processes.bpmn.svg import Link, render
from processes.enums import ProcessState
from processes.models import Process, ProcessRevision, ProcessUnit
from processes.presentation import description
from processes.sheets import Sheet, sheets

TEMPLATE = "processes/pdf/book.html"
ROW = (
    *("pk", "parent_id", "level", "position", "title", "slug", "visibility", "description", "function"),
    *("deadline", "system_support", "owner_id", "owner__name", "owner__title"),
)
VERSION = ("process_id", "pk", "number", "map_id", "valid_from", "valid_to")


@dataclass(frozen=True)
class Book:
    """What ``reader`` gets on paper today. ``fingerprint`` is the same while all that stands there is."""

    reader: Any
    process: Process
    is_whole: bool
    chapters: tuple[str, ...]
    papers: Mapping[int, Sequence[PaperLink]]
    fingerprint: str


@dataclass(frozen=True)
class Chapter:
    """One process as the template has it."""

    anchor: str
    page: pages.Page
    owner: str
    maps: list[Sheet]
    steps: list[dict[str, Any]]
    functions: list[tuple[str, list[dict[str, Any]]]]
    documents: list[tuple[PaperLink, list[str]]]
    description: list[tuple[str, str]]


def books(reader: Any, process: Process) -> list[Book]:
    """What would be printed now: the process alone, and on the first level the whole book too.

    A few queries, whatever there is; ``pdf_of`` makes the file.
    """
    rows = _rows(reader, process)
    versions = _versions([process.parent_id, *rows])
    papers = _papers(reader, rows)
    facts = {
        "day": timezone.localdate(),
        "code": _code(),
        "process": [process.pk, process.state, process.parent and process.parent.title],
        "rows": list(rows.values()),
        "versions": versions,
        "papers": {pk: [asdict(one) for one in those] for pk, those in papers.items()},
        "units": _units([*_above(process), *rows]),
        "organisation": settings.ORGANISATION_NAME,
    }
    own = {version[0] for version in versions}
    chapters = [row["slug"] for row in rows.values() if row["level"] < 2 or row["pk"] in own]
    found = [Book(reader, process, False, (process.slug,), papers, _digest(facts, [process.slug]))]
    if process.parent_id is None and len(chapters) > 1:
        found.append(Book(reader, process, True, tuple(chapters), papers, _digest(facts, chapters)))
    return found


def _digest(facts: Mapping[str, Any], chapters: Sequence[str]) -> str:
    written = json.dumps([facts, list(chapters)], default=str, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def _above(process: Process) -> list[int]:
    above = [process.parent_id, process.parent.parent_id if process.parent else None]
    return [pk for pk in above if pk]


def _units(processes: Iterable[int]) -> list[tuple[Any, ...]]:
    rows = ProcessUnit.objects.on(timezone.localdate()).filter(process__in=list(processes))
    return list(rows.order_by("process_id", "unit__position", "unit").values_list("process_id", "unit__name"))


def _code() -> str:
    """Digest of what decides how it looks, so that a new release prints anew."""
    static, templates = settings.BASE_DIR / "static/css", settings.BASE_DIR / "templates"
    here = Path(__file__)
    files = [here, here.with_name("sheets.py"), here.with_name("export.py")]
    files += [static / "pdf.css", static / "pdf-process.css", templates / TEMPLATE]
    read = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(rendering.code().encode() + read).hexdigest()


def _rows(reader: Any, process: Process) -> dict[int, dict[str, Any]]:
    """The process and what is below it that the reader may see, as the book has it: each before its steps."""
    branch = Process.objects.filter(tree_id=process.tree_id, lft__gte=process.lft, rght__lte=process.rght)
    seen = Process.objects.visible_to(reader).filter(pk__in=branch.values("pk"))
    found = list(seen.order_by("position", "pk").values(*ROW, "state"))
    inside: dict[int | None, list[dict[str, Any]]] = {}
    for row in found:
        if row["pk"] == process.pk or row["state"] == ProcessState.ACTIVE:
            inside.setdefault(row["parent_id"] if row["pk"] != process.pk else None, []).append(row)
    return {row["pk"]: row for row in _unfolded(inside, None)}


def _unfolded(inside: Mapping[int | None, list[dict[str, Any]]], parent: int | None) -> Iterable[Any]:
    for row in inside.get(parent, ()):
        yield row
        yield from _unfolded(inside, row["pk"])


def _versions(processes: Iterable[int | None]) -> list[tuple[Any, ...]]:
    rows = ProcessRevision.objects.in_force().filter(process__in=[pk for pk in processes if pk])
    return list(rows.order_by("process_id").values_list(*VERSION))


def _papers(reader: Any, processes: Iterable[int]) -> dict[int, list[PaperLink]]:
    ids = list(processes)
    found: dict[int, list[PaperLink]] = {}
    for function in registries.paper_links:
        for pk, links in function(reader, ids).items():
            found.setdefault(pk, []).extend(links)
    return found


def pdf_of(made: Book) -> bytes:
    """Takes seconds: for a job, not for a view."""
    from kvalitet import pdf

    title = made.process.title
    chapters = [_chapter(made, slug, number) for number, slug in enumerate(made.chapters, start=1)]
    context = {
        "book": made,
        "chapters": [one for one in chapters if one],
        "day": timezone.localdate(),
        "address": settings.BASE_URL.rstrip("/") + made.process.get_absolute_url(),
    }
    return pdf.render(TEMPLATE, context, title=f"Processboken {title}" if made.is_whole else title)


def _chapter(made: Book, slug: str, number: int) -> Chapter | None:
    """None for what went away while the others were made; the job tells of that itself."""
    page = pages.read(made.reader, slug)
    if page is None:
        return None
    model, steps = _map(page, made.chapters)
    told = [_on_paper(step, page.rows.get(step.element_id), made.papers) for step in steps]
    return Chapter(
        anchor=f"kapitel-{number}",
        page=page,
        owner=pages.owner_facts(made.reader, page),
        maps=_sheets(model, steps, page.process.title, f"karta-{number}") if model else [],
        steps=told,
        functions=rendering.by_function(told),
        documents=_documents(page, told, made.papers),
        description=description(page.revision) if page.revision else [],
    )


def _map(page: pages.Page, chapters: Sequence[str]) -> tuple[Model | None, list[Step]]:
    """The process's own map, else what the map above says is inside it.

    What has a chapter of its own is drawn there; the inside of every other step is drawn here.
    """
    if page.revision and page.revision.map:
        elsewhere = {key for key, row in page.rows.items() if row.slug in chapters}
        return rendering.read(bytes(page.revision.map.data), elsewhere=elsewhere)
    if not page.map_above:
        return None, []
    model, steps = rendering.read_inside(rendering.bytes_of(page.map_above), page.process.element_id)
    return (model if steps else None), steps


def _sheets(model: Model, steps: Sequence[Step], title: str, prefix: str) -> list[Sheet]:
    numbers = {step.element_id: Link(label=step.name, number=step.number) for step in steps}
    drawings = render(model, links=numbers, title=export.writable(title), prefix=prefix)
    return [sheet for drawing in drawings for sheet in sheets(drawing)]


def _on_paper(step: Step, row: Any, papers: Mapping[int, Sequence[PaperLink]]) -> dict[str, Any]:
    return {**rendering.as_text(step, row), "papers": papers.get(row.pk, []) if row else []}


def _documents(
    page: pages.Page, told: Sequence[dict[str, Any]], papers: Mapping[int, Sequence[PaperLink]]
) -> list[tuple[PaperLink, list[str]]]:
    """Each document once, with the numbers of the steps it belongs to."""
    found: dict[PaperLink, list[str]] = {one: [] for one in papers.get(page.process.pk, ())}
    for one in told:
        for paper in one["papers"]:
            found.setdefault(paper, []).append(one["step"].number)
    return list(found.items())
