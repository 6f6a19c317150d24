from documents.views.batches import batch, batch_files, batch_new, batch_sheet, batch_throw
from documents.views.decide import approve, review_list, transition, withdraw
from documents.views.document import document, document_history, revision, toggle_favourite
from documents.views.edit import create, edit, new_revision, revision_edit
from documents.views.files import in_force, revision_file
from documents.views.library import library
from documents.views.links import links, links_check
from documents.views.sharing import invite, link, link_from_process, uninvite, unlink

__all__ = [
    "approve",
    "batch",
    "batch_files",
    "batch_new",
    "batch_sheet",
    "batch_throw",
    "create",
    "document",
    "document_history",
    "edit",
    "in_force",
    "invite",
    "library",
    "link",
    "link_from_process",
    "links",
    "links_check",
    "new_revision",
    "review_list",
    "revision",
    "revision_edit",
    "revision_file",
    "toggle_favourite",
    "transition",
    "uninvite",
    "unlink",
    "withdraw",
]
