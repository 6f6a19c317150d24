"""What is sent in as a file: refused with the reason, told where it is already, kept with what was typed."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.models import Document, Revision
from tests.documents.factories import checked, make_draft, make_in_force, upload
from tests.documents.test_pages import NEW, form

pytestmark = pytest.mark.django_db


def docx(**extra):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, text in extra.items():
            package.writestr(name, text)
    return content.getvalue()


HOSTILE = {
    "empty": (b"", "rutin.txt", "tom"),
    "html as pdf": (b"<html><script>alert(1)</script></html>", "rutin.pdf", "pdf"),
    "program": (b"MZ\x90\x00" + b"0" * 100, "rutin.docx", "program"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "bild.svg", "svg"),
    "zip as docx": (docx(**{"a.txt": "x"}), "rutin.docx", "filen"),
    "old office": (
        b"\xd0\xcf\x11\xe0" + b"W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t\x00",
        "a.doc",
        "Word",
    ),
    "encrypted": (
        b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
        "rutin.docx",
        "lösenord",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_file_is_refused_with_the_reason_and_what_was_typed_is_kept(cast, client_for, what):
    content, name, said = HOSTILE[what]
    page = client_for("ombud").post(NEW, form(cast, file=SimpleUploadedFile(name, content)))
    text = page.content.decode()
    assert page.status_code == 200
    assert said.lower() in text.lower()
    assert "Rutin för nycklar" in text
    assert not Document.objects.exists()


def test_file_over_the_limit_is_refused(cast, client_for, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    page = client_for("ombud").post(NEW, form(cast, file=upload("x" * 2000)))
    assert "gränsen är" in page.content.decode()
    assert not Document.objects.exists()


def test_name_with_folders_is_only_a_name(cast, client_for, own_folder, settings):
    client_for("ombud").post(NEW, form(cast, file=upload(name="..\\..\\etc\\rutin.txt")))
    revision = Revision.objects.get()
    assert revision.file_name == "rutin.txt"
    assert "rutin" not in revision.storage_key


def test_file_must_be_chosen_again_when_something_else_is_wrong(cast, client_for):
    page = client_for("ombud").post(NEW, form(cast, title="", file=upload()))
    assert "Välj filen igen" in page.content.decode()


def test_file_and_link_together_are_refused(cast, client_for):
    client_for("ombud").post(NEW, form(cast, file=upload(), url="https://exempel.invalid/"))
    assert not Document.objects.exists()


def test_same_file_again_points_at_where_it_is(cast, client_for):
    document = make_in_force(cast, content=checked("Samma text."))
    page = client_for("ombud").post(NEW, form(cast, file=upload("Samma text.")))
    assert f'href="{document.get_absolute_url()}"' in page.content.decode()
    assert Document.objects.count() == 1
    client_for("ombud").post(NEW, form(cast, file=upload("Samma text."), accept_same="on"))
    assert Document.objects.count() == 2


def test_same_file_in_a_document_one_may_not_see_is_not_told(cast, client_for):
    make_draft(
        cast,
        user=cast.grannchef,
        responsible=cast.grannchef,
        owner_unit=cast.units.neighbour,
        content=checked("Samma text."),
    )
    client_for("ombud").post(NEW, form(cast, file=upload("Samma text.")))
    assert Document.objects.count() == 2
