"""Files on S3, over HTTP against a server of its own: private, whole or absent, and told of when away."""

import concurrent.futures
import hashlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import tracemalloc
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core import checks
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import extraction
from documents.models import Document, Revision
from improvement.actions import attaching
from improvement.actions.attaching import Ready
from improvement.enums import AttachmentKind
from improvement.models import Deviation
from kvalitet import backup, jobs, s3, storage
from kvalitet.models import Job
from kvalitet.models.job import JobStatus
from kvalitet.organisation.models import User
from tests.cast import make_cast
from tests.documents.factories import make_draft, make_in_force, upload
from tests.documents.test_pages import NEW, form
from tests.improvement.files import sent
from tests.improvement.test_report_page import NEW as REPORT
from tests.improvement.test_report_page import WHAT, values
from tests.kvalitet.test_backup import empty_database
from tests.kvalitet.test_storage import Breaks, received, send
from tests.s3 import broken_server, s3_server

pytestmark = pytest.mark.django_db
ENDPOINT = "endpoint=https://s3.kommunen.se"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture
def at(settings):
    """Makes the server at an address, a new bucket on it, the storage in use, and gives it."""
    settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "nyckel", "hemlig nyckel"

    def use(endpoint: str, options: str = ""):
        settings.STORAGE_URL = f"s3://hink-{uuid.uuid4().hex}/filer?endpoint={endpoint}{options}"
        default = {"BACKEND": "kvalitet.s3.PrivateBucket"}
        settings.STORAGES = {**settings.STORAGES, "default": default}
        return storage.in_use()

    return use


def read(made, key):
    with made.open(key) as file:
        return file.read()


@pytest.fixture
def bucket(server, at):
    return new_bucket(at(server, "&encryption=AES256"))


def new_bucket(made):
    made._client.create_bucket(Bucket=made.place.bucket)
    return made


@pytest.fixture
def away(monkeypatch):
    """A server that refuses all, with less patience than in earnest."""
    for patience in (s3.PATIENT, s3.QUICK):
        monkeypatch.setitem(patience, "read_timeout", 0.3)
    with broken_server() as server:
        yield server


def test_what_is_put_is_there_for_its_own_key_alone_and_encrypted(bucket):
    data = os.urandom(3 * storage.BLOCK + 17)
    upload = SimpleUploadedFile("../hemlig.html", data)
    upload.read()
    stored = storage.put(upload)
    assert (stored.sha256, stored.size) == (hashlib.sha256(data).hexdigest(), len(data))
    with storage.open_stored(stored.key) as file:
        assert file.read() == data
    at_place = {"Bucket": bucket.place.bucket, "Key": f"filer/{stored.key}"}
    grants = bucket._client.get_object_acl(**at_place)["Grants"]
    assert [one["Grantee"]["Type"] for one in grants] == ["CanonicalUser"]
    assert bucket._client.head_object(**at_place)["ServerSideEncryption"] == "AES256"
    with pytest.raises(NotImplementedError):
        bucket.url(stored.key)
    assert list(bucket.keys()) == [stored.key]
    storage.delete(stored.key)
    storage.delete(stored.key)
    with pytest.raises(FileNotFoundError):
        storage.open_stored(stored.key)


def test_nothing_is_written_over_and_two_at_once_are_one(bucket):
    key = storage.key_of(uuid.uuid4().hex)
    with concurrent.futures.ThreadPoolExecutor(4) as at_once:
        list(at_once.map(lambda _: bucket.save(key, ContentFile(b"samma")), range(4)))
    with pytest.raises(storage.StorageDown):
        bucket.save(key, ContentFile(b"andra"))
    assert read(bucket, key) == b"samma"
    assert len({storage.put(io.BytesIO(b"samma")).key for _ in range(2)}) == 2


def test_an_upload_that_breaks_leaves_nothing(bucket):
    with pytest.raises(OSError, match="broken"):
        storage.put(Breaks(OSError("broken")))
    assert list(bucket.keys()) == []


def test_an_answer_is_as_from_a_folder(bucket, tmp_path):
    def answers():
        stored = storage.put(io.BytesIO(b"%PDF-1.7"))
        whole = send(stored, inline=True)
        assert received(whole) == b"%PDF-1.7"
        again = send(stored, headers={"If-None-Match": f'"{stored.sha256}"'})
        return dict(whole.headers), again.status_code, dict(again.headers)

    from_bucket = answers()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "in_use", lambda: storage.PrivateFolder(location=tmp_path))
        assert from_bucket == answers()


def test_a_large_file_takes_little_memory(bucket):
    with tempfile.TemporaryFile() as large:
        for _ in range(25):
            large.write(os.urandom(storage.BLOCK))
        tracemalloc.start()
        stored = storage.put(large)
        response = send(stored)
        assert sum(len(block) for block in response.streaming_content) == 25 * storage.BLOCK
        response.close()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 * storage.BLOCK


@pytest.mark.parametrize("how", ["key", "bucket", "quota", "full", "broken", "silent"])
def test_what_goes_wrong_is_told_soon_and_in_swedish(away, at, how):
    at(away.address)
    away.how = how
    began = time.monotonic()
    wanted = storage.StorageFull if how in ("quota", "full") else storage.StorageDown
    with pytest.raises(wanted, match="lagringen"):
        storage.put(io.BytesIO(b"x"))
    for ask in (lambda: storage.open_stored(storage.key_of("a" * 32)), storage.ask):
        with pytest.raises(storage.StorageFault, match="lagringen"):
            ask()
    assert time.monotonic() - began < 8
    assert away.asked <= 5


def test_the_content_is_signed_so_that_a_damaged_one_is_refused(away, at):
    at(away.address)
    away.how = "well"
    for file in (io.BytesIO(b"ab" * storage.BLOCK), SimpleUploadedFile("a", b"x"), ContentFile(b"")):
        away.signed = False
        storage.put(file)
        assert away.signed


def test_half_a_file_is_never_given(away, at):
    at(away.address)
    away.how = "cut"
    with pytest.raises(storage.StorageDown):
        storage.open_stored(storage.key_of("a" * 32))


def test_a_page_tells_that_the_storage_is_away_and_keeps_what_was_written(bucket, away, at, cast, client_for):
    document = make_in_force(cast)
    at(away.address)
    client = client_for("ombud")
    assert client.get("/healthz").json()["storage"] is False
    for page in (
        client.post(NEW, form(cast, title="Rutin för snö", file=upload("Skotta."))),
        client.post(REPORT, values(cast, files=[sent()])),
    ):
        assert page.status_code == 200
        assert storage.NOT_SAVED in page.text
        assert "Rutin för snö" in page.text or WHAT in page.text
    address = reverse("documents:in_force", args=[document.pk])
    page = client.get(address)
    assert page.status_code == 503
    assert storage.NOT_REACHED in page.text
    assert document.title not in page.text
    assert not Deviation.objects.exists()
    assert Document.objects.count() == 1
    assert Client().get(address).status_code == 404  # rights are asked for first


def test_a_job_waits_for_the_storage_and_is_then_done(bucket, away, at, cast, settings):
    revision = make_draft(cast)
    Revision.objects.filter(pk=revision.pk).update(text="", text_read_at=None)
    job = extraction.enqueue(revision, user=cast.ombud)
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    there, _ = settings.STORAGE_URL, at(away.address)
    for _ in range(jobs.MAX_ATTEMPTS + 1):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts, job.message) == (JobStatus.WAITING, 0, jobs.NO_STORAGE)
    assert jobs.wake_waiting() == 0
    settings.STORAGE_URL = there
    settings.STORAGES = {**settings.STORAGES}  # which is when it is asked for anew
    assert jobs.wake_waiting() == 1
    jobs.run(job.pk)
    assert Job.objects.get(pk=job.pk).status == JobStatus.DONE
    assert Revision.objects.defer(None).get(pk=revision.pk).text


def test_what_cannot_be_thrown_now_is_not_forgotten(bucket, away, at, cast):
    key = uuid.uuid4()
    attaching.keep([Ready(io.BytesIO(b"bild"), AttachmentKind.PICTURE)], user=cast.medarbetare, key=key)
    at(away.address)
    with pytest.raises(storage.StorageDown):
        attaching.drop(1, user=cast.medarbetare, key=key)
    assert attaching.waiting(cast.medarbetare, key)


# It dies in the middle of the third file, which is then on its way to the server.
KILLED = """
import os, signal, sys, django
django.setup()
from django.core.management import call_command
from kvalitet.storage import BLOCK, PrivateFolder
opened = []
class Dying:
    def __init__(self, file): self.file = file
    def __enter__(self): return self
    def __exit__(self, *args): self.file.close()
    def __getattr__(self, name): return getattr(self.file, name)
    sent = 0
    def read(self, size=-1):
        block = self.file.read(size)
        if 0 < size < BLOCK:  # as the library sends, and not as it counts
            self.sent += len(block)
        if self.sent > BLOCK:
            os.kill(os.getpid(), signal.SIGKILL)
        return block
real = PrivateFolder.open
def open(self, *args):
    opened.append(real(self, *args))
    return opened[-1] if len(opened) < 3 else Dying(opened[-1])
PrivateFolder.open = open
call_command("copy_files", to=sys.argv[1])
"""


def test_files_are_moved_by_a_command_that_is_killed_in_the_middle(bucket, tmp_path, capsys):
    folder = storage.PrivateFolder(location=tmp_path / "filer")
    keys = [storage.key_of(uuid.uuid4().hex) for _ in range(5)]
    for key in keys:
        folder.save(key, ContentFile(os.urandom(2 * storage.BLOCK)))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "STORAGE_URL": folder.location,
        "S3_ACCESS_KEY": "nyckel",
        "S3_SECRET_KEY": "hemlig nyckel",
    }
    command = [sys.executable, "-W", "ignore", "-c", KILLED, project.STORAGE_URL]
    ended = subprocess.run(command, cwd=project.BASE_DIR, env=environment, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert list(bucket.keys()) == sorted(keys)[:2]

    call_command("copy_files", source=folder.location)
    assert "3 filer kopierade, 2 fanns, alla lika" in capsys.readouterr().out
    assert list(bucket.keys()) == list(folder.keys()) == sorted(keys)
    assert all(read(bucket, key) == read(folder, key) for key in keys)

    Path(folder.path(keys[0])).write_bytes(b"andra bytes")
    with pytest.raises(CommandError, match=f"1 filer skiljer sig och är inte rörda:\n{keys[0]}"):
        call_command("copy_files", source=folder.location)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "Ange --to"),
        ({"source": "/finns/inte"}, "Mappen /finns/inte finns inte"),
        ({"target": "ftp://hink"}, "STORAGE_URL ska vara en mapp"),
    ],
)
def test_a_move_that_was_asked_for_wrongly_is_refused(bucket, options, told):
    with pytest.raises(CommandError, match=told):
        call_command("copy_files", **options)


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_made_of_it_and_put_back_into_it(bucket, at, server, tmp_path):
    make_cast()
    people = User.objects.count()
    key = storage.put(io.BytesIO(b"Rutin")).key
    backup.make(tmp_path / "kopia", tell=len)
    new_bucket(at(server))
    with empty_database():
        call_command("restore", tmp_path / "kopia", stdout=io.StringIO())
        assert User.objects.count() == people
    with empty_database(), pytest.raises(CommandError, match="Lagringen är inte tom"):
        call_command("restore", tmp_path / "kopia")
    assert read(storage.in_use(), key) == b"Rutin"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"s3://hink/mapp?{ENDPOINT}&region=se-1&encryption=AES256", ""),
        ("s3://hink?region=eu-north-1", ""),
        ("/srv/filer", ""),
        ("https://s3.kommunen.se/hink", "en mapp eller en adress som s3://"),
        ("s3:hink", "hinkens namn"),
        (f"s3://Hink?{ENDPOINT}", "hinkens namn"),
        (f"s3://nyckel:hemlig@hink?{ENDPOINT}", "får inte innehålla nycklar"),
        (f"s3://hink?{ENDPOINT}&acl=public-read", "får bara ha"),
        (f"s3://hink?{ENDPOINT}&{ENDPOINT}", "får bara ha"),
        ("s3://hink?endpoint=s3.kommunen.se", "ska vara serverns adress"),
        ("s3://hink", "endpoint, eller region"),
        (f"s3://hink?{ENDPOINT}&encryption=ja", "AES256 eller aws:kms"),
        ("s3://hink?endpoint=http://s3.kommunen.se", "okrypterade"),
    ],
)
def test_a_wrong_address_is_told_of_before_anything_starts(settings, url, told):
    settings.STORAGE_URL, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = url, "a", "b"
    found = checks.run_checks(include_deployment_checks=True)
    ours = [str(one.msg) for one in found if str(one.id).startswith("kvalitet.")]
    assert len(ours) == bool(told)
    assert told in "".join(ours)


def test_an_address_without_keys_is_told_of(settings):
    settings.STORAGE_URL = f"s3://hink?{ENDPOINT}"
    with pytest.raises(CommandError, match="S3_ACCESS_KEY"):
        call_command("copy_files", source=settings.STORAGE_URL, skip_checks=True)
    assert [one.id for one in checks.run_checks(tags=["files"])] == ["kvalitet.E002"]
