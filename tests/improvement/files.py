"""Files of reports and notes, sent, stored and fetched."""

import io
import uuid
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from improvement import actions
from improvement.actions import attaching
from improvement.enums import AttachmentKind
from tests.documents.test_cleaning import photo
from tests.improvement.test_report_page import WHAT

# Who reads the files of a report, and who knows of the case and reads none.
READ = {"chef", "ersattare", "medarbetare"}
KNOW = {"avdelningschef", "samordnare"}


def stored(folder: Path):
    return [one for one in folder.rglob("*") if one.is_file()]


def sent(data=None, name="IMG_2041 Majken Hemlig.jpg"):
    return SimpleUploadedFile(name, photo() if data is None else data, content_type="image/jpeg")


def case_with(cast, *files, **more):
    """A report whose files count as clean, which costs a process each."""
    kinds = {True: AttachmentKind.PDF, False: AttachmentKind.PICTURE}
    ready = [attaching.Ready(io.BytesIO(one), kinds[one.startswith(b"%PDF")]) for one in files or (photo(),)]
    data = {"what_happened": WHAT, "happened_on": timezone.localdate(), "unit": cast.units.home, "harm": "no"}
    case, _ = actions.report(
        user=cast.medarbetare, submission=uuid.uuid4(), values={**data, **more, "files": ready}
    )
    return case


def fetch(client, path):
    """The answer, read to its end, which closes the file."""
    answer = client.get(path)
    answer.data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def address(case, number=1):
    return f"{case.get_absolute_url()}bilaga/{number}/"


def later(case, path, **more):
    """The page, and what is typed in it."""
    typed = {"submission": str(uuid.uuid4()), "kind": "assessment", "text": "Larmet var av."}
    return f"{case.get_absolute_url()}{path}/", {**typed, **more}
