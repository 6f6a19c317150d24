from documents.views.decide import approve, review_list, transition, withdraw
from documents.views.document import document, document_history, revision, toggle_favourite
from documents.views.edit import create, edit, new_revision, revision_edit
from documents.views.files import in_force, revision_file
from documents.views.frozen import freeze, frozen_file, holds, strip_file
from documents.views.library import library
from documents.views.sharing import invite, link, link_from_process, uninvite, unlink

__all__ = [
    "approve",
    "create",
    "document",
    "document_history",
    "edit",
    "freeze",
    "frozen_file",
    "holds",
    "in_force",
    "invite",
    "library",
    "link",
    "link_from_process",
    "new_revision",
    "review_list",
    "revision",
    "revision_edit",
    "revision_file",
    "strip_file",
    "toggle_favourite",
    "transition",
    "uninvite",
    "unlink",
    "withdraw",
]
