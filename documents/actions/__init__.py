"""What is done with documents, gathered from the modules beside this one."""

from documents.actions.amending import make_whole
from documents.actions.apt import hold_reading, put_on_list, take_off_list
from documents.actions.decisions import change_status
from documents.actions.documents import (
    change_content,
    change_document,
    change_note,
    create_document,
    new_revision,
)
from documents.actions.introduction import (
    add_item,
    certify,
    choose_mentor,
    make_plans,
    remove_item,
    save_package,
    shift_item,
    tick,
)
from documents.actions.receipts import ask_to_read, confirm, stop_asking, take_back
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
from documents.actions.sharing import invite, lay_in, link, move_links, toggle_favourite, uninvite, unlink
from documents.actions.statement import take_stand

__all__ = [
    "add_item",
    "answer_round",
    "ask_to_read",
    "certify",
    "change_content",
    "change_document",
    "change_note",
    "change_round",
    "change_status",
    "choose_mentor",
    "close_round",
    "confirm",
    "confirm_review",
    "create_document",
    "decide_answer",
    "hold_reading",
    "invite",
    "lay_in",
    "link",
    "make_plans",
    "make_whole",
    "move_links",
    "new_revision",
    "put_on_list",
    "remove_item",
    "save_package",
    "set_replaced",
    "shift_item",
    "start_round",
    "stop_asking",
    "sync_asked",
    "take_back",
    "take_off_list",
    "take_stand",
    "tick",
    "toggle_favourite",
    "uninvite",
    "unlink",
]
