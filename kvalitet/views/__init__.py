from kvalitet.views.errors import broken, forbidden, not_found, unreadable
from kvalitet.views.jobs import job_cancel, job_detail, job_retry
from kvalitet.views.notices import notices, notices_read
from kvalitet.views.start import my_work, start

__all__ = [
    "broken",
    "forbidden",
    "job_cancel",
    "job_detail",
    "job_retry",
    "my_work",
    "not_found",
    "notices",
    "notices_read",
    "start",
    "unreadable",
]
