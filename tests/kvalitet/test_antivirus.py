"""Uploads are shown to clamd before they are stored: the real one, with a signature made here."""

import io
import logging
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.models import Document, Revision
from kvalitet import antivirus
from processes.models import Process
from tests.documents.files import samples
from tests.documents.test_pages import NEW, form
from tests.processes.factories import bpmn

pytestmark = pytest.mark.django_db
CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
REASON = "clamd finns inte på datorn (Debian: clamav-daemon)"
NAME = "Kvalitet.Test"
HARMFUL = "KVALITET-PROVVIRUS-7c1f2b"
CONF = """
LocalSocket {folder}/clamd.sock
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {folder}
Foreground yes
StreamMaxLength 1M
ConcurrentDatabaseReload no
"""


@pytest.fixture(scope="module")
def clamd() -> Iterator[tuple[str, str]]:
    """The two places where it listens, with one signature alone."""
    if CLAMD is None:
        pytest.skip(REASON)
    # Its socket's path may be 107 bytes long.
    with tempfile.TemporaryDirectory(prefix="kv", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "own.ndb").write_text(f"{NAME}:0:*:{HARMFUL.encode().hex()}\n")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        (folder / "clamd.conf").write_text(CONF.format(folder=folder, port=port))
        command = [CLAMD, "-c", str(folder / "clamd.conf")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 30
            while not (folder / "clamd.sock").exists() and time.monotonic() < until:
                assert process.poll() is None, "clamd stopped while starting"
                time.sleep(0.1)
            yield str(folder / "clamd.sock"), f"127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


def stored(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


BUILT = {
    "a.txt": lambda text: text.encode(),
    "a.docx": samples.docx_file,
    "a.pdf": samples.pdf_file,
}


@pytest.mark.parametrize("name", BUILT)
@pytest.mark.parametrize("place", [0, 1], ids=["socket", "port"])
def test_a_harmful_file_is_stopped_and_a_good_one_goes_in(
    cast, client_for, settings, clamd, *, caplog, name, place
):
    settings.CLAMD = clamd[place]
    client = client_for("ombud")
    file = SimpleUploadedFile(f"hemligt-{name}", BUILT[name](f"Nyckel {HARMFUL}"))
    with caplog.at_level(logging.WARNING, logger="kvalitet.antivirus"):
        page = client.post(NEW, form(cast, file=file))
    assert page.status_code == 200
    assert "stoppades av virusskyddet och är inte sparad" in page.text
    assert "Rutin för nycklar" in page.text
    assert not Document.objects.exists()
    assert stored(settings) == []
    told = [record.getMessage() for record in caplog.records if record.name == "kvalitet.antivirus"]
    assert len(told) == 1
    assert NAME in told[0]
    for secret in ("hemligt", cast.ombud.name, cast.ombud.email):
        assert secret not in told[0]
    good = SimpleUploadedFile(name, BUILT[name]("Nyckeln hänger i skåpet."))
    assert client.post(NEW, form(cast, file=good)).status_code == 302
    assert Revision.objects.get().file_name == name


def test_a_map_from_another_tool_is_looked_at_too(cast, client_for, settings, clamd):
    settings.CLAMD = clamd[0]
    client = client_for("processhandledare")
    for data, said in ((bpmn(("a", HARMFUL)), True), (bpmn(("a", "Ta emot")), False)):
        for address, field in (("/processer/importera/", "file"), ("/processer/importera/flera/", "files")):
            values = {field: SimpleUploadedFile("a.bpmn", data), "kind": "main", "visibility": "internal"}
            page = client.post(address, values)
            assert ("virusskyddet" in page.text) is said, address
    assert not Process.objects.filter(title=HARMFUL).exists()


def test_a_file_over_what_clamd_takes_is_not_taken_in_unseen(settings, clamd):
    settings.CLAMD = clamd[0]
    with pytest.raises(antivirus.NotScanned):
        antivirus.scan(io.BytesIO(b"x" * 3_000_000))


def test_the_file_is_left_at_its_start(settings, clamd):
    settings.CLAMD = clamd[0]
    file = io.BytesIO(b"Nyckeln.")
    file.read()
    antivirus.scan(file)
    assert file.read() == b"Nyckeln."


def test_nothing_goes_in_while_clamd_is_away_unless_the_setting_says_so(cast, client_for, settings, tmp_path):
    settings.CLAMD = f"unix:{tmp_path}/nobody.sock"
    client = client_for("ombud")
    page = client.post(NEW, form(cast, file=SimpleUploadedFile("a.txt", b"Nyckeln.")))
    assert "kan inte granskas av virusskyddet just nu och är inte sparad" in page.text
    assert "Rutin för nycklar" in page.text
    assert not Document.objects.exists()
    assert stored(settings) == []
    settings.CLAMD_REQUIRED = False
    assert client.post(NEW, form(cast, file=SimpleUploadedFile("a.txt", b"Nyckeln."))).status_code == 302


def test_one_that_takes_the_file_and_never_answers_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(antivirus, "SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD = f"127.0.0.1:{silent.getsockname()[1]}"
        start = time.monotonic()
        with pytest.raises(antivirus.NotScanned):
            antivirus.scan(io.BytesIO(b"Nyckeln."))
        assert time.monotonic() - start < 5


def test_without_the_setting_nobody_is_asked(settings):
    settings.CLAMD = ""
    antivirus.scan(io.BytesIO(HARMFUL.encode()))
