"""Bad files through the web form: a reason in Swedish, nothing lost or half-stored, and in bounded time."""

import contextlib
import resource
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf.generic import NameObject

from documents import extraction
from documents.frozen import freezing
from documents.models import Document, Revision
from kvalitet import jobs
from kvalitet.models import Job
from kvalitet.models.job import JobStatus
from kvalitet.versions import RevisionStatus
from tests.cast import make_cast
from tests.documents.factories import bring_to, make_draft, make_in_force, upload
from tests.documents.files import samples
from tests.documents.test_pages import NEW, form
from tests.processes.test_concurrency import at_once

pytestmark = pytest.mark.django_db
SECONDS = 25


def bomb(build, part):
    return samples.changed(build(), {part: b"\0" * 40_000_000})


def claimed_bomb():
    """An entry that says that it unpacks to two gigabytes."""
    data = samples.changed(samples.xlsx_file(), {"xl/big.xml": b"<a/>"})
    place = data.rindex(b"PK\x01\x02") + 24
    return data[:place] + b"\xff\xff\xff\x7f" + data[place + 4 :]


def looping_pdf():
    writer = samples.pdf_writer()
    pages = writer.root_object["/Pages"]
    pages[NameObject("/Kids")].append(pages.indirect_reference)
    return samples.written(writer)


def locked_pdf():
    writer = samples.pdf_writer()
    writer.encrypt("hemligt", "owner", algorithm="AES-256")
    return samples.written(writer)


def rows_without_end():
    """A small file whose text takes minutes to lay out: sixteen thousand cells in each of its rows."""
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 40_000))
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    return samples.changed(samples.xlsx_file(), {"xl/worksheets/sheet1.xml": sheet})


REFUSED = {
    "zip bomb in docx": (lambda: bomb(samples.docx_file, "word/big.xml"), "a.docx", "orimligt"),
    "zip bomb in xlsx": (lambda: bomb(samples.xlsx_file, "xl/big.xml"), "a.xlsx", "orimligt"),
    "size that is a lie": (claimed_bomb, "a.xlsx", "orimligt"),
    "pdf that loops": (looping_pdf, "a.pdf", "Pdf-filen är skadad"),
    "pdf with a password": (locked_pdf, "a.pdf", "lösenord"),
    "docx with a password": (lambda: samples.compound("EncryptedPackage"), "a.docx", "lösenord"),
    "pdf called docx": (samples.pdf_file, "a.docx", "är en pdf-fil"),
    "program called pdf": (lambda: b"MZ\x90\x00" + bytes(200), "a.pdf", "program"),
    "pdf and zip in one": (lambda: samples.pdf_file() + samples.docx_file(), "a.pdf", "zip-arkiv"),
    "picture and pdf in one": (lambda: b"GIF89a" + samples.pdf_file(), "a.pdf", "bild"),
    "page and pdf in one": (lambda: b"<html>" + samples.pdf_file(), "a.pdf", "inte PDF"),
    "hidden extension": (lambda: b"text", "rutin\u202efdp.exe", "exe"),
}


def stored(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def sent(client, cast, data, name):
    start = time.monotonic()
    page = client.post(NEW, form(cast, file=SimpleUploadedFile(name, data)))
    assert time.monotonic() - start < SECONDS
    return page


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_its_reason_and_leaves_nothing_behind(cast, client_for, settings, what):
    build, name, said = REFUSED[what]
    page = sent(client_for("ombud"), cast, build(), name)
    assert page.status_code == 200
    assert said in page.text
    assert "Rutin för nycklar" in page.text, "what was typed is kept"
    assert not Document.objects.exists()
    assert stored(settings) == []


def test_nothing_larger_than_the_limit_is_held_in_memory_while_it_is_refused(cast, client_for, settings):
    settings.UPLOAD_MAX_BYTES = 4_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    page = sent(client_for("ombud"), cast, b"x" * 6_000_000, "a.txt")
    assert "gränsen är 3,8 MB" in page.text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000, "kilobytes"
    assert stored(settings) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/cron.d/rutin.txt", "rutin.txt"),
        ("C:\\Users\\x\\rutin.txt", "rutin.txt"),
        ("rutin\u202etxt.exe\u202c.txt", "rutintxt.exe.txt"),
        ("rutin\x07\x1b[31m ny.txt", "rutin[31m ny.txt"),
        ("å" * 300 + ".txt", "å" * 116 + ".txt"),
        ("CON.txt", "_CON.txt"),
    ],
)
def test_a_name_is_only_ever_a_name(cast, client_for, settings, name, shown):
    """Sent as a program would, since a browser cleans some of it away."""
    client = client_for("ombud")
    page = client.post(
        NEW, with_file_named(name, form(cast)), content_type="multipart/form-data; boundary=kv"
    )
    assert page.status_code == 302, page.text
    revision = Revision.objects.get()
    assert revision.file_name == shown
    [path] = stored(settings)
    assert not set(path.name) - set("0123456789abcdef")
    answer = client.get(f"{revision.get_absolute_url()}fil/")
    assert b"".join(answer.streaming_content) == b"Nyckeln."
    assert not set("\r\n\x07\x1b\u202e") & set(answer["Content-Disposition"])


def with_file_named(name, values):
    """The body of a form with a file whose name no browser would have sent."""
    parts = [
        f'--kv\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{one}' for key, one in values.items()
    ]
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    parts.append(f"--kv\r\n{head}\r\nContent-Type: text/plain\r\n\r\nNyckeln.")
    return ("\r\n".join(parts) + "\r\n--kv--\r\n").encode()


@contextlib.contextmanager
def full_disk(room):
    """No file of this process grows past ``room`` bytes, as on a disk without more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda: b"Nyckel. " * 50_000, "a.txt"),
        (lambda: samples.docx_file(*[f"Rad {n * n} om nycklar" for n in range(9000)]), "a.docx"),
        (lambda: b"Nyckel. " * 400_000, "stor.txt"),
    ],
    ids=["where it is kept", "where it is looked into", "on its way in"],
)
def test_a_full_disk_is_told_and_what_was_typed_comes_back(cast, client_for, settings, build, name):
    data, client = build(), client_for("ombud")
    with full_disk(20_000):
        page = sent(client, cast, data, name)
    assert page.status_code == 200
    assert "är full" in page.text
    assert "Rutin för nycklar" in page.text
    assert not Document.objects.exists()
    assert stored(settings) == []
    assert sent(client, cast, data, name).status_code == 302, "and when there is room it goes in"


def test_no_room_for_the_pdf_of_what_was_decided_stops_its_job_and_nothing_else(cast, settings):
    settings.LIBREOFFICE = ""
    revision = bring_to(make_draft(cast), cast, RevisionStatus.APPROVED)
    before = stored(settings)
    with full_disk(1000):
        jobs.run(Job.objects.get(kind=freezing.KIND).pk)
    assert stored(settings) == before
    assert Job.objects.get(kind=freezing.KIND).status in (JobStatus.DONE, JobStatus.FAILED)
    assert Revision.objects.get(pk=revision.pk).status == RevisionStatus.APPROVED


def test_a_text_that_takes_for_ever_ends_with_a_note_and_the_file_is_kept(cast, client_for, monkeypatch):
    monkeypatch.setattr(extraction.extract_safely, "__kwdefaults__", {"seconds": 4, "megabytes": 1024})
    page = sent(client_for("ombud"), cast, rows_without_end(), "a.xlsx")
    assert page.status_code == 302, page.text
    start = time.monotonic()
    jobs.run(Job.objects.get(kind=extraction.KIND).pk)
    assert time.monotonic() - start < SECONDS
    revision = Revision.objects.get()
    assert revision.text_read_at
    assert revision.text_note
    answer = client_for("ombud").get(f"{revision.get_absolute_url()}fil/")
    assert b"".join(answer.streaming_content)


@pytest.mark.django_db(transaction=True)
def test_two_who_lay_in_a_new_version_at_once_make_one_and_the_other_is_told(settings):
    cast = make_cast()
    document = make_in_force(cast)
    before = len(stored(settings))

    def send(who):
        def run():
            client = Client()
            client.force_login(cast[who], backend="kvalitet.organisation.authentication.EmailBackend")
            values = {"change_note": f"Av {who}.", "file": upload(f"Ny text av {who}.")}
            return client.post(f"/dokument/{document.pk}/ny-version/", values, follow=True)

        return run

    answers = at_once([send("ombud"), send("chef")])
    drafts = document.revisions.open()
    assert drafts.count() == 1
    assert len(stored(settings)) == before + 1
    winner = drafts.get()
    other = answers[0] if winner.author == cast.chef else answers[1]
    assert "Det finns redan en version under arbete" in other.text
    # Of the loser's words none are lost: they stand in the form, or were never sent past the notice.
    assert "Av ombud." in answers[0].text or winner.author == cast.chef
    assert "Av chef." in answers[1].text or winner.author == cast.ombud
