from documents.views.amend import amend, make_whole
from documents.views.apt import (
    apt,
    apt_add,
    apt_correct,
    apt_hold,
    apt_print,
    apt_record,
    apt_remove,
    apt_show,
)
from documents.views.batches import batch, batch_files, batch_new, batch_sheet, batch_throw
from documents.views.compare import compare, compare_choose
from documents.views.decide import approve, review_list, transition, withdraw
from documents.views.document import document, document_history, revision, toggle_favourite
from documents.views.edit import create, edit, new_revision, revision_edit
from documents.views.files import in_force, revision_file
from documents.views.frozen import freeze, frozen_file, holds, strip_file
from documents.views.introduction import (
    introduction,
    introduction_certificate,
    introduction_certify,
    introduction_mentor,
    introduction_tick,
    introductions,
)
from documents.views.library import library
from documents.views.links import links, links_check
from documents.views.mine import mine, recent
from documents.views.packages import (
    package,
    package_add,
    package_edit,
    package_item_remove,
    package_item_shift,
    packages,
)
from documents.views.reading import read, reading_list, receipt_back, requirement_add, requirement_end
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
from documents.views.unit_documents import statement, statements, unit_documents, unit_news, unit_news_send
from documents.views.writing import link_finder, write

__all__ = [
    "amend",
    "approve",
    "apt",
    "apt_add",
    "apt_correct",
    "apt_hold",
    "apt_print",
    "apt_record",
    "apt_remove",
    "apt_show",
    "batch",
    "batch_files",
    "batch_new",
    "batch_sheet",
    "batch_throw",
    "compare",
    "compare_choose",
    "confirm",
    "create",
    "document",
    "document_history",
    "edit",
    "freeze",
    "frozen_file",
    "holds",
    "in_force",
    "introduction",
    "introduction_certificate",
    "introduction_certify",
    "introduction_mentor",
    "introduction_tick",
    "introductions",
    "invite",
    "library",
    "link",
    "link_finder",
    "link_from_process",
    "links",
    "links_check",
    "make_whole",
    "mine",
    "new_revision",
    "package",
    "package_add",
    "package_edit",
    "package_item_remove",
    "package_item_shift",
    "packages",
    "read",
    "reading_list",
    "receipt_back",
    "recent",
    "remiss",
    "remiss_answer",
    "remiss_answers",
    "remiss_change",
    "remiss_close",
    "remiss_decide",
    "remiss_start",
    "replaces",
    "requirement_add",
    "requirement_end",
    "review_list",
    "reviews",
    "revision",
    "revision_edit",
    "revision_file",
    "statement",
    "statements",
    "strip_file",
    "toggle_favourite",
    "transition",
    "uninvite",
    "unit_documents",
    "unit_news",
    "unit_news_send",
    "unlink",
    "withdraw",
    "write",
]
