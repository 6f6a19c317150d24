"""What was decided in Norrvik, kept: a PDF is its own copy, and of some others the job makes one."""

from documents.enums import FrozenKind
from documents.files.kinds import FileKind
from documents.frozen import freezing
from documents.models import FrozenCopy, Revision

# Few, since each takes a program some seconds.
MADE = ("Rutin för skyddsbedömning", "Rutin för nyckelhantering")


def load() -> None:
    issued = Revision.objects.issued().filter(frozen=None).select_related("approved_by")
    FrozenCopy.objects.bulk_create(
        FrozenCopy(
            revision=one,
            kind=FrozenKind.PDF,
            storage_key=one.storage_key,
            sha256=one.sha256,
            size=one.size,
            pages=one.pages,
        )
        for one in issued.filter(file_kind=FileKind.PDF)
    )
    for one in issued.filter(document__title__in=MADE):
        freezing.enqueue(one, user=one.approved_by)
