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
from documents.views.decide import approve, review_list, transition, withdraw
from documents.views.document import document, document_history, revision, toggle_favourite
from documents.views.edit import create, edit, new_revision, revision_edit
from documents.views.files import in_force, revision_file
from documents.views.introduction import (
    introduction,
    introduction_certificate,
    introduction_certify,
    introduction_mentor,
    introduction_tick,
    introductions,
)
from documents.views.library import library
from documents.views.packages import package, package_add, package_edit, package_item_remove, packages
from documents.views.reading import read, reading_list, receipt_back, requirement_add, requirement_end
from documents.views.sharing import invite, link, link_from_process, uninvite, unlink
from documents.views.unit_documents import statement, statements, unit_documents, unit_news, unit_news_send

__all__ = [
    "approve",
    "apt",
    "apt_add",
    "apt_correct",
    "apt_hold",
    "apt_print",
    "apt_record",
    "apt_remove",
    "apt_show",
    "create",
    "document",
    "document_history",
    "edit",
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
    "link_from_process",
    "new_revision",
    "package",
    "package_add",
    "package_edit",
    "package_item_remove",
    "packages",
    "read",
    "reading_list",
    "receipt_back",
    "requirement_add",
    "requirement_end",
    "review_list",
    "revision",
    "revision_edit",
    "revision_file",
    "statement",
    "statements",
    "toggle_favourite",
    "transition",
    "uninvite",
    "unit_documents",
    "unit_news",
    "unit_news_send",
    "unlink",
    "withdraw",
]
