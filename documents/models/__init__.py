from documents.models.access import DocumentUserPermission, Favourite
from documents.models.batch import UploadBatch, UploadItem
from documents.models.document import Document
from documents.models.link import DocumentLink
from documents.models.link_check import LinkCheck, LinkPlace
from documents.models.revision import Revision, RevisionTransition
from documents.models.text_print import TextPrint

__all__ = [
    "Document",
    "DocumentLink",
    "DocumentUserPermission",
    "Favourite",
    "LinkCheck",
    "LinkPlace",
    "Revision",
    "RevisionTransition",
    "TextPrint",
    "UploadBatch",
    "UploadItem",
]
