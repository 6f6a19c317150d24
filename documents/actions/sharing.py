"""Where documents are used, and who is let in to a single one."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from documents import permissions
from documents.actions.documents import create_document, lock, require
from documents.models import Document, DocumentLink, DocumentUserPermission, Favourite, Revision
from documents.permissions import Permission
from kvalitet.organisation import grants
from kvalitet.search.tasks import wake
from kvalitet.versions import RevisionStatus
from kvalitet.workflow import Blocked
from processes.models import Process
from processes.permissions import is_owner


@transaction.atomic
def link(document: Document, *, process: Process, user: Any) -> DocumentLink:
    """Say that the document is used in a process or an activity.

    The first link that is made by someone who writes the document says where it belongs; a link made from
    the process's side gives the process no right to the document.
    """
    require(permissions.may_link(user, document, process), "koppla dokumentet till processen")
    fresh = lock(document)
    if fresh.links.filter(process=process).exists():
        raise Blocked([f"Dokumentet är redan kopplat till {process.title}."])
    is_home = fresh.home_process() is None and permissions.may_invite(user, fresh)
    made = DocumentLink.objects.create(document=fresh, process=process, is_home=is_home, created_by=user)
    wake()
    return made


def lay_in(*, user: Any, process: Process | None, **values: Any) -> Revision:
    """As ``create_document``. The document belongs to the process only if it is the user's own; another one
    uses it.
    """
    home = process if process is not None and is_owner(user, process) else None
    revision = create_document(user=user, process=home, **values)
    if process is not None and home is None:
        link(revision.document, process=process, user=user)
    return revision


@transaction.atomic
def unlink(made: DocumentLink, *, user: Any) -> None:
    """Take a link away; history keeps that it was there."""
    require(permissions.may_unlink(user, made), "ta bort kopplingen")
    fresh = lock(made.document)
    if made.is_home and fresh.revisions.filter(status=RevisionStatus.IN_REVIEW).exists():
        raise Blocked(["En version granskas just nu. Vänta tills den är fastställd eller tillbaka."])
    made.delete()
    wake()


@transaction.atomic
def move_links(moves: Mapping[int, int], *, user: Any) -> None:
    """Let other steps take over the documents of some: from id to id. Part of publishing a process.

    A document that the other step already has keeps that link, which becomes its home if the moved one was.
    The documents are locked, as by ``link``, so that nobody links one to the same step at the same time.
    """
    rows = DocumentLink.objects.filter(process__in=list(moves))
    documents = rows.order_by("document").values_list("document", flat=True).distinct()
    locked = [
        one.pk for one in Document.objects.select_for_update().filter(pk__in=list(documents)).order_by("pk")
    ]
    there = {
        (one.document_id, one.process_id): one for one in DocumentLink.objects.filter(document__in=locked)
    }
    for made in list(rows.filter(document__in=locked).order_by("pk")):
        target = moves[made.process_id]
        other = there.get((made.document_id, target))
        if other is None:
            made.process_id = target
            made.save(update_fields=["process"])
            there[made.document_id, target] = made
            continue
        made.delete()
        if made.is_home:
            other.is_home = True
            other.save(update_fields=["is_home"])
    wake()


@transaction.atomic
def invite(document: Document, *, person: Any, permission: Permission, user: Any) -> None:
    """Let ``person`` write on this one document (COAUTHOR), or read what is fastställt of it (GUEST)."""
    require(permissions.may_invite(user, document), "bjuda in till dokumentet")
    if permission not in permissions.INVITED:
        raise ValueError(permission)
    if grants.is_denied(person, document):
        raise Blocked([f"{person} är jävig och kan inte bjudas in."])
    grants.allow(person, permission, document)
    wake()


@transaction.atomic
def uninvite(row: DocumentUserPermission, *, user: Any) -> None:
    """Take an invitation back; Blocked while a version of the person's, theirs to go on with, is open."""
    permission = Permission(f"documents.{row.permission.codename}")
    if permission not in permissions.INVITED:
        raise ValueError(permission)
    require(permissions.may_invite(user, row.content_object), "ta bort en inbjudan")
    document = lock(row.content_object)
    if document.revisions.open().filter(author=row.user).exists():
        raise Blocked([f"{row.user} har en version under arbete. Byt fil i den eller kasta den först."])
    grants.withdraw(row.user, permission, row.content_object)
    wake()


@transaction.atomic
def toggle_favourite(document: Document, *, user: Any) -> bool:
    """Keep the document among one's own, or stop; returns whether it now is kept."""
    kept = Favourite.objects.filter(user=user, document=document)
    if kept.delete()[0]:
        return False
    Favourite.objects.bulk_create([Favourite(user=user, document=document)], ignore_conflicts=True)
    return True
