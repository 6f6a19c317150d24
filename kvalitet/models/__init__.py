from kvalitet.models.access import AccessLog
from kvalitet.models.blob import Blob
from kvalitet.models.job import Job
from kvalitet.models.notification import Notification
from kvalitet.models.rate import RateCount
from kvalitet.models.search import SearchDirty, SearchEntry, SearchTerm

__all__ = [
    "AccessLog",
    "Blob",
    "Job",
    "Notification",
    "RateCount",
    "SearchDirty",
    "SearchEntry",
    "SearchTerm",
]
