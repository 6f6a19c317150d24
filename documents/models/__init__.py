from documents.models.access import DocumentUserPermission, Favourite
from documents.models.apt import AptItem, GroupReadAttendant, GroupReading, GroupReadVersion
from documents.models.batch import UploadBatch, UploadItem
from documents.models.confirmation import Reminder, ReviewConfirmation
from documents.models.document import Document
from documents.models.frozen import FrozenCopy
from documents.models.introduction import (
    Introduction,
    IntroductionCertificate,
    IntroductionPackage,
    IntroductionTick,
    PackageItem,
    ReadingReminder,
)
from documents.models.link import DocumentLink
from documents.models.link_check import LinkCheck, LinkPlace
from documents.models.receipts import ReadReceipt, ReceiptRequirement, ReceiptRetraction
from documents.models.remiss import ReviewAnswer, ReviewInvitation, ReviewRound
from documents.models.revision import Revision, RevisionTransition
from documents.models.statement import UnitStatement
from documents.models.text import ReadablePage, TextReference
from documents.models.text_print import TextPrint

__all__ = [
    "AptItem",
    "Document",
    "DocumentLink",
    "DocumentUserPermission",
    "Favourite",
    "FrozenCopy",
    "GroupReadAttendant",
    "GroupReadVersion",
    "GroupReading",
    "Introduction",
    "IntroductionCertificate",
    "IntroductionPackage",
    "IntroductionTick",
    "LinkCheck",
    "LinkPlace",
    "PackageItem",
    "ReadReceipt",
    "ReadablePage",
    "ReadingReminder",
    "ReceiptRequirement",
    "ReceiptRetraction",
    "Reminder",
    "ReviewAnswer",
    "ReviewConfirmation",
    "ReviewInvitation",
    "ReviewRound",
    "Revision",
    "RevisionTransition",
    "TextPrint",
    "TextReference",
    "UnitStatement",
    "UploadBatch",
    "UploadItem",
]
