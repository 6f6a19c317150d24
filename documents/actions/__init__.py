"""What is done with documents, gathered from the modules beside this one."""

from documents.actions.amending import make_whole
from documents.actions.decisions import change_status
from documents.actions.documents import (
    change_content,
    change_document,
    change_note,
    create_document,
    new_revision,
)
from documents.actions.remiss import (
    answer_round,
    change_round,
    close_round,
    decide_answer,
    start_round,
    sync_asked,
)
from documents.actions.replacing import set_replaced
from documents.actions.reviewing import confirm_review
from documents.actions.sharing import invite, link, move_links, toggle_favourite, uninvite, unlink

__all__ = [
    "answer_round",
    "change_content",
    "change_document",
    "change_note",
    "change_round",
    "change_status",
    "close_round",
    "confirm_review",
    "create_document",
    "decide_answer",
    "invite",
    "link",
    "make_whole",
    "move_links",
    "new_revision",
    "set_replaced",
    "start_round",
    "sync_asked",
    "toggle_favourite",
    "uninvite",
    "unlink",
]
