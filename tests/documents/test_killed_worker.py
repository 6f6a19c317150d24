"""A worker that is killed (-9) in the middle of a file: the next one ends with one result and one file."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connection
from django.utils import timezone

from documents import extraction
from documents.frozen import freezing
from documents.models import FrozenCopy, Revision
from kvalitet import jobs
from kvalitet.models import Job
from kvalitet.models.job import JobStatus
from tests.browser.demo_site import _url
from tests.cast import make_cast
from tests.documents.factories import checked
from tests.documents.factories import make_draft as make_read_draft
from tests.documents.test_frozen import authored, stored_files

pytestmark = pytest.mark.django_db(transaction=True)
# Its work is done, and it dies before it could tell.
KILLED = """
import os, signal, sys, django
django.setup()
from documents import extraction
from documents.frozen import freezing
from kvalitet import jobs
module, name = {place}
real = getattr(module, name)
def killed(*args):
    real(*args)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(module, name, killed)
jobs.run(sys.argv[1])
"""


def killed_at(place: str, job: Job) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": _url(connection.settings_dict),
        "STORAGE_URL": str(project.MEDIA_ROOT),
    }
    command = [sys.executable, "-W", "ignore", "-c", KILLED.format(place=place), str(job.pk)]
    ended = subprocess.run(
        command, cwd=project.BASE_DIR, env=environment, check=False, timeout=60, capture_output=True
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    held = Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING)
    assert held.update(leased_until=timezone.now() - timedelta(seconds=1)) == 1


def test_the_text_is_read_by_the_next_worker(settings):
    cast = make_cast()
    revision = make_read_draft(cast, content=checked("Nyckeln hänger i skåpet."))
    Revision.objects.filter(pk=revision.pk).update(text="", text_read_at=None)
    job = extraction.enqueue(revision, user=cast.ombud)
    killed_at("extraction, 'text_of'", job)
    assert Revision.objects.get(pk=revision.pk).text_read_at is None
    jobs.run(job.pk)
    assert Revision.objects.defer(None).get(pk=revision.pk).text == "Nyckeln hänger i skåpet."
    assert Job.objects.get(pk=job.pk).status == JobStatus.DONE
    assert stored_files(None, settings) == 1


def test_what_was_decided_is_kept_once(settings):
    cast = make_cast()
    revision = authored(cast)
    job = Job.objects.get(kind=freezing.KIND)
    killed_at("freezing, '_store'", job)
    assert not FrozenCopy.objects.exists()
    assert stored_files(None, settings) == 1, "what the killed one left"
    jobs.run(job.pk)
    copy = FrozenCopy.objects.get(revision=revision)
    assert stored_files(None, settings) == 1
    assert (Path(settings.MEDIA_ROOT) / copy.storage_key).is_file()
