from documents.models.access import DocumentUserPermission, Favourite
from documents.models.confirmation import Reminder, ReviewConfirmation
from documents.models.document import Document
from documents.models.link import DocumentLink
from documents.models.remiss import ReviewAnswer, ReviewInvitation, ReviewRound
from documents.models.revision import Revision, RevisionTransition
from documents.models.text import ReadablePage, TextReference

__all__ = [
    "Document",
    "DocumentLink",
    "DocumentUserPermission",
    "Favourite",
    "ReadablePage",
    "Reminder",
    "ReviewAnswer",
    "ReviewConfirmation",
    "ReviewInvitation",
    "ReviewRound",
    "Revision",
    "RevisionTransition",
    "TextReference",
]
