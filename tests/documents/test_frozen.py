"""What was decided is kept, once and for good: as a PDF where one can be made, else as it came."""

import io
import shutil

import pikepdf
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from documents import extraction, uploads
from documents.enums import FrozenKind, Source
from documents.frozen import freezing
from documents.models import FrozenCopy, Revision
from documents.tasks import freeze_missing
from kvalitet import history, jobs, storage
from kvalitet.models import Job, Notification
from kvalitet.models.job import JobStatus
from kvalitet.versions import RevisionStatus
from tests.documents.factories import bring_to, checked, make_draft
from tests.documents.files import samples

pytestmark = pytest.mark.django_db
BODY = (
    "## Så här gör du\n\nRing först.\n\n| Steg | Vem |\n|---|---|\n| Ring | Ombudet |\n\n### Sedan\n\nSkriv."
)


@pytest.fixture(autouse=True)
def no_office(settings):
    settings.LIBREOFFICE = ""


def of(data: bytes, name: str) -> uploads.CheckedFile:
    return uploads.check(io.BytesIO(data), name)


def approved(cast, content=None, **values) -> Revision:
    return bring_to(make_draft(cast, content=content, **values), cast, RevisionStatus.APPROVED)


def authored(cast) -> Revision:
    """A version whose text is written in the application."""
    revision = make_draft(cast, content="https://rutiner.invalid/text", dnr="SN 2026/12")
    with history.acting_as(cast.ombud, why="prov"):
        Revision.objects.filter(pk=revision.pk).update(
            source=Source.AUTHORED, url="", body=BODY, sha256="a" * 64
        )
    revision.refresh_from_db()
    return bring_to(revision, cast, RevisionStatus.APPROVED)


def job_of(revision: Revision) -> Job:
    return Job.objects.get(kind=freezing.KIND, key=str(revision.pk))


def frozen(revision: Revision) -> FrozenCopy:
    jobs.run(job_of(revision).pk)
    return FrozenCopy.objects.get(revision=revision)


def stored_files(own_folder, settings) -> int:
    from pathlib import Path

    return sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


def test_an_uploaded_pdf_is_its_own_copy_and_not_stored_twice(cast, settings):
    revision = approved(cast, of(samples.pdf_file("en", "två"), "rutin.pdf"))
    before = stored_files(None, settings)
    copy = frozen(revision)
    assert (copy.kind, copy.storage_key, copy.pages) == (FrozenKind.PDF, revision.storage_key, 2)
    assert (copy.sha256, copy.size, copy.note) == (revision.sha256, revision.size, "")
    assert stored_files(None, settings) == before


def test_what_is_written_here_becomes_a_tagged_swedish_pdf_with_what_was_decided(cast):
    revision = authored(cast)
    copy = frozen(revision)
    with storage.open_stored(copy.storage_key) as file, pikepdf.open(file) as pdf:
        assert str(pdf.docinfo.Title) == revision.document.title
        assert str(pdf.Root.Lang) == "sv"
        assert pdf.Root.MarkInfo.Marked is True
        with pdf.open_outline() as outline:
            assert outline.root[0].children[0].title == "Så här gör du"
        assert copy.pages == len(pdf.pages)
    with storage.open_stored(copy.storage_key) as file:
        text = " ".join(extraction.extract_safely(file, extraction.FileKind.PDF).text.split())
    for words in ("Enhetsrutin", cast.units.home.name, "Version 1.0", "av enhetschefen", "SN 2026/12"):
        assert words in text, text
    assert "Ombudet" in text
    told = Notification.objects.filter(user=cast.chef).values_list("sentence", flat=True)
    assert "Enhetsrutin, version 1.0, finns nu som fastställd PDF" in told, "and not its title"
    assert cast.chef.name not in text, "the function decides, and no person is named"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [(samples.docx_file(), "rutin.docx", "Word-dokument"), (b"Text.", "rutin.txt", "Textfil")],
)
def test_a_file_that_cannot_be_made_pdf_here_is_kept_as_it_came_and_says_so(cast, content, name, said):
    revision = approved(cast, of(content, name))
    copy = frozen(revision)
    assert (copy.kind, copy.storage_key) == (FrozenKind.ORIGINAL, revision.storage_key)
    assert copy.note.startswith(f"Original: {said}.")


def test_a_link_has_no_copy(cast):
    revision = approved(cast, "https://www.exempel.invalid/")
    assert not Job.objects.filter(kind=freezing.KIND).exists()
    assert freezing.enqueue(revision, user=cast.chef) is None


def test_nothing_is_kept_of_what_is_not_decided(cast):
    draft = make_draft(cast)
    with pytest.raises(IntegrityError, match="only a decided version"), transaction.atomic():
        FrozenCopy.objects.create(
            revision=draft, kind="pdf", storage_key=draft.storage_key, sha256="a", size=1
        )


def test_nobody_changes_or_removes_a_copy(cast):
    copy = frozen(approved(cast, of(samples.pdf_file(), "rutin.pdf")))
    for change in (
        lambda: FrozenCopy.objects.filter(pk=copy.pk).update(sha256="b" * 64),
        lambda: FrozenCopy.objects.filter(pk=copy.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match=r"[Cc]annot"), transaction.atomic():
            change()


def test_a_worker_killed_after_it_stored_the_file_leaves_one_copy_and_one_file(cast, settings):
    revision = authored(cast)
    job = job_of(revision)
    Job.objects.filter(pk=job.pk).update(fence=1, attempts=1)
    job.refresh_from_db()
    freezing._make(job)  # what the killed one did: the file lies there, and no row tells of it
    assert stored_files(None, settings) == 1
    frozen(revision)
    assert stored_files(None, settings) == 1
    jobs.run(job.pk)
    freezing.again(revision, user=cast.ombud)
    assert FrozenCopy.objects.count() == 1
    assert Job.objects.filter(kind=freezing.KIND).count() == 1


def test_two_workers_at_the_same_version_leave_one_copy_and_one_file(
    cast, settings, django_capture_on_commit_callbacks
):
    revision = authored(cast)
    first = job_of(revision)
    late = Job(kind=freezing.KIND, key="late", arguments=first.arguments, fence=1, created_by=cast.chef)
    made = freezing._make(late)
    copy = frozen(revision)
    with django_capture_on_commit_callbacks(execute=True):
        freezing._keep(late, made)
    assert FrozenCopy.objects.get() == copy
    assert stored_files(None, settings) == 1
    with storage.open_stored(copy.storage_key) as file:
        assert file.read(5) == b"%PDF-"


def test_a_file_that_is_gone_stops_the_job_with_what_to_do_and_it_can_be_tried_again(cast, client_for):
    revision = approved(cast, of(samples.docx_file(), "rutin.docx"))
    job = job_of(revision)
    Job.objects.filter(pk=job.pk).update(
        status=JobStatus.FAILED, error="Lagringen är full.", finished_at=job.created_at
    )
    for who in ("chef", "medarbetare"):
        page = client_for(who).get(revision.get_absolute_url()).text
        assert "Lagringen är full." in page
        assert "Försök igen" in page
    address = f"/dokument/{revision.document_id}/version/1.0/faststalld/gor/"
    assert client_for("medarbetare").post(address).status_code == 302
    assert client_for("medarbetare").post(address).status_code == 302
    assert job_of(revision).status == JobStatus.WAITING
    assert "PDF:en görs just nu" in client_for("medarbetare").get(revision.get_absolute_url()).text
    assert "Väntar" in client_for("chef").get(revision.get_absolute_url()).text
    frozen(revision)
    assert "Original: Word-dokument" in client_for("medarbetare").get(revision.get_absolute_url()).text


def test_a_full_storage_stops_the_job_with_the_reason_and_keeps_nothing(cast, settings, tmp_path):
    revision = authored(cast)
    (tmp_path / "file").write_text("no folder can be made below")
    settings.MEDIA_ROOT = str(tmp_path / "file")
    jobs.run(job_of(revision).pk)
    assert job_of(revision).status == JobStatus.FAILED
    assert job_of(revision).error
    assert not FrozenCopy.objects.exists()


def test_versions_decided_before_there_were_copies_get_one_at_night(cast):
    revision = approved(cast, checked("Gammal rutin."))
    Job.objects.all().delete()
    freeze_missing()
    freeze_missing()
    assert job_of(revision).created_by.pk != cast.chef.pk
    frozen(revision)
    freeze_missing()
    assert Job.objects.filter(kind=freezing.KIND).count() == 1


def test_pages_with_and_without_a_copy_ask_few_questions(cast, client_for, django_assert_max_num_queries):
    revision = approved(cast, of(samples.pdf_file(), "rutin.pdf"))
    for _ in range(2):
        for who in ("medarbetare", "chef"):
            client = client_for(who)
            for address in (revision.document.get_absolute_url(), revision.get_absolute_url()):
                client.get(address)
                with django_assert_max_num_queries(12):
                    client.get(address)
        frozen(revision)


office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice finns inte på datorn")


@office
@pytest.mark.parametrize(
    ("build", "name", "words"),
    [
        (lambda: samples.docx_file("Rutin för läkemedel", "Åtta örn"), "a.docx", "Rutin för läkemedel"),
        (samples.odt_file, "a.odt", "Rutin för nycklar"),
        (samples.xlsx_file, "a.xlsx", "Egenkontroll"),
        (samples.ods_file, "a.ods", "kvitteras av ombud"),
    ],
)
def test_an_office_file_becomes_a_tagged_pdf(cast, settings, build, name, words):
    settings.LIBREOFFICE = shutil.which("soffice")
    revision = approved(cast, of(build(), name))
    copy = frozen(revision)
    assert copy.is_pdf
    assert copy.storage_key != revision.storage_key
    with storage.open_stored(copy.storage_key) as file:
        read = extraction.extract_safely(file, extraction.FileKind.PDF)
        assert words in read.text
        assert read.page_count == copy.pages
        file.seek(0)
        with pikepdf.open(file) as pdf:
            assert pdf.Root.MarkInfo.Marked is True


@office
def test_an_office_file_that_no_program_can_open_is_kept_as_it_came(cast, settings):
    settings.LIBREOFFICE = shutil.which("soffice")
    copy = frozen(approved(cast, of(samples.pptx_file(), "a.pptx")))
    assert copy.kind == FrozenKind.ORIGINAL
    assert "gick inte att göra till PDF" in copy.note
