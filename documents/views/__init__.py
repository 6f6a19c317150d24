from documents.views.amend import amend, make_whole
from documents.views.decide import approve, review_list, transition, withdraw
from documents.views.document import document, document_history, revision, toggle_favourite
from documents.views.edit import create, edit, new_revision, revision_edit
from documents.views.files import in_force, revision_file
from documents.views.library import library
from documents.views.remiss import (
    remiss,
    remiss_answer,
    remiss_answers,
    remiss_change,
    remiss_close,
    remiss_decide,
    remiss_start,
)
from documents.views.replacing import replaces
from documents.views.reviews import confirm, reviews
from documents.views.sharing import invite, link, link_from_process, uninvite, unlink

__all__ = [
    "amend",
    "approve",
    "confirm",
    "create",
    "document",
    "document_history",
    "edit",
    "in_force",
    "invite",
    "library",
    "link",
    "link_from_process",
    "make_whole",
    "new_revision",
    "remiss",
    "remiss_answer",
    "remiss_answers",
    "remiss_change",
    "remiss_close",
    "remiss_decide",
    "remiss_start",
    "replaces",
    "review_list",
    "reviews",
    "revision",
    "revision_edit",
    "revision_file",
    "toggle_favourite",
    "transition",
    "uninvite",
    "unlink",
    "withdraw",
]
