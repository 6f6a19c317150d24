import errno
import hashlib
import io
import os
import stat
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from kvalitet import storage

# An answer that is closed looks at the connection, which an earlier test in the process may have opened.
pytestmark = pytest.mark.django_db
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def send(stored, **options):
    given = {"name": "rutin.pdf", "content_type": "application/pdf", "sha256": stored.sha256} | options
    headers = given.pop("headers", {})
    return storage.download_response(RequestFactory().get("/", headers=headers), stored.key, **given)


def received(response) -> bytes:
    data = b"".join(response.streaming_content)
    response.close()
    return data


def test_put_keeps_every_byte_and_measures_them(folder):
    data = os.urandom(3 * storage.BLOCK + 17)
    stored = storage.put(io.BytesIO(data))
    assert (stored.sha256, stored.size) == (hashlib.sha256(data).hexdigest(), len(data))
    with storage.open_stored(stored.key) as file:
        assert file.read() == data


def test_put_starts_at_the_beginning_of_a_file_already_read(folder):
    upload = SimpleUploadedFile("a.txt", b"hela texten")
    upload.read()
    assert storage.put(upload).size == 11


def test_put_takes_an_empty_file(folder):
    assert storage.put(ContentFile(b"")).sha256 == hashlib.sha256(b"").hexdigest()


def test_the_name_on_disk_holds_nothing_of_the_users(folder):
    storage.put(SimpleUploadedFile("../../hemlig.html", b"x"))
    [path] = files_in(folder)
    assert storage.KEY.fullmatch(path.relative_to(folder).as_posix())


def test_the_same_bytes_twice_are_two_files(folder):
    first, second = storage.put(io.BytesIO(b"x")), storage.put(io.BytesIO(b"x"))
    storage.delete(first.key)
    with storage.open_stored(second.key) as file:
        assert file.read() == b"x"


def test_only_the_owner_can_read_files_and_folders(folder):
    before = os.umask(0)
    try:
        storage.put(io.BytesIO(b"x"))
    finally:
        os.umask(before)
    for path in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o600 if path.is_file() else 0o700)


class Breaks(io.BytesIO):
    """Fails after its first block, as a full disk or a broken upload does."""

    def __init__(self, error: OSError) -> None:
        super().__init__(b"x" * 100)
        self.error = error
        self.is_read = False

    def read(self, size: int | None = -1) -> bytes:
        if self.is_read:
            raise self.error
        self.is_read = True
        return super().read(size)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_disk_says_so_in_swedish_and_keeps_nothing(folder, number):
    with pytest.raises(storage.StorageFull, match="lagringen är full"):
        storage.put(Breaks(OSError(number, "full")))
    assert files_in(folder) == []


def test_another_fault_is_not_called_full_and_keeps_nothing(folder):
    with pytest.raises(OSError, match="broken"):
        storage.put(Breaks(OSError(errno.EIO, "broken")))
    assert files_in(folder) == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "../../etc/passwd",
        "/etc/passwd",
        "ab/cd/../../x",
        "ab/cd/" + "g" * 32,
        "ab/cd/" + "a" * 32 + "\n",
        "ab\\cd",
    ],
)
def test_a_key_that_is_not_ours_is_refused(folder, key):
    with pytest.raises(SuspiciousFileOperation):
        storage.open_stored(key)
    with pytest.raises(SuspiciousFileOperation):
        storage.delete(key)


def test_delete_can_be_tried_again(folder):
    stored = storage.put(io.BytesIO(b"x"))
    storage.delete(stored.key)
    storage.delete(stored.key)
    with pytest.raises(FileNotFoundError):
        storage.open_stored(stored.key)


def test_a_download_is_an_attachment_with_its_swedish_name(folder):
    stored = storage.put(io.BytesIO(b"PK data"))
    response = send(stored, name="Rutin för åtgärd ”ö”.docx", content_type=DOCX)
    assert response["Content-Disposition"].startswith(
        "attachment; filename*=utf-8''Rutin%20f%C3%B6r%20%C3%A5tg"
    )
    assert response["Content-Type"] == DOCX
    assert response["Content-Length"] == "7"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Cache-Control"] == "private, no-cache"
    assert received(response) == b"PK data"


def test_a_pdf_may_open_in_its_own_tab(folder):
    response = send(storage.put(io.BytesIO(b"%PDF-")), inline=True)
    assert response["Content-Disposition"] == 'inline; filename="rutin.pdf"'
    assert "default-src 'none'" in response["Content-Security-Policy"]
    response.close()


@pytest.mark.parametrize(
    "content_type", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "x\r\ny"]
)
def test_what_a_browser_could_run_is_sent_as_bytes_to_save(folder, content_type):
    response = send(
        storage.put(io.BytesIO(b"<script>")), name="a.html", content_type=content_type, inline=True
    )
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"].startswith("sandbox")
    response.close()


def test_text_never_opens_in_the_browser(folder):
    response = send(storage.put(io.BytesIO(b"text")), name="a.txt", content_type="text/plain", inline=True)
    assert response["Content-Disposition"].startswith("attachment")
    response.close()


@pytest.mark.parametrize(
    "name", ['a"; filename="x.exe', "a\r\nSet-Cookie: x=1", "a/../b.pdf", "a\\b.pdf", "ö\x00.pdf"]
)
def test_a_name_cannot_break_out_of_its_header(folder, name):
    response = send(storage.put(io.BytesIO(b"x")), name=name)
    header = response["Content-Disposition"]
    assert "\r" not in header
    assert "\n" not in header
    assert "/../" not in header
    assert 'filename="x.exe' not in header.replace('\\"', "")
    response.close()


def test_the_same_bytes_are_not_sent_again(folder):
    stored = storage.put(io.BytesIO(b"x"))
    response = send(stored, headers={"If-None-Match": f'"{stored.sha256}"'})
    assert response.status_code == 304
    assert response["ETag"] == f'"{stored.sha256}"'


def test_new_bytes_are_sent_when_the_browser_has_older(folder):
    stored = storage.put(io.BytesIO(b"x"))
    response = send(stored, headers={"If-None-Match": '"0000"'})
    assert response.status_code == 200
    assert received(response) == b"x"


def test_file_of_a_job_is_found_by_job_and_fence(folder):
    job = uuid.uuid4()
    name = storage.name_of_job(job, 3, "uncut")
    stored = storage.put(io.BytesIO(b"x"), name=name)
    assert stored.key == storage.key_of(name)
    assert job.hex in stored.key
    assert storage.checked(stored.key)
    storage.delete(stored.key)
