"""What other pages show of documents: beside a step, on a unit, on the start page, on *Om*."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.http import urlencode

from documents.enums import Visibility
from documents.models import Document, DocumentLink, Favourite, Revision
from documents.permissions import Permission
from kvalitet import registries
from kvalitet.organisation import grants
from kvalitet.organisation.models import Unit
from kvalitet.registries import Panel, StepLink, Use
from kvalitet.sorting import Swedish
from processes.models import Process
from processes.permissions import may_change

SHOWN = 10
LOGIN_TO_READ = "Logga in för att läsa"


def step_links(user: Any, process_ids: Iterable[int]) -> dict[int, list[StepLink]]:
    """The documents of each process or step that ``user`` may open; one query.

    To those not logged in, one that is for employees is told without its title.
    """
    document = OuterRef("document")
    rows = (
        DocumentLink.objects.filter(process__in=list(process_ids))
        .annotate(
            is_open=Exists(Document.objects.visible_to(user).filter(pk=document)),
            holds=Exists(Revision.objects.in_force().filter(document=document)),
            was_issued=Exists(Revision.objects.issued().filter(document=document)),
        )
        .select_related("document")
        .order_by(Swedish("document__title"))
    )
    found: dict[int, list[StepLink]] = {}
    for row in rows:
        shown = _step_link(user, row)
        if shown is not None:
            found.setdefault(row.process_id, []).append(shown)
    return found


def _step_link(user: Any, row: Any) -> StepLink | None:
    document = row.document
    if row.is_open and (row.holds or not row.was_issued):
        kind = document.get_type_display()
        note = kind if row.holds else f"{kind}, utkast"
        return StepLink(document.title, document.get_absolute_url(), note)
    is_for_staff = document.visibility in (Visibility.INTERNAL, Visibility.PROVIDER)
    if user.is_authenticated or not row.holds or not is_for_staff:
        return None
    login = f"{reverse('organisation:login')}?{urlencode({'next': document.get_absolute_url()})}"
    return StepLink(LOGIN_TO_READ, login, document.get_type_display())


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
    if isinstance(obj, Process):
        documents = Document.objects.visible_to(user).filter(links__process=obj)
        for document in documents.order_by(Swedish("title")):
            yield Use(document.title, document.get_absolute_url(), document.get_type_display())


def uses(user: Any, document: Document) -> list[Use]:
    """Everywhere the document is used, by all apps."""
    return [one for function in registries.where_used for one in function(user, document)]


def uses_elsewhere(user: Any, document: Document) -> list[Use]:
    """The same without the processes, which the document's page shows itself."""
    others = (function for function in registries.where_used if function is not where_used)
    return [one for function in others for one in function(user, document)]
