"""The metadata sheet: what it says of each file, and what is wrong told by row and column."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from documents.bulk import sheets
from documents.models import Document, UploadBatch
from kvalitet.organisation.models import Unit
from tests.documents.factories import upload
from tests.documents.test_batch import NEW, begin, first_page, said, send, work
from tests.processes.factories import make_process, publish

pytestmark = pytest.mark.django_db
HEAD = [sheets.FILE, *sheets.COLUMNS]


def book(*rows, head=HEAD):
    made = Workbook()
    made.active.append(head)
    for row in rows:
        made.active.append([row.get(name, "") for name in head])
    content = io.BytesIO()
    made.save(content)
    return SimpleUploadedFile("blad.xlsx", content.getvalue())


def problems(file, user):
    with pytest.raises(sheets.BadSheet) as bad:
        sheets.read(file, file.name, user=user)
    return bad.value.problems


def test_what_the_sheet_says_goes_before_what_goes_for_all(cast, client_for):
    process = make_process(cast)
    publish(cast, process)
    file = book(
        {
            "Filnamn": "Rutin-Larm.TXT",
            "Titel": "När larmet går",
            "Typ": "lathund",
            "Enhet": "Mottagningen",
            "Ansvarig (e-post)": cast.chef.email.upper(),
            "Synligt för": "Enheten som äger dokumentet",
            "Process": process.slug,
            "Sökord": "larm, natt",
            "Dnr": "SN 2026/7",
            "Målgrupp": "nattpersonal",
            "Nästa översyn": "2027-03-31",
        },
        {"Filnamn": "saknas.docx"},
    )
    client = client_for("ombud")
    batch = begin(cast, client, sheet=file)
    send(client, batch, upload("Text.", "rutin-larm.txt"), upload("Annat.", "annat.txt"))
    assert "inte är uppladdade: saknas.docx" in client.get(batch.get_absolute_url()).content.decode()
    client.post(batch.get_absolute_url(), said(batch))
    work(batch)
    made = Document.objects.get(title="När larmet går")
    assert (made.type, made.responsible, made.visibility) == ("quick_guide", cast.chef, "unit")
    assert (made.keywords, made.dnr, made.target_group) == ("larm, natt", "SN 2026/7", "nattpersonal")
    assert made.next_review.isoformat() == "2027-03-31"
    assert made.links.get().process == process
    assert Document.objects.get(title="Annat").type == "unit_routine"


def test_wrong_cells_are_told_by_row_and_column_and_nothing_is_begun(cast, client_for):
    file = book(
        {"Filnamn": "a.txt", "Typ": "Rutinn", "Ansvarig (e-post)": "ingen@finns.invalid"},
        {"Filnamn": "b.txt", "Enhet": "Utredningen", "Nästa översyn": "i vår"},
        {"Filnamn": "A.txt"},
        {"Titel": "Utan fil"},
    )
    page = client_for("ombud").post(NEW, first_page(cast, sheet=file)).content.decode()
    for words in (
        "Rad 2, Typ: ”Rutinn” finns inte. Skriv något av: Lag",
        "Rad 2, Ansvarig (e-post): Det finns ingen aktiv person",
        "Rad 3, Enhet: Enheten ”Utredningen” finns inte, eller så får du inte",
        "Rad 3, Nästa översyn: ”i vår” är inget datum",
        "Rad 4, Filnamn: filen ”A.txt” står på flera rader",
        "Rad 5, Filnamn: skriv filens namn",
    ):
        assert words in page
    assert not UploadBatch.objects.exists()


def test_number_that_is_not_as_those_of_the_board_is_refused_as_on_the_single_form(cast, client_for):
    Unit.objects.filter(pk=cast.units.board.pk).update(dnr_pattern="SN ÅÅÅÅ/NNNN")
    rows = ({"Filnamn": "a.txt", "Dnr": "2026-7"}, {"Filnamn": "b.txt", "Dnr": "SN 2026/0007"})
    page = client_for("ombud").post(NEW, first_page(cast, sheet=book(*rows))).content.decode()
    assert "a.txt: Diarienumret följer inte nämndens mönster" in page
    assert "b.txt" not in page
    assert not UploadBatch.objects.exists()


def test_many_wrong_cells_are_counted(cast):
    rows = ({"Filnamn": f"{number}.txt", "Typ": "Fel"} for number in range(30))
    assert problems(book(*rows), cast.ombud)[-1] == "Och 10 fel till."


def test_sheet_without_the_column_of_names_or_with_an_unknown_one_is_refused(cast):
    assert "saknar kolumnen Filnamn" in problems(book({}, head=["Titel"]), cast.ombud)[0]
    assert "”Färg” finns inte" in problems(book({}, head=["Filnamn", "Färg"]), cast.ombud)[0]


def with_part(name, text):
    content = io.BytesIO(book({"Filnamn": "a.txt"}).read())
    out = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, text if entry == name else old.read(entry))
    return SimpleUploadedFile("blad.xlsx", out.getvalue())


ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>&a;</sheetData>'
    b"</worksheet>"
)


@pytest.mark.parametrize(
    "file",
    [
        lambda: SimpleUploadedFile("blad.xlsx", b"PK\x03\x04 inget"),
        lambda: SimpleUploadedFile("blad.txt", b"Filnamn;Titel"),
        lambda: SimpleUploadedFile("blad.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")),
        lambda: with_part("xl/worksheets/sheet1.xml", ENTITY),
        lambda: with_part("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 400_000_000),
    ],
    ids=["damaged", "text", "locked", "entity", "bomb"],
)
def test_hostile_sheet_is_refused_with_a_reason(cast, file):
    (told,) = problems(file(), cast.ombud)
    assert "Metadatabladet" in told


def test_template_can_be_filled_in_and_read(cast, client_for):
    answer = client_for("ombud").get("/dokument/flera/metadatablad/")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]] == HEAD
    assert len(sheet.data_validations.dataValidation) == 2
