from documents.views.amend import amend, make_whole
from documents.views.compare import compare, compare_choose
from documents.views.decide import approve, review_list, transition, withdraw
from documents.views.document import document, document_history, revision, toggle_favourite
from documents.views.edit import create, edit, new_revision, revision_edit
from documents.views.files import in_force, revision_file
from documents.views.library import library
from documents.views.mine import mine, recent
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
from documents.views.writing import link_finder, write

__all__ = [
    "amend",
    "approve",
    "compare",
    "compare_choose",
    "confirm",
    "create",
    "document",
    "document_history",
    "edit",
    "in_force",
    "invite",
    "library",
    "link",
    "link_finder",
    "link_from_process",
    "make_whole",
    "mine",
    "new_revision",
    "recent",
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
    "write",
]
