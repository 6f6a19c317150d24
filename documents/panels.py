"""What other pages show of documents: beside a step, on a unit, on the start page, on *Om*."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.http import urlencode

from documents.enums import DocumentType, Visibility
from documents.models import Document, DocumentLink, Favourite, Revision
from documents.permissions import Permission
from kvalitet import registries
from kvalitet.navigation import address
from kvalitet.organisation import grants, statements
from kvalitet.organisation.models import Unit
from kvalitet.registries import Check, Panel, PaperLink, StepLink, Use
from kvalitet.sorting import Swedish
from processes.assurance import Step, of_steps, steps_in
from processes.models import Process
from processes.permissions import may_change

SHOWN = 10
LOGIN_TO_READ = "Logga in för att läsa"


def step_links(user: Any, process_ids: Iterable[int]) -> dict[int, list[StepLink]]:
    """The documents of each process or step that ``user`` may open; one query.

    To those not logged in, one that is for employees is told without its title.
    """
    found: dict[int, list[StepLink]] = {}
    for process_id, *facts in statements.rows(_linked, user, process_ids=list(process_ids)):
        shown = _step_link(user, _Linked(*facts))
        if shown is not None:
            found.setdefault(process_id, []).append(shown)
    return found


@dataclass(frozen=True)
class _Linked:
    """A linked document. ``is_open`` to the reader, ``holds`` today, ``was_issued`` at some time."""

    pk: int
    title: str
    type: str
    visibility: str
    is_open: bool
    holds: bool
    was_issued: bool


def _linked(reader: Any, *, process_ids: list[int]) -> Any:
    """The documents of the processes: which process, and then as ``_Linked`` has them."""
    document = OuterRef("document")
    rows = DocumentLink.objects.filter(process__any=process_ids).order_by(Swedish("document__title"), "pk")
    names = ("process_id", "document_id", "document__title", "document__type", "document__visibility")
    return rows.values_list(
        *names,
        Exists(Document.objects.visible_to(reader).filter(pk=document)),
        Exists(Revision.objects.in_force().filter(document=document)),
        Exists(Revision.objects.issued().filter(document=document)),
    )


def _step_link(user: Any, document: _Linked) -> StepLink | None:
    kind = DocumentType(document.type).label
    url = address("documents:document", document.pk)
    if document.is_open and (document.holds or not document.was_issued):
        return StepLink(document.title, url, kind if document.holds else f"{kind}, utkast")
    is_for_staff = document.visibility in (Visibility.INTERNAL, Visibility.PROVIDER)
    if user.is_authenticated or not document.holds or not is_for_staff:
        return None
    login = f"{reverse('organisation:login')}?{urlencode({'next': url})}"
    return StepLink(LOGIN_TO_READ, login, kind)


def paper_links(user: Any, process_ids: Iterable[int]) -> dict[int, list[PaperLink]]:
    """The documents in force of each process or step that ``user`` may open; one query."""
    readable = Document.objects.visible_to(user).values("pk")
    rows = Revision.objects.in_force().filter(
        document__in=readable, document__links__process__in=list(process_ids)
    )
    names = ("document_id", "document__title", "document__type", "document__dnr")
    found: dict[int, list[PaperLink]] = {}
    for process_id, number, minor, valid_from, pk, title, kind, dnr in rows.order_by(
        Swedish("document__title"), "document_id"
    ).values_list("document__links__process_id", "number", "minor", "valid_from", *names):
        link = PaperLink(
            label=title,
            url=address("documents:document", pk),
            kind=DocumentType(kind).label,
            number=dnr,
            version=f"{number}.{minor}",
            valid_from=valid_from,
        )
        found.setdefault(process_id, []).append(link)
    return found


def of_unit(user: Any, unit: Unit) -> Panel | None:
    """The unit's own documents in force, as many as fit; the rest in the library."""
    rows = Document.objects.visible_to(user).in_force().filter(owner_unit=unit).order_by(Swedish("title"))
    documents = list(rows[: SHOWN + 1])
    if not documents:
        return None
    all_url = f"{reverse('documents:library')}?{urlencode({'enhet': unit.slug})}"
    context = {"documents": documents[:SHOWN], "all_url": all_url}
    return Panel("Dokument", "documents/panels/documents.html", context)


def of_process(user: Any, process: Process) -> Panel | None:
    """The way to lay documents in at a process; its links are step links.

    Who writes documents, such as an ombud, begins one here; who changes the process also connects others'.
    """
    changes = may_change(user, process)
    if not changes and not grants.scope(user, Permission.WRITE):
        return None
    context = {
        "link_url": reverse("documents:link_from_process", args=[process.slug]) if changes else "",
        "create_url": f"{reverse('documents:create')}?{urlencode({'process': process.slug})}",
    }
    return Panel("Lägg till dokument", "documents/panels/process.html", context)


def my_routines(user: Any, obj: Any) -> Panel | None:
    """*Mina rutiner*: the favourites; a script adds what was last opened in this browser."""
    if not user.is_authenticated:
        return None
    kept = Favourite.objects.filter(user=user, document=OuterRef("pk"))
    documents = Document.objects.visible_to(user).filter(Exists(kept)).order_by(Swedish("title"))
    context = {
        "documents": list(documents[:SHOWN]),
        "library_url": reverse("documents:library"),
        "mine_url": reverse("documents:mine"),
        "reader": user.pk,
    }
    return Panel("Mina rutiner", "documents/panels/my_routines.html", context)


def governing(user: Any, obj: Any) -> Panel | None:
    """The documents that govern the kvalitetsledningssystem, for the page *Om*."""
    rows = Document.objects.visible_to(user).in_force().filter(is_governing=True)
    documents = list(rows.order_by(Swedish("title")))
    if not documents:
        return None
    return Panel("Styrande dokument", "documents/panels/documents.html", {"documents": documents})


def where_used(user: Any, obj: Any) -> Iterator[Use]:
    """*Används i*: the processes of a document, or the documents of a process."""
    if isinstance(obj, Document):
        processes = Process.objects.visible_to(user).filter(document_links__document=obj)
        for process in processes.order_by(Swedish("title")):
            yield Use(process.title, process.get_absolute_url(), "Process")
        yield from _replacing(user, obj)
    if isinstance(obj, Process):
        documents = Document.objects.visible_to(user).filter(links__process=obj)
        for document in documents.order_by(Swedish("title")):
            yield Use(document.title, document.get_absolute_url(), document.get_type_display())


def _replacing(user: Any, document: Document) -> Iterator[Use]:
    """What it takes the place of, and what takes its place."""
    related = Q(pk=document.replaces_id) | Q(replaces=document)
    for other in Document.objects.visible_to(user).filter(related).order_by(Swedish("title")):
        is_newer = other.replaces_id == document.pk
        words = "Ersätter det här dokumentet" if is_newer else "Ersätts av det här dokumentet"
        yield Use(other.title, other.get_absolute_url(), words)


def step_uses(user: Any, process_ids: Iterable[int]) -> dict[int, list[Use]]:
    """The documents of steps that may disappear; one query."""
    found: dict[int, list[Use]] = {}
    links = DocumentLink.objects.filter(
        process__in=list(process_ids), document__in=Document.objects.visible_to(user)
    )
    for link in links.select_related("document").order_by(Swedish("document__title"), "pk"):
        document = link.document
        kind = document.get_type_display().lower()
        found.setdefault(link.process_id, []).append(Use(document.title, document.get_absolute_url(), kind))
    return found


def assurance(processes: Sequence[Process]) -> dict[int, list[Check]]:
    """*Kvalitetssäkrad*: whether each step has a document in force, in itself or in what lies in it."""
    steps = steps_in(processes)
    inside = {pk for those in steps.values() for step in those for pk in step.inside}
    held = Revision.objects.in_force().filter(document=OuterRef("document"))
    links = DocumentLink.objects.filter(Exists(held), process__any=list(inside))
    linked = set(links.values_list("process_id", flat=True))
    return {process.pk: [_routines(steps[process.pk], linked)] for process in processes}


def _routines(steps: Sequence[Step], linked: set[int]) -> Check:
    """The way on is to the first step that lacks one."""
    has_one = [not linked.isdisjoint(step.inside) for step in steps]
    words = of_steps("Steg med rutin", steps, has_one, "Koppla en rutin till")
    first = next((step for step, has in zip(steps, has_one, strict=True) if not has), None)
    url = reverse("documents:link_from_process", args=[first.slug]) if first else ""
    return Check(is_done=all(has_one), url=url, **words)


def uses(user: Any, document: Document) -> list[Use]:
    """Everywhere the document is used, by all apps."""
    return [one for function in registries.where_used for one in function(user, document)]


def uses_elsewhere(user: Any, document: Document) -> list[Use]:
    """The same without the processes, which the document's page shows itself."""
    others = (function for function in registries.where_used if function is not where_used)
    return [one for function in others for one in function(user, document)]
