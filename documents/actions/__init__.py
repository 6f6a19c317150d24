"""What is done with documents, gathered from the modules beside this one."""

from documents.actions.decisions import change_status
from documents.actions.documents import (
    change_content,
    change_document,
    change_note,
    create_document,
    new_revision,
)
from documents.actions.sharing import invite, link, move_links, toggle_favourite, uninvite, unlink

__all__ = [
    "change_content",
    "change_document",
    "change_note",
    "change_status",
    "create_document",
    "invite",
    "link",
    "move_links",
    "new_revision",
    "toggle_favourite",
    "uninvite",
    "unlink",
]
