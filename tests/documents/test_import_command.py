"""import_documents: the same way in from the command line, a line a file, and an exit code that tells."""

import io
import zipfile

import pytest
from django.core.management import CommandError, call_command

from documents.bulk import folders
from documents.models import Document, DocumentLink, UploadBatch, UploadItem
from kvalitet import archives
from tests.documents.factories import checked, make_in_force
from tests.documents.test_sheet import book
from tests.processes.factories import make_process, publish

pytestmark = pytest.mark.django_db


def run(cast, path, **options):
    out = io.StringIO()
    code = 0
    given = {"unit": "mottagningen", "responsible": cast.ombud.email, "stdout": out} | options
    try:
        call_command("import_documents", str(path), **given)
    except SystemExit as ended:
        code = ended.code
    return code, out.getvalue()


def refused(cast, path, **options):
    with pytest.raises(CommandError) as error:
        run(cast, path, **options)
    assert error.value.returncode == 2
    return str(error.value)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "rutiner"
    (place / "natt").mkdir(parents=True)
    (place / "rutin-larm.txt").write_text("Så gör du när larmet går.", encoding="utf-8")
    (place / "natt" / "rond.md").write_text("# Rutin för ronden\n\nGå runt.", encoding="utf-8")
    (place / ".dold").write_text("x")
    return place


def zipped(tmp_path, files, compression=zipfile.ZIP_DEFLATED):
    path = tmp_path / "rutiner.zip"
    with zipfile.ZipFile(path, "w", compression) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return path


def test_folder_becomes_drafts_with_a_line_a_file(cast, folder):
    code, told = run(cast, folder)
    assert code == 0
    assert "INLAGD         natt/rond.md: /dokument/" in told
    assert told.strip().endswith("2 inlagda, 0 finns redan, 0 avvisade.")
    assert set(Document.objects.values_list("title", flat=True)) == {"Rutin larm", "Rutin för ronden"}
    assert set(UploadBatch.objects.values_list("status", flat=True)) == {"done"}


def test_run_again_skips_what_is_in(cast, folder):
    run(cast, folder)
    code, told = run(cast, folder)
    assert code == 0
    assert "0 inlagda, 2 finns redan, 0 avvisade." in told
    assert Document.objects.count() == 2


def test_run_that_was_killed_goes_on_where_it_was(cast, folder, monkeypatch):
    from documents.management.commands import import_documents as command

    real = command.batches.make_one

    def dies(item, **values):
        if item.name == "rutin-larm.txt":
            raise KeyboardInterrupt
        return real(item, **values)

    monkeypatch.setattr(command.batches, "make_one", dies)
    with pytest.raises(KeyboardInterrupt):
        run(cast, folder)
    assert Document.objects.count() == 1
    monkeypatch.undo()
    assert "1 inlagda, 1 finns redan" in run(cast, folder)[1]


def test_dry_run_lays_in_nothing(cast, folder):
    (folder / "virus.docx").write_bytes(b"MZ" + b"0" * 99)
    code, told = run(cast, folder, dry_run=True)
    assert code == 1
    assert "KAN LÄGGAS IN  rutin-larm.txt" in told
    assert "2 kan läggas in, 0 finns redan, 1 avvisade." in told
    assert not Document.objects.exists()
    assert not UploadBatch.objects.exists()


def test_file_that_is_refused_stops_none_and_tells_by_the_exit_code(cast, folder):
    (folder / "bild.png").write_bytes(b"\x89PNG" + b"0" * 99)
    code, told = run(cast, folder)
    assert code == 1
    assert "AVVISAD        bild.png: Filen är en bild" in told
    assert Document.objects.count() == 2


def test_sheet_and_process_are_heeded(cast, folder, tmp_path):
    process = make_process(cast)
    publish(cast, process)
    sheet = tmp_path / "blad.xlsx"
    sheet.write_bytes(book({"Filnamn": "rond.md", "Titel": "Nattrond", "Typ": "Checklista"}).read())
    run(cast, folder, sheet=sheet, process=process.title)
    assert Document.objects.get(title="Nattrond").type == "checklist"
    assert DocumentLink.objects.filter(process=process).count() == 2


def test_document_of_the_same_name_is_left_to_a_person(cast, folder):
    make_in_force(cast, title="Rutin larm", content=checked("Gammal.", "gammal.txt"))
    code, told = run(cast, folder)
    assert code == 1
    assert "Ett dokument med samma namn finns: Rutin larm" in told


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"unit": "utredningen"}, "Enheten ”utredningen” finns inte, eller"),
        ({"responsible": "ingen@finns.invalid"}, "ingen aktiv person"),
        ({"process": "Finns inte"}, "Processen ”Finns inte”"),
    ],
)
def test_what_cannot_be_is_refused_before_any_file(cast, folder, options, words):
    assert words in refused(cast, folder, **options)
    assert not UploadItem.objects.exists()


def test_wrong_sheet_is_refused_before_any_file(cast, folder, tmp_path):
    sheet = tmp_path / "blad.xlsx"
    sheet.write_bytes(book({"Filnamn": "rond.md", "Typ": "Fel"}).read())
    assert "Rad 2, Typ" in refused(cast, folder, sheet=sheet)
    assert "går inte att öppna" in refused(cast, folder, sheet=tmp_path / "saknas.xlsx")


def test_missing_and_damaged_archives_are_refused(cast, tmp_path):
    assert "finns inte" in refused(cast, tmp_path / "saknas.zip")
    (tmp_path / "trasig.zip").write_bytes(b"PK\x03\x04 inget")
    assert "skadad" in refused(cast, tmp_path / "trasig.zip")


def test_zip_of_ten_thousand_files_or_a_bomb_is_refused_at_once(cast, tmp_path):
    many = zipped(tmp_path, {f"{number}.txt": b"" for number in range(10_000)}, zipfile.ZIP_STORED)
    assert f"fler än {folders.MAX_ENTRIES} filer" in refused(cast, many)
    bomb = zipped(tmp_path, {f"{number}.txt": b" " * 20_000_000 for number in range(6)})
    assert "orimligt mycket data" in refused(cast, bomb)


def test_names_that_lead_out_nested_archives_and_what_is_too_large_are_refused_one_by_one(
    cast, tmp_path, settings
):
    settings.UPLOAD_MAX_BYTES = 1_000
    files = {
        "../ut.txt": "Ut.",
        "/etc/rot.txt": "Rot.",
        "inre.zip": b"PK",
        "stor.txt": "x" * 2_000,
        "__MACOSX/._bra.txt": "x",
        "bra.txt": "Det här är bra.",
    }
    code, told = run(cast, zipped(tmp_path, files))
    assert code == 1
    assert told.count(archives.STRANGE) == 2
    assert folders.NESTED in told
    assert "stor.txt: Filen är större än" in told
    assert Document.objects.get().title == "Bra"


def test_encrypted_and_lying_entries_are_refused(cast, tmp_path):
    path = zipped(tmp_path, {"las.txt": "Hemligt.", "bra.txt": "Bra."}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    path.write_bytes(bytes(data))
    code, told = run(cast, path)
    assert code == 1
    assert archives.LOCKED in told
    assert "1 inlagda" in told


def test_link_out_of_the_folder_is_not_followed(cast, folder, tmp_path):
    secret = tmp_path / "hemlig.txt"
    secret.write_text("Hemligt.")
    (folder / "lank.txt").symlink_to(secret)
    code, told = run(cast, folder)
    assert code == 1
    assert f"lank.txt: {folders.OUTSIDE}" in told
    assert Document.objects.count() == 2
