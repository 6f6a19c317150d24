from kvalitet.models.access import AccessLog
from kvalitet.models.blob import Blob
from kvalitet.models.job import Job
from kvalitet.models.notification import Notification

__all__ = ["AccessLog", "Blob", "Job", "Notification"]
