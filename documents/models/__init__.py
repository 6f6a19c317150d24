from documents.models.access import DocumentUserPermission, Favourite
from documents.models.document import Document
from documents.models.frozen import FrozenCopy
from documents.models.link import DocumentLink
from documents.models.revision import Revision, RevisionTransition

__all__ = [
    "Document",
    "DocumentLink",
    "DocumentUserPermission",
    "Favourite",
    "FrozenCopy",
    "Revision",
    "RevisionTransition",
]
